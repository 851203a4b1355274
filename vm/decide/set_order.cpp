#include "vm/decide/set_order.h"

#include <algorithm>
#include <cstring>

#include "stdlib/hash.h"

namespace remit::vm {

// ---- long texts

std::uint32_t LongTexts::symbol(std::string_view text) {
  const std::size_t hash = stdlib::table_hash(text);
  for (std::size_t at = hash; !table_.empty(); ++at) {
    const std::uint32_t found = table_[at & (table_.size() - 1)];
    if (found == 0) break;
    const Entry& entry = entries_[found - 1];
    if (entry.hash == hash && entry.text == text) return kFirstLongSymbol + found - 1;
  }
  entries_.push_back({hash, text});
  // At most half of the places are taken.
  if (entries_.size() * 2 > table_.size()) {
    table_.assign(std::max<std::size_t>(64, table_.size() * 2), 0);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) insert(i);
  } else {
    insert(static_cast<std::uint32_t>(entries_.size() - 1));
  }
  return kFirstLongSymbol + static_cast<std::uint32_t>(entries_.size() - 1);
}

void LongTexts::insert(std::uint32_t entry) {
  std::size_t at = entries_[entry].hash;
  while (table_[at & (table_.size() - 1)] != 0) ++at;
  table_[at & (table_.size() - 1)] = entry + 1;
}

void LongTexts::clear() {
  if (entries_.empty()) return;
  entries_.clear();
  std::ranges::fill(table_, 0);
}

// ---- the order

namespace {

int compare(const Value& a, const Value& b, bool texts) {
  if (!texts) {
    const auto x = static_cast<std::uint64_t>(a.integer), y = static_cast<std::uint64_t>(b.integer);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a.size != b.size) return a.size < b.size ? -1 : 1;
  if (a.size > kLongTextBytes) return a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0;
  return a.size == 0 ? 0 : std::memcmp(a.text, b.text, a.size);
}

std::span<const Value> in_order(const Value& set) {
  return {set.elements + (set.symbol == kMergeOrderFollows ? set.size : 0), set.size};
}

}  // namespace

bool same_text(const Value& a, const Value& b) {
  if (a.symbol != 0 && b.symbol != 0) return a.symbol == b.symbol;
  // One without a symbol is short.
  return a.view() == b.view();
}

void sort_for_merging(std::span<Value> elements, bool texts) {
  std::ranges::sort(elements,
                    [=](const Value& a, const Value& b) { return compare(a, b, texts) < 0; });
}

bool overlap(const Value& a, const Value& b, bool texts) {
  const auto left = in_order(a), right = in_order(b);
  for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    const int order = compare(left[i], right[j], texts);
    if (order == 0) return true;
    order < 0 ? ++i : ++j;
  }
  return false;
}

bool is_subset(const Value& a, const Value& b, bool texts) {
  const auto left = in_order(a), right = in_order(b);
  std::size_t j = 0;
  for (const Value& element : left) {
    // Elements of `left` may be equal: `j` stays where one was found.
    while (j < right.size() && compare(right[j], element, texts) < 0) ++j;
    if (j == right.size() || compare(right[j], element, texts) != 0) return false;
  }
  return true;
}

}  // namespace remit::vm
