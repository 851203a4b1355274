// Conditions about collections and their elements, and the defs that conditions call.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/generator/conditions.h"
#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::Type;

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
  if (type.kind == TypeKind::List && random_.percent(60)) return about_places(fact);
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

// What one place takes; a set, now and then a constant.
std::string Conditions::place(const Type& element) {
  if (random_.percent(40)) return set_literal(element, false);
  if (is_text(element.kind)) {
    const std::string value = text_literal(element.kind);
    const bool fits =
        element.kind != TypeKind::String || static_cast<std::int64_t>(value.size()) <= element.high;
    return fits ? value : std::string();
  }
  if (element.kind == TypeKind::Enum)
    return std::string(random_.pick(bundle_.enumeration(element).values).name);
  return literal(element, element.low, element.high);
}

std::string Conditions::about_places(const Readable& fact) {
  const Type& type = *fact.type;
  const std::size_t count =
      1 + random_.below(static_cast<std::size_t>(std::min<std::int64_t>(3, type.high)));
  std::string places;
  bool only_any = true;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string value = random_.percent(30) ? std::string() : place(*type.element);
    only_any = only_any && value.empty();
    places += fmt::format("{}{}", i == 0 ? "" : ", ", value.empty() ? "*" : value);
  }
  if (only_any && static_cast<std::int64_t>(count) <= type.low) return {};
  return fmt::format("{} starts with [{}]", use(fact), places);
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
  std::erase_if(facts_, [](const Readable& known) {
    return known.path.starts_with("args.") || known.path.starts_with("limits.");
  });
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
