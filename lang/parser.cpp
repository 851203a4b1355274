#include "lang/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <remit/limits.h>
#include "lang/parser_state.h"
#include "lang/suggest.h"

namespace remit::lang {

namespace {

constexpr TokenKind kClauseKinds[] = {TokenKind::When,     TokenKind::Unless,  TokenKind::Because,
                                      TokenKind::Advise,   TokenKind::Require, TokenKind::Expires,
                                      TokenKind::Overrides};

std::string described(const Token& token) {
  if (token.kind == TokenKind::End) return "the end of the file";
  if (token.kind == TokenKind::String) return "a string";
  return fmt::format("`{}`", token.text.substr(0, 40));
}

}  // namespace

ast::Module* parse(const SourceMap& sources, FileId file, Arena& arena, Diagnostics& diags) {
  return Parser(sources, file, arena, diags).file();
}

Parser::Parser(const SourceMap& sources, FileId file, Arena& arena, Diagnostics& diags)
    : sources_(sources),
      file_(file),
      arena_(arena),
      diags_(diags),
      lexed_(lex(sources, file, diags)),
      tokens_(lexed_.tokens) {}

// ---- tokens

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

bool Parser::at_word(std::string_view word) const { return at_any_word() && peek().text == word; }

bool Parser::at_any_word() const { return at(Kind::Name) || is_reserved(peek().kind); }

const Token& Parser::next() {
  const Token& token = peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool Parser::accept(Kind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

bool Parser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

bool Parser::accept_optional_word(std::string_view word) {
  if (recovering_) return false;
  if (accept_word(word)) return true;
  const std::string_view only[] = {word};
  // A declaration may follow on the same line.
  const bool alone = at(Kind::Name) && !peek().line_break_before && !decl_kind(peek().text);
  return alone && !take_near_miss(only, fmt::format("`{}` or what comes after it", word)).empty();
}

bool Parser::expect(Kind kind, std::string_view where) {
  if (recovering_) return false;
  if (accept(kind)) return true;
  const std::string expected = fmt::format("`{}` {}", spelling(kind), where);
  const std::string_view only[] = {spelling(kind)};
  if (is_reserved(kind) && at(Kind::Name) && !take_near_miss(only, expected).empty()) return true;
  unexpected(expected).help(fmt::format("write `{}` before it", spelling(kind)));
  return false;
}

bool Parser::expect_word(std::string_view word, std::string_view where) {
  if (recovering_) return false;
  if (accept_word(word)) return true;
  const std::string expected = fmt::format("`{}` {}", word, where);
  const std::string_view only[] = {word};
  if (!take_near_miss(only, expected).empty()) return true;
  unexpected(expected).help(fmt::format("write `{}` before it", word));
  return false;
}

Span Parser::span_from(const Token& first) const { return span_from(first.span); }

Span Parser::span_from(Span first) const {
  const Span last = position_ > 0 ? tokens_[position_ - 1].span : first;
  return {file_, first.begin, std::max(first.end, last.end)};
}

Diagnostic& Parser::unexpected(std::string_view expected) {
  const Token& token = peek();
  Span span = token.span;
  // The end of the file is nowhere to look at; the last word before it is.
  if (token.kind == Kind::End && position_ > 0) span = tokens_[position_ - 1].span;
  return report(Code::E0201, span,
                fmt::format("expected {}, found {}", expected, described(token)));
}

Diagnostic& Parser::unexpected(std::string_view expected, std::string_view help) {
  Diagnostic& diagnostic = unexpected(expected);
  if (!help.empty()) diagnostic.help(std::string(help));
  return diagnostic;
}

Diagnostic& Parser::report(Code code, Span span, std::string message) {
  static thread_local Diagnostic silenced;
  damaged_ = true;
  if (!recovering_) braces_to_skip_ = open_braces_;
  if (!recovering_ && code == Code::E0201 && last_expr_ != nullptr && last_expr_end_ == position_)
    last_expr_->kind = ast::ExprKind::Bad;
  // What the lexer has reported itself is not what is meant here, nor is what stands behind it.
  const bool after_bad_name = position_ > 0 && tokens_[position_ - 1].is_bad_name;
  const bool is_reported = at(Kind::Bad) || peek().is_bad_name || after_bad_name;
  if (recovering_ || (code == Code::E0201 && is_reported)) {
    recovering_ = true;
    return silenced = Diagnostic{};
  }
  recovering_ = true;
  return diags_.report(code, span, std::move(message));
}

std::string_view Parser::take_near_miss(std::span<const std::string_view> words,
                                        std::string_view what) {
  if (recovering_ || !at_any_word()) return {};
  const auto nearest = nearest_name(peek().text, words);
  if (!nearest) return {};
  take_for(*nearest, what);
  return *nearest;
}

Diagnostic& Parser::take_for(std::string_view meant, std::string_view what) {
  const Token& token = next();
  return diags_
      .report(Code::E0201, token.span, fmt::format("expected {}, found `{}`", what, token.text))
      .label(fmt::format("did you mean `{}`?", meant))
      .help(fmt::format("write `{}`", meant))
      .fix(token.span, std::string(meant));
}

void Parser::synchronise_decl() {
  int depth = 0;
  for (; !at(Kind::End); next()) {
    const Token& token = peek();
    if (token.kind == Kind::OpenBrace) ++depth;
    if (token.kind == Kind::CloseBrace) --depth;
    if (!token.line_break_before) continue;
    if (token.kind == Kind::At && depth <= 0) break;  // inside, it is a field's
    const bool word = token.kind == Kind::Name && decl_kind(token.text);
    const Kind after = peek(1).kind;
    if (word && (after == Kind::Name || after == Kind::String || after == Kind::Currency)) break;
  }
  recovering_ = false;
}

void Parser::synchronise_clause() {
  int depth = std::exchange(braces_to_skip_, 0);
  for (; !at(Kind::End); next()) {
    const Token& token = peek();
    if (std::ranges::find(kClauseKinds, token.kind) != std::end(kClauseKinds)) break;
    const bool word = token.kind == Kind::Name && decl_kind(token.text);
    if (word && token.line_break_before && peek(1).kind == Kind::Name) break;
    if (token.kind == Kind::OpenBrace) ++depth;
    if (token.kind == Kind::CloseBrace && depth-- == 0) break;
  }
  recovering_ = false;
}

// ---- names

ast::Name Parser::name(std::string_view what) {
  if (recovering_) return {};
  if (at(Kind::Name)) {
    const Token& token = next();
    return {token.text, token.span};
  }
  if (is_reserved(peek().kind)) {
    const Token& token = peek();
    report(Code::E0201, token.span,
           fmt::format("expected {}, found the reserved word `{}`", what, token.text))
        .help(fmt::format("choose another name, for example `{}_`", token.text));
    return {};
  }
  unexpected(what);
  return {};
}

ast::Name Parser::word(std::string_view what) {
  if (recovering_) return {};
  if (at_any_word()) {
    const Token& token = next();
    return {token.text, token.span};
  }
  unexpected(what);
  return {};
}

ast::Name Parser::one_of(std::span<const std::string_view> words) {
  if (recovering_) return {};
  const Token& token = peek();
  if (at(Kind::Name) && std::ranges::find(words, token.text) != words.end()) {
    next();
    return {token.text, token.span};
  }
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    list += fmt::format("{}`{}`", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  }
  if (const std::string_view meant = take_near_miss(words, list); !meant.empty())
    return {meant, token.span};
  unexpected(list).help("choose one of them");
  return {};
}

ast::Dotted Parser::make_dotted(const std::vector<ast::Name>& parts) {
  ast::Dotted result;
  if (parts.empty()) return result;
  result.parts = keep(parts);
  result.span = join(parts.front().span, parts.back().span);
  std::string text;
  for (const ast::Name& part : parts) {
    if (!text.empty()) text += '.';
    text += part.text;
  }
  result.text = arena_.copy(text);
  if (text.size() > limits::kDottedNameBytesMax) {
    diags_
        .report(Code::E0107, result.span,
                fmt::format("the name has {} bytes; at most {} are allowed", text.size(),
                            limits::kDottedNameBytesMax))
        .help("shorten it");
  }
  return result;
}

ast::Dotted Parser::dotted(std::string_view what) {
  std::vector<ast::Name> parts;
  if (const ast::Name first = name(what); !first.empty()) parts.push_back(first);
  while (!recovering_ && at(Kind::Dot) && peek(1).kind != Kind::Star) {
    next();
    if (const ast::Name part = word("a name after the dot"); !part.empty()) parts.push_back(part);
  }
  return make_dotted(parts);
}

}  // namespace remit::lang
