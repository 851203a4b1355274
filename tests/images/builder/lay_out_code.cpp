// Code, messages, the debug section and the pools of a draft.

#include <algorithm>

#include "tests/images/builder/lay_out.h"

namespace remit::images {

using vm::Opcode;
using vm::Operand;

std::uint32_t RowWriter::set(const Set& set) {
  SetKey key;
  key.is_text = set.element != vm::ElementKind::Integer;
  key.is_cidr = set.element == vm::ElementKind::Cidr;
  key.kind = set.kind;
  key.ref = ref(set.kind, set.of);
  key.integers = set.integers;
  for (const std::string& text : set.texts) key.texts.push_back(text);
  std::ranges::sort(key.integers);
  std::ranges::sort(key.texts);
  key.integers.erase(std::unique(key.integers.begin(), key.integers.end()), key.integers.end());
  key.texts.erase(std::unique(key.texts.begin(), key.texts.end()), key.texts.end());
  for (const std::string_view text : key.texts) string(text);
  return pools_.sets.row(key);
}

std::uint32_t RowWriter::limit(std::string_view name, const Context& context) const {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].policy == context.policy && items_[i].item->limit && items_[i].item->name == name)
      return image_.items[i].detail;
  }
  return vm::kNoRow;
}

vm::Instruction RowWriter::instruction(const Op& op, const Context& context,
                                       std::string_view record) {
  const vm::OpcodeInfo& info = vm::info(op.opcode);
  vm::Instruction in{op.opcode, op.a, op.b, op.number};
  if (info.b == Operand::Enum && static_cast<TypeKind>(op.a) == TypeKind::Enum)
    in.b = static_cast<std::uint16_t>(enum_row(op.of));
  std::optional<Places::Place> place;
  if (info.c == Operand::Slot) place = places_.find(op.text, context.tool);
  if (info.c == Operand::Field) place = places_.find_field(record, op.text);
  if (place) in.c = place->slot;
  if (info.c == Operand::String) in.c = static_cast<std::uint32_t>(string(op.text));
  if (info.c == Operand::Integer) in.c = pools_.integers.row(op.integer);
  if (info.c == Operand::Set && !op.set.empty()) in.c = set(op.set[0]);
  if (info.c == Operand::Limit) in.c = limit(op.text, context);
  if (info.c == Operand::Pattern) {
    string(op.text);
    in.c = pools_.patterns.row(op.text);
  }
  return in;
}

vm::CodeRange RowWriter::code(const Code& code, const Context& context) {
  const auto range = vm::next_rows(image_.code, code.size());
  std::string_view record, last;  // of the loop at hand; of what was loaded last
  for (const Op& op : code) {
    if (vm::info(op.opcode).cost_rule == vm::CostRule::Loop) record = last;
    if (op.opcode == Opcode::Load) {
      const auto place = places_.find(op.text, context.tool);
      const bool rows = place && place->type != nullptr && !place->type->element.empty();
      last = rows ? std::string_view(place->type->element[0].of) : std::string_view();
    }
    image_.code.push_back(instruction(op, context, record));
  }
  return range;
}

vm::TemplateId RowWriter::message(const std::optional<Template>& message) {
  if (!message) return vm::kNoTemplate;
  image_.templates.push_back({vm::next_rows(image_.template_pieces, message->size())});
  for (const Piece& piece : *message) {
    vm::TemplatePieceRow row = piece.row;
    row.text = piece.code.empty() ? string(piece.text) : vm::kNoString;
    image_.template_pieces.push_back(row);
  }
  return static_cast<vm::TemplateId>(size(image_.templates) - 1);
}

// In the order of its owners.
void RowWriter::all_code() {
  std::size_t row = 0;
  for (const auto& layer : policies_) {
    for (const Policy* policy : layer)
      image_.policies[row++].applies = code(policy->applies, {policy, nullptr});
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Context context = this->context(items_[i]);
    image_.items[i].when = code(items_[i].item->when, context);
    image_.items[i].unless = code(items_[i].item->unless, context);
  }
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    const Context context = this->context(items_[image_.tables[t].items.first]);
    image_.tables[t].when = code(draft_.tables[tables_[t]].when, context);
    image_.tables[t].unless = code(draft_.tables[tables_[t]].unless, context);
  }
  for (vm::LimitRow& limit : image_.limits) {
    const Placed& placed = items_[static_cast<std::size_t>(limit.item)];
    limit.maximum = code(placed.item->limit->maximum, context(placed));
    limit.amount = code(placed.item->limit->amount, context(placed));
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    image_.inputs[i].code = code(inputs_[i].first->code, inputs_[i].second);
  std::uint32_t piece = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = *items_[i].item;
    image_.items[i].because = message(item.because);
    image_.items[i].advise = message(item.advise);
    for (const auto* message : {&item.because, &item.advise}) {
      if (!*message) continue;
      for (const Piece& one : **message)
        image_.template_pieces[piece++].code = code(one.code, context(items_[i]));
    }
  }
}

void RowWriter::debug() {
  if (!draft_.debug) return;
  vm::Debug& debug = image_.debug;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = *items_[i].item;
    const vm::ItemRow& row = image_.items[i];
    // An item that says two things of itself may have another detail than its table.
    const vm::TableRow* table =
        item.table ? &image_.tables[static_cast<std::size_t>(
                         std::ranges::find(tables_, *item.table) - tables_.begin())]
                   : nullptr;
    debug.items.push_back(
        {debug_string(item.file), item.line, vm::next_rows(debug.clauses, item.clauses.size())});
    for (const Clause& clause : item.clauses) {
      vm::ClauseRow made = clause.row;
      made.text = debug_string(clause.text);
      made.file = debug_string(clause.file);
      vm::CodeRange whole;
      switch (clause.owner) {
        case Owner::Applies: whole = image_.policies[items_[i].policy_row].applies; break;
        case Owner::When: whole = table != nullptr ? table->when : row.when; break;
        case Owner::Unless: whole = table != nullptr ? table->unless : row.unless; break;
        case Owner::Cell:
          if (table != nullptr && made.cell < table->inputs.count)
            whole = image_.rows(table->inputs)[made.cell].code;
          break;
      }
      made.code = clause.owner == Owner::Cell
                      ? whole
                      : vm::CodeRange{whole.first + clause.first, clause.count};
      debug.clauses.push_back(made);
    }
  }
}

// The pools themselves, once they are frozen.
void RowWriter::pools() {
  for (const std::string_view text : pools_.strings.values()) image_.strings.emplace_back(text);
  for (const auto* pool : {&pools_.scalars, &pools_.collections}) {
    for (const TypeKey& key : pool->values())
      image_.types.push_back({key.kind, key.ref, key.low, key.high});
  }
  image_.integers = pools_.integers.values();
  for (const SetKey& key : pools_.sets.values()) {
    vm::SetRow row;
    row.element = key.is_cidr   ? vm::ElementKind::Cidr
                  : key.is_text ? vm::ElementKind::Text
                                : vm::ElementKind::Integer;
    row.kind = key.kind;
    row.ref = key.ref;
    row.elements = {size(image_.set_elements), key.is_text ? size(key.texts) : size(key.integers)};
    for (std::size_t i = 0; i < row.elements.count; ++i) {
      image_.set_elements.push_back(key.is_text ? pools_.strings.row(key.texts[i])
                                                : key.integers[i]);
    }
    image_.sets.push_back(row);
  }
  for (const std::string_view pattern : pools_.patterns.values())
    image_.patterns.push_back(string(pattern));
  for (const std::string_view text : pools_.debug_strings.values())
    image_.debug.strings.emplace_back(text);
}

}  // namespace remit::images
