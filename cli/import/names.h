// Names for an imported manifest: what a tool server calls things, spelled as the language can.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <remit/limits.h>

namespace remit::cli {

// A WORD (`[a-z][a-z0-9_]*`, at most 64 bytes) as close to `wire` as can be: `pullNumber` becomes
// `pull_number`, and `+1` `plus_1`.
[[nodiscard]] std::string spell(std::string_view wire);

// The same as a NAME, which is not reserved: `all` becomes `all_`.
[[nodiscard]] std::string spell_name(std::string_view wire);

// A wire name that is a NAME already keeps it, before any other that is spelled so: whoever writes
// `left` in a rule means "left", never "LEFT". A field keeps a WORD (stdlib::is_word), as its name
// may be reserved.
[[nodiscard]] bool is_name(std::string_view text);

// Why no file can hold this name of JSON (`is empty`), or nothing: a sentence that goes on.
[[nodiscard]] std::string wire_name_problem(std::string_view wire);

// Hands out names once each, by numbering the later ones.
class NameSet {
 public:
  [[nodiscard]] std::string claim(std::string_view wanted,
                                  std::size_t bytes_max = limits::kNameBytesMax);
  // A name that is not to be handed out; false if it was already.
  bool take(std::string_view name) { return taken_.emplace(name).second; }

 private:
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, int> last_;  // the last number behind a name
};

// `text` as a string literal of the language, quotes included. It has no forbidden characters.
[[nodiscard]] std::string string_literal(std::string_view text);

// The first line of `text` as the text of a comment: forbidden characters removed, at most
// `columns` long.
[[nodiscard]] std::string comment_text(std::string_view text, std::size_t columns);

// `text` as comments, `// …`, broken between words where a line would be too long.
[[nodiscard]] std::vector<std::string> comment_lines(std::string_view text);

}  // namespace remit::cli
