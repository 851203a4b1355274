#include "vm/answer/message.h"

#include "stdlib/integer.h"
#include "stdlib/number_text.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/decide/bind.h"

namespace remit::vm {

std::string shown_integral(const Linked& linked, const TypeRow& type, Wide wide) {
  const Image& image = linked.program.image();
  const auto integer = stdlib::narrow(wide);
  if (type.kind == TypeKind::Bool) return wide != 0 ? "true" : "false";
  if (!integer) return stdlib::to_text(wide);
  if (type.kind == TypeKind::Duration) return stdlib::format_duration_long(*integer);
  if (type.kind == TypeKind::Enum) return std::string(enum_wire_name(image, type, *integer));
  if (type.kind == TypeKind::Tool)
    return std::string(linked.text(image[tool_of(*integer)].wire_name));
  return stdlib::number_text(type.kind, *integer, image.default_currency().text())
      .value_or(std::to_string(*integer));
}

std::string shown(const Linked& linked, const TypeRow& type, const Value& value) {
  const Image& image = linked.program.image();
  if (value.absent()) return "absent";
  if (is_integral(type.kind)) return shown_integral(linked, type, value.integer);
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Opaque)
    return std::string(spelling(type.kind));
  if (!is_collection(type.kind)) return stdlib::quote_beginning(value.view());
  const TypeRow& element = image.element_of(type);
  if (element.kind == TypeKind::Record) return std::to_string(value.size) + " elements";
  constexpr std::uint32_t kShownMax = 5;
  std::string text = "{";
  for (std::uint32_t i = 0; i < value.size && i < kShownMax; ++i)
    text += (i == 0 ? "" : ", ") + shown(linked, element, value.elements[i]);
  if (value.size > kShownMax) text += ", … " + std::to_string(value.size) + " in all";
  return text + '}';
}

namespace {

// Only what may be long is cut: of an id, a host and an e-mail address people see every character.
std::string quoted(TypeKind kind, std::string_view text) {
  const bool may_be_cut = kind == TypeKind::String || kind == TypeKind::Path;
  return may_be_cut ? stdlib::quote_ends(text) : stdlib::quote(text);
}

}  // namespace

std::string render(const Facts::State& facts, Evaluation& found, TemplateId id) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const RangeOf<TemplatePieceRow> pieces = image[id].pieces;
  std::string text;
  for (std::uint32_t i = pieces.first; i < pieces.end(); ++i) {
    const TemplatePieceRow& piece = image.template_pieces[i];
    if (piece.code.empty()) {
      text += linked.text(piece.text);
      continue;
    }
    const Entry entry =
        evaluate(linked, piece.code, piece.code.first, view_of(facts, found.used), found.workspace);
    const ValueType of = linked.program.code_notes().pieces[i];
    if (is_integral(of.kind))
      text += shown_integral(linked, {of.kind, of.ref, 0, 0}, entry.wide);
    else if (piece.quoted != 0)
      text += quoted(of.kind, entry.value.view());
    else
      text += entry.value.view();
  }
  return text;
}

}  // namespace remit::vm
