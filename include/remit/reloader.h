// Reloading: one active engine for many threads, replaced while they decide.
//
//     auto reloader = remit::Reloader::start(options, image, now_ms);  // or why not
//     remit::Reader<> reader(*reloader);             // in each thread, see <remit/reader.h>
//     const auto turn = reader.at(now_ms);
//     turn.engine.decide_json(request, turn.facts);
//     …
//     if (const auto refused = reloader->load(candidate, now_ms); !refused)
//       log(remit::to_text(refused.error()));         // the last good engine goes on
//
// A candidate becomes active only after every check below, and then in one step. One that is
// refused changes nothing but the status. The checks, in this order; each has its own ReloadFault:
//
//   1. the version store is read
//   2. size, signature (before the body is parsed), and the verifier
//   3. no dev image, a version not lower than the store says or this Reloader accepted, not
//      expired at `now_ms`, the expected policies, no duty that the host does not perform
//   4. the tools and slots that the host needs
//   5. the static bound on steps of every tool
//   6. the canaries, decided on the candidate
//   7. the version is kept in the store; then the swap
//
// A halt is of the Reloader, not of one engine: it holds for the active engine, for all that were
// active before and are still held by somebody, and for every one that becomes active later.
//
// An engine whose bundle expires is retired (every decision is `engine.no_bundle`) by the first
// Reader::at or Reloader::tick whose `now_ms` has reached `expires_ms`. It is for good: only a
// candidate that has not expired ends it. The library reads no clock; `now_ms` is the host's, ms
// since 1970.
//
// Threads: every member may be called by any thread. Loads take turns. No lock that a reader takes
// is held while an image is verified, a canary decided or a callback called. Copies are the same
// Reloader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/api.h>
#include <remit/decision.h>
#include <remit/engine.h>
#include <remit/fault.h>
#include <remit/limits.h>
#include <remit/shadow.h>
#include <remit/trust.h>

namespace remit::inline v0 {

enum class ReloadFault : std::uint8_t {
#define REMIT_RELOAD_FAULT(name, code, sentence) name,
#include <remit/reload_faults.def>
#undef REMIT_RELOAD_FAULT
};

// `reload.old_version`. Static text.
[[nodiscard]] REMIT_API std::string_view code(ReloadFault fault);
// One sentence for a person. Static text.
[[nodiscard]] REMIT_API std::string_view sentence(ReloadFault fault);

struct ReloadError {
  ReloadFault fault{};
  std::string detail;  // what was found and what was expected; may be empty
};

// `reload.old_version: the version is lower than …: 6, at least 7`
[[nodiscard]] REMIT_API std::string to_text(const ReloadError& error);

// Where the host keeps the highest version that it accepted, so that no older image comes back
// after a restart. Both are required. They are called by start, load, offer_shadow and promote
// alone, one call at a time, without a lock that readers take; they must not call those or `trust`
// themselves, which would wait for ever. One that throws has failed.
struct VersionStore {
  // The version that was kept; nothing if none ever was, or why it cannot be read. A store that
  // says nothing refuses every image: a first start is an explicit act, in which the host writes
  // the lowest version that it accepts.
  std::function<std::expected<std::optional<std::int64_t>, std::string>()> read;
  // Keeps a version before it returns, so that it outlives a crash, or says why it did not. Where
  // several processes share a store, a write keeps the higher of the two versions.
  std::function<std::expected<void, std::string>(std::int64_t version)> write;
};

// A request of which the host knows the answer.
struct Canary {
  std::string name;     // for the refusal; each once
  std::string request;  // JSON, as Engine::decide_json takes it
  Verdict verdict = Verdict::Deny;
  // The fault that the decision must have; None: it must have none, so that a deny for a request
  // that cannot be read does not pass as the deny of a rule.
  Fault fault = Fault::None;
  // Not empty: the full name of an item that must be in the decision's `by`.
  std::string by{};
};

// A slot that the host looks up by name: see Engine::slot.
struct NeededSlot {
  std::string tool;
  std::string path;
};

struct ReloadOptions {
  // Whose images are accepted; Reloader::trust changes it.
  Trust trust;
  VersionStore versions;
  // The most steps that a decision on any tool may take (a tool's static bound; see
  // docs/reference/steps.md). 1 to limits::kStepsMax; there is no default.
  std::int64_t steps_max = 0;
  // Requests that a candidate must decide right; at most limits::kCanariesMax.
  std::vector<Canary> canaries{};
  // As in LoadOptions.
  std::vector<std::string> expected_policies{};
  std::optional<std::vector<std::string>> duties{};
  // What this host asks for by name: tools by wire name, and slots.
  std::vector<std::string> tools{};
  std::vector<NeededSlot> slots{};
  std::size_t image_bytes_max = limits::kImageBytesMax;
  // For tests and development alone; only as Trust::unsigned_image(). A dev image has version 0, so
  // the store must say 0.
  bool allow_dev = false;
  bool meter = false;
  std::size_t meter_tenants = limits::kMeterTenantsDefault;
  // Start halted, as a host does whose switch was on when it stopped.
  bool halted = false;
  // How many refusals the status keeps; 1 to limits::kRefusalsKeptMax.
  std::size_t refusals_kept = 16;
};

// A candidate that was refused.
struct Refusal {
  std::int64_t at_ms = 0;  // the `now_ms` of the call
  ReloadError error;
};

// Plain data: how a Reloader stands.
struct ReloadStatus {
  // Of the active engine.
  std::string bundle;            // the name in the manifest; empty for a dev image
  std::int64_t version = 0;      // the version in the manifest
  std::string image;             // SHA-256, 64 hex digits
  std::uint64_t generation = 0;  // Engine::generation, as Decision::image_generation
  std::int64_t since_ms = 0;     // the `now_ms` with which it was loaded
  std::optional<std::int64_t> expires_ms;
  bool retired = false;  // it has expired: every decision is `engine.no_bundle`
  bool halted = false;
  std::uint64_t loads = 0;       // engines that became active, the first one included
  std::uint64_t refusals = 0;    // candidates that were refused, shadows included
  std::vector<Refusal> refused;  // the last of them, newest last
  std::size_t earlier = 0;       // engines that were active before and are still held
};

class REMIT_API Reloader {
 public:
  struct State;  // shared by copies and readers

  // Moving copies, so that a Reloader which was moved from still works.
  Reloader(const Reloader&) = default;
  Reloader& operator=(const Reloader&) = default;

  // Checks the options, then the first image like any candidate. Without a sound one there is no
  // Reloader, and the host denies everything.
  [[nodiscard]] static std::expected<Reloader, ReloadError> start(const ReloadOptions& options,
                                                                  std::span<const std::byte> image,
                                                                  std::int64_t now_ms);

  // Checks a candidate and makes it active. The bytes are copied.
  [[nodiscard]] std::expected<void, ReloadError> load(std::span<const std::byte> image,
                                                      std::int64_t now_ms);

  // The keys for candidates from now on. What is active stays active, whoever signed it.
  [[nodiscard]] std::expected<void, ReloadError> trust(const Trust& trust);

  // The kill switch, as Engine::halt: once this returns, decisions that begin are
  // `engine.halted`, and no decision of this Reloader's engines has terms, until halt(false). Use
  // this one: Engine::halt of a single engine reaches that engine alone. An active engine that was
  // halted so when its successor arrives halts the Reloader.
  void halt(bool halted = true) const noexcept;

  // Retires every engine whose bundle has expired by `now_ms`, and frees those that no
  // thread holds any more, so that no deciding thread has to. For a timer: once a second, say.
  void tick(std::int64_t now_ms) const noexcept;

  // Any thread, at any time.
  [[nodiscard]] ReloadStatus status() const;

  // Loads a candidate that decides beside the active engine, and whose answers are not used: see
  // <remit/shadow.h>. It passes the same checks, but its version is not kept. Replaces the shadow
  // that was there.
  [[nodiscard]] std::expected<void, ReloadError> offer_shadow(std::span<const std::byte> image,
                                                              std::int64_t now_ms,
                                                              const ShadowOptions& options = {});
  // Makes the shadow's image active: it is loaded anew, with every check of `load`. The shadow
  // ends if it is accepted, and stays if not.
  [[nodiscard]] std::expected<void, ReloadError> promote_shadow(std::int64_t now_ms);
  void drop_shadow() const noexcept;
  // What the shadow has said so far; nothing if there is none.
  [[nodiscard]] std::optional<ShadowReport> shadow() const;

 private:
  friend class ReloaderAccess;
  explicit Reloader(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace remit::inline v0
