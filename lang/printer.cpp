#include "lang/printer.h"

#include <algorithm>
#include <optional>

#include "lang/ast.h"
#include "lang/display_width.h"
#include "lang/parser.h"
#include "lang/print_table.h"
#include "lang/token_layout.h"

namespace remit::lang {

namespace {

using ast::Decl;
using ast::DeclKind;
using ast::Expr;
using ast::ExprKind;
using Kind = TokenKind;

constexpr std::size_t kToolClauseWidth = 10;
constexpr std::size_t kArgsIndent = 14;  // `  args      { `

class Printer {
 public:
  Printer(const ast::Module& module, const SourceMap& sources)
      : module_(module),
        source_(sources.file(module.file)),
        tokens_(module.tokens),
        layout_(module) {}

  std::string run() {
    header();
    for (const Decl* decl : module_.decls) declaration(*decl);
    return write();
  }

 private:
  // ---- layout
  void header() {
    layout_.break_at(std::size_t{0}, 0);
    if (module_.header_span.end > module_.header_span.begin)
      layout_.break_at(module_.header_span, 0);
    expressions_in(module_.applies);
  }

  void declaration(const Decl& decl) {
    const std::size_t first = layout_.first_of(decl.span);
    layout_.break_at(first, 0);
    if (!decl.annotations.empty()) layout_.break_at(decl.keyword_span, 0);
    tighten_in(decl);
    if (decl.kind == DeclKind::Const) return value(ast::as<ast::ConstDecl>(decl).value);
    if (decl.kind == DeclKind::Def) return value(ast::as<ast::DefDecl>(decl).value);
    if (decl.kind == DeclKind::Currency || decl.kind == DeclKind::Alias || stays_on_one_line(decl))
      return;
    layout_.break_at(layout_.last_of(decl.span), 0);  // the closing brace
    parts(decl);
  }

  // What stands behind the `=` of a const or def.
  void value(const Expr* value) {
    if (value == nullptr) return;
    if (layout_.spans_lines(value->span)) expression(*value, 2);
    expressions_in(value);
  }

  [[nodiscard]] bool stays_on_one_line(const Decl& decl) const {
    const Span body = join(decl.keyword_span, decl.span);
    if (decl.kind == DeclKind::Table) return false;
    if (decl.kind == DeclKind::Test || decl.kind == DeclKind::Fixture)
      return !layout_.spans_lines(body);
    return layout_.fits_as_written(body, 0);
  }

  void parts(const Decl& decl) {
    switch (decl.kind) {
      case DeclKind::Enum:
        for (const ast::EnumValue& value : ast::as<ast::EnumDecl>(decl).values)
          layout_.break_at(
              value.annotations.empty() ? value.name.span : value.annotations.front().span, 2);
        return;
      case DeclKind::Record:
      case DeclKind::Extend:
        for (const ast::Field& field : ast::as<ast::FieldsDecl>(decl).fields)
          layout_.break_at(field.span, 2);
        return;
      case DeclKind::Tool: return tool(ast::as<ast::ToolDecl>(decl));
      case DeclKind::Rule: return rule(ast::as<ast::RuleDecl>(decl));
      case DeclKind::Guard: return guard(ast::as<ast::GuardDecl>(decl));
      case DeclKind::Table:
        conditions(ast::as<ast::TableDecl>(decl));
        return lay_out_table(ast::as<ast::TableDecl>(decl), layout_);
      case DeclKind::Limit: return limit(ast::as<ast::LimitDecl>(decl));
      case DeclKind::Assert: return claim(ast::as<ast::AssertDecl>(decl));
      case DeclKind::Fixture: return fixture(ast::as<ast::FixtureDecl>(decl));
      case DeclKind::Test: return test(ast::as<ast::TestDecl>(decl));
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
    for (std::size_t i = layout_.first_of(decl.keyword_span); i <= layout_.last_of(decl.span);
         ++i) {
      const Kind kind = tokens_[i].kind;
      if (kind == Kind::CloseBrace || kind == Kind::CloseParen) --depth;
      if (depth == 1 && begins(i)) layout_.break_at(i, 2);
      if (kind == Kind::OpenBrace || kind == Kind::OpenParen) ++depth;
    }
  }

  void tool(const ast::ToolDecl& decl) {
    static constexpr std::string_view kClauses[] = {"effect",    "undo", "reads",
                                                    "clearance", "args", "result"};
    lines_of(decl, [&](std::size_t i) {
      // A class or effect could be spelled like a clause; what follows a clause word is never one.
      const bool clause =
          std::ranges::find(kClauses, tokens_[i].text) != std::end(kClauses) && !layout_.column(i);
      if (clause) layout_.align(i + 1, 2 + kToolClauseWidth);
      return clause;
    });
    if (decl.args.empty()) return;
    const Span args{decl.span.file, decl.args.front().span.begin, decl.args.back().span.end};
    std::size_t close = layout_.last_of(args) + 1;
    while (tokens_[close].kind == Kind::Comma) ++close;
    if (layout_.fits_as_written(args, kArgsIndent) &&
        !layout_.comment_between(layout_.first_of(args) - 1, close))
      return;
    for (const ast::Field& field : decl.args) layout_.break_at(field.span, 4);
    layout_.break_at(close, 2);
  }

  void conditions(const ast::ItemDecl& decl) {
    for (const Expr* expr : {decl.clauses.when, decl.clauses.unless}) {
      if (expr != nullptr) condition(*expr);
    }
  }

  void guard(const ast::GuardDecl& decl) {
    conditions(decl);
    if (decl.verdict.outcome != ast::VerdictWord::None) layout_.break_at(decl.verdict.span, 2);
    layout_.break_messages(decl.clauses, 2);
  }

  void rule(const ast::RuleDecl& decl) {
    guard(decl);
    if (decl.has_expires) layout_.break_at(layout_.first_of(decl.expires.span) - 1, 2);
    if (!decl.overrides.empty()) layout_.break_at(decl.overrides_span, 2);
  }

  void limit(const ast::LimitDecl& decl) {
    conditions(decl);
    layout_.break_at(layout_.first_of(decl.maximum->span) - 1, 2);
    layout_.break_at(layout_.first_of(decl.verdict.span) - 1, 2);  // `otherwise`
    layout_.break_messages(decl.clauses, 2);
  }

  void fixture(const ast::FixtureDecl& decl) {
    for (const ast::Assignment& assignment : decl.assignments) {
      const std::size_t first = layout_.first_of(assignment.span);
      if (tokens_[first].line_break_before || &assignment == decl.assignments.data())
        layout_.break_at(first, 2);
    }
  }

  // `never permit when …`, on one line if it was on one and fits.
  void claim(const ast::AssertDecl& decl) {
    const Expr& when = *decl.clauses.when;
    std::size_t first = layout_.first_of(when.span);
    while (tokens_[first - 1].kind != Kind::OpenBrace) --first;
    layout_.break_at(first, 2);
    if (!layout_.fits_as_written(join(tokens_[first].span, when.span), 2)) condition(when);
  }

  void test(const ast::TestDecl& decl) {
    lines_of(decl, [&](std::size_t i) {
      const Token& token = tokens_[i];
      const bool word = token.text == "given" || token.text == "with" || token.text == "expect";
      return word && (token.line_break_before || tokens_[i - 1].kind == Kind::OpenBrace);
    });
  }

  // The line of `when` or `unless`. `and` and `or` at the top of the condition begin lines if it
  // was on several, or is too long for one.
  void condition(const Expr& expr) {
    const std::size_t keyword = layout_.first_of(expr.span) - 1;
    layout_.break_at(keyword, 2);
    const std::size_t indent = 2 + tokens_[keyword].text.size() + 1;
    if (!layout_.fits_as_written(expr.span, indent)) connectives(expr, 3);
  }

  void connectives(const Expr& expr, std::size_t indent) {
    if (!ast::is_a<ast::ConnectiveExpr>(expr.kind) || expr.parenthesised) return;
    for (const Expr* operand : ast::as<ast::ConnectiveExpr>(expr).operands.subspan(1))
      layout_.break_at(layout_.first_of(operand->span) - 1, indent);
  }

  void expression(const Expr& expr, std::size_t indent) {
    if (expr.kind != ExprKind::Match) return connectives(expr, indent);
    for (const ast::Arm& arm : ast::as<ast::MatchExpr>(expr).arms)
      layout_.break_at(arm.span, indent);
    std::size_t close = layout_.last_of(expr.span);
    while (tokens_[close].kind == Kind::CloseParen) --close;
    layout_.break_at(close, indent - 2);
  }

  // ---- what is written without spaces inside
  void tighten(Span span) {
    for (std::size_t i = layout_.first_of(span); i <= layout_.last_of(span); ++i)
      layout_.tighten(i);
  }
  void type(const ast::Type* type) {
    if (type != nullptr) tighten(type->span);
  }
  void fields(std::span<const ast::Field> fields) {
    for (const ast::Field& field : fields) type(field.type);
  }
  void expressions_in(const Expr* expr) {
    if (expr == nullptr) return;
    if (expr->kind == ExprKind::SetLiteral) set_braces(expr->span);
    ast::for_each_child(*expr, [this](const Expr& child) { expressions_in(&child); });
  }
  void conditions_in(const ast::ItemDecl& decl) {
    expressions_in(decl.clauses.when);
    expressions_in(decl.clauses.unless);
  }
  void limit_in(const ast::LimitDecl& decl) {
    conditions_in(decl);
    expressions_in(decl.maximum);
    expressions_in(decl.amount);
    // `max (a + b) of …` is not a call.
    if (decl.maximum != nullptr) layout_.mark_word(layout_.first_of(decl.maximum->span) - 1);
  }
  void tighten_in(const Decl& decl) {
    switch (decl.kind) {
      case DeclKind::Record:
      case DeclKind::Extend: return fields(ast::as<ast::FieldsDecl>(decl).fields);
      case DeclKind::Tool: return fields(ast::as<ast::ToolDecl>(decl).args);
      case DeclKind::Const: return type(ast::as<ast::ConstDecl>(decl).type);
      case DeclKind::Def:
        for (const ast::Parameter& parameter : ast::as<ast::DefDecl>(decl).parameters)
          type(parameter.type);
        return;
      case DeclKind::Rule:
      case DeclKind::Guard:
      case DeclKind::Assert: return conditions_in(ast::as<ast::ItemDecl>(decl));
      case DeclKind::Table:
        conditions_in(ast::as<ast::ItemDecl>(decl));
        for (const Expr* expr : ast::as<ast::TableDecl>(decl).header) expressions_in(expr);
        return;
      case DeclKind::Limit: return limit_in(ast::as<ast::LimitDecl>(decl));
      case DeclKind::Fixture:
        for (const ast::Assignment& assignment : ast::as<ast::FixtureDecl>(decl).assignments)
          data(assignment.value);
        return;
      case DeclKind::Test:
        for (const ast::Step& step : ast::as<ast::TestDecl>(decl).steps)
          data(step.assignment.value);
        return;
      case DeclKind::Currency:
      case DeclKind::Enum:
      case DeclKind::Alias: return;
    }
  }
  void data(const ast::Data* data) {
    if (data == nullptr) return;
    if (data->kind == ast::DataKind::Set) set_braces(data->span);
    for (const ast::Data* item : data->items) this->data(item);
    for (const ast::DataField& field : data->fields) this->data(field.value);
  }
  void set_braces(Span span) {
    std::size_t open = layout_.first_of(span), close = layout_.last_of(span);
    while (tokens_[open].kind == Kind::OpenParen) ++open, --close;
    layout_.tighten(open);
    layout_.tighten(close);
  }

  // ---- writing
  void new_line(std::size_t indent) {
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    out_.append(indent, ' ');
    column_ = indent;
  }

  // Comments before a token: those that ended the line before, then those on lines of their own.
  bool comments_before(std::size_t token, std::size_t indent) {
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

  [[nodiscard]] bool blank_before(std::uint32_t offset) const {
    const std::uint32_t line = source_.line_of(offset);
    if (line < 2) return false;
    const std::string_view above = source_.line(line - 1);
    return above.find_first_not_of(" \t\r") == std::string_view::npos;
  }
  void blank_line() {
    if (out_.empty() || out_.ends_with("\n\n")) return;
    out_ += out_.ends_with('\n') ? "\n" : "\n\n";
  }

  // Spaces up to the column where the token stands; or the one that parts it from its neighbour.
  void space(std::size_t token) {
    const std::size_t column = layout_.column(token).value_or(0);
    const std::size_t spaces =
        column > column_ ? column - column_ : std::size_t{layout_.space_before(token)};
    out_.append(spaces, ' ');
    column_ += spaces;
  }

  std::string write() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const std::optional<std::size_t> indent = layout_.indent(i);
      const std::size_t own = indent.value_or(layout_.hang(i).value_or(last_indent_ + 4));
      // What stands before a closing brace belongs to what it closes.
      const bool closes = tokens_[i].kind == Kind::CloseBrace && indent;
      const bool after_comment = comments_before(i, closes ? own + 2 : own);
      if (indent || after_comment) {
        const bool blank = tokens_[i].line_break_before && blank_before(tokens_[i].span.begin) &&
                           tokens_[i].kind != Kind::CloseBrace;
        const bool inside =
            indent > 0U && !after_comment && (i == 0 || tokens_[i - 1].kind != Kind::OpenBrace);
        if (blank && (indent == 0U || inside)) blank_line();
        new_line(own);
        if (indent) last_indent_ = *indent;
      } else {
        space(i);
      }
      out_ += tokens_[i].text;
      column_ += display_width(tokens_[i].text);
    }
    comments_before(tokens_.size() - 1, 0);
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    return std::move(out_);
  }

  const ast::Module& module_;
  const SourceFile& source_;
  std::span<const Token> tokens_;
  TokenLayout layout_;
  std::size_t next_comment_ = 0;
  std::size_t last_indent_ = 0;
  std::size_t column_ = 0;  // where the line that is being written ends
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
