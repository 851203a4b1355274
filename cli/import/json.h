// A manifest as a tree, with the spelling of its numbers kept.
//
// What is JSON is decided by stdlib/json_pack, as for the JSON in a request: a key that stands
// twice, half a surrogate pair or more than one value is refused.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <remit/internal/wide.h>

namespace remit::cli {

enum class JsonKind : std::uint8_t { Null, False, True, Number, String, Array, Object };

struct Json {
  JsonKind kind = JsonKind::Null;
  std::string key;             // of a member
  std::string text;            // of a string, unescaped; of a number, its token
  std::vector<Json> children;  // of an array or object
  const Json* parent = nullptr;
  std::vector<const Json*> by_key;  // members of an object with many of them, in order

  [[nodiscard]] bool is_object() const { return kind == JsonKind::Object; }
  [[nodiscard]] bool is_array() const { return kind == JsonKind::Array; }
  [[nodiscard]] bool is_string() const { return kind == JsonKind::String; }
  [[nodiscard]] bool is_string(std::string_view value) const {
    return is_string() && text == value;
  }
  // The member of an object, or null.
  [[nodiscard]] const Json* member(std::string_view name) const;
};

// The tree, or what is wrong and where: ``3:14: a key stands twice in one object: `"name"` ``.
[[nodiscard]] std::expected<std::unique_ptr<const Json>, std::string> read_json(
    std::string_view text);

// Where a node stands: `tools[2].inputSchema`; of the root itself empty.
[[nodiscard]] std::string json_path(const Json& node);

// The value on one line, as JSON; the members in their order. Of a long one the beginning, and `…`.
[[nodiscard]] std::string json_text(const Json& node);

// The nearest integers around a JSON number, exactly; far beyond 64 bits they stay there.
struct AroundNumber {
  Wide floor = 0;
  Wide ceiling = 0;

  [[nodiscard]] bool is_integer() const { return floor == ceiling; }
};
[[nodiscard]] AroundNumber around(std::string_view number);

}  // namespace remit::cli
