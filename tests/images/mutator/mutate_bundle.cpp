// Mutations of layers, tables, limits, messages, the debug section and the header.

#include <algorithm>

#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

namespace {

// `p.t` + `l` is the full name of `p` + `t.l` as well.
bool split_name(Draft& draft, Layer& layer, Random& random) {
  const Parts parts(draft);
  const Item* row = some_item(parts, random, [](const Item& one) { return one.table.has_value(); });
  if (row == nullptr) return false;
  const auto at =
      static_cast<std::size_t>(std::ranges::find(parts.items, row) - parts.items.begin());
  const std::size_t dot = row->name.find('.');
  if (dot == std::string::npos) return false;
  Policy policy{parts.policy_of[at]->name + '.' + row->name.substr(0, dot), {}, {}};
  policy.items = {make_item(ItemKind::Guard, row->name.substr(dot + 1), vm::VerdictClass::Deny, {},
                            row->scope)};
  policy.items[0].file = row->file;
  layer.policies.push_back(std::move(policy));
  return true;
}

// No layer grants any more, and mostly nothing tries to.
void forbid_grants(Draft& draft, Random& random) {
  const bool whole = random.percent(80);
  for (Layer& layer : draft.layers) {
    layer.row.guards_only = 1;
    for (Policy& policy : layer.policies) {
      if (whole)
        std::erase_if(policy.items, [](const Item& item) { return may_grant(item.row.kind); });
    }
  }
}

// All money is of the first currency.
void rename_currency(Draft& draft) {
  draft.currency = draft.currencies[0].code;
  const Parts parts(draft);
  for (auto* list : parts.fields) {
    for (Field& field : *list) {
      for (Type* type = &field.type; type != nullptr;
           type = type->element.empty() ? nullptr : &type->element[0])
        if (type->kind == TypeKind::Money) type->of.clear();
    }
  }
  for (Op* op : parts.ops([](const Op& op) { return !op.set.empty(); }))
    if (op->set[0].kind == TypeKind::Money) op->set[0].of.clear();
  for (Table& table : draft.tables) {
    for (Input& input : table.inputs)
      if (input.kind == TypeKind::Money) input.of.clear();
  }
  for (Item* item : parts.items)
    if (item->limit && item->limit->row.kind == TypeKind::Money) item->limit->of.clear();
}

}  // namespace

bool layers(Draft& draft, Random& random) {
  Layer* layer = one_of(draft.layers, random);
  if (layer == nullptr) return false;
  switch (random.below(8)) {
    case 0: layer->row.guards_only ^= 1; break;
    case 1: layer->row.machine ^= 1; break;
    case 2: std::swap(*layer, *one_of(draft.layers, random)); break;
    case 3: {
      const std::string name = random.percent(75) ? fresh_name(random) : layer->name;
      draft.layers.push_back({{}, name, {}});
      break;
    }
    case 4: {
      if (layer->policies.empty()) return false;
      Policy policy = std::move(layer->policies.back());
      layer->policies.pop_back();
      one_of(draft.layers, random)->policies.push_back(std::move(policy));
      break;
    }
    case 5: {
      Policy policy;
      policy.name = "x." + fresh_name(random);
      if (random.percent(20)) policy.name = random.pick(Parts(draft).policies)->name;
      layer->policies.push_back(std::move(policy));
      break;
    }
    case 6: return split_name(draft, *layer, random);
    default: forbid_grants(draft, random);
  }
  return true;
}

// ---- tables and limits

bool cells(Draft& draft, Random& random) {
  Item* item = some_item(Parts(draft), random, [](const Item& one) { return !one.cells.empty(); });
  if (item == nullptr) return false;
  Cell& cell = *one_of(item->cells, random);
  vm::CellItemRow* part = one_of(cell.items, random);
  switch (random.below(part == nullptr ? 2 : 7)) {
    case 0: cell.row.negated ^= 1; break;
    case 1: {
      const std::int64_t low = random.between(-2, 12);
      cell.items.push_back({0, 0, low, low + random.between(-1, 3)});
      break;
    }
    case 2: cell.items.pop_back(); break;
    case 3: part->low = part->open_low != 0 ? part->low : near(part->low, random); break;
    case 4: part->high = part->open_high != 0 ? part->high : near(part->high, random); break;
    case 5:
      part->open_low ^= 1;
      part->low = 0;
      break;
    default: part->open_high ^= 1; part->high = 0;
  }
  return true;
}

bool table_inputs(Draft& draft, Random& random) {
  const Parts parts(draft);
  Item* item = some_item(parts, random, [](const Item& one) { return one.table.has_value(); });
  if (item == nullptr) return false;
  const std::size_t table = *item->table;
  auto& inputs = draft.tables[table].inputs;
  const auto for_each_row = [&](auto&& change) {
    for (Item* row : parts.items)
      if (row->table == table && !row->cells.empty()) change(row->cells);
  };
  if (inputs.size() > 1 && random.percent(40)) {
    const auto gone = static_cast<std::ptrdiff_t>(random.below(inputs.size()));
    inputs.erase(inputs.begin() + gone);
    for_each_row([&](std::vector<Cell>& cells) {
      if (static_cast<std::size_t>(gone) < cells.size()) cells.erase(cells.begin() + gone);
    });
  } else {
    const Input more[] = {{TypeKind::Int, {}, {load("risk.score")}},
                          {TypeKind::Tool, {}, {load("tool.name")}},
                          {TypeKind::Bool, {}, {yes()}},
                          {TypeKind::Enum, "effect", {load("tool.effect")}}};
    inputs.push_back(random.pick(more));
    for_each_row([&](std::vector<Cell>& cells) { cells.emplace_back(); });
  }
  // Clauses of cells say which; they follow the cells, or are gone.
  for (Item* row : parts.items) {
    if (row->table != table) continue;
    std::erase_if(row->clauses, [&](const Clause& clause) {
      return clause.owner == Owner::Cell && clause.row.cell >= inputs.size();
    });
  }
  return true;
}

bool limit(Draft& draft, Random& random) {
  Item* item =
      some_item(Parts(draft), random, [](const Item& one) { return one.limit.has_value(); });
  if (item == nullptr) return false;
  Limit& limit = *item->limit;
  static constexpr TypeKind kKinds[] = {TypeKind::Int, TypeKind::Money, TypeKind::Duration};
  switch (random.below(6)) {
    case 0:
      limit.row.window = random.percent(50)   ? Window::Sliding
                         : random.percent(80) ? Window::Month
                                              : static_cast<Window>(random.below(6));
      limit.row.window_ms =
          limit.row.window == Window::Sliding || random.percent(10) ? near(86'400'000, random) : 0;
      break;
    case 1:
      limit.row.kind = random.pick(kKinds);
      limit.of.clear();
      if (limit.row.kind == TypeKind::Int && random.percent(50)) limit.amount.clear();
      limit.maximum = {integer(random.between(-5, 50), limit.row.kind)};
      break;
    case 2: {
      const Input more[] = {{TypeKind::Id, {}, {load("actor.id")}},
                            {TypeKind::Tool, {}, {load("tool.name")}},
                            {TypeKind::Enum, "actor_kind", {load("actor.kind")}},
                            {TypeKind::Int, {}, {load("risk.score")}}};
      limit.keys.push_back(random.pick(more));
      break;
    }
    case 3:
      if (limit.keys.empty()) return false;
      limit.keys.pop_back();
      break;
    case 4: limit.maximum = {integer(near(0, random), limit.row.kind)}; break;
    default: limit.amount = {integer(near(1, random), limit.row.kind)};
  }
  return true;
}

// ---- messages, debug, header

bool message(Draft& draft, Random& random) {
  Item* item = some_item(Parts(draft), random);
  if (item == nullptr) return false;
  auto& message = random.percent(50) ? item->because : item->advise;
  static constexpr const char* kTexts[] = {"because ",     "",    "two\nlines", "\xC3\xA9",
                                           "\xE2\x80\x8B", "\x02"};
  if (!message) {
    message = words("why");
    return true;
  }
  Piece* piece = one_of(*message, random);
  switch (random.below(piece == nullptr ? 1 : 6)) {
    case 5: {
      // A time that may be past what can be written.
      const std::int64_t later = random.percent(50) ? 0 : 86'400'000;
      message->push_back(
          {{}, {}, {load("clock.now"), integer(later, TypeKind::Duration), op(vm::Opcode::Add)}});
      break;
    }
    case 0: {
      if (random.percent(10)) {
        for (auto* list : Parts(draft).fields) {
          for (Field& field : *list) field.row.sensitive |= field.name == "score" ? 1 : 0;
        }
        message->push_back({{}, {}, {load("risk.score")}});
        break;
      }
      static constexpr const char* kFacts[] = {"tenant.id",  "risk.score", "clock.now",
                                               "actor.kind", "spend.cost", "actor.version"};
      message->push_back({{}, {}, {load(random.pick(kFacts))}});
      break;
    }
    case 1: message->push_back({{}, random.pick(kTexts), {}}); break;
    case 2: message->erase(message->begin() + (piece - message->data())); break;
    case 3: piece->row.quoted ^= 1; break;
    default: message.reset();
  }
  return true;
}

bool debug(Draft& draft, Random& random) {
  if (random.percent(10)) {
    draft.debug = !draft.debug;
    return true;
  }
  Item* item = some_item(Parts(draft), random);
  if (item == nullptr || !draft.debug) return false;
  Clause* clause = one_of(item->clauses, random);
  switch (random.below(clause == nullptr ? 2 : 7)) {
    case 0: item->line = static_cast<std::uint32_t>(random.below(100)); break;
    case 1: item->file = "other.rule"; break;
    case 2: item->clauses.erase(item->clauses.begin() + (clause - item->clauses.data())); break;
    case 3: item->clauses.push_back(*clause); break;
    case 4: clause->row.negated ^= 1; break;
    case 5: clause->text = random.percent(50) ? "another condition" : "\xE2\x80\xAE"; break;
    default: {
      std::uint32_t& number = random.percent(50) ? clause->first : clause->count;
      number += static_cast<std::uint32_t>(random.between(-1, 1));
    }
  }
  return true;
}

bool header(Draft& draft, Random& random) {
  vm::Image& header = draft.header;
  if (draft.currencies.empty()) return false;
  switch (random.below(8)) {
    case 0: header.dev = !header.dev; break;
    case 1: header.version = near(1, random); break;
    case 2: header.expires_ms = near(1'900'000'000'000, random); break;
    case 3:
      header.steps_max = random.percent(50) ? random.between(-1, 60) : near(1'000'000, random);
      break;
    case 4:
      draft.currencies[0].code[random.below(3)] = static_cast<char>('A' + random.below(30));
      if (random.percent(90)) rename_currency(draft);
      break;
    case 5: {
      const auto digits = static_cast<std::uint8_t>(random.below(8));
      draft.currencies[0].minor_digits = digits;
      for (auto* list : Parts(draft).fields) {
        for (Field& field : *list)
          if (field.row.unit == vm::MoneyUnit::Minor) field.row.unit_digits = digits;
      }
      break;
    }
    case 6:
      header.dev = false;
      draft.name = fresh_name(random);
      break;
    default: header.dev = true; draft.name.reset();
  }
  return true;
}

}  // namespace remit::images
