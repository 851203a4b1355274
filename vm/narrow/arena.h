// Memory for texts and elements that are made while cases are looked at.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/decide/value.h"

namespace remit::vm {

// What it gave out stays where it is until `clear`.
class SampleArena {
 public:
  [[nodiscard]] std::string_view keep(std::string text) {
    return texts_.emplace_back(std::move(text));
  }
  [[nodiscard]] std::vector<Value>& values(std::size_t count) {
    return elements_.emplace_back(count);
  }
  // The same text twice is kept once.
  [[nodiscard]] std::string_view keep_once(std::string text) {
    return *once_.insert(std::move(text)).first;
  }
  void clear() {
    texts_.clear();
    elements_.clear();
    once_.clear();
  }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<Value>> elements_;
  std::set<std::string> once_;
};

}  // namespace remit::vm
