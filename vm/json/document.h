// One JSON text as a tree of nodes with the spelling of every token kept: what the decoder of
// requests reads.
//
// simdjson finds the structure, checks UTF-8 and unescapes; this adds what a request must not have
// and simdjson lets pass: duplicate keys, lone surrogates, anything after the text, numbers that
// are only nearly numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/decide/facts_state.h"

namespace remit::vm {

enum class JsonKind : std::uint8_t { Null, False, True, Number, String, Object, Array };

struct JsonNode {
  JsonKind kind{};
  std::string_view key;      // of a member, unescaped
  std::string_view raw_key;  // as spelled, without quotes
  std::string_view text;     // of a string, unescaped; of a number, its token
  std::string_view raw;      // of a string, as spelled, with quotes
  std::uint32_t next = 0;    // the sibling after this one; 0: the last
  std::uint32_t first = 0;   // the first child; 0: none
  std::uint32_t count = 0;   // children
  std::uint32_t order = 0;   // of an object with many members: 1 + where their order by key begins
};

// Reused from text to text: after the first few it allocates nothing, unless they are long.
class JsonDocument : public RequestReader {
 public:
  JsonDocument();
  ~JsonDocument() override;

  // Reads `text`; false if it is not one JSON object as RFC 8259 has it, longer than `bytes_max`,
  // too deep, or has a key twice.
  [[nodiscard]] bool parse(std::string_view text, std::size_t bytes_max);

  // Once the nodes have been read: keeps its memory for the next text, but not more than
  // limits::kReaderBytesKept.
  void give_back();

  // Node 0 is the root. Good until the next parse.
  [[nodiscard]] const JsonNode& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] const JsonNode& root() const { return nodes_.front(); }
  // The member with this name, or null: in logarithmic time.
  [[nodiscard]] const JsonNode* member(const JsonNode& object, std::string_view name) const;

  // Of the members for which `is_wanted(key)` the one with the bytewise first key, or null. Asks
  // about no more members than `is_wanted` turns down, and a few.
  template <typename IsWanted>
  [[nodiscard]] const JsonNode* first_member(const JsonNode& object, IsWanted&& is_wanted) const {
    const JsonNode* first = nullptr;
    if (object.order != 0) {
      for (std::uint32_t i = 0; i < object.count && first == nullptr; ++i) {
        const JsonNode& member = nodes_[by_key_[object.order - 1 + i]];
        if (is_wanted(member.key)) first = &member;
      }
      return first;
    }
    for (std::uint32_t child = object.first; child != 0; child = nodes_[child].next) {
      const JsonNode& member = nodes_[child];
      if (is_wanted(member.key) && (first == nullptr || member.key < first->key)) first = &member;
    }
    return first;
  }

  // Levels of containers in a value; a scalar has none.
  [[nodiscard]] int depth(const JsonNode& node) const;
  // Appends a value as spelled, without white space outside strings.
  void write(const JsonNode& node, std::string& out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<JsonNode> nodes_;
  std::vector<std::uint32_t> by_key_;  // children of objects with many members, in order of keys
};

}  // namespace remit::vm
