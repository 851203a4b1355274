#include "vm/reload/candidate.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "stdlib/text.h"
#include "vm/engine/state.h"
#include "vm/image/load_fault.h"
#include "vm/reload/subject.h"

namespace remit::vm {

namespace {

using Checked = std::expected<void, ReloadError>;

std::unexpected<ReloadError> refuse(ReloadFault fault, std::string detail) {
  return std::unexpected(ReloadError{fault, std::move(detail)});
}

// A callback of the host's; `failed` if it throws.
template <typename Call>
std::invoke_result_t<Call> called(ReloadFault failed, Call&& call) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    const char* const what = thrown.what();
    return refuse(failed, std::string("the callback threw: ") + (what == nullptr ? "" : what));
  } catch (...) {
    return refuse(failed, "the callback threw");
  }
}

// What Engine::load checks beside the verifier, by the stable codes that a LoadError has.
ReloadFault kind_of(const LoadError& error) {
  static constexpr std::pair<LoadFault, ReloadFault> kKinds[] = {
      {LoadFault::TooLarge, ReloadFault::TooLarge},
      {LoadFault::Unsigned, ReloadFault::NotTrusted},
      {LoadFault::UnknownKey, ReloadFault::NotTrusted},
      {LoadFault::BadSignature, ReloadFault::NotTrusted},
      {LoadFault::BadKey, ReloadFault::BadKey},
      {LoadFault::NoMemory, ReloadFault::NoMemory},
      {LoadFault::DevImage, ReloadFault::DevImage},
      {LoadFault::OldVersion, ReloadFault::OldVersion},
      {LoadFault::Expired, ReloadFault::Expired},
      {LoadFault::MissingPolicy, ReloadFault::MissingPolicy},
      {LoadFault::UnregisteredDuty, ReloadFault::UnregisteredDuty},
      {LoadFault::MeterTooLarge, ReloadFault::MeterTooLarge},
  };
  for (const auto& [fault, kind] : kKinds) {
    if (fault == error.fault) return kind;
  }
  return ReloadFault::NotSound;
}

ReloadError reload_error(const LoadError& error, std::int64_t version_min) {
  const ReloadFault kind = kind_of(error);
  // There may be no memory to say more.
  if (kind == ReloadFault::NoMemory) return {kind, {}};
  // Of many that are one here, which it is; else only what the sentence does not say itself.
  if (kind == ReloadFault::NotTrusted || kind == ReloadFault::NotSound)
    return {kind, to_text(error)};
  std::string detail = detail_of(error);
  if (kind == ReloadFault::OldVersion) detail += ", at least " + std::to_string(version_min);
  return {kind, std::move(detail)};
}

std::expected<Engine, ReloadError> load(const ReloadOptions& options,
                                        std::span<const std::byte> image, std::int64_t version_min,
                                        std::int64_t now_ms) {
  const auto views = [](const std::vector<std::string>& texts) {
    return std::vector<std::string_view>(texts.begin(), texts.end());
  };
  const std::vector<std::string> none;
  const auto policies = views(options.expected_policies);
  const auto duties = views(options.duties ? *options.duties : none);
  auto engine =
      Engine::load(image, options.trust,
                   {.allow_dev = options.allow_dev,
                    .version_min = version_min,
                    .now_ms = now_ms,
                    .expected_policies = policies,
                    .duties = options.duties ? std::optional(std::span(duties)) : std::nullopt,
                    .image_bytes_max = options.image_bytes_max,
                    .meter = options.meter,
                    .meter_tenants = options.meter_tenants});
  if (!engine) return std::unexpected(reload_error(engine.error(), version_min));
  return std::move(*engine);
}

Checked check_names(const Engine& engine, const ReloadOptions& options) {
  const Linked& linked = *EngineAccess::state(engine).linked;
  for (const std::string& tool : options.tools) {
    if (!linked.wire_tools.contains(tool))
      return refuse(ReloadFault::MissingTool, "none has the wire name " + stdlib::quote(tool));
  }
  for (const NeededSlot& needed : options.slots) {
    if (!engine.slot(needed.tool, needed.path))
      return refuse(ReloadFault::MissingSlot,
                    linked.wire_tools.contains(needed.tool)
                        ? stdlib::quote(needed.tool) + " has no path " +
                              stdlib::quote(needed.path) + " in the schema's names"
                        : "no tool has the wire name " + stdlib::quote(needed.tool));
  }
  return {};
}

// `deny, engine.unknown_tool`
std::string answer(Verdict verdict, Fault fault) {
  std::string text(name(verdict));
  if (fault != Fault::None) text.append(", ").append(code(fault));
  return text;
}

Checked check_canary(const Engine& engine, const Canary& canary, Facts& facts) {
  const Decision decision = engine.decide_json(canary.request, facts);
  if (decision.fault() == Fault::Internal) return refuse(ReloadFault::NoMemory, {});
  const Answer given = engine.answer(facts, decision).value_or(Answer());
  const std::vector<std::string>& by = given.by;
  const bool is_by = canary.by.empty() || std::ranges::find(by, canary.by) != by.end();
  if (decision.verdict() == canary.verdict && decision.fault() == canary.fault && is_by) return {};
  std::string expected = answer(canary.verdict, canary.fault);
  if (!canary.by.empty()) expected += " by " + canary.by;
  std::string found = answer(decision.verdict(), decision.fault());
  for (std::size_t i = 0; i < by.size(); ++i) found += (i == 0 ? " by " : ", ") + by[i];
  if (!given.at.empty()) found += " at " + stdlib::printable(given.at);
  return refuse(ReloadFault::CanaryFailed,
                stdlib::quote(canary.name) + ": expected " + expected + "; found " + found);
}

Checked check_canaries(const Engine& engine, const std::vector<Canary>& canaries) {
  // What they decide is nothing that the engine's meter should count.
  const Engine apart = EngineAccess::apart(engine);
  Facts facts = apart.facts({});
  for (const Canary& canary : canaries) {
    if (const auto ok = check_canary(apart, canary, facts); !ok) return ok;
  }
  return {};
}

}  // namespace

std::expected<std::int64_t, ReloadError> kept_version(const VersionStore& store) {
  using Read = std::expected<std::optional<std::int64_t>, ReloadError>;
  const Read kept = called(ReloadFault::StoreUnreadable, [&]() -> Read {
    auto said = store.read();
    if (!said) return refuse(ReloadFault::StoreUnreadable, std::move(said.error()));
    return *said;
  });
  if (!kept) return std::unexpected(kept.error());
  if (!*kept) return refuse(ReloadFault::NoVersion, {});
  if (**kept < 0)
    return refuse(ReloadFault::StoreUnreadable,
                  "it says " + std::to_string(**kept) + ", which is no version");
  return **kept;
}

Checked keep_version(const VersionStore& store, std::int64_t version) {
  return called(ReloadFault::VersionNotKept, [&]() -> Checked {
    auto kept = store.write(version);
    if (!kept) return refuse(ReloadFault::VersionNotKept, std::move(kept.error()));
    return {};
  });
}

Checked check_steps(const Engine& engine, std::int64_t steps_max) {
  const Linked& linked = *EngineAccess::state(engine).linked;
  for (const ToolRow& tool : linked.program.image().tools) {
    if (tool.steps_bound > steps_max)
      return refuse(ReloadFault::TooSlow, stdlib::quote(linked.text(tool.name)) + " may take " +
                                              std::to_string(tool.steps_bound) + ", at most " +
                                              std::to_string(steps_max));
  }
  return {};
}

std::expected<Engine, ReloadError> load_candidate(const ReloadOptions& options,
                                                  std::span<const std::byte> image,
                                                  std::int64_t version_min, std::int64_t now_ms) {
  auto engine = load(options, image, version_min, now_ms);
  if (!engine) return engine;
  if (const auto ok = check_names(*engine, options); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_steps(*engine, options.steps_max); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = check_canaries(*engine, options.canaries); !ok)
    return std::unexpected(ok.error());
  return engine;
}

}  // namespace remit::vm
