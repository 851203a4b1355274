// What stands between the tokens of a file that is being formatted: nothing, a space, spaces up to
// a column, or a line break.
//
// The printer and `lay_out_table` say where lines begin and what is aligned; the spaces follow from
// the tokens. Nothing here writes or changes a token. Columns count from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lang/ast.h"
#include "lang/source.h"

namespace remit::lang {

// A line is not made longer than this where it can be broken.
inline constexpr std::size_t kColumnsMax = 100;

class TokenLayout {
 public:
  explicit TokenLayout(const ast::Module& module);

  // ---- places: a token is its index in the module
  [[nodiscard]] std::size_t first_of(Span span) const { return index_at(span.begin); }
  [[nodiscard]] std::size_t last_of(Span span) const { return index_at(span.end) - 1; }
  [[nodiscard]] const Token& token(std::size_t index) const { return tokens_[index]; }

  // ---- what the author wrote
  [[nodiscard]] bool spans_lines(Span span) const;
  // A comment stands behind the one and before the other.
  [[nodiscard]] bool comment_between(std::size_t first, std::size_t last) const;

  // ---- what the layout is to be
  void break_at(std::size_t token, std::size_t indent) { places_[token].indent = indent; }
  void break_at(Span span, std::size_t indent) { break_at(first_of(span), indent); }
  // Spaces up to `column`, or one if the line is that long already; if a comment ends the line
  // before, the next one begins there.
  void align(std::size_t token, std::size_t column) {
    places_[token].column = places_[token].hang = column;
  }
  // Where the line begins if a comment ends the one before.
  void hang(std::size_t token, std::size_t column) { places_[token].hang = column; }
  // No spaces around the punctuation of a type, or inside the braces of a set.
  void tighten(std::size_t token) { places_[token].tight = true; }
  // A word of the grammar that looks like the name of a function before `(`.
  void mark_word(std::size_t token) { places_[token].word = true; }
  // `because`, `advise` and `require` on lines of their own.
  void break_messages(const ast::Clauses& clauses, std::size_t indent);

  // ---- what follows
  [[nodiscard]] std::optional<std::size_t> indent(std::size_t token) const {
    return places_[token].indent;
  }
  [[nodiscard]] std::optional<std::size_t> column(std::size_t token) const {
    return places_[token].column;
  }
  [[nodiscard]] std::optional<std::size_t> hang(std::size_t token) const {
    return places_[token].hang;
  }
  [[nodiscard]] bool space_before(std::size_t token) const;
  // Display columns of `first` to `last` on one line, without alignment.
  [[nodiscard]] std::size_t width(std::size_t first, std::size_t last) const;
  // What was on one line stays there if it fits behind `indent`.
  [[nodiscard]] bool fits_as_written(Span span, std::size_t indent) const;

 private:
  struct Standing {
    std::optional<std::size_t> indent;
    std::optional<std::size_t> column;
    std::optional<std::size_t> hang;
    bool tight = false;
    bool word = false;
  };

  [[nodiscard]] std::size_t index_at(std::uint32_t offset) const;
  [[nodiscard]] bool ends_value(std::size_t token) const;
  [[nodiscard]] bool is_sign(std::size_t token) const;

  std::span<const Token> tokens_;
  std::span<const Comment> comments_;
  std::vector<Standing> places_;
};

}  // namespace remit::lang
