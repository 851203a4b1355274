// Order means nothing: files, items, rows, parts of cells, conjuncts, parties and approvals may
// stand in any order, and no member of the decision record changes but the hash of the image.
#include <algorithm>
#include <map>

#include "tests/property/scenario.h"

namespace remit::property {
namespace {

template <typename T>
void shuffle(std::vector<T>& list, generator::Random& random) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
}

// A file with the parts that have no order in another order.
class Permuter {
 public:
  Permuter(const std::string& text, generator::Random& random) : text_(text), random_(random) {}

  std::string permuted() {
    const Parsed file(text_);
    std::vector<Part> decls;
    for (const ast::Decl* decl : file.module->decls) decls.push_back(declaration(*decl));
    std::vector<Part> whole;
    if (file.module->applies != nullptr) whole.push_back(expression(*file.module->applies));
    exchange(decls);
    whole.insert(whole.end(), decls.begin(), decls.end());
    return with({0, static_cast<std::uint32_t>(text_.size())}, whole);
  }

 private:
  // A place in the file, and what stands there now.
  struct Part {
    std::uint32_t begin = 0, end = 0;
    std::string text;
  };
  struct Place {
    std::uint32_t begin = 0, end = 0;
  };

  static Place place(const lang::Span& span) { return {span.begin, span.end}; }

  // The text of a place with its parts replaced; they ascend and do not touch.
  std::string with(Place where, const std::vector<Part>& parts) {
    std::string result;
    std::uint32_t at = where.begin;
    for (const Part& part : parts) {
      result += text_.substr(at, part.begin - at) + part.text;
      at = part.end;
    }
    return result + text_.substr(at, where.end - at);
  }
  Part made(const lang::Span& span, const std::vector<Part>& parts) {
    return {span.begin, span.end, with(place(span), parts)};
  }

  // Their texts change places.
  void exchange(std::vector<Part>& parts) {
    std::vector<std::string> texts;
    for (const Part& part : parts) texts.push_back(part.text);
    shuffle(texts, random_);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].text = texts[i];
  }

  Part declaration(const ast::Decl& decl) {
    std::vector<Part> parts;
    const auto add = [&](const ast::Expr* expr) {
      if (expr != nullptr) parts.push_back(expression(*expr));
    };
    const auto add_parties = [&](const ast::VerdictClause& verdict) {
      for (Part& party : parties(verdict)) parts.push_back(std::move(party));
    };
    if (decl.kind == ast::DeclKind::Const) add(ast::as<ast::ConstDecl>(decl).value);
    if (decl.kind == ast::DeclKind::Def) add(ast::as<ast::DefDecl>(decl).value);
    if (ast::is_a<ast::ItemDecl>(decl.kind)) {
      add(ast::as<ast::ItemDecl>(decl).clauses.when);
      add(ast::as<ast::ItemDecl>(decl).clauses.unless);
    }
    if (ast::is_a<ast::GuardDecl>(decl.kind)) add_parties(ast::as<ast::GuardDecl>(decl).verdict);
    if (decl.kind == ast::DeclKind::Limit) add_parties(ast::as<ast::LimitDecl>(decl).verdict);
    if (decl.kind == ast::DeclKind::Table) {
      const auto& table = ast::as<ast::TableDecl>(decl);
      for (Part& row : rows(table)) parts.push_back(std::move(row));
      add_parties(table.otherwise.verdict);
    }
    // The wait of a limit stands behind its conditions.
    std::ranges::sort(parts, {}, &Part::begin);
    return made(decl.span, parts);
  }

  std::vector<Part> parties(const ast::VerdictClause& verdict) {
    std::vector<Part> result;
    for (const ast::Party& party : verdict.parties) {
      std::vector<Part> seats;
      for (const ast::Name& seat : party.seats) seats.push_back(made(seat.span, {}));
      exchange(seats);
      result.push_back(made(party.span, seats));
    }
    exchange(result);
    return result;
  }

  std::vector<Part> rows(const ast::TableDecl& decl) {
    std::vector<Part> result;
    for (const ast::Row& row : decl.rows) {
      std::vector<Part> inside;
      for (const ast::Cell& cell : row.cells) {
        std::vector<Part> items;
        for (const ast::CellItem& item : cell.items) items.push_back(made(item.span, {}));
        exchange(items);
        inside.insert(inside.end(), items.begin(), items.end());
      }
      for (Part& party : parties(row.outcome.verdict)) inside.push_back(std::move(party));
      result.push_back(made(row.span, inside));
    }
    exchange(result);
    return result;
  }

  // Where one operand asks for a fact that another reads, their order is not a free choice.
  static bool asks(const ast::Expr& expr) {
    return expr.kind == ast::ExprKind::Has ||
           (expr.kind == ast::ExprKind::Not && asks(*ast::as<ast::NotExpr>(expr).operand));
  }

  Part expression(const ast::Expr& expr) {
    std::vector<Part> parts;
    ast::for_each_child(expr, [&](const ast::Expr& child) { parts.push_back(expression(child)); });
    const bool free = ast::is_a<ast::ConnectiveExpr>(expr.kind) &&
                      std::ranges::none_of(ast::as<ast::ConnectiveExpr>(expr).operands,
                                           [](const ast::Expr* part) { return asks(*part); });
    if (free) exchange(parts);
    return made(expr.span, parts);
  }

  const std::string& text_;
  generator::Random& random_;
};

TEST(Law, OrderMeansNothing) {
  std::uint64_t waits = 0;
  for (std::uint64_t i = 0; i < law_bundles(); ++i) {
    generator::Random random(law_seed() + i);
    const generator::Bundle bundle = generator::generate_bundle(random);
    generator::Bundle other = bundle;
    for (SourceText& source : other.sources) source.text = Permuter(source.text, random).permuted();
    shuffle(other.sources, random);
    const Loaded one(bundle), two(other);
    for (std::uint64_t r = 0; r < law_requests(); ++r) {
      Scenario first(one, generator::generate_request(one.typed(), random), random);
      if (random.percent(60)) add_approvals(first);
      oracle::Request again = first.request;
      shuffle(again.approvals, random);
      const Scenario second(two, again, random);
      const Decided a = first.decide(first.request), b = second.decide(again);
      waits += first.waits.empty() ? 0 : 1;
      ASSERT_EQ(a.text, b.text) << "bundle " << law_seed() + i << '\n' << first.json(first.request);
    }
  }
  EXPECT_GT(waits, 0U);
  std::printf("%llu bundles\n", static_cast<unsigned long long>(law_bundles()));
}

}  // namespace
}  // namespace remit::property
