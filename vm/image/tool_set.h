// A set of tools: the words of a bitset that are not zero, so that it is as small as its tools are
// few, and is compared with another in at most a step for each 64 tools of the image.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/image/image.h"

namespace remit::vm {

class ToolSet {
 public:
  // Tools come in ascending order; one that is there already changes nothing.
  void add(ToolId tool) {
    const auto number = static_cast<std::uint32_t>(tool);
    if (words_.empty() || words_.back().at != number / 64) words_.push_back({number / 64, 0});
    words_.back().bits |= std::uint64_t{1} << (number % 64);
  }

  [[nodiscard]] bool includes(const ToolSet& other) const {
    auto mine = words_.begin();
    for (const Word& word : other.words_) {
      while (mine != words_.end() && mine->at < word.at) ++mine;
      if (mine == words_.end() || mine->at != word.at || (word.bits & ~mine->bits) != 0)
        return false;
    }
    return true;
  }

  [[nodiscard]] bool overlaps(const ToolSet& other) const {
    auto mine = words_.begin();
    for (const Word& word : other.words_) {
      while (mine != words_.end() && mine->at < word.at) ++mine;
      if (mine == words_.end()) return false;
      if (mine->at == word.at && (word.bits & mine->bits) != 0) return true;
    }
    return false;
  }

 private:
  struct Word {
    std::uint32_t at;
    std::uint64_t bits;
  };
  std::vector<Word> words_;
};

[[nodiscard]] inline ToolSet tools_of(const Image& image, RangeOf<ToolId> scope) {
  ToolSet tools;
  for (const ToolId tool : image.rows(scope)) tools.add(tool);
  return tools;
}

}  // namespace remit::vm
