#include "lang/printer.h"

#include <algorithm>
#include <vector>

#include "lang/ast.h"
#include "lang/parser.h"

namespace remit::lang {

namespace {

using ast::Decl;
using ast::DeclKind;
using ast::Expr;
using ast::ExprKind;
using Kind = TokenKind;

constexpr std::size_t kColumnsMax = 100;
constexpr int kNoBreak = -1;
constexpr std::size_t kToolClauseWidth = 10;
constexpr std::size_t kMessageClauseWidth = 8;

// What the layout says of one token.
struct Layout {
  int indent = kNoBreak;   // a line begins here, indented by this
  std::size_t pad_to = 0;  // the token is followed by spaces up to this width
  bool tight = false;      // of a type or a set: no spaces around its punctuation
};

class Printer {
 public:
  Printer(const ast::Module& module, const SourceMap& sources)
      : module_(module),
        source_(sources.file(module.file)),
        tokens_(module.tokens),
        layout_(module.tokens.size()) {}

  std::string run() {
    header();
    for (const Decl* decl : module_.decls) declaration(*decl);
    return write();
  }

 private:
  // ---- places
  std::size_t index_at(std::uint32_t offset) const {
    const auto found = std::ranges::lower_bound(
        tokens_, offset, {}, [](const Token& token) { return token.span.begin; });
    return static_cast<std::size_t>(found - tokens_.begin());
  }
  std::size_t first_of(Span span) const { return index_at(span.begin); }
  std::size_t last_of(Span span) const { return index_at(span.end) - 1; }
  std::uint32_t line_of(std::uint32_t offset) const { return source_.place(offset).line; }
  bool spans_lines(Span span) const {
    return span.end > span.begin && line_of(span.begin) != line_of(span.end - 1);
  }
  void break_at(std::size_t token, int indent) { layout_[token].indent = indent; }
  void break_at(Span span, int indent) { break_at(first_of(span), indent); }

  // A part stays on one line if it was on one and fits.
  bool one_line(Span span, bool any_length = false) const {
    if (spans_lines(span)) return false;
    return any_length || span.end - span.begin <= kColumnsMax;
  }

  bool comment_between(std::size_t open, std::size_t close) const {
    return std::ranges::any_of(module_.comments, [&](const Comment& comment) {
      return comment.span.begin > tokens_[open].span.begin &&
             comment.span.begin < tokens_[close].span.begin;
    });
  }

  // ---- layout
  void header() {
    if (module_.header_span.end > module_.header_span.begin) break_at(module_.header_span, 0);
    if (module_.has_scope) expressions_in(module_.applies);
  }

  void declaration(const Decl& decl) {
    const std::size_t first = first_of(decl.span);
    break_at(first, 0);
    if (!decl.annotations.empty()) break_at(decl.keyword_span, 0);
    types_of(decl);
    const Span body{decl.span.file, decl.keyword_span.begin, decl.span.end};
    const bool keep = decl.kind == DeclKind::Test || decl.kind == DeclKind::Fixture;
    if (decl.kind == DeclKind::Const || decl.kind == DeclKind::Def) {
      if (decl.value != nullptr && spans_lines(decl.value->span)) expression(*decl.value, 2);
      expressions_in(decl.value);
      return;
    }
    items_tight(decl);
    if (decl.kind == DeclKind::Currency || decl.kind == DeclKind::Alias || one_line(body, keep))
      return;
    break_at(last_of(decl.span), 0);  // the closing brace
    parts(decl);
  }

  void parts(const Decl& decl) {
    switch (decl.kind) {
      case DeclKind::Enum:
        for (const ast::EnumValue& value : decl.values)
          break_at(value.annotations.empty() ? value.name.span : value.annotations.front().span, 2);
        return;
      case DeclKind::Record:
      case DeclKind::Extend:
        for (const ast::Field& field : decl.fields) break_at(field.span, 2);
        return;
      case DeclKind::Tool: return tool(decl);
      case DeclKind::Rule:
      case DeclKind::Guard:
      case DeclKind::Table:
      case DeclKind::Limit:
      case DeclKind::Assert: return item(decl);
      case DeclKind::Fixture:
        for (const ast::Assignment& assignment : decl.assignments) {
          const std::size_t first = first_of(assignment.span);
          if (tokens_[first].line_break_before || &assignment == decl.assignments.data())
            break_at(first, 2);
        }
        return;
      case DeclKind::Test: return test(decl);
      case DeclKind::Currency:
      case DeclKind::Const:
      case DeclKind::Def:
      case DeclKind::Alias: return;
    }
  }

  // Words that begin a line in a body at brace depth one.
  template <typename Begins>
  void lines_of(const Decl& decl, Begins&& begins) {
    int depth = 0;
    for (std::size_t i = first_of(decl.keyword_span); i <= last_of(decl.span); ++i) {
      const Kind kind = tokens_[i].kind;
      if (kind == Kind::CloseBrace || kind == Kind::CloseParen) --depth;
      if (depth == 1 && begins(i)) break_at(i, 2);
      if (kind == Kind::OpenBrace || kind == Kind::OpenParen) ++depth;
    }
  }

  void tool(const Decl& decl) {
    static constexpr std::string_view kClauses[] = {"effect",    "undo", "reads",
                                                    "clearance", "args", "result"};
    lines_of(decl, [&](std::size_t i) {
      // A class or effect could be spelled like a clause; what follows a clause word is never one.
      const bool clause = std::ranges::find(kClauses, tokens_[i].text) != std::end(kClauses) &&
                          layout_[i - 1].pad_to == 0;
      if (clause) layout_[i].pad_to = kToolClauseWidth;
      return clause;
    });
    if (decl.fields.empty()) return;
    const Span args{decl.span.file, decl.fields.front().span.begin, decl.fields.back().span.end};
    std::size_t close = last_of(args) + 1;
    while (tokens_[close].kind == Kind::Comma) ++close;
    if (one_line(args) && !comment_between(first_of(args) - 1, close)) return;
    for (const ast::Field& field : decl.fields) break_at(field.span, 4);
    break_at(close, 2);
  }

  void item(const Decl& decl) {
    static constexpr std::string_view kWords[] = {"max", "otherwise", "never", "always", "row"};
    lines_of(decl, [&](std::size_t i) {
      const Token& token = tokens_[i];
      const bool table_row =
          decl.kind == DeclKind::Table && std::ranges::any_of(decl.rows, [&](const ast::Row& row) {
            return row.label.span == token.span;
          });
      const bool word =
          token.kind == Kind::Name && std::ranges::find(kWords, token.text) != std::end(kWords);
      const bool clause = token.kind == Kind::When || token.kind == Kind::Unless ||
                          token.kind == Kind::Because || token.kind == Kind::Advise ||
                          token.kind == Kind::Require || token.kind == Kind::Expires ||
                          token.kind == Kind::Overrides;
      const bool verdict = tokens_[i - 1].kind == Kind::OpenBrace && decl.kind != DeclKind::Table;
      if (decl.kind == DeclKind::Table && clause && token.kind != Kind::When &&
          token.kind != Kind::Unless)
        return false;
      if (token.kind == Kind::Advise && clause) layout_[i].pad_to = kMessageClauseWidth;
      return clause || verdict || word || table_row;
    });
    for (const Expr* expr : {decl.clauses.when, decl.clauses.unless}) {
      if (expr != nullptr) condition(*expr);
    }
  }

  void test(const Decl& decl) {
    lines_of(decl, [&](std::size_t i) {
      const Token& token = tokens_[i];
      const bool word = token.text == "given" || token.text == "with" || token.text == "expect";
      return word && (token.line_break_before || tokens_[i - 1].kind == Kind::OpenBrace);
    });
  }

  // `and` and `or` at the top of a condition begin lines if it was on several, or is too long for
  // one.
  void condition(const Expr& expr) {
    expressions_in(&expr);
    const bool connective = expr.kind == ExprKind::And || expr.kind == ExprKind::Or;
    if (!connective || expr.parenthesised ||
        one_line({expr.span.file, expr.span.begin >= 7 ? expr.span.begin - 7 : 0, expr.span.end}))
      return;
    for (std::size_t i = 1; i < expr.children.size(); ++i)
      break_at(first_of(expr.children[i]->span) - 1, 3);
  }

  void expression(const Expr& expr, int indent) {
    if (expr.kind == ExprKind::Match) {
      for (const ast::Arm& arm : expr.arms) break_at(arm.span, indent);
      break_at(last_of(expr.span), indent - 2);
      return;
    }
    const bool connective = expr.kind == ExprKind::And || expr.kind == ExprKind::Or;
    if (!connective || expr.parenthesised) return;
    for (std::size_t i = 1; i < expr.children.size(); ++i)
      break_at(first_of(expr.children[i]->span) - 1, indent);
  }

  // ---- what is written without spaces inside
  void tighten(Span span) {
    for (std::size_t i = first_of(span); i <= last_of(span); ++i) layout_[i].tight = true;
  }
  void types_of(const Decl& decl) {
    const auto type = [this](const ast::Type* type) {
      if (type != nullptr) tighten(type->span);
    };
    type(decl.type);
    for (const ast::Field& field : decl.fields) type(field.type);
    for (const ast::Parameter& parameter : decl.parameters) type(parameter.type);
  }
  void expressions_in(const Expr* expr) {
    if (expr == nullptr) return;
    if (expr->kind == ExprKind::SetLiteral) set_braces(expr->span);
    ast::for_each_child(*expr, [this](const Expr& child) { expressions_in(&child); });
  }
  void items_tight(const Decl& decl) {
    for (const Expr* expr : {decl.clauses.when, decl.clauses.unless, decl.maximum, decl.amount})
      expressions_in(expr);
    for (const ast::Assignment& assignment : decl.assignments) data(assignment.value);
    for (const ast::Step& step : decl.steps) data(step.assignment.value);
  }
  void data(const ast::Data* data) {
    if (data == nullptr) return;
    if (data->kind == ast::DataKind::Set) set_braces(data->span);
    for (const ast::Data* item : data->items) this->data(item);
    for (const ast::DataField& field : data->fields) this->data(field.value);
  }
  void set_braces(Span span) {
    layout_[first_of(span)].tight = layout_[last_of(span)].tight = true;
  }

  // ---- writing
  static bool is_value_end(Kind kind) {
    return kind == Kind::Name || kind == Kind::Int || kind == Kind::Decimal ||
           kind == Kind::Duration || kind == Kind::Time || kind == Kind::String ||
           kind == Kind::CloseParen || kind == Kind::CloseBrace || kind == Kind::Utc;
  }
  bool is_sign(std::size_t i) const {
    if (tokens_[i].kind != Kind::Minus || i == 0) return false;
    if (!is_value_end(tokens_[i - 1].kind)) return true;
    return tokens_[i - 1].text == "at" && tokens_[i + 1].kind == Kind::Duration;
  }
  bool space_between(std::size_t left, std::size_t right) const {
    const Kind a = tokens_[left].kind, b = tokens_[right].kind;
    if (b == Kind::Comma || b == Kind::Dot || b == Kind::CloseParen || b == Kind::CloseBracket ||
        b == Kind::Question || b == Kind::Colon)
      return false;
    if (a == Kind::Dot || a == Kind::OpenParen || a == Kind::OpenBracket || a == Kind::At ||
        is_sign(left))
      return false;
    if (a == Kind::OpenBrace && (b == Kind::CloseBrace || layout_[left].tight)) return false;
    if (b == Kind::CloseBrace && layout_[right].tight) return false;
    const bool range = a == Kind::DotDotEqual || b == Kind::DotDotEqual;
    if (layout_[left].tight && layout_[right].tight &&
        (range || a == Kind::Less || b == Kind::Less || b == Kind::Greater))
      return false;
    if (b == Kind::OpenParen) {
      const bool call = a == Kind::Name || a == Kind::Any || a == Kind::All || a == Kind::Count ||
                        a == Kind::Sum || a == Kind::Greater;
      return !call || (a == Kind::Greater && !layout_[left].tight);
    }
    return true;
  }

  void new_line(int indent) {
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    out_.append(static_cast<std::size_t>(indent), ' ');
  }

  // Comments before a token: those that ended the line before, then those on lines of their own.
  bool comments_before(std::size_t token, int indent) {
    const std::uint32_t until = tokens_[token].span.begin;
    bool broke = false;
    for (; next_comment_ < module_.comments.size() &&
           module_.comments[next_comment_].span.begin < until;
         ++next_comment_) {
      const Comment& comment = module_.comments[next_comment_];
      if (!comment.own_line && !out_.empty()) {
        if (!out_.ends_with('\n')) out_ += "  ";
        out_ += comment.text;
      } else {
        if (blank_before(comment.span.begin)) blank_line();
        new_line(indent);
        out_ += comment.text;
      }
      broke = true;
    }
    return broke;
  }

  bool blank_before(std::uint32_t offset) const {
    const std::uint32_t line = line_of(offset);
    if (line < 2) return false;
    const std::string_view above = source_.line(line - 1);
    return above.find_first_not_of(" \t\r") == std::string_view::npos;
  }
  void blank_line() {
    if (out_.empty() || out_.ends_with("\n\n")) return;
    out_ += out_.ends_with('\n') ? "\n" : "\n\n";
  }

  std::string write() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const int indent = layout_[i].indent;
      const int own = indent == kNoBreak ? last_indent_ + 4 : indent;
      // What stands before a closing brace belongs to what it closes.
      const bool closes = tokens_[i].kind == Kind::CloseBrace && indent != kNoBreak;
      const bool after_comment = comments_before(i, closes ? indent + 2 : own);
      if (indent != kNoBreak || after_comment) {
        const bool blank = tokens_[i].line_break_before && blank_before(tokens_[i].span.begin) &&
                           tokens_[i].kind != Kind::CloseBrace;
        const bool inside =
            indent > 0 && !after_comment && (i == 0 || tokens_[i - 1].kind != Kind::OpenBrace);
        if (blank && (indent == 0 || inside)) blank_line();
        new_line(own);
        if (indent != kNoBreak) last_indent_ = indent;
      } else if (i > 0 && space_between(i - 1, i)) {
        out_ += ' ';
      }
      out_ += tokens_[i].text;
      if (layout_[i].pad_to > tokens_[i].text.size())
        out_.append(layout_[i].pad_to - tokens_[i].text.size() - 1, ' ');
    }
    comments_before(tokens_.size() - 1, 0);
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    return std::move(out_);
  }

  const ast::Module& module_;
  const SourceFile& source_;
  std::span<const Token> tokens_;
  std::vector<Layout> layout_;
  std::size_t next_comment_ = 0;
  int last_indent_ = 0;
  std::string out_;
};

}  // namespace

std::string format(const ast::Module& module, const SourceMap& sources) {
  return Printer(module, sources).run();
}

std::optional<std::string> format(std::string_view text) {
  SourceMap sources;
  Arena arena;
  Diagnostics diags;
  const FileId file = sources.add("", std::string(text));
  const ast::Module* module = parse(sources, file, arena, diags);
  if (diags.has_errors()) return std::nullopt;
  return format(*module, sources);
}

}  // namespace remit::lang
