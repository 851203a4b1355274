// Classes of characters: those of ASCII, whatever the locale, and what text never contains.
#pragma once

namespace remit {

[[nodiscard]] constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The value of a hexadecimal digit in either case; -1 for anything else.
[[nodiscard]] constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Characters that text of the language and of an image never contains, comments and strings
// included: controls, marks that reorder text, and characters that are not seen
// (docs/reference/language.md, section 2.1; compare Unicode TR36 and CVE-2021-42574). It is this
// list, whatever Unicode adds.
struct CharacterRange {
  char32_t first = 0, last = 0;
};
inline constexpr CharacterRange kForbiddenCharacters[] = {
    {0x0000, 0x0008},    // C0 controls but tab,
    {0x000B, 0x000C},    // line feed
    {0x000E, 0x001F},    // and carriage return
    {0x007F, 0x009F},    // delete, and C1 controls
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian variation selectors and vowel separator
    {0x200B, 0x200F},    // zero width space to right-to-left mark
    {0x2028, 0x202E},    // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates
    {0x3164, 0x3164},    // Hangul filler
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFB},    // unassigned, and interlinear annotations
    {0x1BCA0, 0x1BCA3},  // shorthand format controls
    {0x1D173, 0x1D17A},  // musical format controls
    {0xE0000, 0xE0FFF},  // tags, variation selectors supplement
};

[[nodiscard]] constexpr bool is_forbidden_character(char32_t c) {
  if (c >= 0x20 && c < 0x7F) return false;
  for (const CharacterRange& range : kForbiddenCharacters) {
    if (c <= range.last) return c >= range.first;
  }
  return false;
}

}  // namespace remit
