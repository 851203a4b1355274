// Policies into rows: items, tables, limits, messages, and what the debug section says of them.

#include <algorithm>

#include "compiler/check/policy/cells.h"
#include "compiler/check/seats.h"
#include "compiler/emit/emitter.h"
#include "compiler/ir/requirement.h"

namespace remit::compiler {

namespace {

vm::VerdictClass class_of(ast::VerdictWord outcome) {
  switch (outcome) {
    case ast::VerdictWord::None:
    case ast::VerdictWord::Pass: return vm::VerdictClass::None;
    case ast::VerdictWord::Permit: return vm::VerdictClass::Permit;
    case ast::VerdictWord::Queue: return vm::VerdictClass::Queue;
    case ast::VerdictWord::Escalate: return vm::VerdictClass::Escalate;
    case ast::VerdictWord::Deny: return vm::VerdictClass::Deny;
  }
  return vm::VerdictClass::None;
}

// The strictest verdict that an assert forbids.
vm::VerdictClass forbidden(ast::AssertKind kind) {
  switch (kind) {
    case ast::AssertKind::NeverPermit: return vm::VerdictClass::Permit;
    case ast::AssertKind::NeverPermitOrQueue: return vm::VerdictClass::Queue;
    case ast::AssertKind::AlwaysDeny: return vm::VerdictClass::Escalate;
  }
  return vm::VerdictClass::Escalate;
}

// White space runs become one space: a clause is shown on one line.
std::string on_one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      result += c;
    else if (!result.ends_with(' '))
      result += ' ';
  }
  return result;
}

}  // namespace

// The code of a condition; each of the conjuncts that its author wrote is a clause of the debug
// section. A call of a def is one clause.
vm::CodeRange Emitter::condition(const std::optional<ir::NodeId>& id, bool negated,
                                 std::vector<vm::ClauseRow>& clauses) {
  if (!id) return vm::next_rows(image_.code, 0);
  const ir::Node& root = bundle_.node(*id);
  const bool splits =
      !root.inlined && root.kind == (negated ? ir::NodeKind::Or : ir::NodeKind::And);
  std::vector<vm::CodeRange> parts;
  const vm::CodeRange code = splits ? code_.emit_with_parts(*id, parts) : code_.emit(*id);
  const auto clause = [&](const ir::Node& node, vm::CodeRange range) {
    const lang::SourceFile& file = sources_.file(node.span.file);
    vm::ClauseRow row;
    row.text = debug_string(on_one_line(sources_.text(node.span)));
    row.file = debug_path(file);
    row.line = file.place(node.span.begin).line;
    row.negated = negated;
    row.code = range;
    clauses.push_back(row);
  };
  if (!splits) clause(root, code);
  for (std::size_t i = 0; i < parts.size(); ++i) clause(bundle_.child(root, i), parts[i]);
  return code;
}

void Emitter::policies() {
  std::uint32_t next_item = 0;
  for (std::size_t i = 0; i < typed_.layers.size(); ++i) {
    const LayerInfo& layer = typed_.layers[i];
    image_.layers.push_back({string(layer.name), static_cast<std::uint8_t>(layer.guards_only),
                             static_cast<std::uint8_t>(layer.machine),
                             vm::next_rows(image_.policies, layer.policies.size())});
    for (const PolicyIndex index : layer.policies) {
      const PolicyInfo& policy = typed_.policies[static_cast<std::size_t>(index)];
      policy_clauses_.emplace_back();
      vm::CodeRange applies;  // empty without items: never evaluated
      if (!policy.items.empty())
        applies = condition(bundle_.policies[static_cast<std::size_t>(index)].applies, false,
                            policy_clauses_.back());
      const vm::RangeOf<vm::ItemRow> items{next_item,
                                           static_cast<std::uint32_t>(policy.items.size())};
      next_item = items.end();
      image_.policies.push_back({string(policy.name), static_cast<vm::LayerId>(i), items, applies});
    }
  }
  for (std::size_t i = 0; i < typed_.items.size(); ++i) {
    item(typed_.items[i], bundle_.items[i], static_cast<vm::PolicyId>(typed_.items[i].policy));
  }
}

void Emitter::waits(const ItemInfo& info, vm::ItemRow& row) {
  const std::vector<SortedParty> parties = sorted_parties(info, typed_);
  row.parties = vm::next_rows(image_.parties, parties.size());
  for (const SortedParty& party : parties) {
    image_.parties.push_back({party.need, vm::next_rows(image_.seats, party.seats.size())});
    for (const SeatInfo& seat : party.seats) image_.seats.push_back({seat.kind, seat.role});
  }
  row.within_ms = info.within_ms;
}

void Emitter::duties(const ItemInfo& info, vm::ItemRow& row) {
  std::vector<DutyInfo> duties = info.duties;
  std::ranges::sort(duties, {}, [](const DutyInfo& duty) {
    return std::tuple(duty.kind, duty.value, duty.name);
  });
  row.duties = vm::next_rows(image_.duties, duties.size());
  for (const DutyInfo& duty : duties) {
    image_.duties.push_back(
        {duty.kind, duty.value, duty.kind == DutyKind::Redact ? string(duty.name) : vm::kNoString});
  }
}

// The parts of cells in ascending order; their ends closed.
void Emitter::cells(const ItemInfo& info, vm::ItemRow& row) {
  const TableInfo& table = typed_.table(info);
  const auto own = std::ranges::find_if(
      table.rows, [&](const RowInfo& other) { return &typed_.item(other.item) == &info; });
  row.cells = vm::next_rows(image_.cells, own->cells.size());
  for (const CellInfo& cell : own->cells) {
    std::vector<Interval> parts;
    for (const CellItemInfo& part : cell.items) parts.push_back(interval_of(part));
    std::ranges::sort(parts, {}, &Interval::low);
    image_.cells.push_back(
        {static_cast<std::uint8_t>(cell.negated), vm::next_rows(image_.cell_items, parts.size())});
    for (const Interval& part : parts) {
      const bool open_low = part.low == kOpenLow, open_high = part.high == kOpenHigh;
      image_.cell_items.push_back({open_low, open_high,
                                   open_low ? 0 : static_cast<std::int64_t>(part.low),
                                   open_high ? 0 : static_cast<std::int64_t>(part.high)});
    }
  }
}

void Emitter::item(const ItemInfo& info, const ir::Item& conditions, vm::PolicyId policy) {
  vm::ItemRow row;
  row.name = string(info.name);
  row.policy = policy;
  row.kind = info.kind;
  row.verdict =
      info.kind == ItemKind::Assert ? forbidden(info.forbidden()) : class_of(info.outcome());
  row.scope = vm::next_rows(image_.scope_tools, info.scope.size());
  for (const ToolIndex tool : info.scope)
    image_.scope_tools.push_back(static_cast<vm::ToolId>(tool));
  std::vector<vm::ClauseRow> clauses;
  row.when = condition(conditions.when, false, clauses);
  row.unless = condition(conditions.unless, true, clauses);
  item_clauses_.push_back(std::move(clauses));
  row.expires_ms = info.expires_ms.value_or(vm::kNever);
  waits(info, row);
  duties(info, row);
  std::vector<ItemIndex> overrides = info.overrides;
  std::ranges::sort(overrides);
  row.overrides = vm::next_rows(image_.overridden, overrides.size());
  for (const ItemIndex index : overrides) image_.overridden.push_back(static_cast<ItemId>(index));
  row.cells = vm::next_rows(image_.cells, 0);
  if (is_row(info.kind)) {
    row.detail = static_cast<std::uint32_t>(info.table);
    cells(info, row);
  }
  if (info.waits())
    row.requirement = requirement_hash(bundle_, static_cast<ItemIndex>(image_.items.size()));
  if (info.kind == ItemKind::Limit) {
    row.detail = static_cast<std::uint32_t>(image_.limits.size());
    vm::LimitRow limit;
    limit.item = static_cast<ItemId>(image_.items.size());
    const Type& type = *bundle_.node(*conditions.maximum).type;
    limit.kind = type.kind;
    limit.ref = ref_of(type);
    limit.window = info.window;
    limit.window_ms = info.window_ms;
    image_.limits.push_back(limit);
  }
  image_.items.push_back(row);
}

std::uint32_t Emitter::input(ir::NodeId value) {
  const Type& type = *bundle_.node(value).type;
  inputs_.push_back(value);
  image_.inputs.push_back({type.kind, ref_of(type), {}});
  return static_cast<std::uint32_t>(image_.inputs.size() - 1);
}

void Emitter::tables() {
  for (std::size_t i = 0; i < typed_.tables.size(); ++i) {
    const ir::Table& table = bundle_.tables[i];
    vm::TableRow row;
    std::vector<vm::ClauseRow> clauses;
    row.when = condition(table.when, false, clauses);
    row.unless = condition(table.unless, true, clauses);
    table_clauses_.push_back(std::move(clauses));
    row.inputs = vm::next_rows(image_.inputs, table.inputs.size());
    for (const ir::NodeId value : table.inputs) input(value);
    const auto first = std::ranges::min(typed_.tables[i].rows, {}, &RowInfo::item).item;
    row.items = {static_cast<std::uint32_t>(first),
                 static_cast<std::uint32_t>(typed_.tables[i].rows.size())};
    image_.tables.push_back(row);
  }
}

void Emitter::limits() {
  for (vm::LimitRow& row : image_.limits) {
    const ir::Item& item = bundle_.items[static_cast<std::size_t>(row.item)];
    const auto code = [&](const std::optional<ir::NodeId>& value) {
      return value ? code_.emit(*value) : vm::next_rows(image_.code, 0);
    };
    row.maximum = code(item.maximum);
    row.amount = code(item.amount);
    row.keys = vm::next_rows(image_.inputs, item.keys.size());
    for (const ir::NodeId key : item.keys) input(key);
  }
}

void Emitter::inputs() {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    image_.inputs[i].code = code_.emit(inputs_[i]);
  }
}

// The clauses of an item: of its policy, its own or its table's, and its cells.
void Emitter::clauses_of_items() {
  for (std::size_t i = 0; i < typed_.items.size(); ++i) {
    const ItemInfo& info = typed_.items[i];
    std::vector<vm::ClauseRow> clauses = policy_clauses_[static_cast<std::size_t>(info.policy)];
    const auto add = [&](const std::vector<vm::ClauseRow>& more) {
      clauses.insert(clauses.end(), more.begin(), more.end());
    };
    add(item_clauses_[i]);
    if (is_row(info.kind)) {
      add(table_clauses_[static_cast<std::size_t>(info.table)]);
      cell_clauses(static_cast<ItemIndex>(i), clauses);
    }
    const lang::SourceFile& file = sources_.file(info.place.file);
    vm::ItemDebugRow place;
    place.file = debug_path(file);
    place.line =
        file.place(is_row(info.kind) ? info.place.begin : info.decl->keyword_span.begin).line;
    place.clauses = vm::next_rows(image_.debug.clauses, clauses.size());
    image_.debug.clauses.insert(image_.debug.clauses.end(), clauses.begin(), clauses.end());
    image_.debug.items.push_back(place);
  }
}

// `tenant.plan: pro, enterprise`; a cell that takes anything says nothing.
void Emitter::cell_clauses(ItemIndex index, std::vector<vm::ClauseRow>& clauses) {
  const ItemInfo& info = typed_.item(index);
  const auto row = std::ranges::find(typed_.table(info).rows, index, &RowInfo::item);
  const vm::TableRow& table = image_.tables[static_cast<std::size_t>(info.table)];
  const std::vector<ir::NodeId>& inputs = bundle_.table(info).inputs;
  const lang::SourceFile& file = sources_.file(info.place.file);
  for (std::uint32_t i = 0; i < row->cells.size(); ++i) {
    const CellInfo& cell = row->cells[i];
    if (cell.any) continue;
    vm::ClauseRow clause;
    clause.text = debug_string(on_one_line(sources_.text(bundle_.node(inputs[i]).span)) + ": " +
                               on_one_line(sources_.text(cell.span)));
    clause.file = debug_path(file);
    clause.line = file.place(cell.span.begin).line;
    clause.code = image_.inputs[table.inputs.first + i].code;
    clause.cell = i;
    clauses.push_back(clause);
  }
}

// ---- messages

bool Emitter::reads_args(ir::NodeId id) const {
  const ir::Node& node = bundle_.node(id);
  if ((node.kind == ir::NodeKind::Fact || node.kind == ir::NodeKind::Has) &&
      bundle_.path(node).base == Base::Args)
    return true;
  bool found = false;
  ir::for_each_child(bundle_, node, [&](ir::NodeId child) { found = found || reads_args(child); });
  return found;
}

bool Emitter::is_quoted(ir::NodeId id) const {
  const TypeKind kind = bundle_.node(id).type->kind;
  return vm::is_quoted_in_messages(kind, reads_args(id));
}

vm::TemplateId Emitter::message(const std::optional<ir::Message>& message) {
  if (!message) return vm::kNoTemplate;
  const auto pieces = vm::next_rows(image_.template_pieces, message->pieces.size());
  for (const ir::Piece& piece : message->pieces) {
    vm::TemplatePieceRow row;
    if (piece.value) {
      row.code = code_.emit(*piece.value);
      row.quoted = is_quoted(*piece.value);
    } else {
      row.text = string(piece.text);
      row.code = vm::next_rows(image_.code, 0);
    }
    image_.template_pieces.push_back(row);
  }
  image_.templates.push_back({pieces});
  return static_cast<vm::TemplateId>(image_.templates.size() - 1);
}

void Emitter::emit_templates() {
  for (std::size_t i = 0; i < bundle_.items.size(); ++i) {
    image_.items[i].because = message(bundle_.items[i].because);
    image_.items[i].advise = message(bundle_.items[i].advise);
  }
}

}  // namespace remit::compiler
