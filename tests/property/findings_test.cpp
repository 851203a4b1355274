// What the review says of a bundle does not depend on how its conditions are written, and says
// nothing to the engine: the annotations that silence it change no decision.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tests/property/scenario.h"
#include "vm/image/container.h"

namespace remit::property {
namespace {

// The same condition in other words: negated twice, by De Morgan, with the sides exchanged.
class Rewriter {
 public:
  Rewriter(const std::string& text, generator::Random& random) : text_(text), random_(random) {}

  std::string rewritten() {
    const Parsed file(text_);
    std::vector<const ast::Expr*> conditions;
    const auto add = [&](const ast::Expr* expr) {
      if (expr != nullptr) conditions.push_back(expr);
    };
    add(file.module->applies);
    for (const ast::Decl* decl : file.module->decls) {
      if (!ast::is_a<ast::ItemDecl>(decl->kind)) continue;
      add(ast::as<ast::ItemDecl>(*decl).clauses.when);
      add(ast::as<ast::ItemDecl>(*decl).clauses.unless);
    }
    std::ranges::sort(conditions, {}, [](const ast::Expr* expr) { return expr->span.begin; });
    std::string result;
    std::uint32_t at = 0;
    for (const ast::Expr* condition : conditions) {
      result += text_.substr(at, condition->span.begin - at) + expression(*condition, false);
      at = condition->span.end;
    }
    return result + text_.substr(at);
  }

 private:
  // `negated`: the negation of the expression.
  std::string expression(const ast::Expr& expr, bool negated) {
    if (random_.percent(10)) return "not " + in_parentheses(expression(expr, !negated));
    if (expr.kind == ast::ExprKind::Not)
      return in_parentheses(expression(*ast::as<ast::NotExpr>(expr).operand, !negated));
    if (ast::is_a<ast::ConnectiveExpr>(expr.kind))
      return connective(ast::as<ast::ConnectiveExpr>(expr), negated);
    const bool compared = expr.kind == ast::ExprKind::Compare;
    return (negated ? "not " : "") +
           in_parentheses(compared ? comparison(ast::as<ast::CompareExpr>(expr)) : source(expr));
  }

  std::string connective(const ast::ConnectiveExpr& expr, bool negated) {
    const bool is_and = (expr.kind == ast::ExprKind::And) != negated;
    const bool by_de_morgan = random_.percent(50);
    std::string text;
    for (const ast::Expr* operand : expr.operands)
      text += fmt::format("{}{}",
                          text.empty()             ? ""
                          : is_and != by_de_morgan ? " and "
                                                   : " or ",
                          in_parentheses(expression(*operand, negated != by_de_morgan)));
    return (by_de_morgan ? "not " : "") + in_parentheses(text);
  }

  std::string comparison(const ast::CompareExpr& expr) {
    static const std::map<ast::CompareOp, const char*> kMirrored{
        {ast::CompareOp::Equal, "=="},  {ast::CompareOp::NotEqual, "!="},
        {ast::CompareOp::Less, ">"},    {ast::CompareOp::LessEqual, ">="},
        {ast::CompareOp::Greater, "<"}, {ast::CompareOp::GreaterEqual, "<="}};
    const bool constant = expr.right->kind == ast::ExprKind::Literal;
    if (!constant || random_.percent(50)) return source(expr);
    return fmt::format("{} {} {}", source(*expr.right), kMirrored.at(expr.op), source(*expr.left));
  }

  static std::string in_parentheses(const std::string& text) { return '(' + text + ')'; }
  std::string source(const ast::Expr& expr) const {
    return text_.substr(expr.span.begin, expr.span.end - expr.span.begin);
  }

  const std::string& text_;
  generator::Random& random_;
};

// The bundle without what it says about its grants: there is more to find.
generator::Bundle bare(generator::Bundle bundle) {
  for (SourceText& source : bundle.sources) {
    for (const char* name : {"absent_ok", "open_ended", "claims_only", "grants_all"}) {
      const std::string annotation = fmt::format("@{}(\"random\")", name);
      for (auto at = source.text.find(annotation); at != std::string::npos;
           at = source.text.find(annotation))
        source.text.erase(at, annotation.size());
    }
  }
  return bundle;
}

using Findings = std::map<std::string, int>;

// Codes and messages, and how often. Two items that mean the same are compared by their words.
Findings findings(const generator::Bundle& bundle) {
  const auto compiled = compiler::compile_bundle(bundle.sources, options_for(bundle));
  Findings found;
  for (const lang::Diagnostic* diagnostic : compiled->diags.sorted()) {
    if (diagnostic->code == lang::Code::W1315) continue;
    ++found[fmt::format("{} {}", lang::info(diagnostic->code).name, diagnostic->message)];
  }
  return found;
}

TEST(Findings, AreTheSameHoweverAConditionIsWritten) {
  std::map<std::string, int> codes;
  for (std::uint64_t i = 0; i < law_bundles() * 2; ++i) {
    generator::Random random(law_seed() + i);
    const generator::Bundle bundle = bare(generator::generate_bundle(random));
    generator::Bundle other = bundle;
    for (SourceText& source : other.sources)
      source.text = Rewriter(source.text, random).rewritten();
    const Findings one = findings(bundle), two = findings(other);
    ASSERT_EQ(one, two) << "bundle " << law_seed() + i << '\n' << other.sources.back().text;
    for (const auto& [text, count] : one) codes[text.substr(0, 5)] += count;
  }
  for (const char* code : {"E1301", "E1302", "E1303", "E1304", "W1306", "W1307", "W1310"})
    EXPECT_GT(codes[code], 0) << code;
}

// Each declaration allows everything: the image is the same but for where things stand.
TEST(Findings, ChangeNoDecision) {
  std::ptrdiff_t silenced = 0;
  for (std::uint64_t i = 0; i < law_bundles(); ++i) {
    generator::Random random(law_seed() + i);
    const generator::Bundle bundle = generator::generate_bundle(random);
    generator::Bundle other = bundle;
    for (SourceText& source : other.sources) {
      const Parsed file(source.text);
      for (std::size_t n = file.module->decls.size(); n-- > 0;) {
        const std::size_t at = file.module->decls[n]->span.begin;
        for (const char* code : {"W1306", "W1307", "W1310", "W1311", "W1314", "W1315", "W1317"})
          source.text.insert(at, fmt::format("@allow(\"{}\", \"random\") ", code));
      }
    }
    const auto plain = compiled(bundle), allowed = compiled(other);
    const auto warns = [](const compiler::CompiledBundle& checked) {
      return std::ranges::count_if(checked.diags.sorted(), [](const lang::Diagnostic* diagnostic) {
        return diagnostic->code == lang::Code::W1307;
      });
    };
    silenced += warns(*plain);
    EXPECT_EQ(warns(*allowed), 0);
    EXPECT_EQ(vm::split(plain->image)->seal.image, vm::split(allowed->image)->seal.image);
  }
  EXPECT_GT(silenced, 0);
}

}  // namespace
}  // namespace remit::property
