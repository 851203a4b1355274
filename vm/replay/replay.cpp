#include <remit/replay.h>

#include <algorithm>

#include <remit/limits.h>
#include "stdlib/json_scan.h"
#include "vm/answer/pair.h"
#include "vm/answer/record.h"
#include "vm/engine/decide_text.h"
#include "vm/engine/state.h"
#include "vm/log/json_map.h"
#include "vm/log/withhold.h"
#include "vm/replay/possible.h"

namespace remit::inline v0 {

namespace {

using stdlib::JsonParts;

// Whether a record holds a digest. Only its own member counts: arguments stand before it, and no
// text can hold an unescaped quote.
bool has_digest(std::string_view record) {
  const std::size_t at = record.rfind("\"digest\":");
  return at != std::string_view::npos && !record.substr(at).starts_with("\"digest\":null");
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Whether two records are equal but for the members that `skips` excuses.
bool equal_but(std::string_view one, std::string_view other, auto&& skips) {
  JsonParts ones(one), others(other);
  for (;;) {
    const auto a = ones.next(), b = others.next();
    if (!a || !b) return !a && !b && ones.complete() && others.complete();
    if (a->key != b->key || (a->value != b->value && !skips(*a, *b))) return false;
  }
}

// Whether a record is that of a request that was not decoded: a deny as `of_none`, which is such a
// record, but for the fault, its place and the image. One that brought a text may also lack its
// tool.
bool says_undecoded(std::string_view record, std::string_view of_none, bool had_text) {
  const std::string_view fault = stdlib::json_member(record, "fault");
  const bool may_be = fault == "\"engine.invalid_request\"" || fault == "\"engine.unknown_tool\"" ||
                      (had_text && fault == "\"engine.missing_fact\"" &&
                       stdlib::json_member(record, "at") == "\"tool\"");
  return may_be && equal_but(record, of_none, [](const auto& part, const auto&) {
           return part.key == "fault" || part.key == "at" || part.key == "image";
         });
}

// The record of a request that was decided with other values, with the arguments as they are
// logged.
std::string with_args_of(std::string_view record, std::string_view request) {
  return vm::mapped(record, [&](const stdlib::JsonPart& member) {
    if (member.key != "execute" || member.value == "null") return std::string(member.value);
    return vm::mapped(member.value, [&](const stdlib::JsonPart& part) {
      return std::string(part.key == "args" ? stdlib::json_member(request, "args") : part.value);
    });
  });
}

}  // namespace

Replay::Replay(const Engine& engine)
    // What is replayed was decided before any halt of today.
    : engine_(EngineAccess::apart(engine)), facts_(engine_.facts({})) {}

Facts::State& Replay::state() {
  if (FactsAccess::find(facts_) == nullptr) facts_ = engine_.facts({});
  return FactsAccess::state(facts_);
}

std::optional<std::string> Replay::decide(const LogLine& line) {
  gaps_.clear();
  withheld_.clear();
  const Engine::State& engine = EngineAccess::state(engine_);
  Facts::State& state = this->state();
  if (line.switched_off != Fault::None) {
    state.clear();
    decision_ = DecisionAccess::switched_off(*engine.linked, &state, line.switched_off);
    return vm::record_of(*engine.linked, state, decision_, {});
  }
  std::optional<std::string> request = line.text();
  if (!request) {
    gaps_.push_back({"request", {}, {}});
    return std::nullopt;
  }
  std::vector<vm::Placeholder> placeholders;
  if (!line.withheld_by.empty() && !line.request.empty()) {
    if (auto restored = vm::with_placeholders(*engine.linked, *request)) {
      request = std::move(restored->request);
      placeholders = std::move(restored->placeholders);
    }
  }
  // A host that binds slots has logged the request that it made of them, longer than a text may be.
  const std::size_t bytes_max =
      line.request.empty() ? limits::kRequestBytesMax : limits::kReplayBytesMax;
  decision_ = vm::decide_text(engine_, *request, bytes_max, facts_);
  std::string record =
      vm::record_of(*engine.linked, state, decision_, {.with_digest = has_digest(line.decision)});
  const std::string at = vm::fault_place(*engine.linked, state, decision_);
  if (line.withheld_by.empty() || !vm::may_depend_on_facts(decision_.fault(), at)) return record;

  const bool digest = has_digest(record);
  const std::string_view approvals = stdlib::json_member(line.request, "approvals");
  const bool approved = !approvals.empty() && approvals != "[]";
  for (const vm::Placeholder& placeholder : placeholders) {
    withheld_.push_back(placeholder.path);
    auto readers = vm::readers(*engine.linked, state.tool, placeholder.place);
    const bool covered = vm::is_in_digest(placeholder.path);
    // An approval counts if it is for this very action.
    if (approved && covered) readers.emplace_back("approvals");
    if (!readers.empty()) gaps_.push_back({"verdict", placeholder.path, std::move(readers)});
    if (digest && covered) gaps_.push_back({"digest", placeholder.path, {}});
  }
  if (stdlib::json_member(line.decision, "reserve").find("{\"withheld\":") !=
      std::string_view::npos)
    gaps_.push_back({"reserve", {}, {}});
  return with_args_of(record, line.request);
}

// The record of a request that was not decoded.
std::string Replay::undecoded() {
  const Engine::State& engine = EngineAccess::state(engine_);
  Facts::State& state = this->state();
  state.clear();
  decision_ = DecisionAccess::deny(*engine.linked, &state, Fault::InvalidRequest);
  return vm::record_of(*engine.linked, state, decision_, {});
}

Replayed Replay::compare(const LogLine& line) {
  const std::string own = '"' + engine_.image_hash() + '"';
  // A record without any hash of an image is not an excuse.
  const auto other_image = [&] {
    const std::string_view image = stdlib::json_member(line.decision, "image");
    return image == "null" || (image.size() == own.size() && image != own);
  };
  Replayed result;
  if (!line.withheld_by.empty() && other_image()) {
    result.result = ReplayResult::OtherImage;
    return result;
  }
  if (line.request.size() > limits::kReplayBytesMax) {
    result.result = ReplayResult::NotRepeatable;
    return result;
  }
  auto record = decide(line);
  result.gaps = gaps_;
  if (!record) {
    // Without its request a decision can only say that there was none.
    const bool cut = !line.text_hash.empty();
    const bool had_text = cut || !line.withheld_by.empty();
    result.result = !says_undecoded(line.decision, undecoded(), had_text) ? ReplayResult::Different
                    : other_image()                                       ? ReplayResult::OtherImage
                    : cut ? ReplayResult::NotRepeatable
                          : ReplayResult::InPart;
    return result;
  }
  result.decision = std::move(*record);
  if (gaps_.empty()) {
    result.result = result.decision == line.decision ? ReplayResult::Same
                    : other_image()                  ? ReplayResult::OtherImage
                                                     : ReplayResult::Different;
    return result;
  }
  const auto has = [&](std::string_view part) {
    return std::ranges::find(gaps_, part, &ReplayGap::part) != gaps_.end();
  };
  const bool verdict = has("verdict"), digest = has("digest"), reserve = has("reserve");
  const auto skips = [&](const stdlib::JsonPart& now, const stdlib::JsonPart& logged) {
    if ((digest && now.key == "digest") || (reserve && now.key == "reserve")) return true;
    if (!verdict) return false;
    // What does not follow from the verdict; these two are null in a request that was refused.
    static constexpr std::string_view kFixed[] = {"image", "edition", "semantics"};
    if (now.key == "reads" || now.key == "call")
      return now.value == "null" || logged.value == "null";
    return !contains(kFixed, now.key);
  };
  const bool equal = equal_but(result.decision, line.decision, skips) &&
                     (!verdict || vm::is_possible(state(), line.request, line.decision));
  result.result = equal ? ReplayResult::InPart : ReplayResult::Different;
  return result;
}

std::vector<std::pair<std::string, std::int64_t>> Replay::money() const {
  std::vector<std::pair<std::string, std::int64_t>> amounts;
  const Facts::State* const found = FactsAccess::find(facts_);
  if (found == nullptr || !found->tool_known) return amounts;
  const Facts::State& state = *found;
  const vm::Linked& linked = *state.linked;
  const vm::Image& image = linked.program.image();
  const auto add = [&](std::string_view root, const vm::FieldRow& field) {
    if (image[field.type].kind != TypeKind::Money) return;
    std::string path = std::string(root) + '.' + std::string(linked.text(field.wire_name));
    if (state.slots[field.slot].absent() || std::ranges::find(withheld_, path) != withheld_.end())
      return;
    amounts.emplace_back(std::move(path), state.slots[field.slot].integer);
  };
  for (const vm::RootRow& root : image.roots) {
    if (linked.text(root.name) != "spend") continue;
    for (const vm::FieldRow& field : image.rows(root.fields)) {
      if (linked.text(field.name) == "cost") add("spend", field);
    }
  }
  const vm::RangeOf<vm::FieldRow> args = image[state.tool].args;
  for (const vm::FieldRow& field : image.rows(args)) add("args", field);
  return amounts;
}

}  // namespace remit::inline v0
