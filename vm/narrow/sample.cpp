#include "vm/narrow/sample.h"

#include <algorithm>

#include "stdlib/formats.h"
#include "vm/decide/bind.h"
#include "vm/decide/decide.h"
#include "vm/narrow/seating.h"

namespace remit::vm {

namespace {

// Longer collections are not made.
constexpr std::int64_t kElementsMax = 64;

}  // namespace

Sampler::Sampler(const Unknowns& unknowns, Facts::State& facts)
    : unknowns_(unknowns),
      facts_(facts),
      linked_(*facts.linked),
      image_(facts.linked->program.image()) {
  facts_.begin(unknowns.tool);
  for (const ItemId item : linked_.plan_of(unknowns.tool).items) {
    for (const PartyRow& party : image_.rows(image_[item].parties))
      choices_ = std::max(choices_, party.seats.count);
  }
}

std::optional<Value> Sampler::text(const TypeRow& type, const Domain& domain) {
  if (domain.text) return domain.text;
  const std::size_t tries = 3 * (domain.not_texts.size() + 1);
  for (std::size_t i = 0; i < tries; ++i) {
    std::string tried = stdlib::numbered_text(type.kind, i);
    if (!stdlib::is_text_value(type.kind, tried, type.high)) continue;
    const std::uint32_t symbol = linked_.symbol(tried);
    const Value value = Value::of_text(arena_.keep(std::move(tried)), symbol);
    const auto same = [&](const Value& other) { return same_text(other, value); };
    if (std::ranges::none_of(domain.not_texts, same)) return value;
  }
  return std::nullopt;
}

// The `number`th of the values of a scalar type; different ones for different numbers.
std::optional<Value> Sampler::element(const TypeRow& type, std::int64_t number) {
  if (is_integral(type.kind)) {
    if (number >= values_in(image_, type)) return std::nullopt;
    const bool ranged = form_of(type.kind) == TypeForm::Number;
    return Value::of_integer((ranged ? type.low : 0) + number);
  }
  std::string tried = stdlib::numbered_text(type.kind, static_cast<std::size_t>(number));
  if (!is_text(type.kind) || !stdlib::is_text_value(type.kind, tried, type.high))
    return std::nullopt;
  const std::uint32_t symbol = linked_.symbol(tried);
  return Value::of_text(arena_.keep(std::move(tried)), symbol);
}

// The values of a record, flattened behind `into`.
bool Sampler::record(std::uint32_t number, Value* into, Corner corner) {
  const Layout& layout = linked_.program.layout();
  for (std::uint32_t i = 0; i < layout.row_widths[number]; ++i) {
    const SlotInfo info = *layout.element_field(number, i);
    const bool around = info.parent == kNoSlot || !into[info.parent].absent();
    into[i] = Value::none();
    if (!around || (info.optional && corner == Corner::Low)) continue;
    const FieldRow& field = image_.fields[info.field];
    const auto made = value(field, domain_of(image_, field), corner);
    if (!made) return false;
    into[i] = *made;
  }
  return true;
}

std::optional<Value> Sampler::collection(const TypeRow& type, std::int64_t count, Corner corner) {
  if (count > kElementsMax) return std::nullopt;
  const TypeRow& of = image_.element_of(type);
  const auto number = static_cast<std::size_t>(count);
  if (of.kind == TypeKind::Record) {
    const std::size_t width = std::max(linked_.program.layout().row_widths[of.ref], 1U);
    std::vector<Value>& rows = arena_.values(std::max<std::size_t>(number * width, 1));
    for (std::size_t i = 0; i < number; ++i) {
      if (!record(of.ref, rows.data() + i * width, corner)) return std::nullopt;
    }
    Value list = Value::of_elements(rows.data(), static_cast<std::uint32_t>(number));
    list.symbol = static_cast<std::uint32_t>(width);
    return list;
  }
  std::vector<Value>& elements = arena_.values(room_for(type, of, number));
  for (std::size_t i = 0; i < number; ++i) {
    const auto made = element(of, type.kind == TypeKind::Set ? static_cast<std::int64_t>(i) : 0);
    if (!made) return std::nullopt;
    elements[i] = *made;
  }
  if (type.kind == TypeKind::Set) return set_of(linked_, of, {elements.data(), number});
  return Value::of_elements(elements.data(), static_cast<std::uint32_t>(number));
}

std::optional<Value> Sampler::value(const FieldRow& field, const Domain& domain, Corner corner) {
  const TypeRow& type = image_[field.type];
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Number:
    case TypeForm::Enum:
    case TypeForm::Tool:
      if (domain.low > domain.high) return std::nullopt;
      return Value::of_integer(corner == Corner::Low ? domain.low : domain.high);
    case TypeForm::PlainText:
    case TypeForm::Format: return text(type, domain);
    case TypeForm::Record: return Value::of_integer(1);
    case TypeForm::Opaque: return Value::of_text("0");
    case TypeForm::Collection: {
      const std::int64_t more = std::min(domain.high, domain.low + 1);
      return collection(type, corner == Corner::Low ? domain.low : more, corner);
    }
  }
  return std::nullopt;
}

std::optional<Prospect> Sampler::decide(const Domains& domains, Corner corner) {
  arena_.clear();
  facts_.slots = unknowns_.slots;
  facts_.counters = unknowns_.counters;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const Unknown& unknown = unknowns_.facts[i];
    const Domain& domain = domains[i];
    if (unknown.slot == kNoSlot) {
      const std::int64_t used = corner == Corner::Low ? domain.low : domain.high;
      facts_.counters[unknown.counter] = Value::of_integer(used);
      continue;
    }
    if (corner == Corner::Low ? domain.may_be_absent : !domain.may_be_there) continue;
    const auto made = value(*unknown.field, domain, corner);
    if (!made) return std::nullopt;
    facts_.slots[unknown.slot] = *made;
  }
  Evaluation& found = *facts_.scratch;
  note_applying(facts_, found);
  evaluate_facts(facts_, found);
  found.workspace.require_memory();
  const Outcome& outcome = found.outcome;
  Prospect seen;
  seen.permit = outcome.verdict == Verdict::Permit;
  seen.wait = outcome.waits();
  if (!seen.wait) return seen;
  const Findings findings = findings_of(facts_, found);
  for_each_live(findings, [&](std::size_t position) {
    if (is_wait(findings.item(position))) seen.add_seats(image_, findings.item(position));
  });
  return agreed() ? seen : Prospect();
}

// Whether what waits is permitted once as many people have agreed as are asked, each a different
// one, in one of the ways in which they can be seated that are tried.
bool Sampler::agreed() {
  const Findings findings = findings_of(facts_, *facts_.scratch);
  // A fact that no condition reads has not been chosen yet.
  const std::uint32_t principal = linked_.program.engine_slots().actor_on_behalf_of;
  const Value& known = facts_.slots[principal];
  const bool principal_is_open =
      unknowns_.of_slot[principal] == kNoRow && known.absent() && !known.said_absent();
  bool can_agree = true;
  for_each_live(findings, [&](std::size_t position) {
    const ItemRow& item = findings.item(position);
    can_agree = can_agree &&
                (!is_wait(item) || can_be_seated(linked_, facts_.slots, item, principal_is_open));
  });
  if (!can_agree || findings.plan->asserts.empty()) return can_agree;
  for (std::uint32_t choice = 0; choice < choices_; ++choice) {
    if (agreed(choice)) return true;
  }
  return false;
}

// The same where everybody takes the seat of that number in a party, or its last.
bool Sampler::agreed(std::uint32_t choice) {
  Evaluation& found = *facts_.scratch;
  const Findings findings = findings_of(facts_, found);
  facts_.approvals.clear();
  for_each_live(findings, [&](std::size_t position) {
    if (!is_wait(findings.item(position))) return;
    for (const PartyRow& party : image_.rows(findings.item(position).parties)) {
      const auto seats = image_.rows(party.seats);
      for (std::uint32_t i = 0; i < party.need; ++i) {
        ApprovalRecord& record = facts_.approvals.emplace_back();
        record.person = static_cast<std::uint32_t>(facts_.approvals.size() - 1);
        record.seat = seats[std::min<std::size_t>(choice, seats.size() - 1)];
      }
    }
  });
  const bool fits = facts_.approvals.size() <= limits::kApprovalsMax;
  if (fits) {
    found.used = facts_.approvals.size() == limits::kApprovalsMax
                     ? ~ApprovalMask{0}
                     : (ApprovalMask{1} << facts_.approvals.size()) - 1;
    release(facts_, found);
    found.workspace.require_memory();
  }
  facts_.approvals.clear();
  return fits && found.outcome.verdict == Verdict::Permit;
}

}  // namespace remit::vm
