#include "tests/oracle/evaluate.h"

#include "tests/oracle/constructs.h"
#include "tests/oracle/pattern_size.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <utility>

namespace remit::oracle {

using ast::Expr;
using ast::ExprKind;
using compiler::Base;
using compiler::BindingKind;
using compiler::Derived;
using compiler::ExprInfo;
using compiler::FactPath;
using compiler::FieldInfo;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : text) {
    if (c == separator)
      parts.push_back(std::exchange(part, {}));
    else
      part += c;
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

bool begins_with(const std::vector<std::string>& whole, const std::vector<std::string>& part) {
  return whole.size() >= part.size() && std::equal(part.begin(), part.end(), whole.begin());
}

bool host_under(const std::string& host, const std::string& parent) {
  std::vector<std::string> a = split(host, '.'), b = split(parent, '.');
  std::ranges::reverse(a);
  std::ranges::reverse(b);
  return begins_with(a, b);
}

// `/a/b` has the segments "", a, b; the root has one.
bool path_under(const std::string& path, const std::string& parent) {
  return begins_with(split(path, '/'), split(parent, '/'));
}

std::vector<bool> address_bits(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  const bool six = text.find(':') != std::string::npos;
  inet_pton(six ? AF_INET6 : AF_INET, text.c_str(), bytes.data());
  std::vector<bool> bits;
  for (std::size_t i = 0; i < (six ? 16U : 4U); ++i) {
    for (int bit = 7; bit >= 0; --bit) bits.push_back((bytes[i] >> bit & 1) != 0);
  }
  return bits;
}

bool ip_under(const std::string& ip, const std::string& cidr) {
  const std::size_t slash = cidr.find('/');
  const auto network = address_bits(cidr.substr(0, slash));
  const auto address = address_bits(ip);
  const auto length = static_cast<std::ptrdiff_t>(std::stoi(cidr.substr(slash + 1)));
  return address.size() == network.size() &&
         std::equal(network.begin(), network.begin() + length, address.begin());
}

bool is_under(TypeKind kind, const std::string& value, const std::string& parent) {
  if (kind == TypeKind::Host) return host_under(value, parent);
  return kind == TypeKind::Path ? path_under(value, parent) : ip_under(value, parent);
}

// The subset of patterns is one of ECMAScript's, but that there `.` is no end of a line.
std::string in_ecmascript(std::string_view pattern) {
  std::string text;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') text += pattern[i++];
    if (c == '[' || c == ']') in_class = c == '[';
    text += c == '.' && !in_class ? "[\\s\\S]" : std::string(1, pattern[i]);
  }
  return text;
}

bool is_match(const std::string& text, std::string_view pattern) {
  static thread_local std::map<std::string, std::regex, std::less<>> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end())
    found = compiled.emplace(std::string(pattern), std::regex(in_ecmascript(pattern))).first;
  return std::regex_match(text, found->second);
}

bool contains(const Datum& collection, const Datum& element) {
  return std::ranges::find(collection.items, element) != collection.items.end();
}

template <typename T>
bool ordered(ast::CompareOp op, const T& a, const T& b) {
  switch (op) {
    case ast::CompareOp::Equal: return a == b;
    case ast::CompareOp::NotEqual: return a != b;
    case ast::CompareOp::Less: return a < b;
    case ast::CompareOp::LessEqual: return a <= b;
    case ast::CompareOp::Greater: return a > b;
    case ast::CompareOp::GreaterEqual: return a >= b;
  }
  return false;
}

Datum derived_part(Derived derived, const Datum& whole) {
  const std::string& text = whole.text;
  switch (derived) {
    case Derived::None: return whole;
    case Derived::Size: return Datum::of(static_cast<Wide>(whole.items.size()));
    case Derived::Domain: return Datum::of(text.substr(text.rfind('@') + 1));
    case Derived::Scheme: return Datum::of(text.substr(0, text.find(':')));
    case Derived::Host: {
      const std::size_t begin = text.find("://") + 3;
      return Datum::of(text.substr(begin, text.find_first_of(":/?", begin) - begin));
    }
  }
  return whole;
}

}  // namespace

bool Evaluator::holds(const Expr& expr, compiler::ModuleIndex module) {
  module_ = module;
  return truth(expr);
}

Datum Evaluator::value_of(const Expr& expr, compiler::ModuleIndex module) {
  module_ = module;
  return value(expr);
}

bool Evaluator::truth(const Expr& expr) { return value(expr).integer != 0; }

const Datum* Evaluator::find(const FactPath& fact) {
  const std::vector<FieldInfo>* fields = nullptr;
  const Datum* at = nullptr;
  std::size_t next = 0;
  switch (fact.base) {
    case Base::Host:
      fields = &bundle_.roots[fact.root].fields;
      at = &request_.roots[fact.root][static_cast<std::size_t>(fact.fields[0] - fields->data())];
      next = 1;
      break;
    case Base::Args: {
      fields = &bundle_.tools[static_cast<std::size_t>(request_.tool)].args;
      const auto own = std::ranges::find(*fields, fact.fields[0]->name, &FieldInfo::name);
      at = &request_.args[static_cast<std::size_t>(own - fields->begin())];
      next = 1;
      break;
    }
    case Base::Tool: {
      if (tool_.empty()) {
        const compiler::ToolInfo& tool = bundle_.tools[static_cast<std::size_t>(request_.tool)];
        tool_ = {Datum::of(static_cast<Wide>(request_.tool)), Datum::of(Wide{tool.effect}),
                 tool.has_undo ? Datum::of(Wide{tool.undo_ms}) : Datum::none(),
                 Datum::of(Wide{tool.reads}), Datum::of(Wide{tool.clearance})};
      }
      at = &tool_[static_cast<std::size_t>(fact.fields[0] - bundle_.tool_root.data())];
      next = 1;
      break;
    }
    case Base::Counter: {
      const auto used = request_.counters.find(bundle_.full_name(bundle_.items[fact.root]));
      if (used == request_.counters.end()) return nullptr;
      counter_ = Datum::of(used->second.used);
      return &counter_;
    }
    case Base::Element: at = element_; break;
    case Base::Parameter: at = &parameters_[fact.root]; break;
  }
  for (; next < fact.fields.size() && !at->absent; ++next) {
    for (const compiler::RecordInfo& record : bundle_.records) {
      const auto position = fact.fields[next] - record.fields.data();
      const bool here = std::ranges::any_of(
          record.fields, [&](const FieldInfo& field) { return &field == fact.fields[next]; });
      if (!here) continue;
      at = &at->items[static_cast<std::size_t>(position)];
      break;
    }
  }
  return at->absent ? nullptr : at;
}

Datum Evaluator::path(const ast::PathExpr& expr) {
  const ExprInfo& found = info(expr);
  if (found.binding == BindingKind::Constant) {
    Datum held = constant(*found.constant);
    spend(std::max<std::size_t>(1, held.items.size()));
    return held;
  }
  const bool is_argument = found.binding == BindingKind::Fact &&
                           found.fact.base == Base::Parameter && found.fact.fields.empty();
  steps_ += is_argument ? parameter_steps_[found.fact.root] : 1;
  spend(found.derived == Derived::None ? 0 : 1);
  switch (found.binding) {
    case BindingKind::EnumValue:
    case BindingKind::ToolValue: return Datum::of(Wide{found.integer});
    case BindingKind::Fact: break;
    case BindingKind::Constant:
    case BindingKind::None:
    case BindingKind::Approved:
    case BindingKind::Def: throw std::logic_error("a path without a meaning");
  }
  const Datum* fact = find(found.fact);
  if (fact == nullptr) throw AbsentRead(std::string(expr.path.text));
  return derived_part(found.derived, *fact);
}

Datum Evaluator::constant(const compiler::ConstInfo& constant) const {
  if (constant.type->kind == TypeKind::Set) {
    Datum set;
    for (const std::int64_t integer : constant.integers)
      set.items.push_back(Datum::of(Wide{integer}));
    for (const std::string_view text : constant.texts) set.items.push_back(Datum::of(text));
    return set;
  }
  return is_text(constant.type->kind) ? Datum::of(constant.text)
                                      : Datum::of(Wide{constant.integer});
}

Datum Evaluator::literal(const Expr& expr) const {
  const ExprInfo& found = info(expr);
  return is_text(found.type->kind) ? Datum::of(found.text) : Datum::of(Wide{found.integer});
}

Datum Evaluator::approved(const ast::CallExpr& expr) const {
  std::set<std::string> people;
  for (const auto& [role, person] : approvers_) {
    const bool asked =
        expr.arguments.empty()
            ? role != "requester"
            : ast::as<ast::PathExpr>(*expr.arguments[0]).path.parts.back().text == role;
    if (asked) people.insert(person);
  }
  return Datum::of(static_cast<Wide>(people.size()));
}

Datum Evaluator::call(const ast::CallExpr& expr) {
  if (info(expr).binding == BindingKind::Approved) {
    spend(1);
    return approved(expr);
  }
  const compiler::DefInfo& def = *info(expr).def;
  std::vector<Datum> arguments;
  std::vector<std::int64_t> steps;
  const std::int64_t before = steps_;
  for (const Expr* argument : expr.arguments) {
    arguments.push_back(value(*argument));
    steps.push_back(std::exchange(steps_, before) - before);
  }
  const Datum* outer_element = std::exchange(element_, nullptr);
  const auto outer_module = std::exchange(module_, def.module);
  std::swap(parameters_, arguments);
  std::swap(parameter_steps_, steps);
  Datum result = value(*def.decl->value);
  std::swap(parameter_steps_, steps);
  std::swap(parameters_, arguments);
  module_ = outer_module;
  element_ = outer_element;
  return result;
}

Datum Evaluator::arithmetic(const ast::ArithmeticExpr& expr) {
  const Wide a = value(*expr.left).integer, b = value(*expr.right).integer;
  spend(1);
  switch (expr.op) {
    case ast::ArithmeticOp::Add: return Datum::of(a + b);
    case ast::ArithmeticOp::Subtract: return Datum::of(a - b);
    case ast::ArithmeticOp::Multiply: return Datum::of(a * b);
  }
  return {};
}

Evaluator::Amount Evaluator::amount(const Expr& expr) {
  if (expr.kind != ExprKind::PercentOf) return {value(expr).integer, 1};
  spend(1);
  const auto& percent = ast::as<ast::PercentOfExpr>(expr);
  return {value(*percent.whole).integer * percent.thousandths, 100'000};
}

bool Evaluator::compare(const ast::CompareExpr& expr) {
  const Expr &left = *expr.left, &right = *expr.right;
  const compiler::Type* type = info(left).type;
  spend(1);
  if (type != nullptr && is_text(type->kind)) {
    const std::string a = value(left).text, b = value(right).text;
    spend((std::min(a.size(), b.size()) + 63) / 64);
    return ordered(expr.op, a, b);
  }
  const Amount a = amount(left), b = amount(right);
  if (a.scale == b.scale) return ordered(expr.op, a.value, b.value);
  return ordered(expr.op, a.value * b.scale, b.value * a.scale);
}

bool Evaluator::in_range(const ast::InRangeExpr& expr) {
  const Amount x = amount(*expr.value), low = amount(*expr.low), high = amount(*expr.high);
  spend(1);
  const auto compare = [](const Amount& a, const Amount& b) {
    const bool same = a.scale == b.scale;
    const Wide left = same ? a.value : a.value * b.scale,
               right = same ? b.value : b.value * a.scale;
    return left <=> right;
  };
  const bool inside =
      compare(low, x) <= 0 && (expr.half_open ? compare(x, high) < 0 : compare(x, high) <= 0);
  return inside != expr.negated;
}

bool Evaluator::under(const ast::RelationExpr& expr) {
  const TypeKind kind = info(*expr.left).type->kind;
  const std::string text = value(*expr.left).text;
  const Datum parents = value(*expr.right);
  spend(1 + parents.items.size());
  const compiler::Type* type = info(*expr.right).type;
  if (type == nullptr || !is_collection(type->kind)) return is_under(kind, text, parents.text);
  return std::ranges::any_of(
      parents.items, [&](const Datum& parent) { return is_under(kind, text, parent.text); });
}

// The parts are known before, and cost by their length alone.
bool Evaluator::looks_for(const ast::RelationExpr& expr) {
  const std::string text = value(*expr.left).text;
  const std::int64_t before = steps_;
  const Datum right = value(*expr.right);
  steps_ = before;
  const bool is_set = is_collection(info(*expr.right).type->kind);
  const std::vector<Datum> parts = is_set ? right.items : std::vector{right};
  spend(1);
  bool holds = false;
  for (const Datum& part : parts) {
    const std::size_t most = text.size() - std::min(text.size(), part.text.size());
    const bool fits = part.text.size() <= text.size();
    const bool anywhere = expr.op == ast::RelationOp::Contains;
    spend(((anywhere ? text.size() : 0) + part.text.size() + 15) / 16);
    // Where it may begin.
    const std::size_t first = expr.op == ast::RelationOp::EndsWith ? most : 0;
    const std::size_t last = expr.op == ast::RelationOp::StartsWith ? 0 : most;
    for (std::size_t at = first; fits && at <= last; ++at)
      holds = holds || text.substr(at, part.text.size()) == part.text;
  }
  return holds;
}

bool Evaluator::places(const ast::PlacesExpr& expr) {
  const Datum list = value(*expr.list);
  bool holds = list.items.size() >= expr.places.size();
  spend(1);
  for (std::size_t i = 0; i < expr.places.size(); ++i) {
    const Expr* wanted = expr.places[i].value;
    if (wanted == nullptr) continue;
    const std::int64_t before = steps_;
    const Datum taken = value(*wanted);
    steps_ = before;
    const bool is_set = is_collection(info(*wanted).type->kind);
    spend(is_set ? taken.items.size() : 1);
    if (i >= list.items.size()) continue;
    holds = holds && (is_set ? contains(taken, list.items[i]) : taken == list.items[i]);
  }
  return holds;
}

bool Evaluator::relation(const ast::RelationExpr& expr) {
  if (ast::info(expr.op).sides == ast::Sides::Text) return looks_for(expr);
  if (expr.op == ast::RelationOp::Under) return under(expr);
  const Datum a = value(*expr.left), b = value(*expr.right);
  spend(1 + a.items.size() + b.items.size());
  const auto in_b = [&](const Datum& element) { return contains(b, element); };
  switch (expr.op) {
    case ast::RelationOp::In: return in_b(a) != expr.negated;
    case ast::RelationOp::Under: break;
    case ast::RelationOp::Overlaps: return std::ranges::any_of(a.items, in_b);
    case ast::RelationOp::SubsetOf: return std::ranges::all_of(a.items, in_b);
    case ast::RelationOp::Contains:
    case ast::RelationOp::StartsWith:
    case ast::RelationOp::EndsWith: break;
  }
  throw std::logic_error("a relation without a meaning");
}

Datum Evaluator::quantifier(const ast::QuantifierExpr& expr) {
  const Datum collection = value(*expr.collection);
  Wide count = 0, sum = 0;
  for (const Datum& element : collection.items) {
    element_ = &element;
    const Wide result = value(*expr.body).integer;
    count += result != 0 ? 1 : 0;
    sum += result;
  }
  element_ = nullptr;
  switch (expr.quantifier) {
    case ast::QuantifierKind::Any: return Datum::of(Wide{count > 0});
    case ast::QuantifierKind::All:
      return Datum::of(Wide{count == static_cast<Wide>(collection.items.size())});
    case ast::QuantifierKind::Count: return Datum::of(count);
    case ast::QuantifierKind::Sum: return Datum::of(sum);
  }
  return {};
}

Datum Evaluator::match(const ast::MatchExpr& expr) {
  const Expr& operand = *expr.operand;
  const Wide given = value(operand).integer;
  const compiler::Type& type = *info(operand).type;
  spend(1);
  for (const ast::Arm& arm : expr.arms) {
    spend(arm.values.size());
    const bool chosen =
        arm.is_else || std::ranges::any_of(arm.values, [&](const ast::Atom& atom) {
          if (atom.is_literal) return Wide{atom.literal.integer} == given;
          return Wide{*bundle_.enumeration(type).ordinal(atom.name.parts.back().text)} == given;
        });
    if (chosen) {
      constructs().note("match", &arm == expr.arms.data());
      return value(*arm.result);
    }
  }
  throw std::logic_error("a match without an arm");
}

// Between two parts stands a step.
bool Evaluator::any_is(const ast::ConnectiveExpr& expr, bool wanted) {
  for (const Expr* part : expr.operands) {
    if (part != expr.operands.front()) spend(1);
    if (truth(*part) == wanted) return true;
  }
  return false;
}

bool Evaluator::matches(const ast::MatchesExpr& expr) {
  const std::string text = value(*expr.value).text;
  spend(1 + (text.size() * pattern_size(expr.pattern.text) + 15) / 16);
  return is_match(text, expr.pattern.text);
}

Datum Evaluator::value(const Expr& expr) {
  const auto truth_of = [](bool truth) { return Datum::of(Wide{truth}); };
  const auto noted = [&](std::string_view construct, bool truth) {
    constructs().note(construct, truth);
    return truth_of(truth);
  };
  switch (expr.kind) {
    case ExprKind::Literal: spend(1); return literal(expr);
    case ExprKind::Path: return path(ast::as<ast::PathExpr>(expr));
    case ExprKind::Has: spend(1); return noted("has", find(info(expr).fact) != nullptr);
    case ExprKind::Call: return call(ast::as<ast::CallExpr>(expr));
    case ExprKind::Not: spend(1); return truth_of(!truth(*ast::as<ast::NotExpr>(expr).operand));
    case ExprKind::And: return truth_of(!any_is(ast::as<ast::ConnectiveExpr>(expr), false));
    case ExprKind::Or: return truth_of(any_is(ast::as<ast::ConnectiveExpr>(expr), true));
    case ExprKind::Compare: {
      const auto& test = ast::as<ast::CompareExpr>(expr);
      return noted(ast::info(test.op).spelling, compare(test));
    }
    case ExprKind::InRange: return noted("range", in_range(ast::as<ast::InRangeExpr>(expr)));
    case ExprKind::Relation: {
      const auto& test = ast::as<ast::RelationExpr>(expr);
      return noted(ast::info(test.op).spelling, relation(test));
    }
    case ExprKind::Matches: return noted("matches", matches(ast::as<ast::MatchesExpr>(expr)));
    case ExprKind::Places: return noted("places", places(ast::as<ast::PlacesExpr>(expr)));
    case ExprKind::Arithmetic: return arithmetic(ast::as<ast::ArithmeticExpr>(expr));
    case ExprKind::SetLiteral: {
      Datum set;
      for (const Expr* element : ast::as<ast::SetLiteralExpr>(expr).elements)
        set.items.push_back(value(*element));
      return set;
    }
    case ExprKind::Quantifier: {
      const auto& quantified = ast::as<ast::QuantifierExpr>(expr);
      Datum result = quantifier(quantified);
      constructs().note(ast::info(quantified.quantifier).spelling, result.integer != 0);
      return result;
    }
    case ExprKind::Match: return match(ast::as<ast::MatchExpr>(expr));
    case ExprKind::PercentOf:
    case ExprKind::Bad: break;
  }
  throw std::logic_error("an expression that has no value of its own");
}

}  // namespace remit::oracle
