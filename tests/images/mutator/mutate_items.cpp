// Mutations of items, their verdicts and what belongs to these.

#include <algorithm>

#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

using vm::VerdictClass;

namespace {

bool waits(const vm::ItemRow& row) {
  return row.verdict == VerdictClass::Queue || row.verdict == VerdictClass::Escalate;
}

// A requirement of its own, and the rest of what a wait has; or nothing of it.
void fit_wait(Item& item, Random& random) {
  item.row.requirement = {};
  if (item.row.kind == ItemKind::Assert || !waits(item.row)) {
    item.parties.clear();
    item.row.within_ms = 0;
    return;
  }
  for (std::uint8_t& byte : item.row.requirement) byte = static_cast<std::uint8_t>(random.next());
  if (item.parties.empty()) item.parties = {party_of(static_cast<std::uint32_t>(random.below(3)))};
  if (item.row.within_ms == 0) item.row.within_ms = random.between(1, 10) * 60'000;
}

std::string full_name(const Parts& parts, std::size_t at) {
  return parts.policy_of[at]->name + '.' + parts.items[at]->name;
}

}  // namespace

bool scope(Draft& draft, Random& random) {
  Item* item = some_item(Parts(draft), random);
  if (item == nullptr || draft.tools.empty()) return false;
  std::vector<std::string> changed = item->scope;
  if (changed.size() > 1 && random.percent(50))
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(random.below(changed.size())));
  else
    changed.push_back(random.pick(draft.tools).name);
  // Rows of a table have one scope.
  for (Item* other : Parts(draft).items) {
    if (other == item || (item->table && other->table == item->table && random.percent(97)))
      other->scope = changed;
  }
  return true;
}

bool insert_item(Draft& draft, Random& random) {
  const Parts parts(draft);
  if (parts.items.empty()) return false;
  const std::size_t at = random.below(parts.items.size());
  Item copy = *parts.items[at];
  // A row goes beside its table, whose name it begins with.
  const std::size_t dot = copy.name.rfind('.');
  const std::string name = fresh_name(random);
  copy.name = dot == std::string::npos ? name : copy.name.substr(0, dot + 1) + name;
  fit_wait(copy, random);
  if (random.percent(50)) copy.overrides.clear();
  if (copy.table && copy.cells.empty() && random.percent(80)) return false;
  parts.policy_of[at]->items.push_back(std::move(copy));
  return true;
}

bool remove_item(Draft& draft, Random& random) {
  const Parts parts(draft);
  if (parts.items.empty()) return false;
  const std::size_t at = random.below(parts.items.size());
  const std::string gone = full_name(parts, at);
  for (Item* item : parts.items) std::erase(item->overrides, gone);
  auto& items = parts.policy_of[at]->items;
  items.erase(items.begin() + (parts.items[at] - items.data()));
  return true;
}

bool move_item(Draft& draft, Random& random) {
  const Parts parts(draft);
  if (parts.items.size() < 2) return false;
  const std::size_t at = random.below(parts.items.size());
  Item& item = *parts.items[at];
  Policy& from = *parts.policy_of[at];
  if (random.percent(40)) {
    std::swap(item.name, one_of(from.items, random)->name);
    return true;
  }
  Policy& to = *parts.policies[random.below(parts.policies.size())];
  if (&to == &from) return false;
  const std::string before = full_name(parts, at), after = to.name + '.' + item.name;
  for (Item* other : parts.items) std::ranges::replace(other->overrides, before, after);
  const std::string name = item.name;
  const auto table = item.table;
  // The rows of a table stay together.
  const auto moves = [&](const Item& one) {
    return one.name == name || (table && one.table == table);
  };
  for (const Item& one : from.items) {
    if (moves(one)) to.items.push_back(one);
  }
  std::erase_if(from.items, moves);
  return true;
}

bool kind(Draft& draft, Random& random) {
  const Parts parts(draft);
  Item* item = some_item(parts, random);
  if (item == nullptr) return false;
  const auto kind =
      static_cast<ItemKind>(random.below(static_cast<std::size_t>(ItemKind::Assert) + 1));
  if (item->table && random.percent(80)) {
    // A table of the other kind: all its rows.
    const ItemKind other = item->row.kind == ItemKind::Row ? ItemKind::GuardRow : ItemKind::Row;
    const std::size_t table = *item->table;
    for (Item* row : parts.items)
      if (row->table == table) row->row.kind = other;
    return true;
  }
  item->row.kind = kind;
  if (kind == ItemKind::Limit && !item->limit) {
    item->limit.emplace();
    item->limit->row.kind = TypeKind::Int;
    item->limit->maximum = {integer(random.between(0, 5))};
    item->limit->keys = {{TypeKind::Id, {}, {load("tenant.id")}}};
  }
  if (kind != ItemKind::Limit) item->limit.reset();
  if (kind == ItemKind::Assert && random.percent(90)) {
    item->because.reset();
    item->advise.reset();
    item->duties.clear();
    item->overrides.clear();
    item->unless.clear();
    item->row.expires_ms = vm::kNever;
  }
  if (random.percent(90)) fit_wait(*item, random);
  return true;
}

bool verdict(Draft& draft, Random& random) {
  Item* item = some_item(Parts(draft), random);
  if (item == nullptr) return false;
  item->row.verdict =
      static_cast<VerdictClass>(random.below(static_cast<std::size_t>(VerdictClass::Deny) + 1));
  if (random.percent(90)) fit_wait(*item, random);
  return true;
}

Party some_party(Random& random) {
  if (random.percent(30))
    return party_of(random.percent(50) ? vm::SeatKind::Requester : vm::SeatKind::Owner);
  return party_of(static_cast<std::uint32_t>(random.below(4)));
}

bool wait(Draft& draft, Random& random) {
  const Parts parts(draft);
  Item* item = some_item(parts, random, [](const Item& one) { return waits(one.row); });
  if (item == nullptr) return false;
  switch (random.below(8)) {
    case 0: item->parties.push_back(some_party(random)); break;
    case 1:
      if (item->parties.empty()) return false;
      item->parties.pop_back();
      break;
    case 2:
      if (item->parties.empty()) return false;
      one_of(item->parties, random)->need = static_cast<std::uint32_t>(random.below(18));
      break;
    case 3: item->row.within_ms = near(random.between(1, 5) * 60'000, random); break;
    case 4: {
      const Item& other = *some_item(parts, random);
      item->row.requirement = other.row.requirement;
      break;
    }
    case 5:
    case 6:
      if (item->parties.empty()) return false;
      one_of(item->parties, random)->seats.push_back(some_party(random).seats.front());
      break;
    default:
      if (item->parties.empty()) return false;
      *one_of(item->parties, random) = some_party(random);
  }
  return true;
}

bool duties(Draft& draft, Random& random) {
  Item* item = some_item(Parts(draft), random);
  if (item == nullptr) return false;
  if (!item->duties.empty() && random.percent(30)) {
    item->duties.pop_back();
    return true;
  }
  Duty duty;
  duty.row.kind =
      static_cast<DutyKind>(random.below(static_cast<std::size_t>(DutyKind::Delay) + 1));
  const DutyParameter parameter = parameter_of(duty.row.kind);
  if (parameter != DutyParameter::None && parameter != DutyParameter::Name)
    duty.row.value = random.percent(80) ? random.between(0, 3) : near(0, random);
  if (parameter == DutyParameter::Name) {
    duty.name = "nothing";
    for (const Tool& tool : draft.tools) {
      const bool covered = std::ranges::find(item->scope, tool.name) != item->scope.end();
      if (covered && !tool.results.empty()) duty.name = random.pick(tool.results);
    }
  }
  item->duties.push_back(duty);
  return true;
}

bool overrides(Draft& draft, Random& random) {
  const Parts parts(draft);
  if (parts.items.empty()) return false;
  const std::size_t at = random.below(parts.items.size());
  Item* item =
      random.percent(80)
          ? some_item(parts, random, [](const Item& one) { return one.row.kind == ItemKind::Rule; })
          : parts.items[at];
  if (item == nullptr) return false;
  if (!item->overrides.empty() && random.percent(40))
    item->overrides.pop_back();
  else
    item->overrides.push_back(full_name(parts, random.below(parts.items.size())));
  return true;
}

bool expiry(Draft& draft, Random& random) {
  const Parts parts(draft);
  Item* item =
      random.percent(80)
          ? some_item(parts, random, [](const Item& one) { return one.row.kind == ItemKind::Rule; })
          : some_item(parts, random);
  if (item == nullptr) return false;
  item->row.expires_ms = random.percent(30) ? vm::kNever : near(1'795'167'000'000, random);
  return true;
}

}  // namespace remit::images
