// Literals, the constants that hold them, and numbers made of facts.

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "tests/generator/conditions.h"
#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::Type;

namespace {

bool is_number(TypeKind kind) {
  return kind == TypeKind::Int || kind == TypeKind::Money || kind == TypeKind::Duration ||
         kind == TypeKind::Timestamp || kind == TypeKind::TimeOfDay;
}

}  // namespace

std::string Conditions::named(const std::string& value, const std::string& type) {
  const std::string name = fmt::format("k{}", names_++);
  declarations_ += fmt::format("const {}{} = {}\n", name, type.empty() ? "" : ": " + type, value);
  return name;
}

std::string Conditions::spelled(const Type& type, std::int64_t value) {
  const TypeKind kind = type.kind;
  if (kind == TypeKind::Bool) return value != 0 ? "true" : "false";
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
  if (type.kind == TypeKind::TimeOfDay) take(kTimesOfDay);
  if (fitting.empty()) return {};
  std::string text = spelled(type, random_.pick(fitting));
  const bool plain = type.kind != TypeKind::Timestamp || random_.percent(50);
  return plain && random_.percent(15) ? named(text, {}) : text;
}

std::string Conditions::text_literal(TypeKind kind) {
  if (kind == TypeKind::String) return quoted(random_.pick(kStrings));
  if (kind == TypeKind::Id) return quoted(random_.pick(kIds));
  if (kind == TypeKind::Host) return fmt::format("host\"{}\"", random_.pick(kHosts));
  if (kind == TypeKind::Path)
    return fmt::format("path\"{}\"", random_.pick(std::span(kPaths).subspan(1)));
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
                       : type.kind == TypeKind::TimeOfDay
                           ? std::span<const std::int64_t>(kTimesOfDay)
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
  const Type& type = *fact.type;
  const bool in_sets = type.kind == TypeKind::Int || type.kind == TypeKind::Money;
  if (in_sets && random_.percent(10)) {
    // Sums and products too, which may lie beyond every element.
    const Number value = number(fact);
    const TypeKind kind = random_.percent(50) ? TypeKind::Set : TypeKind::List;
    const Readable* const collection = random_.percent(60) ? other(type, fact, kind) : nullptr;
    const std::string elements =
        collection == nullptr ? set_literal(type, false) : use(*collection);
    if (elements.empty()) return {};
    return fmt::format("{} {}in {}", value.text, random_.percent(30) ? "not " : "", elements);
  }
  return compared(number(fact), type);
}

}  // namespace remit::generator
