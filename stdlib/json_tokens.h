// The tokens of JSON as RFC 8259 spells them: the one grammar under json_scan and json_pack, and
// what vm/json/document asks where simdjson lets pass too much.
//
// By hand where simdjson does not fit. It reads a padded copy and needs four bytes for each of the
// text; the decision log reads lines of up to 64 MiB in place, takes none with white space, and
// hashes their parts as they are spelled. And whoever binds an `opaque` needs one value, not the
// reader of requests, which stands above.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace remit::stdlib {

// A place in a text. Each function moves `at` behind what it found, or returns false; `at` is then
// somewhere that is not past the end.
struct JsonTokens {
  std::string_view text;
  std::size_t at = 0;

  [[nodiscard]] char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool take(char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }
  // `word` itself; JSON has `true`, `false` and `null`.
  bool word(std::string_view word);
  bool number();
  // With its quotes. Neither UTF-8 nor surrogates are looked at.
  bool string();

 private:
  bool digits();
};

// All of a text is one number.
[[nodiscard]] bool is_json_number(std::string_view text);

// In a string token, or what stands between its quotes, escapes of surrogates stand in pairs, high
// before low.
[[nodiscard]] bool has_paired_surrogates(std::string_view token);

// What a token that `JsonTokens::string` took whole spells; nothing if there are surrogates that do
// not stand in pairs.
[[nodiscard]] std::optional<std::string> json_string_text(std::string_view token);

}  // namespace remit::stdlib
