// Requests on the wire.

#include <fmt/format.h>

#include "stdlib/money.h"
#include "tests/generator/request.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::FieldInfo;
using compiler::Type;
using oracle::Datum;
using stdlib::MoneyForm;
using stdlib::MoneyUnit;

namespace {

class Writer {
 public:
  Writer(const compiler::TypedBundle& bundle, Random& random) : bundle_(bundle), random_(random) {}

  std::string object(const std::vector<FieldInfo>& fields, const std::vector<Datum>& values) {
    std::string text;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Datum& datum = values[i];
      if (datum.absent && random_.percent(70)) continue;
      if (is_default(fields[i], datum) && random_.percent(50)) continue;
      text += fmt::format("{}{}:{}", text.empty() ? "" : ",", quoted(fields[i].wire_name),
                          datum.absent ? "null" : value(*fields[i].type, fields[i].money, datum));
    }
    return '{' + text + '}';
  }

  std::string counters(const std::map<std::string, oracle::Counter>& counters) {
    std::vector<std::string> members;
    for (const auto& [limit, counter] : counters) {
      Type type;
      type.kind = counter.kind;
      members.push_back(
          fmt::format("{}:{}", quoted(limit), value(type, {}, Datum::of(counter.used))));
    }
    for (std::size_t i = members.size(); i > 1; --i)
      std::swap(members[i - 1], members[random_.below(i)]);
    return fmt::format("{{{}}}", fmt::join(members, ","));
  }

  std::string approvals(const std::vector<oracle::Approval>& approvals) {
    std::vector<std::string> records;
    for (const oracle::Approval& record : approvals) records.push_back(approval(record));
    return fmt::format("[{}]", fmt::join(records, ","));
  }

 private:
  std::string approval(const oracle::Approval& record) {
    const auto moment = [](Wide ms) { return quoted(timestamp(static_cast<std::int64_t>(ms))); };
    std::vector<std::string> members;
    const auto member = [&](std::string_view name, const std::string& value) {
      members.push_back(fmt::format("\"{}\":{}", name, value));
    };
    member("id", quoted(record.id));
    member("by", quoted(record.by));
    member("kind", quoted(record.kind));
    member("tenant", quoted(record.tenant));
    member("role", quoted(record.role));
    member("verdict", record.granted ? "\"granted\"" : "\"refused\"");
    member("digest", quoted(record.digest));
    member("requirement", quoted(record.requirement));
    member("cost", amount({}, static_cast<std::int64_t>(record.cost)));
    member("asked_at", moment(record.asked_at));
    member("at", moment(record.at));
    if (record.expires)
      member("expires", moment(*record.expires));
    else if (random_.percent(30))
      member("expires", "null");
    return fmt::format("{{{}}}", fmt::join(members, ","));
  }

  static bool is_default(const FieldInfo& field, const Datum& datum) {
    return field.has_default &&
           (is_text(field.type->kind) ? datum.text == field.default_text
                                      : datum.integer == Wide{field.default_integer});
  }

  std::string amount(MoneyForm form, std::int64_t micros) {
    std::int64_t step = 1;
    for (int i = form.decimals; i < 6; ++i) step *= 10;
    switch (form.unit) {
      case MoneyUnit::Minor: return std::to_string(micros / step);
      case MoneyUnit::Major: return decimal(micros);
      case MoneyUnit::Text: return '"' + decimal(micros) + '"';
      case MoneyUnit::None: break;
    }
    if (random_.percent(30)) return fmt::format(R"({{"currency":"USD","micros":{}}})", micros);
    return '"' + money(micros) + '"';
  }

  std::string value(const Type& type, MoneyForm form, const Datum& datum) {
    const auto integer = static_cast<std::int64_t>(datum.integer);
    switch (type.kind) {
      case TypeKind::Bool: return integer != 0 ? "true" : "false";
      case TypeKind::Int: return std::to_string(integer);
      case TypeKind::Money: return amount(form, integer);
      case TypeKind::Duration: return '"' + duration(integer) + '"';
      case TypeKind::Timestamp: return '"' + timestamp(integer) + '"';
      case TypeKind::TimeOfDay: return '"' + time_of_day(integer) + '"';
      case TypeKind::Enum:
        return quoted(
            bundle_.enumeration(type).values[static_cast<std::size_t>(integer)].wire_name);
      case TypeKind::Tool:
        return quoted(bundle_.tools[static_cast<std::size_t>(integer)].wire_name);
      case TypeKind::Opaque: return datum.text;
      case TypeKind::Record: return object(bundle_.record(type).fields, datum.items);
      case TypeKind::Set:
      case TypeKind::List: {
        std::string text;
        for (const Datum& element : datum.items) {
          text += (text.empty() ? "" : ",");
          text += value(*type.element, {}, element);
        }
        return '[' + text + ']';
      }
      case TypeKind::String:
      case TypeKind::Id:
      case TypeKind::Host:
      case TypeKind::Path:
      case TypeKind::Email:
      case TypeKind::Url:
      case TypeKind::Ip: return quoted(datum.text);
    }
    return {};
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
};

}  // namespace

std::string to_json(const compiler::TypedBundle& bundle, const oracle::Request& request,
                    Random& random) {
  Writer writer(bundle, random);
  const compiler::ToolInfo& tool = bundle.tools[static_cast<std::size_t>(request.tool)];
  std::string text = fmt::format(R"({{"tool":{},"args":{})", quoted(tool.wire_name),
                                 writer.object(tool.args, request.args));
  for (std::size_t r = 0; r < bundle.roots.size(); ++r) {
    text += fmt::format(",{}:{}", quoted(bundle.roots[r].name),
                        writer.object(bundle.roots[r].fields, request.roots[r]));
  }
  // Nothing to say is said in two ways.
  if (!request.counters.empty() || random.percent(30))
    text += ",\"limits\":" + writer.counters(request.counters);
  if (!request.approvals.empty() || random.percent(30))
    text += ",\"approvals\":" + writer.approvals(request.approvals);
  return text + '}';
}

}  // namespace remit::generator
