#include "lang/lexer.h"

#include <algorithm>
#include <ranges>
#include <string>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include <remit/limits.h>
#include "lang/hidden_characters.h"
#include "stdlib/formats.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::lang {

namespace {

bool is_word(char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; }

class Lexer {
 public:
  Lexer(const SourceMap& sources, FileId file, std::size_t begin, std::size_t end,
        Diagnostics& diags)
      : sources_(sources),
        file_(file),
        text_(sources.file(file).text().substr(0, end)),
        diags_(diags),
        at_(begin) {}

  LexedFile run_file();
  LexedFile run();

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  void add(TokenKind kind, std::size_t begin);
  bool check_encoding();
  void skip_space();
  void comment();
  void word();
  void number();
  bool time_of_day();
  void number_suffix(std::size_t begin);
  void quoted(TokenKind kind, std::size_t begin, bool escapes);
  void punctuation();
  void foreign_character(char c, std::size_t begin, Diagnostic& diagnostic);

  const SourceMap& sources_;
  FileId file_;
  std::string_view text_;
  Diagnostics& diags_;
  std::size_t at_ = 0;
  std::size_t line_breaks_ = 1;  // since the last token or comment; the file's start counts as one
  LexedFile result_;
};

void Lexer::add(TokenKind kind, std::size_t begin) {
  Token& token = result_.tokens.emplace_back();
  token.kind = kind;
  token.line_break_before = line_breaks_ > 0;
  token.span = span(begin, at_);
  token.text = text_.substr(begin, at_ - begin);
  line_breaks_ = 0;
}

// A file that is not UTF-8 is not read any further: its bytes have no meaning.
bool Lexer::check_encoding() {
  if (text_.starts_with("\xEF\xBB\xBF")) {
    diags_.report(Code::E0101, span(0, 3), "the file begins with a byte order mark")
        .help("save it as UTF-8 without BOM");
    at_ = 3;
  }
  for (std::size_t i = at_; i < text_.size();) {
    const std::size_t length = stdlib::first_code_point(text_.substr(i)).length;
    if (length == 0) {
      diags_.report(Code::E0101, span(i, i + 1), fmt::format("byte {} is not UTF-8", i))
          .help("save the file as UTF-8");
      return false;
    }
    i += length;
  }
  return true;
}

void Lexer::skip_space() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\n') {
      ++line_breaks_;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
    ++at_;
  }
}

void Lexer::comment() {
  const std::size_t begin = at_;
  const bool is_doc = peek(2) == '/' && peek(3) != '/';
  while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  std::size_t end = at_;
  while (end > begin && (text_[end - 1] == '\r' || text_[end - 1] == ' ' || text_[end - 1] == '\t'))
    --end;
  result_.comments.push_back({span(begin, end), text_.substr(begin, end - begin), is_doc,
                              line_breaks_ > 0, line_breaks_ > 1 && begin > 0});
  line_breaks_ = 0;
}

void Lexer::word() {
  const std::size_t begin = at_;
  while (is_word(peek())) ++at_;
  const std::string_view text = text_.substr(begin, at_ - begin);
  if (peek() == '"') {
    if (text == "utc") return quoted(TokenKind::Utc, begin, false);
    if (text == "re") return quoted(TokenKind::Pattern, begin, false);
    if (text == "cidr" || stdlib::format_named(text))
      return quoted(TokenKind::Format, begin, false);
  }
  if (std::ranges::any_of(text, is_upper) || !is_lower(text.front())) {
    if (text.size() == 3 && std::ranges::all_of(text, is_upper))
      return add(TokenKind::Currency, begin);
    if (const std::size_t digits = text.find_first_of("0123456789");
        digits == 3 && std::ranges::all_of(text.substr(0, 3), is_upper)) {
      diags_.report(Code::E0103, span(begin, at_), fmt::format("`{}` is not an amount", text))
          .help(fmt::format("write `{} {}`", text.substr(0, 3), text.substr(3)));
      return add(TokenKind::Bad, begin);
    }
    std::string lower(text);
    for (char& c : lower) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    diags_
        .report(
            Code::E0103, span(begin, at_),
            fmt::format(
                "`{}` is not a name: names begin with a letter and have only a-z, 0-9 and _", text))
        .help(lower == text ? "begin it with a letter" : fmt::format("write `{}`", lower));
    add(TokenKind::Name, begin);
    result_.tokens.back().is_bad_name = true;
    return;
  }
  if (text.size() > limits::kNameBytesMax) {
    diags_
        .report(Code::E0107, span(begin, at_),
                fmt::format("the name has {} bytes; at most {} are allowed", text.size(),
                            limits::kNameBytesMax))
        .help("shorten it");
  }
  const auto& words = reserved_words();
  const auto found = std::ranges::lower_bound(words, text);
  if (found == words.end() || *found != text) return add(TokenKind::Name, begin);
  add(static_cast<TokenKind>(static_cast<std::ptrdiff_t>(TokenKind::Advise) +
                             (found - words.begin())),
      begin);
}

// `09:00` or `09:00:30`.
bool Lexer::time_of_day() {
  if (!(is_digit(peek()) && is_digit(peek(1)) && peek(2) == ':' && is_digit(peek(3)))) return false;
  const std::size_t begin = at_;
  at_ += 3;
  while (is_word(peek()) || (peek() == ':' && is_digit(peek(1)))) ++at_;
  const std::string_view text = text_.substr(begin, at_ - begin);
  const bool has_seconds = text.size() == 8 && text[5] == ':' && is_digit(text[7]);
  if ((text.size() != 5 && !has_seconds) || !is_digit(text[4])) {
    diags_.report(Code::E0106, span(begin, at_), fmt::format("`{}` is not a time of day", text))
        .help("write it like `09:00` or `09:00:30`");
  }
  add(TokenKind::Time, begin);
  return true;
}

void Lexer::number() {
  const std::size_t begin = at_;
  if (time_of_day()) return;
  while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) ++at_;
  const std::string_view digits = text_.substr(begin, at_ - begin);
  if (digits.size() > 1 && digits.front() == '0') {
    diags_.report(Code::E0106, span(begin, at_), fmt::format("`{}` has a leading zero", digits))
        .help("write it without the zero");
  }
  number_suffix(begin);
}

void Lexer::number_suffix(std::size_t begin) {
  bool decimal = false;
  if (peek() == '.' && is_digit(peek(1))) {
    decimal = true;
    ++at_;
    while (is_digit(peek())) ++at_;
  }
  if (peek() == '%') {
    ++at_;
    return add(TokenKind::Percent, begin);
  }
  const std::size_t suffix_begin = at_;
  while (is_word(peek())) ++at_;
  const std::string_view suffix = text_.substr(suffix_begin, at_ - suffix_begin);
  if (suffix.empty()) return add(decimal ? TokenKind::Decimal : TokenKind::Int, begin);
  const auto units = stdlib::kDurationUnits | std::views::transform(&stdlib::DurationUnit::suffix);
  const bool unit = std::ranges::find(units, suffix) != units.end();
  if (unit && !decimal) return add(TokenKind::Duration, begin);
  diags_
      .report(Code::E0106, span(begin, at_),
              fmt::format("`{}` is not a number", text_.substr(begin, at_ - begin)))
      .help(unit ? "durations are whole: write `90m`, not `1.5h`"
                 : fmt::format("a duration ends in one of {}", fmt::join(units, ", ")));
  add(TokenKind::Bad, begin);
}

void Lexer::quoted(TokenKind kind, std::size_t begin, bool escapes) {
  ++at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n') {
    if (escapes && text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
    ++at_;
  }
  if (peek() == '"') {
    ++at_;
    return add(kind, begin);
  }
  diags_.report(Code::E0104, span(begin, begin + 1), "the string has no closing quote on its line")
      .help("close it with `\"`; for a line break inside write `\\n`");
  add(TokenKind::Bad, begin);
}

void Lexer::punctuation() {
  static constexpr struct {
    std::string_view text;
    TokenKind kind;
  } kPunctuation[] = {
#define REMIT_TOKEN(kind, spelling)
#define REMIT_RESERVED(kind, word)
#define REMIT_PUNCT(kind, spelling) {spelling, TokenKind::kind},
#include "lang/tokens.def"
#undef REMIT_TOKEN
#undef REMIT_RESERVED
#undef REMIT_PUNCT
  };
  // What other languages write for the same thing: reported once, and read as what was meant.
  static constexpr struct {
    std::string_view text;
    std::string_view meant;
    TokenKind kind;
  } kForeign[] = {
      {"&&", "and", TokenKind::And},         {"||", "or", TokenKind::Or},
      {"->", "=>", TokenKind::Arrow},        {"=<", "<=", TokenKind::LessEqual},
      {"<>", "!=", TokenKind::NotEqual},     {"===", "==", TokenKind::EqualEqual},
      {"..", "..=", TokenKind::DotDotEqual},
  };
  const std::size_t begin = at_;
  const std::string_view rest = text_.substr(at_);
  for (const auto& row : kForeign) {
    const bool ours = rest.starts_with("..=") || rest.starts_with("..<");
    if (!rest.starts_with(row.text) || ours) continue;
    at_ += row.text.size();
    diags_.report(Code::E0103, span(begin, at_), fmt::format("`{}` has no meaning here", row.text))
        .label(fmt::format("did you mean `{}`?", row.meant))
        .help(fmt::format("write `{}`", row.meant))
        .fix(span(begin, at_), std::string(row.meant));
    return add(row.kind, begin);
  }
  for (const auto& row : kPunctuation) {  // longer ones come first
    if (text_.substr(at_).starts_with(row.text)) {
      at_ += row.text.size();
      return add(row.kind, begin);
    }
  }
  ++at_;
  while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
  const std::string_view text = text_.substr(begin, at_ - begin);
  if (text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x20) return;  // reported as E0102
  auto& diagnostic =
      diags_.report(Code::E0103, span(begin, at_), fmt::format("`{}` has no meaning here", text));
  if (text == "%") {
    diagnostic.help("write a percentage without a space: `10% of args.amount`");
    return add(TokenKind::Bad, begin);
  }
  foreign_character(text[0], begin, diagnostic);
}

// What other languages write, read as it was meant where that is clear.
void Lexer::foreign_character(char c, std::size_t begin, Diagnostic& diagnostic) {
  const auto skip_past = [this](std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + end.size() - (end == "\n");
  };
  const std::size_t quote = c == '\'' ? text_.find_first_of("'\n", at_) : std::string_view::npos;
  if (c == '#') {
    diagnostic.help("comments begin with `//`");
    skip_past("\n");
  } else if (c == '/' && text_.substr(at_).starts_with('*')) {
    diagnostic.help("comments begin with `//`, every line of them");
    skip_past("*/");
  } else if (c == ';') {
    diagnostic.help("a clause ends where the next one begins: remove it");
  } else if (c == '!') {
    diagnostic.help("write `not (…)`");
    add(TokenKind::Not, begin);
  } else if (c == '/') {
    diagnostic.help("there is no division: multiply the other side");
    add(TokenKind::Bad, begin);
  } else if (quote != std::string_view::npos && text_[quote] == '\'') {
    at_ = quote + 1;
    diagnostic.help("texts stand in double quotes");
    add(TokenKind::String, begin);
  } else {
    diagnostic.help(
        "outside strings and comments only ASCII letters, digits and the operators are read");
  }
}

LexedFile Lexer::run_file() {
  if (text_.size() > limits::kSourceFileBytesMax) {
    diags_
        .report(Code::E1102, span(0, 0),
                fmt::format("the file has {} bytes; at most {} are allowed", text_.size(),
                            limits::kSourceFileBytesMax))
        .help("split it into several files");
    at_ = text_.size();
  } else if (check_encoding()) {
    report_hidden_characters(sources_, file_, at_, Code::E0102, diags_);
  } else {
    at_ = text_.size();
  }
  return run();
}

LexedFile Lexer::run() {
  for (skip_space(); at_ < text_.size(); skip_space()) {
    const char c = text_[at_];
    if (c == '/' && peek(1) == '/') {
      comment();
    } else if (is_digit(c)) {
      number();
    } else if (is_word(c)) {
      word();
    } else if (c == '"') {
      quoted(TokenKind::String, at_, true);
    } else {
      punctuation();
    }
  }
  at_ = text_.size();
  add(TokenKind::End, at_);
  return std::move(result_);
}

}  // namespace

LexedFile lex(const SourceMap& sources, FileId file, Diagnostics& diags) {
  return Lexer(sources, file, 0, sources.file(file).text().size(), diags).run_file();
}

LexedFile lex_range(const SourceMap& sources, FileId file, std::uint32_t begin, std::uint32_t end,
                    Diagnostics& diags) {
  return Lexer(sources, file, begin, end, diags).run();
}

}  // namespace remit::lang
