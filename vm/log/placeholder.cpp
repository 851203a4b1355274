#include "vm/log/placeholder.h"

#include <algorithm>

#include <remit/limits.h>
#include "stdlib/formats.h"
#include "stdlib/integer.h"
#include "stdlib/json_text.h"
#include "stdlib/money.h"
#include "vm/answer/wire_out.h"

namespace remit::vm {

namespace {

class PlaceholderWriter {
 public:
  PlaceholderWriter(const Linked& linked, std::string& text)
      : linked_(linked), image_(linked.program.image()), text_(text), json_(text) {}

  void value(TypeId id, stdlib::MoneyForm form) {
    const TypeRow& type = image_[id];
    switch (form_of(type.kind)) {
      case TypeForm::Bool: return json_.boolean(true);
      case TypeForm::Number:
        return number(type, form,
                      type.kind == TypeKind::Money ? amount(type, form) : shortest(type));
      case TypeForm::PlainText:
      case TypeForm::Format: return json_.string(stdlib::shortest_text(type.kind));
      case TypeForm::Enum: {
        const RangeOf<EnumValueRow> values = image_.enum_of(type).values;
        return json_.string(shortest_name(image_.rows(values), &EnumValueRow::wire_name));
      }
      case TypeForm::Tool: return json_.string(shortest_name(image_.tools, &ToolRow::wire_name));
      case TypeForm::Opaque: return json_.integer(0);
      case TypeForm::Record: return record(image_.record_of(type).fields);
      case TypeForm::Collection: return type.kind == TypeKind::Set ? json_.raw("[]") : list(type);
    }
  }

 private:
  // Nothing is written longer than any value that it stands for: nothing that was read becomes too
  // long to be read again. Of numbers that is the one nearest to zero.
  static std::int64_t shortest(const TypeRow& type) {
    return type.low > 0 ? type.low : std::min<std::int64_t>(type.high, 0);
  }
  // The nearest multiple of `unit` that is not nearer to zero, where the type has it.
  static std::int64_t rounded(std::int64_t value, std::int64_t unit, const TypeRow& type) {
    const std::int64_t away = value % unit == 0 ? 0 : value > 0 ? unit : -unit;
    const auto multiple = stdlib::narrow(Wide{value} - value % unit + away);
    return multiple && *multiple >= type.low && *multiple <= type.high ? *multiple : value;
  }

  // Empty where there are no names: then no request has a value to withhold.
  [[nodiscard]] std::string_view shortest_name(const auto& rows, auto name) const {
    std::string_view found;
    for (const auto& row : rows) {
      const std::string_view text = linked_.text(row.*name);
      if (found.empty() || text.size() < found.size()) found = text;
    }
    return found;
  }

  void number(const TypeRow& type, stdlib::MoneyForm form, std::int64_t value) {
    json_.raw(scalar_text(linked_, type, form, Value::of_integer(value)));
  }

  // Where two decimals are not enough, more are written.
  [[nodiscard]] std::int64_t amount(const TypeRow& type, stdlib::MoneyForm form) const {
    const bool is_minor = form.unit == MoneyUnit::Minor;
    const int decimals = is_minor ? form.decimals : std::min(2, form.decimals);
    const std::int64_t amount = rounded(shortest(type), stdlib::step_of(decimals), type);
    return amount - amount % stdlib::step_of(form.decimals);
  }

  void record(RangeOf<FieldRow> fields) {
    json_.begin_object();
    for (const FieldRow& field : image_.rows(fields)) {
      if (field.optional != 0) continue;
      if (is_too_long()) break;
      json_.key(linked_.text(field.wire_name));
      value(field.type, money_form(field));
    }
    json_.end_object();
  }

  void list(const TypeRow& type) {
    json_.begin_array();
    for (std::int64_t i = 0; i < type.low && !is_too_long(); ++i)
      value(static_cast<TypeId>(type.ref), {});
    json_.end_array();
  }

  [[nodiscard]] bool is_too_long() const { return text_.size() > limits::kRequestBytesMax; }

  const Linked& linked_;
  const Image& image_;
  std::string& text_;
  stdlib::JsonWriter json_;
};

}  // namespace

std::string placeholder_text(const Linked& linked, const FieldRow& field) {
  std::string text;
  PlaceholderWriter(linked, text).value(field.type, money_form(field));
  return text;
}

}  // namespace remit::vm
