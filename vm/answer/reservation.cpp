#include "vm/answer/reservation.h"

#include <algorithm>
#include <bit>

#include "stdlib/integer.h"
#include "stdlib/json_text.h"
#include "stdlib/time.h"
#include "vm/answer/pair.h"
#include "vm/answer/wire_out.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

// The key as a JSON array of wire values.
std::string key_text(const Facts::State& facts, const LimitRow& limit) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const FactsView view = view_of(facts);
  std::string text;
  stdlib::JsonWriter json(text);
  json.begin_array();
  for (const InputRow& input : image.rows(limit.keys)) {
    const Entry entry = evaluate(linked, input.code, input.code.first, view, *facts.workspace);
    TypeRow type;
    type.kind = input.kind;
    type.ref = input.ref;
    const Value value = is_integral(input.kind)
                            ? Value::of_integer(static_cast<std::int64_t>(entry.wide))
                            : entry.value;
    write_value(linked, type, MoneyUnit::None, value, json);
  }
  json.end_array();
  return text;
}

LimitKey key_of(const Facts::State& facts, const LimitRow& limit) {
  LimitKey key;
  key.limit = full_name(*facts.linked, limit.item);
  key.key = key_text(facts, limit);
  key.kind = limit.kind;
  key.window_ms = limit.window_ms;
  key.window = window_text(limit);
  return key;
}

// Visits the plan's limits that apply with their index. Throws std::bad_alloc where a pattern found
// no memory, so that no limit is passed over.
template <typename Visit>
void for_each_applying(const Facts::State& facts, Visit&& visit) {
  const auto& limits = facts.linked->plan_of(facts.tool).limits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const LimitRow& limit = facts.linked->program.image().limits[limits[i]];
    if (limit_applies(facts, limit)) visit(i, limit);
  }
  facts.workspace->require_memory();
}

}  // namespace

std::string window_text(const LimitRow& limit) {
  switch (limit.window) {
    case Window::Sliding: return stdlib::format_duration(limit.window_ms);
    case Window::Day: return "calendar day";
    case Window::Week: return "calendar week";
    case Window::Month: return "calendar month";
    case Window::Year: return "calendar year";
    case Window::Ever: return "ever";
  }
  return {};
}

std::string counter_text(const Facts::State& facts, const LimitRow& limit) {
  const LimitKey key = key_of(facts, limit);
  return "in " + key.window + " for " + key.key;
}

std::vector<LimitKey> limit_keys(const Facts::State& facts) {
  std::vector<LimitKey> keys;
  for_each_applying(
      facts, [&](std::size_t, const LimitRow& limit) { keys.push_back(key_of(facts, limit)); });
  return keys;
}

std::vector<Reservation> reservations(const Facts::State& facts, const Outcome& outcome) {
  std::vector<Reservation> lines;
  if (outcome.verdict != Verdict::Permit) return lines;
  for_each_applying(facts, [&](std::size_t index, const LimitRow& limit) {
    const LimitUse use = limit_use(facts, index);
    Reservation line;
    line.counter = key_of(facts, limit);
    line.amount = static_cast<std::int64_t>(use.amount);
    // One that is exceeded and still permits was released by an approval.
    if (!use.exceeded())
      line.max = static_cast<std::int64_t>(std::min(use.maximum, Wide{INT64_MAX}));
    lines.push_back(std::move(line));
  });
  return lines;
}

std::vector<std::string_view> consumed(const Facts::State& facts, const Outcome& outcome) {
  std::vector<std::string_view> ids;
  if (outcome.verdict != Verdict::Permit) return ids;
  for (ApprovalMask left = facts.used; left != 0; left &= left - 1)
    ids.push_back(facts.approvals[static_cast<std::size_t>(std::countr_zero(left))].id);
  std::ranges::sort(ids);
  return ids;
}

void write_amount(const Facts::State& facts, TypeKind kind, std::int64_t amount,
                  stdlib::JsonWriter& json) {
  TypeRow type;
  type.kind = kind;
  write_value(*facts.linked, type, MoneyUnit::None, Value::of_integer(amount), json);
}

std::expected<std::vector<LimitKey>, Fault> limit_keys(const Linked& linked, Fault off,
                                                       Facts& facts) {
  Facts::State* state = FactsAccess::find(facts);
  if (state != nullptr) state->path.clear();
  if (off != Fault::None) return std::unexpected(off);
  if (state == nullptr || !is_own(linked, *state)) return std::unexpected(Fault::NoBundle);
  state->workspace->no_memory = false;
  if (const Fault fault = check_facts_but_counters(*state); fault != Fault::None)
    return std::unexpected(fault);
  return limit_keys(*state);
}

std::expected<Terms, PairFault> terms(const Linked& linked, Facts& facts,
                                      const Decision& decision) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  if (decision.verdict() != Verdict::Permit) return std::unexpected(PairFault::NotPermitted);
  const Outcome outcome = decide_again(**pair);
  const auto ids = consumed(**pair, outcome);
  return Terms{reservations(**pair, outcome), {ids.begin(), ids.end()}};
}

}  // namespace remit::vm
