// Texts and collections on intervals: see vm/narrow/forecast.h.

#include <algorithm>

#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/text.h"
#include "vm/decide/set_order.h"
#include "vm/narrow/forecast.h"

namespace remit::vm {

namespace {

std::span<const Value> elements_of(const Value& collection) {
  return {collection.elements, collection.size};
}

Estimate anything() { return Estimate::between(0, 1); }

}  // namespace

// ---- texts

Estimate Forecast::text_constant(std::uint32_t string) {
  Estimate result;
  result.known = true;
  result.value = case_.linked->text_value(static_cast<StringId>(string));
  return result;
}

Estimate Forecast::matches(std::uint32_t pattern, const Estimate& x) {
  if (!x.known) return anything();
  const auto match = case_.linked->program.patterns()[pattern].match(x.value.view());
  return Estimate::truth(match != stdlib::Match::Yes, match != stdlib::Match::No);
}

// Whether a text that an unknown may hold is this one.
Estimate Forecast::text_is(const Estimate& x, const Value& text) {
  if (x.known) return Estimate::truth(!same_text(x.value, text), same_text(x.value, text));
  if (x.unknown == kNoRow) return anything();
  const Domain& domain = (*case_.domains)[x.unknown];
  steps_ += 1 + domain.not_texts.size();
  const bool excluded = std::ranges::any_of(
      domain.not_texts, [&](const Value& other) { return same_text(other, text); });
  const FieldRow& field = *case_.unknowns->facts[x.unknown].field;
  const TypeRow& type = case_.linked->program.image()[field.type];
  if (excluded || !stdlib::is_text_value(type.kind, text.view(), type.high))
    return Estimate::between(0, 0);
  splits_.push_back({x.unknown, Split::Kind::Text, 0, text});
  return anything();
}

Estimate Forecast::equal_texts(const Estimate& x, const Estimate& y) {
  if (y.known) return text_is(x, y.value);
  if (x.known) return text_is(y, x.value);
  const bool one = x.unknown != kNoRow && x.unknown == y.unknown;
  return one ? Estimate::between(1, 1) : anything();
}

// Whether a text has some text of a set as a part of it.
Estimate Forecast::looks_for(const Instruction& in, const Estimate& x) {
  const Value set = case_.linked->constant_set(in.c);
  if (!x.known) {
    // What is looked for is itself a text that is found.
    for (const Value& part : elements_of(set)) static_cast<void>(text_is(x, part));
    return anything();
  }
  const std::string_view text = x.value.view();
  const bool holds = std::ranges::any_of(elements_of(set), [&](const Value& part) {
    if (in.opcode == Opcode::StartsWithAny) return text.starts_with(part.view());
    if (in.opcode == Opcode::EndsWithAny) return text.ends_with(part.view());
    return stdlib::has_part(text, part.view());
  });
  return Estimate::truth(!holds, holds);
}

// ---- the first elements of a list

Estimate Forecast::has_places(std::uint32_t places, const Estimate& list) {
  if (list.known) return Estimate::truth(list.value.size < places, list.value.size >= places);
  cut_at(list, Wide{places} - 1);
  return Estimate::truth(list.low < places, list.high >= places);
}

Estimate Forecast::in_place(const Instruction& in, const Estimate& list, const Estimate& so_far) {
  if (!so_far.may_hold()) return so_far;
  if (!list.known) return anything();
  // Where the list is known, so is whether it is long enough.
  const Value& element = list.value.elements[in.b - 1];
  const Value set = case_.linked->constant_set(in.c);
  steps_ += set.size;
  const bool holds = std::ranges::any_of(elements_of(set), [&](const Value& value) {
    return in.a != 0 ? same_text(value, element) : value.integer == element.integer;
  });
  return Estimate::truth(!holds, holds);
}

// ---- elements

Estimate Forecast::set_constant(std::uint32_t set) {
  return of_collection(case_.linked->constant_set(set));
}

// Whether a number is one of these.
Estimate Forecast::one_of(const Estimate& x, std::span<const Value> elements) {
  steps_ += elements.size();
  Wide inside = 0;
  Wide some = 0;
  for (const Value& element : elements) {
    if (element.integer < x.low || element.integer > x.high) continue;
    ++inside;
    some = element.integer;
  }
  if (inside == 0) return Estimate::between(0, 0);
  // Those of a set differ; of a list only what is a point is told.
  if (x.point()) return Estimate::between(1, 1);
  cut_at(x, some);
  cut_at(x, some - 1);
  return anything();
}

Estimate Forecast::contains(const Estimate& x, const Estimate& collection, bool texts) {
  if (!collection.known) {
    cut_at(collection, 0);
    return Estimate::truth(true, collection.high != 0);
  }
  const std::span<const Value> elements = elements_of(collection.value);
  if (!texts) return one_of(x, elements);
  Estimate result = Estimate::between(0, 0);
  steps_ += elements.size();
  for (const Value& element : elements) {
    const Estimate is = text_is(x, element);
    result = Estimate::between(std::max(result.low, is.low), std::max(result.high, is.high));
    if (result.low == 1) break;
  }
  return result;
}

Estimate Forecast::case_of(const Instruction& in, const Estimate& x) {
  const Value set = case_.linked->constant_set(in.c);
  const std::span<const Value> values = elements_of(set);
  // They differ, so that as many as there are numbers between are all of them.
  const auto inside = std::ranges::count_if(values, [&](const Value& value) {
    return value.integer >= x.low && value.integer <= x.high;
  });
  if (inside != 0 && x.high - (inside - 1) == x.low) return Estimate::between(1, 1);
  return one_of(x, values);
}

Estimate Forecast::make_set(const Instruction& in, Stack& stack) {
  std::vector<Value>& made = arena_.values(in.b);
  bool known = true;
  for (std::uint32_t i = in.b; i-- > 0;) {
    const Estimate element = stack.back();
    stack.pop_back();
    known = known && (in.a != 0 ? element.known : element.point());
    if (known)
      made[i] =
          in.a != 0 ? element.value : Value::of_integer(static_cast<std::int64_t>(element.low));
  }
  if (!known) return Estimate::between(in.b, in.b);
  sort_for_merging(made, in.a != 0);
  return of_collection(Value::of_elements(made.data(), in.b));
}

Estimate Forecast::overlaps(const Estimate& x, const Estimate& y, bool texts) {
  if (x.known && y.known) {
    const bool holds = overlap(x.value, y.value, texts);
    return Estimate::truth(!holds, holds);
  }
  return Estimate::truth(true, may_have_some(x) && may_have_some(y));
}

Estimate Forecast::subset(const Estimate& x, const Estimate& y, bool texts) {
  if (x.known && y.known) {
    const bool holds = is_subset(x.value, y.value, texts);
    return Estimate::truth(!holds, holds);
  }
  return Estimate::truth(may_have_some(x), true);
}

// Whether a collection may have an element, which is a way to cut it.
bool Forecast::may_have_some(const Estimate& collection) {
  if (!collection.known) cut_at(collection, 0);
  return collection.known ? collection.value.size != 0 : collection.high != 0;
}

// ---- what lies under what

// A text that lies under one of `parents`: every host and folder lies under itself, and in a range
// its first address.
void Forecast::try_under(Parents kind, const Estimate& x, std::span<const Value> parents) {
  for (const Value& parent : parents) {
    Value text = parent;
    if (kind == Parents::Ranges) {
      const std::string first = stdlib::format_ip(case_.linked->cidrs[parent.symbol - 1]->network);
      const std::uint32_t symbol = case_.linked->symbol(first);
      text = Value::of_text(arena_.keep_once(first), symbol);
    }
    static_cast<void>(text_is(x, text));
  }
}

Estimate Forecast::under(Parents kind, const Estimate& x, bool many, const Estimate& y) {
  if (!y.known) return anything();
  const auto parents = many ? elements_of(y.value) : std::span(&y.value, 1);
  if (!x.known) {
    try_under(kind, x, parents);
    return anything();
  }
  const std::string_view text = x.value.view();
  const bool holds = std::ranges::any_of(parents, [&](const Value& parent) {
    switch (kind) {
      case Parents::Hosts: return stdlib::host_under(text, parent.view());
      case Parents::Folders: return stdlib::path_under(text, parent.view());
      case Parents::Ranges:
        return stdlib::ip_under(stdlib::ip_of(text), *case_.linked->cidrs[parent.symbol - 1]);
    }
    return false;
  });
  return Estimate::truth(!holds, holds);
}

}  // namespace remit::vm
