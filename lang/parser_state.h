// The parser's inside, shared by the parse_*.cpp files: one file a level of the grammar.
//
// Recovery: the first problem of a clause is reported and sets `recovering_`, which silences the
// rest until `synchronise_*` has found a place from which the text makes sense again.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/internal/check.h>
#include "lang/arena.h"
#include "lang/ast.h"
#include "lang/diag.h"
#include "lang/lexer.h"

namespace remit::lang {

// The declaration that a word begins. A field or value of that name is not followed by what follows
// these.
[[nodiscard]] std::optional<ast::DeclKind> decl_kind(std::string_view word);

class Parser {
 public:
  Parser(const SourceMap& sources, FileId file, Arena& arena, Diagnostics& diags);
  ast::Module* file();

 private:
  using Kind = TokenKind;

  // ---- tokens (parser.cpp)
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool at(Kind kind) const { return peek().kind == kind; }
  [[nodiscard]] bool at_word(std::string_view word) const;  // a NAME, or a reserved word
  [[nodiscard]] bool at_any_word() const;                   // a NAME or a reserved word
  const Token& next();
  bool accept(Kind kind);
  bool accept_word(std::string_view word);
  // For a word that may be left out, where no other name can follow on the same line.
  bool accept_optional_word(std::string_view word);
  bool expect(Kind kind, std::string_view where);
  bool expect_word(std::string_view word, std::string_view where);
  [[nodiscard]] Span span_from(const Token& first) const;
  [[nodiscard]] Span span_from(Span first) const;
  Diagnostic& unexpected(std::string_view expected);
  Diagnostic& unexpected(std::string_view expected, std::string_view help);  // no help if empty
  Diagnostic& report(Code code, Span span, std::string message);
  // If the next token is a near miss of one of `words`, reports that, and takes it for that word.
  std::string_view take_near_miss(std::span<const std::string_view> words, std::string_view what);
  // Reports the token at hand and goes on as if `meant` stood there.
  Diagnostic& take_for(std::string_view meant, std::string_view what);
  void synchronise_decl();
  void synchronise_clause();

  // ---- names and small pieces (parser.cpp)
  ast::Name name(std::string_view what);
  ast::Name word(std::string_view what);
  ast::Name one_of(std::span<const std::string_view> words);
  ast::Dotted dotted(std::string_view what);
  ast::Dotted make_dotted(const std::vector<ast::Name>& parts);
  template <typename T>
  std::span<const T> keep(const std::vector<T>& items) {
    return arena_.copy(items);
  }

  // ---- literals (parse_literal.cpp)
  [[nodiscard]] bool at_literal() const;
  ast::Literal literal(std::string_view what);
  ast::Literal signed_int(std::string_view what);
  ast::Literal duration(std::string_view what);
  ast::Literal string(std::string_view what);
  ast::Literal decode(const Token& token, bool negative, Span span);
  void refuse_minus_zero(Span span, std::string_view zero);
  void decode_money(const Token& currency, const Token& amount, bool negative, ast::Literal& into);
  void decode_duration(std::string_view text, ast::Literal& into);
  std::string_view unescape(const Token& token, std::string_view raw, std::uint32_t raw_begin);
  std::int64_t percent(const Token& token);
  std::int64_t decode_int(std::string_view text, bool negative, Span span);
  const ast::Template* message(std::string_view clause);
  std::span<const ast::TemplatePiece> message_pieces(const Token& token, std::string_view raw);
  void refuse_brace(std::uint32_t at, std::string_view what, std::string_view help);
  ast::TemplatePiece interpolation(std::uint32_t begin, std::uint32_t end);

  // ---- expressions (parse_expr.cpp, parse_compare.cpp)
  ast::Expr* expression();
  ast::Expr* term();
  ast::Expr* comparison();
  ast::Expr* operand();
  ast::Expr* sum();
  ast::Expr* product();
  ast::Expr* primary();
  ast::Expr* compound();
  ast::Expr* misplaced();
  ast::Expr* parenthesised();
  ast::Expr* set_literal();
  ast::Expr* quantifier();
  ast::Expr* match();
  ast::Expr* call();
  ast::Expr* range_or_element(ast::Expr* left, bool negated);
  [[nodiscard]] std::optional<ast::RelationOp> relation_ahead() const;
  [[nodiscard]] bool at_tail() const;
  ast::Expr* compare_tail(ast::Expr* left);
  ast::Expr* relation(ast::Expr* left, ast::RelationOp op);
  ast::Expr* places(ast::Expr* left);
  ast::Expr* matches(ast::Expr* left);
  std::string_view take_operator_typo();
  ast::Expr* meant_tail(ast::Expr* left, std::string_view meant);
  template <typename Operand>
  ast::Expr* chain(ast::Precedence precedence, std::string_view what, std::string_view help,
                   Operand operand);
  template <typename Node>
  Node* make(ast::ExprKind kind, Span span) {
    Node* expr = arena_.make<Node>();
    REMIT_CHECK(ast::is_a<Node>(kind), "an expression is made of another kind");
    expr->kind = kind;
    expr->span = span;
    expr->id = expr_count_++;
    return expr;
  }
  template <typename Node>
  Node* binary(ast::ExprKind kind, ast::Expr* left, ast::Expr* right) {
    Node* expr = make<Node>(kind, join(left->span, right->span));
    expr->left = left;
    expr->right = right;
    return expr;
  }
  ast::Expr* bad();
  ast::Atom atom(std::string_view what);
  void refuse_chain();

  // ---- declarations (parse_file.cpp, parse_schema.cpp)
  void module_header(ast::Module& module);
  bool take_edition_typo();
  void policy_header(ast::Module& module);
  void policy_header_clause(std::string_view word, ast::Module& module);
  void declarations(ast::Module& module);
  ast::Decl* declaration(const ast::Module& module);
  void declaration_body(ast::Decl& decl);
  ast::Decl* make_decl(ast::DeclKind kind);
  std::vector<ast::Annotation> annotations();
  void check_annotations(const ast::Decl& decl);
  std::span<const std::string_view> doc_before(const Token& token);
  void currency(ast::CurrencyDecl& decl);
  void enumeration(ast::EnumDecl& decl);
  ast::EnumValue enum_value();
  void wire_name(bool& has, ast::Literal& name);
  void fields(ast::FieldsDecl& decl);
  void tool(ast::ToolDecl& decl);
  void constant(ast::ConstDecl& decl);
  void definition(ast::DefDecl& decl);
  void alias(ast::AliasDecl& decl);
  std::span<const ast::Field> field_block(std::string_view where);
  ast::Field field();
  void money_unit(ast::Field& field);
  const ast::Type* type();
  void type_bounds(ast::Type& type);
  ast::TypeBound bound(std::string_view what);
  std::span<const ast::Name> result_block();
  ast::Scope scope();

  // ---- rules, guards, and what all items share (parse_item.cpp)
  void rule_or_guard(ast::GuardDecl& decl);
  bool scope_and_brace(ast::ItemDecl& decl);
  bool accept_lift();
  void lift(ast::GuardDecl& decl);
  void refuse_lift(const ast::Decl& decl);
  void clauses(ast::GuardDecl& decl, std::span<const TokenKind> order);
  void clause(TokenKind keyword, ast::GuardDecl& decl);
  std::string_view take_clause_typo(std::span<const TokenKind> order);
  void refuse_order(Span place, TokenKind keyword, bool twice, std::span<const TokenKind> order);
  void conditions(ast::Clauses& clauses, std::string_view before);
  void message_clauses(ast::Clauses& clauses);
  ast::VerdictClause verdict();

  // ---- waits (parse_wait.cpp)
  ast::VerdictClause wait(ast::VerdictWord outcome);
  std::span<const ast::Party> parties();
  ast::Party party();
  ast::Name seat();
  void alternatives(std::vector<ast::Name>& seats);
  std::string bare_alternatives(std::span<const ast::Name> before);
  ast::DurationOrName time(std::string_view what);

  // A verdict that is understood and may not stand here, and what to do instead.
  struct RefusedVerdict {
    std::string_view word, help;
  };
  ast::VerdictClause verdict_typo(std::span<const std::string_view> words,
                                  const RefusedVerdict& refused = {});
  std::span<const ast::Duty> duties();
  ast::Duty duty();
  void overrides(ast::RuleDecl& decl);

  // ---- tables (parse_table.cpp)
  void table(ast::TableDecl& decl);
  bool accept_table();
  void table_header(ast::TableDecl& decl);
  void inputs(ast::TableDecl& decl);
  void rows(ast::TableDecl& decl);
  ast::Row row();
  bool expect_row_arrow();
  ast::RowVerdict row_outcome();
  bool accept_otherwise();
  void otherwise(ast::TableDecl& decl);
  void misplaced_line();
  [[nodiscard]] bool begins_declaration() const;
  void synchronise_row();
  ast::Cell cell();
  bool accept_any_value();
  ast::CellItem cell_item();
  ast::Atom cell_atom(std::string_view what, std::string_view help);

  // ---- limits and asserts (parse_limit.cpp)
  void limit(ast::LimitDecl& decl);
  void limit_amount(ast::LimitDecl& decl);
  void limit_keys(ast::LimitDecl& decl);
  bool window_keyword();
  void limit_window(ast::LimitDecl& decl);
  void limit_outcome(ast::LimitDecl& decl);
  void assertion(ast::AssertDecl& decl);
  void claim(ast::AssertDecl& decl);

  // ---- tests (parse_test.cpp)
  void fixture(ast::FixtureDecl& decl);
  void test(ast::TestDecl& decl);
  ast::Assignment assignment();
  ast::Step step();
  ast::Expectation expectation();
  const ast::Data* data();
  void data_block(ast::Data& data);

  const SourceMap& sources_;
  FileId file_;
  Arena& arena_;
  Diagnostics& diags_;
  LexedFile lexed_;
  std::span<const Token> tokens_;  // lexed_.tokens, or an interpolation's
  std::size_t position_ = 0;
  std::uint32_t expr_count_ = 0;
  int depth_ = 0;
  // Where the text breaks right after an expression, the expression is not the one that was meant,
  // and becomes Bad: errors about half of an expression do not help.
  ast::Expr* last_expr_ = nullptr;
  std::size_t last_expr_end_ = 0;
  // Braces of sets and matches that are open here, and that were where `recovering_` was set: the
  // text between is skipped with them.
  int open_braces_ = 0;
  int braces_to_skip_ = 0;
  bool recovering_ = false;
  bool damaged_ = false;  // something was reported and skipped since this was last cleared
};

}  // namespace remit::lang
