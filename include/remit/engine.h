// The engine: load an image once, decide requests for ever.
//
//     auto engine = remit::Engine::load(bytes, remit::Trust::keys({key}));  // verifies everything
//     auto amount = engine->slot("payments.refund", "args.amount");
//     remit::Facts facts = engine->facts("payments.refund");
//     facts.set(*amount, remit::money(20));
//     remit::Decision decision = engine->decide(facts);
//     switch (decision.verdict()) { … }                               // all four
//
// An Engine is immutable but for its switch (halt, retire), and may be shared by any number of
// threads; copying one copies a pointer. Every failure of a request is a deny with an `engine.*`
// fault; `load` fails with a LoadError, and leaves the caller's previous engine as it was.
//
// `answer`, `record`, `explain`, `terms`, `digest` and `canonical_request` take a decision and the
// facts that it was made on (a *pair*) and refuse any other two with a PairFault. They change
// neither: while no thread binds or decides, several may ask about the same pair. A decision
// that was made before a halt can still be answered, recorded and explained; it has no terms, and
// nothing to execute, while the engine is halted or retired.
//
// Memory. `decide` allocates nothing but, while a pattern is matched, RE2's bounded cache. `load`,
// `facts`, `slot`, `tools` and all that give a text or a list allocate; `decide_json` and
// `limit_keys_json` do for their reader and for `opaque` values, and Facts as <remit/facts.h> says.
// Where the machine has no memory left, `load` gives the error `host.no_memory`; `decide` denies
// with `engine.internal` if it was a pattern that found none; the others throw std::bad_alloc, the
// only exception here, and facts that were being filled then deny until they are filled anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/answer.h>
#include <remit/api.h>
#include <remit/decision.h>
#include <remit/explanation.h>
#include <remit/facts.h>
#include <remit/fault.h>
#include <remit/limits.h>
#include <remit/meter.h>
#include <remit/possibility.h>
#include <remit/reservation.h>
#include <remit/schema.h>
#include <remit/trust.h>

namespace remit::inline v0 {

struct LoadOptions {
  // Accept an image that was built without a manifest; only as Trust::unsigned_image().
  bool allow_dev = false;
  // The lowest manifest version to accept.
  std::int64_t version_min = 0;
  // The host's clock, ms since 1970: an image whose manifest `expires` before then is refused.
  std::optional<std::int64_t> now_ms = std::nullopt;
  // Policies (full names) that must be in the image.
  std::span<const std::string_view> expected_policies = {};
  // Duties that this host performs: `log`, `notify`, `redact`, `dry_run`, `snapshot`, `step_up`,
  // `delay`. An image that needs another one is refused. Absent: the host performs all of them.
  std::optional<std::span<const std::string_view>> duties = std::nullopt;
  // Refuse larger files before reading them.
  std::size_t image_bytes_max = limits::kImageBytesMax;
  // Count decisions; see <remit/meter.h>.
  bool meter = false;
  // How many tenants are counted by name, at most limits::kMeterTenantsMax, and times the tools of
  // the image at most limits::kMeterSeriesMax. Memory for all of them is set aside: 32 bytes for
  // each tenant and tool, up to eight times that while it is little.
  std::size_t meter_tenants = limits::kMeterTenantsDefault;
};

// A fact or a counter that the host must supply for a tool.
struct RequiredFact {
  // As in a request: `risk.score`; of a counter `limits.shop.refunds.per_tenant`.
  std::string path;
  std::string type;      // as written in a schema: `int(0..=100)`
  std::string window{};  // of a counter: `1d`, `calendar month`, `ever`
  // Of a counter: its limit does not apply to every request (Engine::limit_keys says to which).
  bool conditional = false;
};

class REMIT_API Engine {
 public:
  struct State;  // shared by copies

  // Moving copies, so that an engine which was moved from still decides.
  Engine(const Engine&) = default;
  Engine& operator=(const Engine&) = default;

  // Verifies `image` and makes it ready to decide. The bytes are copied; `trust` and the spans in
  // `options` are not kept.
  [[nodiscard]] static std::expected<Engine, LoadError> load(std::span<const std::byte> image,
                                                             const Trust& trust,
                                                             const LoadOptions& options = {});

  // Empty facts for a tool, by wire name. For a tool that is not declared, every decision on them
  // is a deny with `engine.unknown_tool`.
  [[nodiscard]] Facts facts(std::string_view tool) const;

  // The slot of `actor.id`, `actor.on_behalf_of.id` or `args.amount` for a tool (by wire name);
  // nothing if there is none. The path has the names of the schema, and that of a fault wire names:
  // they differ for a field that is declared `named`.
  [[nodiscard]] std::optional<SlotId> slot(std::string_view tool, std::string_view path) const;

  // Decides; any thread, one Facts a thread. Fills in the defaults of facts that were not bound.
  // Makes no system call and allocates nothing. Takes no lock of its own; matching a pattern takes
  // RE2's reader lock and may fill its bounded cache, which allocates. Facts of another load, and
  // facts that were moved from, are `engine.no_bundle`.
  [[nodiscard]] Decision decide(Facts& facts) const noexcept;

  // Decodes one JSON request into `facts`, replacing what they held, and decides.
  [[nodiscard]] Decision decide_json(std::string_view request, Facts& facts) const;
  // The same, answered as the decision record.
  [[nodiscard]] std::string decide_json(std::string_view request) const;

  // What the host must fetch before it decides: the counters of the limits that apply. Decodes like
  // decide, without looking at `limits` and `approvals`; the fault is the one that deciding would
  // meet as well. Decoding JSON replaces the facts, as in decide_json, and so ends a pair.
  [[nodiscard]] std::expected<std::vector<LimitKey>, RequestFault> limit_keys(Facts& facts) const;
  [[nodiscard]] std::expected<std::vector<LimitKey>, RequestFault> limit_keys_json(
      std::string_view request, Facts& facts) const;

  // What the decision means for the host, as values.
  [[nodiscard]] std::expected<Answer, PairFault> answer(const Facts& facts,
                                                        const Decision& decision,
                                                        const AnswerOptions& options = {}) const;
  // Of a permit: what the host takes before it executes. Without terms nothing may be executed. A
  // host asks directly before it executes, since the engine may have been halted in between.
  [[nodiscard]] std::expected<Terms, PairFault> terms(const Facts& facts,
                                                      const Decision& decision) const;
  // What an approval approves: SHA-256 of the action, 64 hex digits. PairFault::NotEvaluated if
  // the request was refused before.
  [[nodiscard]] std::expected<std::string, PairFault> digest(const Facts& facts,
                                                             const Decision& decision) const;

  // The decision record, which is the answer as JSON: one canonical line without a newline.
  // `with_digest` asks for the action digest where the verdict alone does not call for it.
  [[nodiscard]] std::expected<std::string, PairFault> record(const Facts& facts,
                                                             const Decision& decision,
                                                             bool with_digest = false) const;
  // The decoded request in canonical wire form, one line. PairFault::NotDecoded if there is none.
  [[nodiscard]] std::expected<std::string, PairFault> canonical_request(
      const Facts& facts, const Decision& decision) const;
  [[nodiscard]] std::expected<Explanation, PairFault> explain(const Facts& facts,
                                                              const Decision& decision) const;

  // What the host must supply for a tool (wire name), in decoding order, counters last; nothing for
  // an unknown tool. Which of the counters a request needs is what limit_keys answers.
  [[nodiscard]] std::optional<std::vector<RequiredFact>> required_facts(
      std::string_view tool) const;
  // What the image declares: tools with typed arguments, host facts, enums, layers, policies. Valid
  // while this engine or a copy lives. Made by the first call; any thread.
  [[nodiscard]] const Schema& schema() const;
  // Every slot of a tool (wire name) with its path, host facts first; nothing for an unknown tool.
  [[nodiscard]] std::optional<std::vector<SlotPath>> slots(std::string_view tool) const;

  // For every tool, in the order of `tools`: what a request for it can still come to, if what
  // `facts` hold is all that is known of it. `facts` may be of any tool: their host facts count for
  // all tools, their arguments for their own, and a counter for every tool of its limit, unless the
  // limit's keys read the tool or an argument (then for their own). What is not bound is unknown;
  // an optional fact that is known to be absent is said to be (Facts::set_absent), and
  // `control.halted` counts as false. Approval records are not looked at, and nothing is decided.
  // The time is bounded: docs/guide/narrowing.md says how. Allocates; may throw std::bad_alloc.
  [[nodiscard]] std::vector<ToolPossibility> possible(const Facts& facts) const;

  // Wire names of all tools, in the order of their dotted names. Views into this engine; valid
  // while it or a copy lives.
  [[nodiscard]] std::vector<std::string_view> tools() const;

  // What was decided so far, by this engine and its copies. Empty unless loaded with `meter`.
  [[nodiscard]] Metrics metrics() const;

  // The kill switch: while halted, every decision of this engine and its copies is `engine.halted`.
  // It works through a `const` engine: who may decide may stop it. It holds for decisions that
  // begin afterwards; one in progress may still complete, so ask `terms` directly before executing.
  void halt(bool halted = true) const noexcept;

  // The name in the manifest; empty in an image that was built without one. Valid as `schema`.
  [[nodiscard]] std::string_view name() const;
  // Of the signature by which the image was trusted, the id of its key: 16 hex digits, the first of
  // the SHA-256 of the public key. Nothing if it was loaded as Trust::unsigned_image().
  [[nodiscard]] std::optional<std::string> signer() const;
  // The version in the manifest; 0 in an image that was built without one. A host keeps the highest
  // that it has loaded, and loads with it as `version_min`, so that no older image comes back.
  [[nodiscard]] std::int64_t version() const;
  // When the manifest says that the bundle expires, ms since 1970. The engine has no clock: a host
  // that keeps an engine beyond this retires it.
  [[nodiscard]] std::optional<std::int64_t> expires_ms() const;
  // From now on every decision of this engine and its copies is `engine.no_bundle`, for good; as
  // with `halt`, one in progress may still complete.
  void retire() const noexcept;

  // SHA-256 of the image without its debug section, 64 hex digits.
  [[nodiscard]] std::string image_hash() const;
  // Differs between any two loads in this process.
  [[nodiscard]] std::uint64_t generation() const;

 private:
  friend class EngineAccess;
  explicit Engine(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace remit::inline v0
