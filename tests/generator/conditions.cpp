#include "tests/generator/conditions.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::Type;

namespace {

constexpr std::string_view kOrders[] = {"<", "<=", ">", ">=", "==", "!="};

void add_fields(const compiler::TypedBundle& bundle, const std::vector<compiler::FieldInfo>& fields,
                const Readable& base, std::vector<Readable>& into) {
  for (const compiler::FieldInfo& field : fields) {
    Readable fact{base.path + '.' + std::string(field.name), field.type, base.asked};
    if (field.optional) fact.asked = fact.path;
    if (field.type->kind == TypeKind::Record)
      add_fields(bundle, bundle.record(*field.type).fields, fact, into);
    else if (field.type->kind != TypeKind::Opaque)
      into.push_back(fact);
    if (field.type->kind == TypeKind::Email) {
      // Its domain is a host like any other.
      into.push_back({fact.path + ".domain", nullptr, fact.asked});
    }
    if (field.type->kind == TypeKind::Url)
      into.push_back({fact.path + ".host", nullptr, fact.asked});
  }
}

bool same_everywhere(const compiler::TypedBundle& bundle, const compiler::FieldInfo& field,
                     const std::vector<compiler::ToolIndex>& tools) {
  return std::ranges::all_of(tools, [&](compiler::ToolIndex tool) {
    const auto& args = bundle.tools[static_cast<std::size_t>(tool)].args;
    const auto found = std::ranges::find(args, field.name, &compiler::FieldInfo::name);
    return found != args.end() && found->type == field.type && found->optional == field.optional;
  });
}

bool is_number(TypeKind kind) {
  return kind == TypeKind::Int || kind == TypeKind::Money || kind == TypeKind::Duration ||
         kind == TypeKind::Timestamp || kind == TypeKind::TimeOfDay;
}

}  // namespace

std::vector<Readable> readable_facts(const compiler::TypedBundle& bundle,
                                     const std::vector<compiler::ToolIndex>& tools) {
  std::vector<Readable> facts;
  for (const compiler::RootInfo& root : bundle.roots) {
    if (root.name == "call") continue;
    add_fields(bundle, root.fields, {std::string(root.name), nullptr, {}}, facts);
  }
  add_fields(bundle, bundle.tool_root, {"tool", nullptr, {}}, facts);
  if (!tools.empty()) {
    std::vector<compiler::FieldInfo> shared;
    for (const compiler::FieldInfo& field :
         bundle.tools[static_cast<std::size_t>(tools.front())].args) {
      if (same_everywhere(bundle, field, tools)) shared.push_back(field);
    }
    add_fields(bundle, shared, {"args", nullptr, {}}, facts);
  }
  return facts;
}

std::string Conditions::condition(const std::vector<compiler::ToolIndex>& tools, int depth) {
  facts_ = readable_facts(bundle_, tools);
  return boolean(depth);
}

std::string Conditions::host_condition(int depth) {
  facts_ = host_;
  std::erase_if(facts_, [](const Readable& fact) { return fact.path.starts_with("tool."); });
  return boolean(depth);
}

std::string Conditions::host_atom() {
  return fmt::format("risk.score {} {}", random_.percent(50) ? "<=" : ">", random_.between(1, 98));
}

std::string Conditions::interpolation() {
  static constexpr std::string_view kShown[] = {"risk.score",  "tenant.id",          "tool.name",
                                                "clock.now",   "clock.time",         "spend.cost",
                                                "actor.depth", "target.tenants.size"};
  return fmt::format("{{{}}}", random_.pick(kShown));
}

std::string Conditions::joined(int depth, const char* word) {
  const std::size_t count = 2 + random_.below(2);
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : fmt::format(" {} ", word), boolean(depth - 1));
  return '(' + text + ')';
}

std::string Conditions::boolean(int depth) {
  const std::size_t kind = depth <= 0 ? 9 : random_.below(10);
  if (kind < 3) return joined(depth, "and");
  if (kind < 5) return joined(depth, "or");
  if (kind == 5) return "(not " + joined(depth - 1, random_.percent(50) ? "and" : "or") + ')';
  if (kind == 6) return choice(depth);
  return atom();
}

// A match over a fact that is always there, with bools in its arms.
std::string Conditions::choice(int depth) {
  std::vector<const Readable*> fitting;
  for (const Readable& fact : facts()) {
    const bool fits = fact.type != nullptr && fact.asked.empty() &&
                      (fact.type->kind == TypeKind::Enum || fact.type->kind == TypeKind::Bool);
    if (fits) fitting.push_back(&fact);
  }
  if (fitting.empty()) return atom();
  const Readable fact = *random_.pick(fitting);
  const bool is_bool = fact.type->kind == TypeKind::Bool;
  const std::size_t count = is_bool ? 2 : bundle_.enumeration(*fact.type).values.size();
  const std::size_t named = random_.percent(50) ? count : 1 + random_.below(count - 1);
  const auto value = [&](std::size_t i) {
    if (is_bool) return std::string(i == 0 ? "false" : "true");
    return std::string(bundle_.enumeration(*fact.type).values[i].name);
  };
  std::string arms;
  for (std::size_t i = 0; i < named; ++i) {
    arms += fmt::format("{}{}", i == 0 ? "" : ", ", value(i));
    while (i + 1 < named && random_.percent(30)) arms += ", " + value(++i);
    arms += fmt::format(" => {}", boolean(depth - 1));
  }
  if (named < count) arms += fmt::format(", else => {}", boolean(depth - 1));
  return fmt::format("match {} {{ {} }}", fact.path, arms);
}

std::string Conditions::use(const Readable& fact) {
  if (!fact.asked.empty() && std::ranges::find(asked_, fact.asked) == asked_.end())
    asked_.push_back(fact.asked);
  return fact.path;
}

// One test of one fact, behind the `has` that it needs.
std::string Conditions::atom() {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const std::vector<std::string> outer = std::exchange(asked_, {});
    const Readable fact = random_.pick(facts());
    std::string text =
        random_.percent(8) && !fact.asked.empty() ? "has " + fact.asked : about(fact);
    const std::vector<std::string> asked = std::exchange(asked_, outer);
    if (text.empty()) continue;
    if (asked.empty()) return text;
    const bool without = random_.percent(30);
    std::string guarded;
    for (const std::string& path : asked)
      guarded += fmt::format("{}has {} {} ", without ? "not " : "", path, without ? "or" : "and");
    return '(' + guarded + text + ')';
  }
  return host_atom();
}

std::string Conditions::about(const Readable& fact) {
  if (fact.type == nullptr) {  // a derived host
    if (random_.percent(50))
      return fmt::format("{} under {}", use(fact), text_literal(TypeKind::Host));
    return fmt::format("{} {} {}", use(fact),
                       random_.percent(50) ? "==" : "!=", text_literal(TypeKind::Host));
  }
  if (!in_definition_ && !in_loop_ && is_scalar(fact.type->kind) && random_.percent(6))
    return definition(fact);
  switch (fact.type->kind) {
    case TypeKind::Bool: {
      const std::size_t form = random_.below(4);
      if (form == 0) return use(fact);
      if (form == 1) return "(not " + use(fact) + ')';
      return fmt::format("{} {} {}", use(fact),
                         form == 2 ? "==" : "!=", random_.percent(50) ? "true" : "false");
    }
    case TypeKind::Int:
    case TypeKind::Money:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay: return about_number(fact);
    case TypeKind::Enum:
    case TypeKind::Tool: return about_enum(fact);
    case TypeKind::Set:
    case TypeKind::List: return about_collection(fact);
    case TypeKind::Opaque:
    case TypeKind::Record: return {};
    case TypeKind::String:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Ip: return about_text(fact);
  }
  return {};
}

// ---- constants

std::string Conditions::named(const std::string& value, const std::string& type) {
  const std::string name = fmt::format("k{}", names_++);
  declarations_ += fmt::format("const {}{} = {}\n", name, type.empty() ? "" : ": " + type, value);
  return name;
}

std::string Conditions::spelled(const Type& type, std::int64_t value) {
  const TypeKind kind = type.kind;
  if (kind == TypeKind::Int) return std::to_string(value);
  if (kind == TypeKind::Money) return money(value);
  if (kind == TypeKind::Duration) return duration(value);
  if (kind == TypeKind::Timestamp) return fmt::format("utc\"{}\"", timestamp(value));
  if (kind == TypeKind::TimeOfDay) return time_of_day(value);
  if (kind == TypeKind::Tool)
    return std::string(bundle_.tools[static_cast<std::size_t>(value)].name);
  const compiler::EnumInfo& info = bundle_.enumeration(type);
  const std::string_view name = info.values[static_cast<std::size_t>(value)].name;
  return random_.percent(20) ? fmt::format("{}.{}", info.name, name) : std::string(name);
}

std::string Conditions::literal(const Type& type, Wide low, Wide high) {
  std::vector<std::int64_t> fitting;
  const auto take = [&](const auto& pool) {
    for (const std::int64_t value : pool) {
      if (value >= low && value <= high) fitting.push_back(value);
    }
  };
  if (type.kind == TypeKind::Int) take(kInts);
  if (type.kind == TypeKind::Money) take(kMicros);
  if (type.kind == TypeKind::Duration) take(kDurations);
  if (type.kind == TypeKind::Timestamp) take(kMoments);
  if (type.kind == TypeKind::TimeOfDay) take(kMinutes);
  if (fitting.empty()) return {};
  std::string text = spelled(type, random_.pick(fitting));
  const bool plain = type.kind != TypeKind::Timestamp || random_.percent(50);
  return plain && random_.percent(15) ? named(text, {}) : text;
}

std::string Conditions::text_literal(TypeKind kind) {
  if (kind == TypeKind::String) return quoted(random_.pick(kStrings));
  if (kind == TypeKind::Id) return quoted(random_.pick(kIds));
  if (kind == TypeKind::Host) return fmt::format("host\"{}\"", random_.pick(kHosts));
  if (kind == TypeKind::Path) return fmt::format("path\"{}\"", random_.pick(kPaths));
  if (kind == TypeKind::Email) return fmt::format("email\"{}\"", random_.pick(kEmails));
  if (kind == TypeKind::Url) return fmt::format("url\"{}\"", random_.pick(kUrls));
  return fmt::format("ip\"{}\"", random_.pick(kIps));
}

std::string Conditions::set_literal(const Type& element, bool of_cidrs) {
  std::vector<std::string> values;
  const auto add = [&](std::string value) {
    if (!value.empty() && std::ranges::find(values, value) == values.end()) values.push_back(value);
  };
  const std::size_t wanted = 1 + random_.below(3);
  for (std::size_t i = 0; i < wanted; ++i) {
    if (of_cidrs) {
      add(fmt::format("cidr\"{}\"", random_.pick(kCidrs)));
    } else if (is_text(element.kind)) {
      const std::string value = text_literal(element.kind);
      if (element.kind != TypeKind::String ||
          static_cast<std::int64_t>(value.size()) <= element.high)
        add(value);
    } else if (element.kind == TypeKind::Enum) {
      add(std::string(random_.pick(bundle_.enumeration(element).values).name));
    } else if (element.kind == TypeKind::Tool) {
      add(std::string(random_.pick(bundle_.tools).name));
    } else {
      std::vector<std::int64_t> fitting;
      for (const std::int64_t value : element.kind == TypeKind::Int
                                          ? std::span<const std::int64_t>(kInts)
                                          : std::span<const std::int64_t>(kMicros)) {
        if (value >= element.low && value <= element.high) fitting.push_back(value);
      }
      if (!fitting.empty()) add(spelled(element, random_.pick(fitting)));
    }
  }
  if (values.empty()) return {};
  const std::string text = fmt::format("{{{}}}", fmt::join(values, ", "));
  if (!random_.percent(20) || of_cidrs) return text;
  return named(text, fmt::format("set<{}>(8)", compiler::spelled(element, bundle_)));
}

// ---- numbers

// The fact, or a sum, difference or product with it.
Conditions::Number Conditions::number(const Readable& fact) {
  Number result{use(fact), fact.type->low, fact.type->high};
  const TypeKind kind = fact.type->kind;
  if (!random_.percent(30) || kind == TypeKind::TimeOfDay) return result;
  if (kind == TypeKind::Timestamp) {
    const std::int64_t by = 3'600'000;
    const bool plus = random_.percent(50);
    return {fmt::format("{} {} 1h", result.text, plus ? "+" : "-"),
            plus ? result.low + by : result.low - by, plus ? result.high + by : result.high - by};
  }
  const Readable* second = random_.percent(50) ? other(*fact.type, fact, TypeKind::Bool) : nullptr;
  if (second != nullptr && is_number(second->type->kind)) {
    const bool plus = random_.percent(60);
    const Wide low = second->type->low, high = second->type->high;
    return {fmt::format("{} {} {}", result.text, plus ? "+" : "-", use(*second)),
            plus ? result.low + low : result.low - high,
            plus ? result.high + high : result.high - low};
  }
  if (random_.percent(50))
    return {fmt::format("{} * 3", result.text), result.low * 3, result.high * 3};
  const Wide one = kind == TypeKind::Money ? 1'000'000 : kind == TypeKind::Duration ? 60'000 : 1;
  const std::string_view text = kind == TypeKind::Money      ? "USD 1"
                                : kind == TypeKind::Duration ? "1m"
                                                             : "1";
  return {fmt::format("{} - {}", result.text, text), result.low - one, result.high - one};
}

// A test whose answer does not follow from the intervals.
std::string Conditions::compared(const Number& left, const Type& type) {
  if (left.high - left.low < 3) return {};
  if (random_.percent(15)) {
    const std::string low = literal(type, left.low + 1, left.high - 1);
    if (low.empty()) return {};
    std::vector<std::int64_t> above;
    const auto& pool = type.kind == TypeKind::Int        ? std::span<const std::int64_t>(kInts)
                       : type.kind == TypeKind::Money    ? std::span<const std::int64_t>(kMicros)
                       : type.kind == TypeKind::Duration ? std::span<const std::int64_t>(kDurations)
                       : type.kind == TypeKind::TimeOfDay ? std::span<const std::int64_t>(kMinutes)
                                                          : std::span<const std::int64_t>();
    for (const std::int64_t value : pool) {
      if (value > left.low && value < left.high) above.push_back(value);
    }
    std::ranges::sort(above);
    if (above.size() < 2) return {};
    const std::size_t from = random_.below(above.size() - 1);
    const std::size_t to = from + 1 + random_.below(above.size() - from - 1);
    return fmt::format("{} {}in {} {} {}", left.text, random_.percent(30) ? "not " : "",
                       spelled(type, above[from]), random_.percent(50) ? "..=" : "..<",
                       spelled(type, above[to]));
  }
  const bool scalable =
      type.kind == TypeKind::Int || type.kind == TypeKind::Money || type.kind == TypeKind::Duration;
  if (scalable && random_.percent(15)) {
    for (const Readable& fact : facts()) {
      if (fact.type == nullptr || fact.type->kind != type.kind || random_.percent(50)) continue;
      static constexpr struct {
        std::string_view text;
        Wide thousandths;
      } kShares[] = {{"10%", 10'000}, {"12.5%", 12'500}, {"150%", 150'000}, {"0.001%", 1}};
      const auto& share = random_.pick(kShares);
      const Wide low = share.thousandths * fact.type->low,
                 high = share.thousandths * fact.type->high;
      if (left.low * 100'000 < high && low < left.high * 100'000)
        return fmt::format("{} {} {} of {}", left.text, random_.pick(kOrders), share.text,
                           use(fact));
    }
  }
  if (random_.percent(25)) {
    for (const Readable& fact : facts()) {
      if (fact.type == nullptr || fact.type->kind != type.kind || fact.path == left.text ||
          random_.percent(50))
        continue;
      if (left.low < fact.type->high && fact.type->low < left.high)
        return fmt::format("{} {} {}", left.text, random_.pick(kOrders), use(fact));
    }
  }
  const std::string right = literal(type, left.low + 1, left.high - 1);
  return right.empty() ? right : fmt::format("{} {} {}", left.text, random_.pick(kOrders), right);
}

std::string Conditions::about_number(const Readable& fact) {
  return compared(number(fact), *fact.type);
}

// ---- enums and texts

std::string Conditions::about_enum(const Readable& fact) {
  const Type& type = *fact.type;
  const bool is_enum = type.kind == TypeKind::Enum;
  const std::size_t count =
      is_enum ? bundle_.enumeration(type).values.size() : bundle_.tools.size();
  if (count < 2) return {};
  const bool ordered = is_enum && bundle_.enumeration(type).ordered;
  const std::size_t form = random_.below(ordered && count > 2 ? 5 : 3);
  if (form == 0) {
    return fmt::format("{} {}in {}", use(fact), random_.percent(30) ? "not " : "",
                       set_literal(type, false));
  }
  if (form == 3) {
    const auto value = static_cast<std::int64_t>(1 + random_.below(count - 2));
    return fmt::format("{} {} {}", use(fact), random_.pick(kOrders), spelled(type, value));
  }
  if (form == 4) {
    return fmt::format("{} in {} ..= {}", use(fact), spelled(type, 1),
                       spelled(type, static_cast<std::int64_t>(count) - 1));
  }
  if (const Readable* second = random_.percent(20) ? other(type, fact, TypeKind::Bool) : nullptr;
      second != nullptr) {
    return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=", use(*second));
  }
  return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=",
                     spelled(type, static_cast<std::int64_t>(random_.below(count))));
}

// A fact that can be compared with values of the type; or, with the kind of a collection, one that
// holds such values.
const Readable* Conditions::other(const Type& type, const Readable& than, TypeKind collection) {
  std::vector<const Readable*> fitting;
  for (const Readable& fact : facts()) {
    if (fact.type == nullptr || fact.path == than.path) continue;
    const Type* compared = is_collection(collection)
                               ? (fact.type->kind == collection ? fact.type->element : nullptr)
                               : fact.type;
    if (compared != nullptr && compiler::same_type(*compared, type)) fitting.push_back(&fact);
  }
  return fitting.empty() ? nullptr : random_.pick(fitting);
}

std::string Conditions::about_text(const Readable& fact) {
  const Type& type = *fact.type;
  const auto fits = [&](const std::string& value) {
    return type.kind != TypeKind::String || static_cast<std::int64_t>(value.size()) <= type.high;
  };
  switch (random_.below(6)) {
    case 0: {
      const std::string set = set_literal(type, false);
      return set.empty()
                 ? set
                 : fmt::format("{} {}in {}", use(fact), random_.percent(30) ? "not " : "", set);
    }
    case 1: {
      const Readable* set = other(type, fact, random_.percent(60) ? TypeKind::Set : TypeKind::List);
      return set == nullptr ? std::string() : fmt::format("{} in {}", use(fact), use(*set));
    }
    case 2: {
      const Readable* same = other(type, fact, TypeKind::Bool);
      if (same == nullptr) return {};
      return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=", use(*same));
    }
    case 3:
    case 4: {
      if (type.kind == TypeKind::String)
        return fmt::format("{} matches re\"{}\"", use(fact), random_.pick(kPatterns));
      if (type.kind == TypeKind::Ip) {
        if (random_.percent(50))
          return fmt::format("{} under cidr\"{}\"", use(fact), random_.pick(kCidrs));
        return fmt::format("{} under {}", use(fact), set_literal(type, true));
      }
      if (type.kind != TypeKind::Host && type.kind != TypeKind::Path) break;
      if (const Readable* same = random_.percent(40) ? other(type, fact, TypeKind::Bool) : nullptr)
        return fmt::format("{} under {}", use(fact), use(*same));
      if (const Readable* set = random_.percent(40) ? other(type, fact, TypeKind::Set) : nullptr)
        return fmt::format("{} under {}", use(fact), use(*set));
      if (random_.percent(40))
        return fmt::format("{} under {}", use(fact), set_literal(type, false));
      return fmt::format("{} under {}", use(fact), text_literal(type.kind));
    }
    default: break;
  }
  const std::string value = text_literal(type.kind);
  if (!fits(value)) return {};
  return fmt::format("{} {} {}", use(fact), random_.percent(60) ? "==" : "!=", value);
}

// ---- collections

std::string Conditions::about_collection(const Readable& fact) {
  const Type& type = *fact.type;
  const Type& element = *type.element;
  const bool of_records = element.kind == TypeKind::Record;
  const std::size_t form = random_.below(6);
  if (form == 0 || (of_records && form < 3)) {
    const Wide low = type.kind == TypeKind::Set ? 0 : type.low;
    if (type.high - low < 2) return {};
    return fmt::format("{}.size {} {}", use(fact), random_.pick(kOrders),
                       static_cast<std::int64_t>(low) + 1);
  }
  if (form >= 4 || of_records) return in_loop_ ? std::string() : about_elements(fact);
  if (form == 1 || type.kind == TypeKind::List) {
    if (is_text(element.kind)) {
      const std::string value = text_literal(element.kind);
      const bool fits = element.kind != TypeKind::String ||
                        static_cast<std::int64_t>(value.size()) <= element.high;
      return fits ? fmt::format("{} in {}", value, use(fact)) : std::string();
    }
    if (element.kind == TypeKind::Enum)
      return fmt::format("{} in {}", random_.pick(bundle_.enumeration(element).values).name,
                         use(fact));
    return {};
  }
  if (const Readable* same = random_.percent(30) ? other(element, fact, TypeKind::Set) : nullptr) {
    return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "overlaps" : "subset of",
                       use(*same));
  }
  const std::string set = set_literal(element, false);
  if (set.empty()) return {};
  return random_.percent(25) && set.front() == '{'
             ? fmt::format("{} subset of {}", set, use(fact))
             : fmt::format("{} {} {}", use(fact), random_.percent(50) ? "overlaps" : "subset of",
                           set);
}

std::string Conditions::about_elements(const Readable& fact) {
  const Type& type = *fact.type;
  const Type& element = *type.element;
  const std::string variable = fmt::format("e{}", names_++);
  std::vector<Readable> elements;
  if (element.kind == TypeKind::Record)
    add_fields(bundle_, bundle_.record(element).fields, {variable, nullptr, {}}, elements);
  else
    elements.push_back({variable, &element, {}});
  std::string over = use(fact);
  const Wide low = type.kind == TypeKind::Set ? 0 : type.low, high = type.high;

  // What the body needs to be there is asked for inside it.
  const std::vector<std::string> outer = std::exchange(asked_, {});
  in_loop_ = true;
  std::swap(elements_, elements);
  std::string text;
  const Readable summed = random_.pick(elements_);
  const bool sums = summed.type != nullptr && summed.asked.empty() &&
                    (summed.type->kind == TypeKind::Int || summed.type->kind == TypeKind::Money ||
                     summed.type->kind == TypeKind::Duration);
  if (sums && random_.percent(50)) {
    const Wide ends[] = {low * summed.type->low, high * summed.type->low, low * summed.type->high,
                         high * summed.type->high};
    const Number total{fmt::format("sum({} in {}: {})", variable, over, summed.path),
                       std::ranges::min(ends), std::ranges::max(ends)};
    std::swap(elements_, elements);
    asked_ = outer;
    text = compared(total, *summed.type);
    std::swap(elements_, elements);
  } else {
    only_elements_ = random_.percent(80);
    const std::string body = boolean(1);
    only_elements_ = false;
    asked_ = outer;
    const std::size_t kind = random_.below(3);
    if (kind < 2) {
      text = fmt::format("{}({} in {}: {})", kind == 0 ? "any" : "all", variable, over, body);
    } else if (high - low >= 2) {
      text = fmt::format("count({} in {}: {}) {} 1", variable, over, body, random_.pick(kOrders));
    }
  }
  std::swap(elements_, elements);
  in_loop_ = false;
  return text;
}

// ---- defs

// `def d7(x: money) = …`, called with the fact.
std::string Conditions::definition(const Readable& fact) {
  const std::string name = fmt::format("d{}", names_++);
  const std::string parameter = fmt::format("x{}", names_++);
  std::vector<Readable> outer = facts_;
  std::erase_if(facts_, [](const Readable& known) { return known.path.starts_with("args."); });
  const std::vector<std::string> outer_asked = std::exchange(asked_, {});
  in_definition_ = true;
  const std::string about_parameter = about({parameter, fact.type, {}});
  const bool needs_more = !std::exchange(asked_, {}).empty();
  const std::string about_host = boolean(1);
  in_definition_ = false;
  facts_ = std::move(outer);
  asked_ = outer_asked;
  if (about_parameter.empty() || needs_more) return {};
  declarations_ += fmt::format("def {}({}: {}) = {} {} {}\n", name, parameter,
                               compiler::spelled(*fact.type, bundle_), about_parameter,
                               random_.percent(50) ? "and" : "or", about_host);
  return fmt::format("{}({})", name, use(fact));
}

}  // namespace remit::generator
