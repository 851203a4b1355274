// Declarations of schemas, and the constants, defs and scopes that policies share with them.

#include <algorithm>

#include <fmt/format.h>

#include "lang/annotations.h"
#include "lang/parser_state.h"
#include "stdlib/money.h"

namespace remit::lang {

void Parser::currency(ast::CurrencyDecl& decl) {
  if (at(Kind::Currency)) {
    const Token& code = next();
    decl.currency = {code.text, code.span};
  } else {
    unexpected("the three capital letters of a currency").help("write it like `currency USD`");
  }
  if (accept_optional_word("minor")) {
    decl.has_minor = true;
    decl.minor = signed_int("the number of decimals");
  }
}

// Behind `named`.
void Parser::wire_name(bool& has, ast::Literal& name) {
  name = string("the wire name in quotes");
  has = !recovering_;
}

ast::EnumValue Parser::enum_value() {
  ast::EnumValue value;
  value.annotations = keep(annotations());
  for (const ast::Annotation& annotation : value.annotations)
    check_annotation(annotation, AnnotationPlace::EnumValue, diags_);
  check_repeated(value.annotations, diags_);
  value.name = name("an enum value");
  if (accept_optional_word("named")) wire_name(value.has_wire_name, value.wire_name);
  return value;
}

void Parser::enumeration(ast::EnumDecl& decl) {
  decl.name = name("the name of the enum");
  if (!expect(Kind::OpenBrace, "before the values")) return;
  std::vector<ast::EnumValue> values;
  Kind separator = Kind::End;
  while (!recovering_ && !at(Kind::CloseBrace)) {
    values.push_back(enum_value());
    if (!at(Kind::Comma) && !at(Kind::Less)) break;
    const Token& token = next();
    if (separator != Kind::End && token.kind != separator) {
      report(Code::E0201, token.span, "`,` and `<` are mixed")
          .help("separate all values by `<` if they are ordered, else by `,`");
    }
    separator = token.kind;
    if (separator == Kind::Less && at(Kind::CloseBrace)) unexpected("an enum value after `<`");
  }
  decl.ordered = separator == Kind::Less;
  decl.values = keep(values);
  expect(Kind::CloseBrace, "after the values");
}

std::span<const ast::Field> Parser::field_block(std::string_view where) {
  std::vector<ast::Field> fields;
  if (!expect(Kind::OpenBrace, where)) return {};
  while (!recovering_ && !at(Kind::CloseBrace) && !at(Kind::End)) {
    fields.push_back(field());
    accept(Kind::Comma);
  }
  expect(Kind::CloseBrace, "after the fields");
  return keep(fields);
}

ast::Field Parser::field() {
  const Token& first = peek();
  ast::Field result;
  result.annotations = keep(annotations());
  for (const ast::Annotation& annotation : result.annotations)
    check_annotation(annotation, AnnotationPlace::Field, diags_);
  check_repeated(result.annotations, diags_);
  result.name = word("the name of a field");
  expect(Kind::Colon, "after the name of a field");
  result.type = type();
  result.optional = accept(Kind::Question);
  // The next field may have either name.
  const auto goes_on = [this](std::string_view word) {
    return peek(1).kind != Kind::Colon && accept_word(word);
  };
  if (goes_on("named")) wire_name(result.has_wire_name, result.wire_name);
  if (goes_on("as")) money_unit(result);
  if (accept(Kind::Equal)) {
    ast::Atom* value = arena_.make<ast::Atom>();
    *value = atom("the default");
    result.default_value = value;
  }
  result.span = span_from(first);
  return result;
}

// `minor`; `major` or `text` with a number of decimals or none.
void Parser::money_unit(ast::Field& field) {
  field.unit = one_of(stdlib::kMoneyUnitNames);
  if (stdlib::money_unit(field.unit.text) == stdlib::MoneyUnit::Minor || !at(Kind::Int)) return;
  field.has_unit_decimals = true;
  field.unit_decimals = signed_int("the number of decimals");
}

ast::TypeBound Parser::bound(std::string_view what) {
  ast::TypeBound result;
  if (recovering_) return result;
  result.literal = literal(what);
  result.present = !recovering_;
  return result;
}

void Parser::type_bounds(ast::Type& type) {
  if (!accept(Kind::OpenParen)) return;
  type.low = bound("a bound");
  if (accept(Kind::DotDotEqual)) {
    type.high = bound("the upper bound");
  } else if (at(Kind::DotDotLess)) {
    report(Code::E0201, peek().span, "expected `..=`, found `..<`")
        .help("bounds of a type include both ends: write `..=`")
        .fix(peek().span, "..=");
  } else {
    type.high = type.low;
    type.low = {};
  }
  expect(Kind::CloseParen, "after the bounds of a type");
}

const ast::Type* Parser::type() {
  const Token& first = peek();
  ast::Type* result = arena_.make<ast::Type>();
  result->name = name("a type");
  if (!recovering_ && accept(Kind::Less)) {
    if (depth_ > 4) {
      report(Code::E0413, first.span, "collections do not nest")
          .help("put the inner one into a record");
      return result;
    }
    ++depth_;
    result->element = type();
    --depth_;
    if (at(Kind::Question)) {
      report(Code::E0413, peek().span, "an element cannot be optional")
          .help("leave absent elements out");
    }
    expect(Kind::Greater, "after the element type");
  }
  if (!recovering_) type_bounds(*result);
  result->span = span_from(first);
  return result;
}

std::span<const ast::Name> Parser::result_block() {
  std::vector<ast::Name> names;
  if (!expect(Kind::OpenBrace, "before the names of a result")) return {};
  while (!recovering_ && !at(Kind::CloseBrace)) {
    names.push_back(word("the name of a result"));
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseBrace, "after the names of a result");
  return keep(names);
}

void Parser::fields(ast::FieldsDecl& decl) {
  decl.name = name(fmt::format("the name of the {}", ast::keyword(decl.kind)));
  decl.fields = field_block("before the fields");
}

void Parser::tool(ast::ToolDecl& decl) {
  decl.tool_name = dotted("the name of the tool");
  if (accept_word("named")) wire_name(decl.has_wire_name, decl.wire_name);
  if (!expect(Kind::OpenBrace, "before the clauses of the tool")) return;
  static constexpr std::string_view kClauses[] = {"effect",    "undo", "reads",
                                                  "clearance", "args", "result"};
  bool seen[6] = {};
  int last = -1;
  while (!recovering_ && !at(Kind::CloseBrace) && !at(Kind::End)) {
    const Token& first = peek();
    std::string_view clause;
    int index = -1;
    for (int i = 0; i < 6; ++i) {
      if (at_word(kClauses[i])) index = i;
    }
    if (index >= 0) {
      next();
    } else {
      clause = take_near_miss(kClauses, "a clause of a tool");
      for (int i = 0; i < 6; ++i) {
        if (clause == kClauses[i]) index = i;
      }
    }
    if (index < 0) {
      unexpected("`effect`, `undo`, `reads`, `clearance`, `args` or `result`");
      break;
    }
    if (index <= last) {
      diags_
          .report(Code::E0204, first.span,
                  fmt::format("`{}` stands {}", kClauses[index],
                              seen[index] ? "here twice" : "too late"))
          .help("the order is effect, undo, reads, clearance, args, result");
    }
    seen[index] = true;
    last = std::max(last, index);
    if (index == 0) decl.effect = name("an effect");
    if (index == 1) {
      decl.has_undo = true;
      decl.undo = duration("how long the effect can be undone");
    }
    if (index == 2) decl.reads = name("a class");
    if (index == 3) decl.clearance = name("a class");
    if (index == 4) decl.args = field_block("before the arguments");
    if (index == 5) decl.results = result_block();
  }
  if (!recovering_ && !seen[0]) {
    report(Code::E0201, decl.tool_name.span,
           fmt::format("tool `{}` does not say its `effect`", decl.tool_name.text))
        .help(
            "write `effect read`, `write_reversible`, `write_irreversible`, `communicate` or "
            "`privileged`");
  } else if (!recovering_ && !seen[4]) {
    report(Code::E0201, decl.tool_name.span,
           fmt::format("tool `{}` does not declare its `args`", decl.tool_name.text))
        .help("write `args {}` if it has none");
  }
  expect(Kind::CloseBrace, "after the clauses of the tool");
}

void Parser::constant(ast::ConstDecl& decl) {
  decl.name = name("the name of the constant");
  if (accept(Kind::Colon)) {
    decl.type = type();
    if (at(Kind::Question)) {
      report(Code::E0413, peek().span, "a constant cannot be optional").help("remove the `?`");
    }
  }
  expect(Kind::Equal, "before the value of a constant");
  decl.value = sum();
}

void Parser::alias(ast::AliasDecl& decl) {
  decl.name = name("the name of the scope");
  expect(Kind::Equal, "after the name of a scope");
  decl.scope = scope();
}

void Parser::definition(ast::DefDecl& decl) {
  decl.name = name("the name of the def");
  if (!expect(Kind::OpenParen, "after the name of a def")) return;
  std::vector<ast::Parameter> parameters;
  while (!recovering_ && !at(Kind::CloseParen)) {
    ast::Parameter parameter;
    parameter.name = name("the name of a parameter");
    expect(Kind::Colon, "after the name of a parameter");
    parameter.type = type();
    if (at(Kind::Question)) {
      report(Code::E0413, peek().span, "a parameter cannot be optional")
          .help("test it with `has` where the def is called");
    }
    parameters.push_back(parameter);
    if (!accept(Kind::Comma)) break;
  }
  decl.parameters = keep(parameters);
  expect(Kind::CloseParen, "after the parameters");
  expect(Kind::Equal, "before the meaning of a def");
  decl.value = expression();
}

ast::Scope Parser::scope() {
  const Token& first = peek();
  ast::Scope result;
  if (accept(Kind::Any)) {
    result.any = true;
  } else {
    std::vector<ast::ToolPattern> patterns;
    do {
      ast::ToolPattern pattern;
      pattern.name = dotted("a tool, `namespace.*`, a scope or `any`");
      if (!recovering_ && at(Kind::Dot) && peek(1).kind == Kind::Star) {
        next();
        next();
        pattern.wildcard = true;
      }
      pattern.span = span_from(pattern.name.span);
      patterns.push_back(pattern);
    } while (!recovering_ && accept(Kind::Comma));
    result.patterns = keep(patterns);
  }
  if (recovering_) result.patterns = {};
  result.span = span_from(first);
  return result;
}

}  // namespace remit::lang
