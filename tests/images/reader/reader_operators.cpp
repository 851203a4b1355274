// Operators of code, over plain values.

#include <algorithm>
#include <map>

#include "stdlib/ip.h"
#include "stdlib/pattern.h"
#include "tests/images/reader/reader_code.h"

namespace remit::images {

using vm::Opcode;

namespace {

// The parts of a host from its end, or of a path from its beginning.
std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c == separator)
      result.emplace_back();
    else
      result.back() += c;
  }
  if (separator == '.') std::ranges::reverse(result);
  while (!result.empty() && result.back().empty()) result.pop_back();
  return result;
}

bool under(TypeKind kind, const std::string& value, const std::string& where) {
  if (kind == TypeKind::Ip) {
    const auto address = stdlib::parse_ip(value);
    const auto range = stdlib::parse_cidr(where);
    if (!address || !range) throw Untrue("an address that does not parse");
    return stdlib::ip_under(*address, *range);
  }
  const char separator = kind == TypeKind::Host ? '.' : '/';
  const auto a = parts(value, separator), b = parts(where, separator);
  return a.size() >= b.size() && std::equal(b.begin(), b.end(), a.begin());
}

bool matches(const std::string& pattern, const std::string& text) {
  thread_local std::map<std::string, stdlib::CompiledPattern> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) {
    auto made = stdlib::CompiledPattern::compile(pattern);
    if (!made) throw Untrue("a pattern that does not compile");
    // Patterns that were mutated are not seen again.
    if (compiled.size() > 64) compiled.clear();
    found = compiled.emplace(pattern, std::move(*made)).first;
  }
  return found->second.match(text) == stdlib::Match::Yes;
}

bool contains(const Datum& collection, const Datum& value) {
  return std::ranges::find(collection.items, value) != collection.items.end();
}

}  // namespace

void CodeReader::derive(const vm::Instruction& in) {
  if (in.opcode == Opcode::PushApproved) {
    std::set<std::string> people;
    const vm::SeatRow asked{static_cast<vm::SeatKind>(in.a), in.c};
    for (const auto& [person, seat] : granted_) {
      if (in.c == vm::kNoRow ? seat.kind != vm::SeatKind::Requester : seat == asked)
        people.insert(person);
    }
    return push_number(static_cast<Wide>(people.size()));
  }
  if (in.opcode == Opcode::MakeSet) {
    Datum set;
    for (unsigned i = 0; i < in.b; ++i) {
      Datum element = pop();
      element.items.clear();
      if (!contains(set, element)) set.items.push_back(std::move(element));
    }
    return push(std::move(set));
  }
  Datum whole = pop();
  if (in.opcode == Opcode::Size) return push_number(static_cast<Wide>(whole.items.size()));
  const std::string& text = whole.text;
  Datum part;
  if (in.opcode == Opcode::EmailDomain) {
    part.text = text.substr(text.rfind('@') + 1);
  } else if (in.opcode == Opcode::UrlScheme) {
    part.text = text.substr(0, text.find(':'));
  } else {
    const std::size_t slashes = text.find("://");
    if (slashes == std::string::npos) throw Untrue("a url without a host");
    part.text = text.substr(slashes + 3, text.find_first_of(":/?#", slashes + 3) - slashes - 3);
  }
  push(std::move(part));
}

void CodeReader::test(const vm::Instruction& in) {
  const Datum value = pop();
  if (in.opcode == Opcode::Case) {
    // What is matched stays for the next arm.
    push(value);
    return push_truth(contains(set(in.c), value));
  }
  push_truth(matches(image_[image_.patterns[in.c]], value.text));
}

void CodeReader::calculate(const vm::Instruction& in) {
  if (in.opcode == Opcode::Not) return push_truth(pop().number == 0);
  const Wide right = pop().number;
  Wide result = 0;
  bool overflow = false;
  if (in.opcode == Opcode::Percent) {
    overflow = __builtin_mul_overflow(right, Wide{in.c}, &result);
  } else if (in.opcode == Opcode::Scale) {
    overflow = __builtin_mul_overflow(right, Wide{100'000}, &result);
  } else {
    const Wide left = pop().number;
    if (in.opcode == Opcode::Add) overflow = __builtin_add_overflow(left, right, &result);
    if (in.opcode == Opcode::Subtract) overflow = __builtin_sub_overflow(left, right, &result);
    if (in.opcode == Opcode::Multiply) overflow = __builtin_mul_overflow(left, right, &result);
  }
  if (overflow) throw Untrue("a number leaves its range");
  push_number(result);
}

void CodeReader::compare(const vm::Instruction& in) {
  const Datum right = pop(), left = pop();
  if (in.opcode == Opcode::InRange) {
    const Wide value = pop().number;
    const bool open = (in.a & vm::kRangeHalfOpen) != 0, negated = (in.a & vm::kRangeNegated) != 0;
    const bool below = open ? value < right.number : value <= right.number;
    return push_truth((value >= left.number && below) != negated);
  }
  const Opcode op = in.opcode;
  if (op == Opcode::TextEqual) return push_truth(left.text == right.text);
  if (op == Opcode::TextNotEqual) return push_truth(left.text != right.text);
  const bool below = left.number<right.number, above = left.number> right.number;
  const bool holds = op == Opcode::Equal       ? !below && !above
                     : op == Opcode::NotEqual  ? below || above
                     : op == Opcode::Less      ? below
                     : op == Opcode::LessEqual ? !above
                     : op == Opcode::Greater   ? above
                                               : !below;
  push_truth(holds);
}

void CodeReader::relate(const vm::Instruction& in) {
  const Datum right = pop(), left = pop();
  const auto is_in_right = [&](const Datum& element) { return contains(right, element); };
  const auto any_under = [&](TypeKind kind) {
    return std::ranges::any_of(
        right.items, [&](const Datum& where) { return under(kind, left.text, where.text); });
  };
  const Opcode op = in.opcode;
  if (op == Opcode::ContainsInteger || op == Opcode::ContainsText)
    return push_truth(is_in_right(left) != (in.a != 0));
  if (op == Opcode::OverlapsInteger || op == Opcode::OverlapsText)
    return push_truth(std::ranges::any_of(left.items, is_in_right));
  if (op == Opcode::SubsetInteger || op == Opcode::SubsetText)
    return push_truth(std::ranges::all_of(left.items, is_in_right));
  const bool any =
      op == Opcode::UnderAnyHost || op == Opcode::UnderAnyPath || op == Opcode::UnderAnyIp;
  const TypeKind kind = op == Opcode::UnderHost || op == Opcode::UnderAnyHost   ? TypeKind::Host
                        : op == Opcode::UnderPath || op == Opcode::UnderAnyPath ? TypeKind::Path
                                                                                : TypeKind::Ip;
  push_truth(any ? any_under(kind) : under(kind, left.text, right.text));
}

void CodeReader::look_for(const vm::Instruction& in) {
  const std::string text = pop().text;
  const std::vector<Datum> parts = set(in.c).items;
  push_truth(std::ranges::any_of(parts, [&](const Datum& part) {
    std::size_t at = text.find(part.text);
    if (in.opcode == Opcode::StartsWithAny) return at == 0;
    if (in.opcode == Opcode::EndsWithAny) at = text.rfind(part.text);
    const bool found = at != std::string::npos;
    return found && (in.opcode == Opcode::ContainsAny || at + part.text.size() == text.size());
  }));
}

// The list stays below the truth until DropList.
void CodeReader::take_places(const vm::Instruction& in) {
  const bool asks = in.opcode != Opcode::HasPlaces;
  const bool so_far = !asks || pop().number != 0;
  const Datum list = pop();
  if (in.opcode == Opcode::DropList) return push_truth(so_far);
  push(list);
  if (!asks) return push_truth(list.items.size() >= in.b);
  if (so_far && in.b > list.items.size()) throw Untrue("a place that is not there");
  push_truth(so_far && contains(set(in.c), list.items[in.b - 1U]));
}

}  // namespace remit::images
