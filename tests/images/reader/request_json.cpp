// Requests on the wire.

#include <fmt/format.h>

#include "tests/generator/text.h"
#include "tests/images/reader/request.h"

namespace remit::images {

namespace {

using vm::Image;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// `-12.5`, of any amount.
std::string decimal(Wide micros) {
  const Wide size = micros < 0 ? -micros : micros;
  std::string text =
      fmt::format("{}{}.{:06}", micros < 0 ? "-" : "", static_cast<std::int64_t>(size / 1'000'000),
                  static_cast<std::int64_t>(size % 1'000'000));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

class Writer {
 public:
  explicit Writer(const Image& image) : image_(image) {}

  [[nodiscard]] std::string_view text(vm::StringId id) const { return image_[id]; }

  [[nodiscard]] std::string object(vm::RangeOf<vm::FieldRow> range,
                                   const std::vector<Datum>& values) const {
    std::string members;
    for (std::uint32_t i = 0; i < range.count; ++i) {
      const vm::FieldRow& field = image_.rows(range)[i];
      if (values[i].absent) continue;
      members += fmt::format("{}{}:{}", members.empty() ? "" : ",", quoted(text(field.wire_name)),
                             value(field.type, money_form(field), values[i]));
    }
    return '{' + members + '}';
  }

  [[nodiscard]] std::string amount(stdlib::MoneyForm form, Wide micros) const {
    Wide step = 1;
    for (int i = form.decimals; i < 6; ++i) step *= 10;
    switch (form.unit) {
      case vm::MoneyUnit::Minor: return std::to_string(static_cast<std::int64_t>(micros / step));
      case vm::MoneyUnit::Major: return decimal(micros);
      case vm::MoneyUnit::Text: return quoted(decimal(micros));
      case vm::MoneyUnit::None: break;
    }
    return fmt::format(R"({{"currency":"{}","micros":{}}})", image_.default_currency().text(),
                       static_cast<std::int64_t>(micros));
  }

  [[nodiscard]] std::string counter(const vm::LimitRow& limit, std::int64_t used) const {
    if (limit.kind == TypeKind::Money) return amount({}, used);
    if (limit.kind == TypeKind::Duration) return quoted(generator::duration(used));
    return std::to_string(used);
  }

  [[nodiscard]] std::string approval(const Answered& record) const {
    const auto moment = [](std::int64_t ms) { return quoted(generator::timestamp(ms)); };
    return fmt::format(
        R"({{"id":{},"by":{},"kind":"{}","tenant":{},"role":{},"verdict":"{}","digest":"{}",)"
        R"("requirement":"{}","cost":{},"asked_at":{},"at":{}}})",
        quoted(record.id), quoted(record.by), record.human ? "human" : other_kind(),
        quoted(record.tenant), quoted(record.role), record.granted ? "granted" : "refused",
        record.digest, record.requirement, amount({}, record.cost), moment(record.asked_at),
        moment(record.at));
  }

 private:
  // Of the one who approves and is no human.
  [[nodiscard]] std::string_view other_kind() const {
    for (const vm::EnumRow& row : image_.enums) {
      if (text(row.name) != "actor_kind") continue;
      for (const vm::EnumValueRow& value : image_.rows(row.values)) {
        if (text(value.name) != "human") return text(value.name);
      }
    }
    return "human";
  }

  [[nodiscard]] std::string value(vm::TypeId id, stdlib::MoneyForm form, const Datum& datum) const {
    const vm::TypeRow& type = image_[id];
    const auto number = static_cast<std::int64_t>(datum.number);
    switch (type.kind) {
      case TypeKind::Bool: return number != 0 ? "true" : "false";
      case TypeKind::Int: return std::to_string(number);
      case TypeKind::Money: return amount(form, datum.number);
      case TypeKind::Duration: return quoted(generator::duration(number));
      case TypeKind::Timestamp: return quoted(generator::timestamp(number));
      case TypeKind::TimeOfDay: return quoted(generator::time_of_day(number));
      case TypeKind::Enum: {
        const std::uint32_t first = image_.enum_of(type).values.first;
        return quoted(
            text(image_.enum_values[first + static_cast<std::uint32_t>(number)].wire_name));
      }
      case TypeKind::Tool: return quoted(text(image_[vm::tool_of(number)].wire_name));
      case TypeKind::Opaque: return datum.text;
      case TypeKind::Record: return object(image_.record_of(type).fields, datum.items);
      case TypeKind::Set:
      case TypeKind::List: {
        std::string elements;
        for (const Datum& element : datum.items) {
          if (!elements.empty()) elements += ',';
          elements += value(static_cast<vm::TypeId>(type.ref), {}, element);
        }
        return '[' + elements + ']';
      }
      case TypeKind::String:
      case TypeKind::Id:
      case TypeKind::Host:
      case TypeKind::Path:
      case TypeKind::Email:
      case TypeKind::Url:
      case TypeKind::Ip: break;
    }
    return quoted(datum.text);
  }

  const Image& image_;
};

}  // namespace

std::string to_json(const Image& image, const Request& request) {
  const Writer writer(image);
  const vm::ToolRow& tool = image.tools[request.tool];
  std::string json = "{\"tool\":" + quoted(writer.text(tool.wire_name));
  for (std::size_t r = 0; r < image.roots.size(); ++r)
    json += fmt::format(",{}:{}", quoted(writer.text(image.roots[r].name)),
                        writer.object(image.roots[r].fields, request.roots[r]));
  json += ",\"args\":" + writer.object(tool.args, request.args);
  std::string counters, approvals;
  for (const auto& [row, used] : request.counters) {
    const vm::LimitRow& limit = image.limits[row];
    const std::string name = full_name(image, static_cast<std::size_t>(limit.item));
    counters += fmt::format("{}{}:{}", counters.empty() ? "" : ",", quoted(name),
                            writer.counter(limit, used));
  }
  for (const Answered& record : request.approvals)
    approvals += (approvals.empty() ? "" : ",") + writer.approval(record);
  return json + ",\"limits\":{" + counters + "},\"approvals\":[" + approvals + "]}";
}

}  // namespace remit::images
