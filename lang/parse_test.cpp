// Tests files: fixtures, tests and their data.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "lang/parser_state.h"

namespace remit::lang {

using ast::DataKind;

void Parser::data_block(ast::Data& data) {
  const bool list = next().kind == Kind::OpenBracket;
  const Kind close = list ? Kind::CloseBracket : Kind::CloseBrace;
  const bool record =
      !list && (at(Kind::Name) || is_reserved(peek().kind)) && peek(1).kind == Kind::Colon;
  data.kind = list ? DataKind::List : record ? DataKind::Record : DataKind::Set;
  std::vector<const ast::Data*> items;
  std::vector<ast::DataField> fields;
  while (!recovering_ && !at(close)) {
    if (record) {
      ast::DataField field;
      field.name = word("the name of a field");
      expect(Kind::Colon, "after the name of a field");
      field.value = this->data();
      fields.push_back(field);
    } else {
      items.push_back(this->data());
    }
    if (!accept(Kind::Comma)) break;
  }
  expect(close, list ? "to close the list" : record ? "to close the record" : "to close the set");
  data.items = keep(items);
  data.fields = keep(fields);
}

const ast::Data* Parser::data() {
  const Token& first = peek();
  ast::Data* result = arena_.make<ast::Data>();
  if (recovering_) return result;
  if (depth_ >= limits::kExprDepthMax) {
    report(Code::E0210, first.span,
           fmt::format("the data are nested more than {} deep", limits::kExprDepthMax))
        .help("no type is that deep");
    return result;
  }
  ++depth_;
  if (at_literal()) {
    result->kind = DataKind::Literal;
    result->literal = literal("a value");
  } else if (at_word("none")) {
    next();
    result->kind = DataKind::None;
  } else if (at(Kind::OpenBracket) || at(Kind::OpenBrace)) {
    data_block(*result);
  } else {
    result->kind = DataKind::Name;
    result->name = dotted("a value");
  }
  --depth_;
  result->span = span_from(first);
  return result;
}

ast::Assignment Parser::assignment() {
  const Token& first = peek();
  ast::Assignment result;
  result.path = dotted("the path of a fact");
  expect(Kind::Equal, "after the path of a fact");
  result.value = data();
  result.span = span_from(first);
  return result;
}

void Parser::fixture(ast::FixtureDecl& decl) {
  decl.name = name("the name of the fixture");
  if (accept_optional_word("from")) decl.parent = name("the name of another fixture");
  if (!expect(Kind::OpenBrace, "before the facts")) return;
  std::vector<ast::Assignment> assignments;
  while (!recovering_ && !at(Kind::CloseBrace) && !at(Kind::End)) {
    assignments.push_back(assignment());
    accept(Kind::Comma);
  }
  decl.assignments = keep(assignments);
  expect(Kind::CloseBrace, "after the facts");
}

ast::Step Parser::step() {
  const Token& first = peek();
  ast::Step result;
  static constexpr std::string_view kWords[] = {"approved", "refused"};
  const bool answers = at_word(kWords[0]) || at_word(kWords[1]);
  const bool approval = at(Kind::Name) && ((peek(1).kind == Kind::Name && peek(1).text == "by") ||
                                           (answers && peek(1).kind == Kind::String));
  if (!approval) {
    result.assignment = assignment();
  } else {
    const ast::Name word = one_of(kWords);
    result.kind = word.text == "approved" ? ast::StepKind::Approved : ast::StepKind::Refused;
    expect_word("by", "and a person");
    result.by = string("the id of a person in quotes");
    expect_word("as", "and a role");
    result.role = name("a role");
    if (!recovering_ && accept_word("at")) {
      result.has_ago = true;
      expect(Kind::Minus, "before how long ago it was");
      result.ago = duration("how long ago it was");
    }
  }
  result.span = span_from(first);
  return result;
}

ast::Expectation Parser::expectation() {
  const Token& first = peek();
  ast::Expectation result;
  bool by_needed = false;
  if (accept(Kind::Permit)) {
    result.expected = ast::ExpectedAnswer::Permit;
  } else if (accept(Kind::Queue)) {
    result.expected = ast::ExpectedAnswer::Queue;
  } else if (accept(Kind::Escalate)) {
    result.expected = ast::ExpectedAnswer::Escalate;
  } else if (accept(Kind::Deny)) {
    result.expected = ast::ExpectedAnswer::Deny;
    by_needed = true;
  } else if (accept_word("fault")) {
    result.expected = ast::ExpectedAnswer::Fault;
    result.fault = dotted("the code of a fault");
  } else {
    static constexpr std::string_view kWords[] = {"permit", "queue", "escalate", "deny", "fault"};
    const std::string_view meant = take_near_miss(kWords, "a verdict");
    if (meant.empty()) unexpected("`permit`, `queue`, `escalate`, `deny` or `fault`");
    if (meant == "fault") dotted("the code of a fault");
  }
  if (accept_optional_word("by")) {
    std::vector<ast::Dotted> names;
    do names.push_back(dotted("the name of an item, or `default`"));
    while (!recovering_ && accept(Kind::Comma));
    result.by = keep(names);
  } else if (by_needed) {
    unexpected("`by` and what denies").help("name a guard, or `default` where nothing grants");
  }
  result.span = span_from(first);
  return result;
}

void Parser::test(ast::TestDecl& decl) {
  decl.title = string("the title of the test in quotes");
  decl.name = {decl.title.text, decl.title.span};
  if (!recovering_ && accept(Kind::In)) {
    expect_word("bundle", "after `in`");
    decl.in_bundle = true;
  }
  expect(Kind::OpenBrace, "before the test");
  expect_word("given", "and a fixture");
  decl.fixture = name("the name of a fixture");
  std::vector<ast::Step> steps;
  static constexpr std::string_view kNext[] = {"with", "expect"};
  bool expected = false;
  while (!recovering_ && !expected) {
    std::string_view word = at(Kind::Name) ? peek().text : std::string_view();
    if (std::ranges::find(kNext, word) != std::end(kNext))
      next();
    else
      word = take_near_miss(kNext, "`with` or `expect`");
    if (word == "with")
      steps.push_back(step());
    else if (word == "expect")
      expected = true;
    else
      unexpected("`with` and a change, or `expect` and a verdict");
  }
  decl.steps = keep(steps);
  if (!recovering_) decl.expectation = expectation();
  expect(Kind::CloseBrace, "to close the test");
}

}  // namespace remit::lang
