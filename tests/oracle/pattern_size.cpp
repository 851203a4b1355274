#include "tests/oracle/pattern_size.h"

#include <algorithm>
#include <utility>

namespace remit::oracle {

namespace {

class Sizes {
 public:
  explicit Sizes(std::string_view text) : text_(text) {}

  // Alternatives and sequences alike are as large as their parts together.
  std::size_t group() {
    std::size_t size = 0;
    while (at_ < text_.size() && text_[at_] != ')') {
      if (text_[at_] == '|')
        ++at_;
      else
        size += repeated();
    }
    return size;
  }

 private:
  std::size_t repeated() {
    const std::size_t size = single();
    std::size_t times = 1;
    while (at_ < text_.size() &&
           std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) {
      if (text_[at_++] == '{') times *= std::max<std::size_t>(1, most());
    }
    return size * times;
  }

  std::size_t single() {
    const char c = text_[at_++];
    if (c == '(') {
      const std::size_t size = group();
      ++at_;
      return size;
    }
    if (c == '[') return members();
    if (c == '\\') {
      ++at_;
    } else {
      // The rest of one character.
      while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
    }
    return 1;
  }

  // Sixteen of a class are as one; a range that ends beyond ASCII is four of them.
  std::size_t members() {
    std::size_t count = 0, characters = 0;
    bool range = false;
    if (text_[at_] == '^') ++at_;
    for (; text_[at_] != ']'; ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if ((c & 0xC0) == 0x80) continue;
      if (c == '-' && characters > 0 && !range && text_[at_ + 1] != ']') {
        range = true;
        continue;
      }
      if (c == '\\') ++at_;
      ++characters;
      count += range ? (c >= 0x80 ? 3 : 0) : 1;
      if (range) characters = 0;  // what follows begins anew
      range = false;
    }
    ++at_;
    return (count + 15) / 16;
  }

  // The last number of `n}`, `n,}`, `n,m}`.
  std::size_t most() {
    std::size_t number = 0, last = 0;
    for (; text_[at_] != '}'; ++at_) {
      if (text_[at_] == ',') {
        last = std::exchange(number, 0);
      } else {
        number = number * 10 + static_cast<std::size_t>(text_[at_] - '0');
      }
    }
    const bool open = text_[at_++ - 1] == ',';
    return open ? last : number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t pattern_size(std::string_view pattern) {
  return std::max<std::size_t>(1, Sizes(pattern).group());
}

}  // namespace remit::oracle
