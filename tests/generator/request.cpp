#include "tests/generator/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::FieldInfo;
using compiler::Type;
using compiler::WireUnit;
using oracle::Datum;

namespace {

class Maker {
 public:
  Maker(const compiler::TypedBundle& bundle, Random& random) : bundle_(bundle), random_(random) {
    for (int i = bundle.minor_digits; i < 6; ++i) micros_of_minor_ *= 10;
  }

  Datum field(const FieldInfo& field) {
    if (field.optional && random_.percent(40)) return Datum::none();
    if (field.has_default && random_.percent(30)) {
      return is_text(field.type->kind) ? Datum::of(field.default_text)
                                       : Datum::of(Wide{field.default_integer});
    }
    return value(*field.type, field.unit);
  }

  std::vector<Datum> fields(const std::vector<FieldInfo>& list) {
    std::vector<Datum> result;
    for (const FieldInfo& one : list) result.push_back(field(one));
    return result;
  }

 private:
  template <typename Pool>
  Datum number(const Pool& pool, const Type& type, std::int64_t step = 1) {
    std::vector<std::int64_t> fitting;
    for (const std::int64_t number : pool) {
      const std::int64_t whole = number / step * step;
      if (whole >= type.low && whole <= type.high) fitting.push_back(whole);
    }
    if (type.low % step == 0) fitting.push_back(type.low);
    if (type.kind != TypeKind::Timestamp && type.high % step == 0 && random_.percent(30))
      fitting.push_back(type.high);
    return Datum::of(Wide{random_.pick(fitting)});
  }

  template <typename Pool>
  Datum text(const Pool& pool) {
    return Datum::of(random_.pick(pool));
  }

  Datum value(const Type& type, WireUnit unit) {
    switch (type.kind) {
      case TypeKind::Bool: return Datum::of(Wide{random_.percent(50)});
      case TypeKind::Int: return number(kInts, type);
      case TypeKind::Money:
        return number(kMicros, type, unit == WireUnit::Minor ? micros_of_minor_ : 1);
      case TypeKind::Duration: return number(kDurations, type);
      case TypeKind::Timestamp: return number(kMoments, type);
      case TypeKind::TimeOfDay: return number(kMinutes, type);
      case TypeKind::String: {
        std::string_view text = random_.pick(kStrings);
        while (static_cast<std::int64_t>(text.size()) > type.high) text = random_.pick(kStrings);
        return Datum::of(text);
      }
      case TypeKind::Id: return text(kIds);
      case TypeKind::Host: return text(kHosts);
      case TypeKind::Path: return text(kPaths);
      case TypeKind::Email: return text(kEmails);
      case TypeKind::Url: return text(kUrls);
      case TypeKind::Ip: return text(kIps);
      case TypeKind::Enum: {
        const std::size_t count = bundle_.enumeration(type).values.size();
        return Datum::of(static_cast<Wide>(random_.below(count)));
      }
      case TypeKind::Tool: return Datum::of(static_cast<Wide>(random_.below(bundle_.tools.size())));
      case TypeKind::Opaque: return Datum::of(R"({"free":["form",1e9,null]})");
      case TypeKind::Record: {
        Datum record;
        record.items = fields(bundle_.record(type).fields);
        return record;
      }
      case TypeKind::Set:
      case TypeKind::List: return collection(type);
    }
    return {};
  }

  Datum collection(const Type& type) {
    Datum result;
    const auto low = static_cast<std::size_t>(type.kind == TypeKind::Set ? 0 : type.low);
    const std::size_t wanted = low + random_.below(std::min<std::size_t>(
                                         5, static_cast<std::size_t>(type.high) - low + 1));
    for (std::size_t i = 0; i < wanted; ++i) {
      Datum element = value(*type.element, WireUnit::None);
      const bool there = std::ranges::find(result.items, element) != result.items.end();
      if (type.kind == TypeKind::List || !there) result.items.push_back(std::move(element));
    }
    return result;
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
  std::int64_t micros_of_minor_ = 1;
};

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
                          datum.absent ? "null" : value(*fields[i].type, fields[i].unit, datum));
    }
    return '{' + text + '}';
  }

 private:
  static bool is_default(const FieldInfo& field, const Datum& datum) {
    return field.has_default &&
           (is_text(field.type->kind) ? datum.text == field.default_text
                                      : datum.integer == Wide{field.default_integer});
  }

  std::string amount(WireUnit unit, std::int64_t micros) {
    std::int64_t micros_of_minor = 1;
    for (int i = bundle_.minor_digits; i < 6; ++i) micros_of_minor *= 10;
    switch (unit) {
      case WireUnit::Minor: return std::to_string(micros / micros_of_minor);
      case WireUnit::Major: return decimal(micros);
      case WireUnit::Text: return '"' + decimal(micros) + '"';
      case WireUnit::None: break;
    }
    if (random_.percent(30)) return fmt::format(R"({{"currency":"USD","micros":{}}})", micros);
    return '"' + money(micros) + '"';
  }

  std::string value(const Type& type, WireUnit unit, const Datum& datum) {
    const auto integer = static_cast<std::int64_t>(datum.integer);
    switch (type.kind) {
      case TypeKind::Bool: return integer != 0 ? "true" : "false";
      case TypeKind::Int: return std::to_string(integer);
      case TypeKind::Money: return amount(unit, integer);
      case TypeKind::Duration: return '"' + duration(integer) + '"';
      case TypeKind::Timestamp: return '"' + timestamp(integer) + '"';
      case TypeKind::TimeOfDay: return '"' + time_of_day(integer) + '"';
      case TypeKind::Enum:
        return quoted(bundle_.enumeration(type).values[static_cast<std::size_t>(integer)].name);
      case TypeKind::Tool:
        return quoted(bundle_.tools[static_cast<std::size_t>(integer)].wire_name);
      case TypeKind::Opaque: return datum.text;
      case TypeKind::Record: return object(bundle_.record(type).fields, datum.items);
      case TypeKind::Set:
      case TypeKind::List: {
        std::string text;
        for (const Datum& element : datum.items) {
          text += (text.empty() ? "" : ",");
          text += value(*type.element, WireUnit::None, element);
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

oracle::Request generate_request(const compiler::TypedBundle& bundle, Random& random) {
  Maker maker(bundle, random);
  oracle::Request request;
  request.tool = static_cast<compiler::ToolIndex>(random.below(bundle.tools.size()));
  for (const compiler::RootInfo& root : bundle.roots)
    request.roots.push_back(maker.fields(root.fields));
  request.args = maker.fields(bundle.tools[static_cast<std::size_t>(request.tool)].args);
  for (std::size_t r = 0; r < bundle.roots.size(); ++r) {
    // A halted engine decides nothing; once in a while is enough.
    if (bundle.roots[r].name == "control") request.roots[r][0] = Datum::of(Wide{random.percent(1)});
  }
  return request;
}

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
  return text + '}';
}

}  // namespace remit::generator
