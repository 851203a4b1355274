// Files: the header, and the list of declarations with their annotations and doc comments.

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "lang/annotations.h"
#include "lang/parser_state.h"
#include "lang/suggest.h"

namespace remit::ast {

std::string_view keyword(DeclKind kind) {
  switch (kind) {
#define REMIT_DECL(kind_name, word, node) \
  case DeclKind::kind_name: return word;
#include "lang/ast_nodes.def"
  }
  return {};
}

}  // namespace remit::ast

namespace remit::lang {

using ast::DeclKind;
using ast::ModuleKind;

namespace {

constexpr std::string_view kModuleWords[] = {"schema", "policy", "tests"};

struct DeclWord {
  std::string_view word;
  DeclKind kind;
};
constexpr DeclWord kDeclWords[] = {
#define REMIT_DECL(kind, word, node) {word, DeclKind::kind},
#include "lang/ast_nodes.def"
};

// Which kind of file a declaration stands in; constants, defs and aliases stand in two.
bool allowed_in(DeclKind decl, ModuleKind module) {
  switch (decl) {
    case DeclKind::Const:
    case DeclKind::Def:
    case DeclKind::Alias: return module == ModuleKind::Schema || module == ModuleKind::Policy;
    case DeclKind::Currency:
    case DeclKind::Enum:
    case DeclKind::Record:
    case DeclKind::Extend:
    case DeclKind::Tool: return module == ModuleKind::Schema;
    case DeclKind::Rule:
    case DeclKind::Guard:
    case DeclKind::Table:
    case DeclKind::Limit:
    case DeclKind::Assert: return module == ModuleKind::Policy;
    case DeclKind::Fixture:
    case DeclKind::Test: return module == ModuleKind::Tests;
  }
  return false;
}

std::string_view home_of(DeclKind decl) {
  if (allowed_in(decl, ModuleKind::Tests)) return "a tests file";
  return allowed_in(decl, ModuleKind::Policy) ? "a policy file" : "a schema file";
}

}  // namespace

std::optional<DeclKind> decl_kind(std::string_view word) {
  for (const DeclWord& row : kDeclWords) {
    if (row.word == word) return row.kind;
  }
  return std::nullopt;
}

void Parser::policy_header_clause(std::string_view word, ast::Module& module) {
  if (word == "layer") {
    module.has_layer = true;
    module.layer = name("the name of a layer");
  } else if (word == "guards") {
    module.guards_only = true;
    expect_word("only", "after `guards`");
  } else if (word == "on") {
    module.has_scope = true;
    module.scope = scope();
  } else {
    expect(Kind::When, "after `applies`");
    module.applies = expression();
  }
}

void Parser::policy_header(ast::Module& module) {
  static constexpr std::string_view kWords[] = {"layer", "guards", "on", "applies"};
  std::size_t done = 0;  // words up to here have had their turn
  while (!recovering_ && at(Kind::Name)) {
    const Token& first = peek();
    std::string_view word = first.text;
    if (std::ranges::find(kWords, word) == std::end(kWords)) {
      if (first.line_break_before || decl_kind(word)) return;  // a declaration, or a typo in one
      word = take_near_miss(kWords, "a clause of the header");
      if (word.empty()) {
        unexpected("a declaration, or `layer`, `guards only`, `on` or `applies when`");
        return;
      }
    } else {
      next();
    }
    const auto index = static_cast<std::size_t>(std::ranges::find(kWords, word) - kWords);
    if (index < done) {
      diags_.report(Code::E0204, first.span, fmt::format("`{}` stands too late", word))
          .help("the order is layer, guards only, on, applies when");
    }
    done = index + 1;
    policy_header_clause(word, module);
  }
}

// `editon 1`
bool Parser::take_edition_typo() {
  static constexpr std::string_view kOnly[] = {"edition"};
  return at(Kind::Name) && peek(1).kind == Kind::Int && !take_near_miss(kOnly, "`edition`").empty();
}

void Parser::module_header(ast::Module& module) {
  const Token& first = peek();
  if (accept_word("edition") || take_edition_typo()) {
    module.has_edition = true;
    const ast::Literal number = signed_int("the number of the edition");
    module.edition = number.integer;
    module.edition_span = span_from(first);
    if (!recovering_ && number.integer != 1) {
      diags_
          .report(Code::E0202, module.edition_span,
                  fmt::format("there is no edition {}", number.raw))
          .note("this program reads edition 1")
          .help("write `edition 1`");
    }
  } else if (!at(Kind::End) || sources_.file(file_).text().empty()) {
    diags_
        .report(Code::E0202, {file_, first.span.begin, first.span.end},
                "the file does not begin with its edition")
        .help("write `edition 1` on the first line");
  }
  recovering_ = false;
  const Token& kind = peek();
  std::string_view word = at(Kind::Name) ? kind.text : std::string_view();
  if (std::ranges::find(kModuleWords, word) != std::end(kModuleWords)) {
    next();
  } else {
    word = take_near_miss(kModuleWords, "`schema`, `policy` or `tests`");
  }
  if (word.empty()) {
    if (!at(Kind::End) || module.has_edition)
      unexpected("`schema`, `policy` or `tests` and a name");
    recovering_ = false;
    return;
  }
  module.kind = word == "schema"   ? ModuleKind::Schema
                : word == "policy" ? ModuleKind::Policy
                                   : ModuleKind::Tests;
  module.name = dotted(fmt::format("the name of the {}", word));
  module.header_span = span_from(kind);
  if (module.kind == ModuleKind::Policy) policy_header(module);
  if (module.kind == ModuleKind::Tests && accept_optional_word("layer")) {
    module.has_layer = true;
    module.layer = name("the name of a layer");
  }
  module.damaged_header = damaged_;
  if (recovering_) synchronise_decl();
}

std::vector<ast::Annotation> Parser::annotations() {
  std::vector<ast::Annotation> result;
  while (!recovering_ && at(Kind::At)) {
    const Token& first = next();
    ast::Annotation annotation;
    annotation.name = name("the name of an annotation");
    if (accept(Kind::OpenParen)) {
      annotation.has_text = true;
      annotation.text = string("the text of the annotation in quotes");
      if (at(Kind::Comma) || at(Kind::String)) {
        expect(Kind::Comma, "between the texts of an annotation");
        annotation.has_reason = true;
        annotation.reason = string("the reason in quotes");
      }
      expect(Kind::CloseParen, "after the text of an annotation");
    }
    annotation.span = span_from(first);
    if (!recovering_) result.push_back(annotation);
  }
  return result;
}

void Parser::check_annotations(const ast::Decl& decl) {
  for (const ast::Annotation& annotation : decl.annotations) {
    check_annotation(annotation, annotation_place(decl.kind), diags_);
  }
  check_repeated(decl.annotations, diags_);
}

std::span<const std::string_view> Parser::doc_before(const Token& token) {
  std::vector<std::string_view> lines;
  const SourceFile& source = sources_.file(file_);
  std::uint32_t line = source.line_of(token.span.begin);
  for (auto comment = lexed_.comments.rbegin(); comment != lexed_.comments.rend(); ++comment) {
    if (comment->span.begin > token.span.begin) continue;
    if (!comment->is_doc || source.line_of(comment->span.begin) + 1 != line) break;
    line = source.line_of(comment->span.begin);
    lines.push_back(comment->text.substr(3));
  }
  std::ranges::reverse(lines);
  return keep(lines);
}

void Parser::declaration_body(ast::Decl& decl) {
  switch (decl.kind) {
    case DeclKind::Currency: return currency(ast::as<ast::CurrencyDecl>(decl));
    case DeclKind::Enum: return enumeration(ast::as<ast::EnumDecl>(decl));
    case DeclKind::Record:
    case DeclKind::Extend: return fields(ast::as<ast::FieldsDecl>(decl));
    case DeclKind::Tool: return tool(ast::as<ast::ToolDecl>(decl));
    case DeclKind::Const: return constant(ast::as<ast::ConstDecl>(decl));
    case DeclKind::Def: return definition(ast::as<ast::DefDecl>(decl));
    case DeclKind::Alias: return alias(ast::as<ast::AliasDecl>(decl));
    case DeclKind::Rule:
    case DeclKind::Guard: return rule_or_guard(ast::as<ast::GuardDecl>(decl));
    case DeclKind::Table: return table(ast::as<ast::TableDecl>(decl));
    case DeclKind::Limit: return limit(ast::as<ast::LimitDecl>(decl));
    case DeclKind::Assert: return assertion(ast::as<ast::AssertDecl>(decl));
    case DeclKind::Fixture: return fixture(ast::as<ast::FixtureDecl>(decl));
    case DeclKind::Test: return test(ast::as<ast::TestDecl>(decl));
  }
}

// An empty declaration of the struct that its kind has.
ast::Decl* Parser::make_decl(DeclKind kind) {
  ast::Decl* decl = nullptr;
  switch (kind) {
#define REMIT_DECL(kind, keyword, node) \
  case DeclKind::kind: decl = arena_.make<ast::node>(); break;
#include "lang/ast_nodes.def"
  }
  decl->kind = kind;
  return decl;
}

ast::Decl* Parser::declaration(const ast::Module& module) {
  const Token& first = peek();
  const auto doc = doc_before(first);
  const auto annotations = keep(this->annotations());
  if (recovering_) return nullptr;

  const Token& keyword = peek();
  std::optional<DeclKind> kind = at(Kind::Name) ? decl_kind(keyword.text) : std::nullopt;
  if (kind) {
    next();
  } else {
    std::vector<std::string_view> words;
    for (const DeclWord& row : kDeclWords) {
      if (allowed_in(row.kind, module.kind)) words.push_back(row.word);
    }
    kind = decl_kind(take_near_miss(words, "a declaration"));
  }
  if (!kind) {
    unexpected("a declaration")
        .note(fmt::format("declarations begin with a word like `{}`",
                          module.kind == ModuleKind::Policy  ? "rule` or `guard"
                          : module.kind == ModuleKind::Tests ? "fixture` or `test"
                                                             : "enum` or `tool"));
    return nullptr;
  }
  const bool is_guard_table = *kind == DeclKind::Guard && accept_table();
  if (is_guard_table) kind = DeclKind::Table;
  ast::Decl* decl = make_decl(*kind);
  if (is_guard_table) ast::as<ast::TableDecl>(*decl).is_guard = true;
  decl->keyword_span = keyword.span;
  decl->doc = doc;
  decl->annotations = annotations;
  if (!allowed_in(*kind, module.kind) && module.kind != ModuleKind::Unknown) {
    diags_
        .report(Code::E0203, keyword.span,
                fmt::format("`{}` does not stand in this kind of file", keyword.text))
        .secondary_at(module.header_span, "this is the kind of the file")
        .help(fmt::format("move it to {}", home_of(*kind)));
  }
  check_annotations(*decl);
  damaged_ = false;
  declaration_body(*decl);
  decl->damaged = damaged_;
  decl->span = span_from(first);
  return decl;
}

void Parser::declarations(ast::Module& module) {
  std::vector<ast::Decl*> decls;
  while (!at(Kind::End)) {
    const std::size_t before = position_;
    if (ast::Decl* decl = declaration(module)) decls.push_back(decl);
    if (recovering_) {
      if (position_ == before) next();
      synchronise_decl();
    }
  }
  module.decls = keep(decls);
}

ast::Module* Parser::file() {
  ast::Module* module = arena_.make<ast::Module>();
  module->file = file_;
  module_header(*module);
  declarations(*module);
  module->expr_count = expr_count_;
  module->comments = arena_.copy(lexed_.comments);
  module->tokens = arena_.copy(lexed_.tokens);
  return module;
}

}  // namespace remit::lang
