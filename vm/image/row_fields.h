// How each row of an image lies in a file: `fields_of(row, visit)` names its fields in file order.
// The writer, the reader and the walk over all columns are visitors over this one list.
#pragma once

#include <string>
#include <type_traits>

#include "vm/image/image.h"

namespace remit::vm {

// A row to read into, or a constant one to write.
template <typename R, typename Row>
concept RowOf = std::is_same_v<std::remove_const_t<R>, Row>;

void fields_of(AnyRange auto& r, auto&& v) { v(r.first, r.count); }

void fields_of(RowOf<CurrencyRow> auto& r, auto&& v) { v(r.code, r.minor_digits); }
void fields_of(RowOf<EnumRow> auto& r, auto&& v) { v(r.name, r.ordered, r.values); }
void fields_of(RowOf<EnumValueRow> auto& r, auto&& v) { v(r.name, r.wire_name, r.platform); }
void fields_of(RowOf<TypeRow> auto& r, auto&& v) { v(r.kind, r.ref, r.low, r.high); }
void fields_of(RowOf<FieldRow> auto& r, auto&& v) {
  v(r.name, r.wire_name, r.type, r.optional, r.sensitive, r.unit, r.unit_digits, r.default_row,
    r.slot, r.label_slot);
}
void fields_of(RowOf<RecordRow> auto& r, auto&& v) { v(r.name, r.fields); }
void fields_of(RowOf<RootRow> auto& r, auto&& v) { v(r.name, r.fields); }
void fields_of(RowOf<ToolRow> auto& r, auto&& v) {
  v(r.name, r.wire_name, r.effect, r.reads, r.clearance, r.undo_ms, r.args, r.results, r.required,
    r.steps_bound, r.hash);
}
void fields_of(RowOf<SetRow> auto& r, auto&& v) { v(r.element, r.kind, r.ref, r.elements); }
void fields_of(RowOf<LayerRow> auto& r, auto&& v) {
  v(r.name, r.guards_only, r.machine, r.policies);
}
void fields_of(RowOf<PolicyRow> auto& r, auto&& v) { v(r.name, r.layer, r.items, r.applies); }
void fields_of(RowOf<ItemRow> auto& r, auto&& v) {
  v(r.name, r.policy, r.kind, r.verdict, r.shadow, r.scope, r.when, r.unless, r.expires_ms,
    r.within_ms, r.parties, r.duties, r.overrides, r.detail, r.cells, r.because, r.advise,
    r.requirement);
}
void fields_of(RowOf<InputRow> auto& r, auto&& v) { v(r.kind, r.ref, r.code); }
void fields_of(RowOf<TableRow> auto& r, auto&& v) { v(r.items, r.when, r.unless, r.inputs); }
void fields_of(RowOf<CellRow> auto& r, auto&& v) { v(r.negated, r.items); }
void fields_of(RowOf<CellItemRow> auto& r, auto&& v) { v(r.open_low, r.open_high, r.low, r.high); }
void fields_of(RowOf<LimitRow> auto& r, auto&& v) {
  v(r.item, r.kind, r.ref, r.maximum, r.amount, r.keys, r.window, r.window_ms);
}
void fields_of(RowOf<PartyRow> auto& r, auto&& v) { v(r.need, r.seats); }
void fields_of(RowOf<SeatRow> auto& r, auto&& v) { v(r.kind, r.role); }
void fields_of(RowOf<DutyRow> auto& r, auto&& v) { v(r.kind, r.value, r.name); }
void fields_of(RowOf<TemplateRow> auto& r, auto&& v) { v(r.pieces); }
void fields_of(RowOf<TemplatePieceRow> auto& r, auto&& v) { v(r.text, r.code, r.quoted); }
void fields_of(RowOf<Instruction> auto& r, auto&& v) { v(r.opcode, r.a, r.b, r.c); }
void fields_of(RowOf<ClauseRow> auto& r, auto&& v) {
  v(r.text, r.file, r.line, r.negated, r.code, r.cell);
}
void fields_of(RowOf<ItemDebugRow> auto& r, auto&& v) { v(r.file, r.line, r.clauses); }

// Shows `visit` the name of an image and every column of every row, those of the debug block too; a
// row that is one number or text by itself is a column.
template <typename AnyImage>
void for_each_column(AnyImage& image, auto&& visit) {
  const auto rows = [&](auto& section) {
    for (auto& row : section) {
      if constexpr (std::is_class_v<std::remove_cvref_t<decltype(row)>> &&
                    !std::is_same_v<std::remove_cvref_t<decltype(row)>, std::string>)
        fields_of(row, [&](auto&... column) { (visit(column), ...); });
      else
        visit(row);
    }
  };
  visit(image.name);
#define REMIT_SECTION(member) rows(image.member);
#include "vm/image/sections.def"
#undef REMIT_SECTION
  rows(image.debug.items);
  rows(image.debug.clauses);
}

}  // namespace remit::vm
