// Memory for texts and elements that are made while cases are looked at.
#pragma once

#include <deque>
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
  void clear() {
    texts_.clear();
    elements_.clear();
  }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<Value>> elements_;
};

}  // namespace remit::vm
