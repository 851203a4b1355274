// Finds its way in JSON text that has no white space between its tokens: the text that JsonWriter
// writes. Nothing is copied and nothing is repaired.
//
// Read by the decision log, whose lines hold requests and records as they were written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace remit::stdlib {

// One past the value that begins at `at`; nothing if there is none, or white space stands in it, or
// it is more than 64 deep.
[[nodiscard]] std::optional<std::size_t> json_value_end(std::string_view text, std::size_t at);

// A member of an object, or an element of an array (then without a key). `key` is as spelled,
// without its quotes.
struct JsonPart {
  std::string_view key;
  std::string_view value;
};

// The parts of one object or array, first to last.
class JsonParts {
 public:
  explicit JsonParts(std::string_view container);
  // The next part, or nothing at the end.
  std::optional<JsonPart> next();
  // All of the text was one object or array.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  std::string_view text_;
  std::size_t at_ = 1;
  bool is_object_ = false;
  bool complete_ = false;
};

// The member with this key, as spelled; empty if there is none.
[[nodiscard]] std::string_view json_member(std::string_view object, std::string_view key);

// The text of a string token that JsonWriter wrote; nothing if it is another spelling.
[[nodiscard]] std::optional<std::string> json_unescaped(std::string_view token);

}  // namespace remit::stdlib
