#include "compiler/check/policy/table_cells.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "compiler/check/policy/cells.h"
#include "compiler/check/schema/values.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

bool is_ordering(ast::CellOp op) { return op != ast::CellOp::Value; }

class CellChecker : Reporter {
 public:
  CellChecker(const ast::Expr& input, const ExpressionChecker& expressions, const Environment& env,
              Resolver& resolver)
      : Reporter(env.reporter),
        input_(input),
        expressions_(expressions),
        env_(env),
        schema_(env.schema),
        resolver_(resolver) {}

  std::optional<CellInfo> run(const ast::Cell& cell);

 private:
  std::optional<CellItemInfo> check_cell_item(const ast::CellItem& item);
  bool inside(const ast::Atom& atom, std::int64_t value);
  std::optional<std::int64_t> cell_atom(const ast::Atom& atom, const Type& type);
  std::optional<std::int64_t> named_cell_atom(const ast::Atom& atom, const Type& type);
  [[nodiscard]] const ExprInfo& input() const { return expressions_.info(input_); }

  const ast::Expr& input_;
  const ExpressionChecker& expressions_;
  const Environment& env_;
  const Schema& schema_;
  Resolver& resolver_;
};

std::optional<std::int64_t> CellChecker::named_cell_atom(const ast::Atom& atom, const Type& type) {
  const std::string_view text = atom.name.text;
  if (type.kind == TypeKind::Tool) {
    if (const auto tool = schema_.find_tool(text)) return static_cast<std::int64_t>(*tool);
  }
  if (type.kind == TypeKind::Enum) {
    const EnumInfo& enumeration = schema_.enumeration(type);
    const bool qualified =
        atom.name.parts.size() == 2 && atom.name.parts[0].text == enumeration.name;
    if (atom.name.parts.size() == 1 || qualified) {
      if (const auto ordinal = enumeration.ordinal(atom.name.parts.back().text)) return *ordinal;
    }
  }
  const Named* named = atom.name.parts.size() == 1 ? env_.names.find(Named::Kind::Constant, text,
                                                                     expressions_.context().module)
                                                   : nullptr;
  if (named != nullptr) {
    const ConstInfo& constant = resolver_.constant(*named);
    if (constant.type == nullptr) return std::nullopt;
    if (same_type(*constant.type, type)) return constant.integer;
    report(Code::E0401, atom.span,
           fmt::format("constant `{}` is `{}`, the input is `{}`", text,
                       spelled(*constant.type, schema_), spelled(type, schema_)))
        .help("name a value of the input's type");
    return std::nullopt;
  }
  if (type.kind != TypeKind::Tool && schema_.is_root(atom.name.parts.front().text)) {
    report(Code::E0301, atom.span, fmt::format("`{}` is a fact, not a constant", text))
        .note("a cell holds values and constants")
        .help("compare the two facts in an input of the table");
    return std::nullopt;
  }
  const bool tool = type.kind == TypeKind::Tool && atom.name.parts.size() > 1;
  Diagnostic& diagnostic =
      report(tool ? Code::E0305 : Code::E0301, atom.span,
             fmt::format("there is no `{}` of type `{}`", text, spelled(type, schema_)));
  diagnostic.help(type.kind == TypeKind::Bool ? "write `true` or `false`"
                                              : "name a value of the input's type, or a constant");
  std::vector<std::string_view> names = expressions_.value_names(&type);
  if (type.kind == TypeKind::Tool)
    for (const ToolInfo& info : schema_.tools) names.push_back(info.name);
  suggest(diagnostic, text, atom.span, names);
  return std::nullopt;
}

std::optional<std::int64_t> CellChecker::cell_atom(const ast::Atom& atom, const Type& type) {
  if (!atom.is_literal) return atom.name.parts.empty() ? std::nullopt : named_cell_atom(atom, type);
  const ast::Literal& literal = atom.literal;
  if (literal.damaged) return std::nullopt;
  if (number_kind(literal.kind) != type.kind) {
    report(Code::E0401, atom.span,
           fmt::format("this is not a value of the input, which is `{}`", spelled(type, schema_)))
        .help("write a value of the input's type");
    return std::nullopt;
  }
  if (!is_in_currency(literal, atom.span, schema_, *this)) return std::nullopt;
  if (literal.kind != ast::LiteralKind::Utc) return literal.integer;
  const auto ms = stdlib::parse_timestamp_or_date(literal.text);
  if (!ms) {
    report(Code::E0106, atom.span, fmt::format("`{}` is not a timestamp", literal.text))
        .help("write it like `utc\"2027-02-01T09:00:00Z\"` or `utc\"2027-02-01\"`");
  }
  return ms;
}

// What is compared lies within the type of the input, as beside any comparison.
bool CellChecker::inside(const ast::Atom& atom, std::int64_t value) {
  const Type& type = *input().type;
  const Interval whole = input().interval;
  if (!is_ordered_kind(type.kind) || (value >= whole.low && value <= whole.high)) return true;
  report(Code::E0706, atom.span, fmt::format("this lies outside `{}`", spelled(type, schema_)))
      .secondary_at(input_.span, "never reaches it")
      .help("change the value, or the bounds in the schema");
  return false;
}

std::optional<CellItemInfo> CellChecker::check_cell_item(const ast::CellItem& item) {
  const Type& type = *input().type;
  CellItemInfo result;
  result.op = item.op;
  result.span = item.span;
  const bool range = item.op == ast::CellOp::Range || item.op == ast::CellOp::HalfOpenRange;
  const auto low = cell_atom(item.low, type);
  const auto high = range ? cell_atom(item.high, type) : std::optional<std::int64_t>(0);
  if (!low || !high) return std::nullopt;
  if (!inside(item.low, *low) || (range && !inside(item.high, *high))) return std::nullopt;
  if (is_ordering(item.op) && !has_order(type, schema_)) {
    report(Code::E0402, item.span, fmt::format("`{}` has no order", spelled(type, schema_)))
        .help("list the values");
    return std::nullopt;
  }
  result.low = *low;
  result.high = *high;
  const Interval of = interval_of(result);
  const Interval whole = type.kind == TypeKind::Bool   ? Interval{0, 1}
                         : type.kind == TypeKind::Tool ? Interval{0, INT64_MAX}
                                                       : input().interval;
  const auto known = discrete_values(input(), *expressions_.context().scope, schema_);
  const bool outside = type.kind == TypeKind::Tool &&
                       std::ranges::find(known, result.low) == known.end();  // of another scope
  const auto fits = [](Wide end) {
    return end == kOpenLow || end == kOpenHigh || (end >= INT64_MIN && end <= INT64_MAX);
  };
  if (!outside && of.low <= of.high && of.high >= whole.low && of.low <= whole.high &&
      fits(of.low) && fits(of.high))
    return result;
  report(Code::E0706, item.span,
         of.low > of.high ? "the range is empty"
         : outside        ? "no tool of the scope is this one"
                          : "the cell can never hold")
      .secondary_at(input_.span, "the input")
      .help(outside ? "remove the row, or widen the scope"
                    : "change the value, or the bounds in the schema");
  return std::nullopt;
}

std::optional<CellInfo> CellChecker::run(const ast::Cell& cell) {
  CellInfo result;
  result.span = cell.span;
  result.any = cell.any;
  result.negated = cell.negated;
  if (cell.any) return result;
  if (input().type == nullptr || !is_integral(input().type->kind)) return std::nullopt;
  struct Part {
    Wide high;
    Span span;
  };
  std::map<Wide, Part> parts;  // by where they begin
  for (const ast::CellItem& item : cell.items) {
    const auto checked = check_cell_item(item);
    if (!checked) return std::nullopt;
    const Interval of = interval_of(*checked);
    // Of parts that are apart only the last one that begins before this one ends can meet it.
    const auto after = parts.upper_bound(of.high);
    if (after != parts.begin() && std::prev(after)->second.high >= of.low) {
      report(Code::E0706, item.span, "this says again what the cell says already")
          .secondary_at(std::prev(after)->second.span, "here")
          .help("remove one of them, or narrow it");
      return std::nullopt;
    }
    parts.emplace(of.low, Part{of.high, item.span});
    result.items.push_back(*checked);
  }
  const auto atoms =
      atoms_of(input().interval, discrete_values(input(), *expressions_.context().scope, schema_),
               {&result});
  std::size_t taken = 0;
  for (const AtomRange& range : atoms_taken(result, atoms)) taken += range.count;
  if (taken != 0 && taken != atoms.size()) return result;
  if (atoms.empty()) return result;  // an enum without values
  report(Code::E0706, cell.span, taken == 0 ? "the cell can never hold" : "the cell always holds")
      .secondary_at(input_.span, "the input")
      .help(taken == 0 ? "change the cell, or remove the row" : "write `*`");
  return std::nullopt;
}

}  // namespace

std::vector<std::int64_t> discrete_values(const ExprInfo& input,
                                          const std::vector<ToolIndex>& scope,
                                          const Schema& schema) {
  std::vector<std::int64_t> values;
  std::size_t count = 0;
  if (input.type->kind == TypeKind::Bool) count = 2;
  if (input.type->kind == TypeKind::Enum) count = schema.enumeration(*input.type).values.size();
  // The tool at hand is one of the table's scope; a tool that a fact names may be any.
  const bool own = input.binding == BindingKind::Fact && input.fact.base == Base::Tool;
  if (input.type->kind == TypeKind::Tool) {
    if (own) {
      for (const ToolIndex tool : scope) values.push_back(static_cast<std::int64_t>(tool));
      return values;
    }
    count = schema.tools.size();
  }
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<std::int64_t>(i));
  return values;
}

std::optional<CellInfo> check_cell(const ast::Cell& cell, const ast::Expr& input,
                                   const ExpressionChecker& expressions, const Environment& env,
                                   Resolver& resolver) {
  return CellChecker(input, expressions, env, resolver).run(cell);
}

}  // namespace remit::compiler
