// Names for an imported manifest: what a tool server calls things, spelled as the language can.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace remit::cli {

// A NAME (`[a-z][a-z0-9_]*`, at most 64 bytes) as close to `wire` as can be: `pullNumber` becomes
// `pull_number`.
[[nodiscard]] std::string spell(std::string_view wire);

// True if `text` can stand as an enum value: a NAME that is not reserved.
[[nodiscard]] bool is_plain_name(std::string_view text);

// Hands out names once each, by numbering the later ones.
class NameSet {
 public:
  [[nodiscard]] std::string claim(std::string_view wanted);

 private:
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, int> last_;  // the last number behind a name
};

// `text` as a string literal of the language, quotes included.
[[nodiscard]] std::string string_literal(std::string_view text);

// The first line of `text` as the text of a comment: forbidden characters removed, at most
// `columns` long.
[[nodiscard]] std::string comment_text(std::string_view text, std::size_t columns);

}  // namespace remit::cli
