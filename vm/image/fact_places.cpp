#include "vm/image/fact_places.h"

#include <algorithm>
#include <tuple>

namespace remit::vm {

namespace {

void sort_once(std::vector<std::uint32_t>& numbers) {
  std::ranges::sort(numbers);
  const auto twice = std::ranges::unique(numbers);
  numbers.erase(twice.begin(), twice.end());
}

}  // namespace

// Facts come in the order of their numbers.
void FactPlaces::add(std::uint32_t first, std::uint32_t width, Numbers& numbers) {
  const auto append = [](std::vector<Interval>& intervals, Interval next) {
    if (next.first == next.end) return;
    if (!intervals.empty() && next.first <= intervals.back().end)
      intervals.back().end = std::max(intervals.back().end, next.end);
    else
      intervals.push_back(next);
  };
  append(numbers.loaded, {first, first + width});
  append(numbers.asked, {first + std::min(width, 1U), first + width});
}

bool FactPlaces::has(const std::vector<Interval>& intervals, std::uint32_t number) {
  const auto after = std::ranges::upper_bound(intervals, number, {}, &Interval::first);
  return after != intervals.begin() && number < (after - 1)->end;
}

FactPlaces::FactPlaces(std::span<const FactPlace> facts) {
  std::vector<FactPlace> sorted(facts.begin(), facts.end());
  const auto key = [](const FactPlace& fact) {
    // Of equal beginnings the wider is last.
    return std::tuple(fact.in_element, fact.slot, fact.field, fact.width);
  };
  std::ranges::sort(sorted, {}, key);
  for (const FactPlace& fact : sorted) {
    if (!fact.in_element) {
      add(fact.slot, fact.width, slots_);
      continue;
    }
    if (lists_.empty() || lists_.back().slot != fact.slot) lists_.push_back({fact.slot, {}});
    add(fact.field, fact.width, lists_.back().fields);
  }
}

bool FactPlaces::read_by(const Image& image, CodeRange code) const {
  std::vector<std::uint32_t> lists, loaded, asked;
  for (std::uint32_t i = code.first; i < code.first + code.count; ++i) {
    const Instruction& in = image.code[i];
    if ((in.opcode == Opcode::Load && has(slots_.loaded, in.c)) ||
        (in.opcode == Opcode::Has && has(slots_.asked, in.c)))
      return true;
    if (lists_.empty()) continue;
    if (in.opcode == Opcode::Load) lists.push_back(in.c);
    if (in.opcode == Opcode::LoadElement) loaded.push_back(in.c);
    if (in.opcode == Opcode::HasElement) asked.push_back(in.c);
  }
  for (auto* numbers : {&lists, &loaded, &asked}) sort_once(*numbers);
  return std::ranges::any_of(lists, [&](std::uint32_t slot) {
    const auto list = std::ranges::lower_bound(lists_, slot, {}, &List::slot);
    if (list == lists_.end() || list->slot != slot) return false;
    const auto in = [](const std::vector<Interval>& intervals) {
      return [&intervals](std::uint32_t number) { return has(intervals, number); };
    };
    return std::ranges::any_of(loaded, in(list->fields.loaded)) ||
           std::ranges::any_of(asked, in(list->fields.asked));
  });
}

}  // namespace remit::vm
