// Constants and defaults: values like those that a request can bring, so that whatever reads them
// may take them for such.

#include <algorithm>
#include <string_view>
#include <vector>

#include <remit/limits.h>
#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/money.h"
#include "stdlib/time.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class ConstantChecker {
 public:
  explicit ConstantChecker(const Image& image)
      : image_(image), texts_(image.strings.size()), cidrs_(image.strings.size()) {}

  void run() {
    for (const TypeRow& type : image_.types) bounds(type);
    for (const SetRow& set : image_.sets) elements(set);
    for (const Instruction& instruction : image_.code) operand(instruction);
    defaults();
  }

 private:
  // A kind whose values are all there is has no bounds.
  void bounds(const TypeRow& type) {
    const bool has_bounds = type.kind == TypeKind::Int || type.kind == TypeKind::Money ||
                            type.kind == TypeKind::Duration || type.kind == TypeKind::Timestamp ||
                            type.kind == TypeKind::TimeOfDay || type.kind == TypeKind::String ||
                            type.kind == TypeKind::Opaque || is_collection(type.kind);
    require(has_bounds || (type.low == 0 && type.high == 0), LoadFault::BadTypeBounds,
            spelling(type.kind));
  }

  // Each text is checked once for each kind that it is used as. The first that is not a value of
  // its kind ends the check, so later ones do not matter.
  bool is_text_of(TypeKind kind, std::size_t row) {
    const auto bit = std::uint32_t{1} << static_cast<unsigned>(kind);
    if ((texts_[row] & bit) != 0) return true;
    texts_[row] |= bit;
    return stdlib::is_text_value(kind, image_.strings[row], limits::kStringBytesMax);
  }
  void text(TypeKind kind, std::int64_t row) {
    require(is_text_of(kind, static_cast<std::size_t>(row)), LoadFault::NotCanonicalText,
            spelling(kind));
  }
  void cidr(std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    if (cidrs_[at]) return;
    cidrs_[at] = true;
    require(stdlib::parse_cidr(image_.strings[at]).has_value(), LoadFault::BadCidr,
            std::string_view(image_.strings[at]).substr(0, 60));
  }

  void elements(const SetRow& set) {
    for (const std::int64_t value : image_.rows(set.elements)) {
      switch (set.element) {
        case ElementKind::Text: text(set.kind, value); break;
        case ElementKind::Cidr: cidr(value); break;
        case ElementKind::Integer:
          require(value >= lowest(set.kind) && value <= highest(set.kind, set.ref),
                  LoadFault::BadElement, spelling(set.kind));
          break;
      }
    }
  }

  void operand(const Instruction& instruction) {
    if (instruction.opcode == Opcode::PushCidr) cidr(instruction.c);
    // The abstract machine checks that the kind is a text.
    if (instruction.opcode == Opcode::PushText && is_text(static_cast<TypeKind>(instruction.a)))
      text(static_cast<TypeKind>(instruction.a), instruction.c);
  }

  // Of a constant of the kind: those with arithmetic may be any number.
  static std::int64_t lowest(TypeKind kind) {
    const bool any = kind == TypeKind::Int || kind == TypeKind::Money ||
                     kind == TypeKind::Duration || kind == TypeKind::Timestamp;
    return any ? INT64_MIN : 0;
  }
  [[nodiscard]] std::int64_t highest(TypeKind kind, std::uint32_t enum_row) const {
    if (kind == TypeKind::Bool) return 1;
    if (kind == TypeKind::Enum)
      return static_cast<std::int64_t>(image_.enums[enum_row].values.count) - 1;
    if (kind == TypeKind::Tool) return static_cast<std::int64_t>(image_.tools.size()) - 1;
    return kind == TypeKind::TimeOfDay ? stdlib::kTimeOfDayMax : INT64_MAX;
  }

  void defaults() {
    std::vector<bool> may_have(image_.fields.size());
    for (const ToolRow& tool : image_.tools)
      std::fill_n(may_have.begin() + tool.args.first, tool.args.count, true);
    for (const RootRow& root : image_.roots) {
      for (std::uint32_t i = root.fields.first; i < root.fields.end(); ++i)
        may_have[i] = name_of(root.name) == "control" && name_of(image_.fields[i].name) == "halted";
    }
    for (std::size_t i = 0; i < image_.fields.size(); ++i) {
      const FieldRow& field = image_.fields[i];
      if (field.default_row == kNoRow) continue;
      require(may_have[i] && field.optional == 0, LoadFault::MisplacedDefault, name_of(field.name));
      require(is_default(field, image_[field.type]), LoadFault::BadDefault, name_of(field.name));
    }
  }

  [[nodiscard]] bool is_default(const FieldRow& field, const TypeRow& type) {
    if (is_text(type.kind)) {
      const std::size_t size = image_.strings[field.default_row].size();
      return is_text_of(type.kind, field.default_row) &&
             (type.kind != TypeKind::String || size <= static_cast<std::size_t>(type.high));
    }
    const std::int64_t value = image_.integers[field.default_row];
    const bool bounded =
        type.kind != TypeKind::Bool && type.kind != TypeKind::Enum && type.kind != TypeKind::Tool;
    if (bounded && (value < type.low || value > type.high)) return false;
    if (!bounded && (value < 0 || value > highest(type.kind, type.ref))) return false;
    return type.kind != TypeKind::Money || value % stdlib::step_of(money_form(field).decimals) == 0;
  }

  [[nodiscard]] std::string_view name_of(StringId id) const { return image_[id]; }

  const Image& image_;
  std::vector<std::uint32_t> texts_;  // by string: the kinds that it was asked for, a bit each
  std::vector<bool> cidrs_;
};

}  // namespace

Verified verify_constants(const Image& image) {
  return checked([&] { ConstantChecker(image).run(); });
}

}  // namespace remit::vm
