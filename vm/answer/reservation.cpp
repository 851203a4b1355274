#include "vm/answer/reservation.h"

#include <algorithm>
#include <bit>

#include "stdlib/integer.h"
#include "stdlib/time.h"
#include "vm/answer/pair.h"
#include "vm/answer/typed_value.h"
#include "vm/answer/wire_out.h"
#include "vm/decide/complete.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

struct KeyPart {
  TypeRow type;
  Value value;
};

std::vector<KeyPart> key_parts(const Facts::State& facts, Evaluation& found,
                               const LimitRow& limit) {
  const Linked& linked = *facts.linked;
  const FactsView view = view_of(facts, found.used);
  std::vector<KeyPart> parts;
  for (const InputRow& input : linked.program.image().rows(limit.keys)) {
    const Entry entry = evaluate(linked, input.code, input.code.first, view, found.workspace);
    KeyPart& part = parts.emplace_back();
    part.type.kind = input.kind;
    part.type.ref = input.ref;
    part.value = is_integral(input.kind) ? Value::of_integer(static_cast<std::int64_t>(entry.wide))
                                         : entry.value;
  }
  return parts;
}

std::string text_of(const Linked& linked, const LimitRow& limit, const std::vector<KeyPart>& parts,
                    Redaction* redaction) {
  const std::string name = redaction == nullptr ? std::string() : full_name(linked, limit.item);
  std::string text;
  stdlib::JsonWriter json(text);
  json.begin_array();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string value = scalar_text(linked, parts[i].type, {}, parts[i].value);
    json.raw(redaction == nullptr ? value : redaction->key_part(name, i, std::move(value)));
  }
  json.end_array();
  return text;
}

// A key is a path, so it is one load.
bool is_tenant_id(const Linked& linked, CodeRange code) {
  const Instruction& in = linked.program.image().code[code.first];
  return code.count == 1 && in.opcode == Opcode::Load &&
         in.c == linked.program.engine_slots().tenant_id;
}

LimitKey key_of(const Facts::State& facts, Evaluation& found, const LimitRow& limit) {
  const Linked& linked = *facts.linked;
  const std::vector<KeyPart> parts = key_parts(facts, found, limit);
  LimitKey key;
  key.limit = full_name(linked, limit.item);
  key.key = text_of(linked, limit, parts, nullptr);
  for (const KeyPart& part : parts)
    key.parts.push_back(typed_scalar(linked, part.type, part.value));
  key.kind = limit.kind;
  key.window = window_text(limit);
  key.window_kind = limit.window;
  key.window_ms = limit.window_ms;
  key.in_tenant_zone =
      is_calendar(limit.window) &&
      std::ranges::any_of(linked.program.image().rows(limit.keys),
                          [&](const InputRow& input) { return is_tenant_id(linked, input.code); });
  return key;
}

// Visits the plan's limits that apply with their index. Throws std::bad_alloc where a pattern found
// no memory, so that no limit is passed over.
template <typename Visit>
void for_each_applying(const Facts::State& facts, Evaluation& found, Visit&& visit) {
  const auto& limits = facts.linked->plan_of(facts.tool).limits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const LimitRow& limit = facts.linked->program.image().limits[limits[i]];
    if (limit_applies(facts, found, limit)) visit(i, limit);
  }
  found.workspace.require_memory();
}

}  // namespace

std::string window_text(const LimitRow& limit) {
  switch (limit.window) {
    case Window::Sliding: return stdlib::format_duration(limit.window_ms);
    case Window::Day:
    case Window::Week:
    case Window::Month:
    case Window::Year: return "calendar " + std::string(spelling(limit.window));
    case Window::Ever: return std::string(spelling(limit.window));
  }
  return {};
}

std::string window_phrase(const LimitRow& limit) {
  return (limit.window == Window::Ever ? "" : "in ") + window_text(limit);
}

std::string key_text(const Facts::State& facts, Evaluation& found, const LimitRow& limit,
                     Redaction* redaction) {
  return text_of(*facts.linked, limit, key_parts(facts, found, limit), redaction);
}

std::string counter_text(const Facts::State& facts, Evaluation& found, const LimitRow& limit) {
  const std::string window = window_phrase(limit);
  return limit.keys.count == 0 ? window : window + " for " + key_text(facts, found, limit);
}

std::vector<Reservation> reservations(const Facts::State& facts, Evaluation& found) {
  std::vector<Reservation> lines;
  for_each_applying(facts, found, [&](std::size_t index, const LimitRow& limit) {
    const LimitUse use = limit_use(facts, found, index);
    Reservation line;
    line.counter = key_of(facts, found, limit);
    line.amount = static_cast<std::int64_t>(use.amount);
    // One that is exceeded and still permits was released by an approval.
    if (!use.exceeded())
      line.max = static_cast<std::int64_t>(std::min(use.maximum, Wide{INT64_MAX}));
    lines.push_back(std::move(line));
  });
  return lines;
}

std::vector<std::string> consumed(const Facts::State& facts, const Evaluation& found) {
  std::vector<std::string> ids;
  for (ApprovalMask left = found.used; left != 0; left &= left - 1)
    ids.emplace_back(facts.approvals[static_cast<std::size_t>(std::countr_zero(left))].id);
  std::ranges::sort(ids);
  return ids;
}

std::expected<std::vector<LimitKey>, RequestFault> limit_keys(const Linked& linked, Fault off,
                                                              Facts& facts) {
  const auto refuse = [](Fault fault, std::string at = {}) {
    return std::unexpected(RequestFault{fault, std::move(at)});
  };
  Facts::State* const state = FactsAccess::find(facts);
  if (off != Fault::None) return refuse(off);
  if (state == nullptr || !is_own(linked, *state)) return refuse(Fault::NoBundle);
  Evaluation& found = *state->scratch;
  found.workspace.no_memory = false;
  found.used = 0;
  if (state->is_readable()) fill_defaults(*state);
  const Lack lack = first_lack_but_counters(*state, found);
  if (lack.fault != Fault::None) return refuse(lack.fault, place_of(*state, lack));
  std::vector<LimitKey> keys;
  for_each_applying(*state, found, [&](std::size_t, const LimitRow& limit) {
    keys.push_back(key_of(*state, found, limit));
  });
  return keys;
}

std::expected<Terms, PairFault> terms(const Linked& linked, const Facts& facts,
                                      const Decision& decision) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  if (decision.verdict() != Verdict::Permit) return std::unexpected(PairFault::NotPermitted);
  Evaluation found = evaluate_again(**pair);
  return Terms{reservations(**pair, found), consumed(**pair, found)};
}

}  // namespace remit::vm
