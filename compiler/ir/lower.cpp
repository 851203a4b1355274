#include "compiler/ir/lower.h"

#include <algorithm>

#include <remit/internal/check.h>

namespace remit::compiler {

namespace {

using ast::Expr;
using ast::ExprKind;
using ir::NodeId;
using ir::NodeKind;

// The arguments of the def that is being inlined, with the surroundings they were written in.
struct Frame {
  const ast::CallExpr* call = nullptr;  // null: not inside a def
  ModuleIndex module{};                 // of the call's arguments
  const Frame* outer = nullptr;
};

// Where an expression stands: its module, and the frame its parameters mean.
struct Site {
  ModuleIndex module{};
  const Frame* frame = nullptr;  // null where a def is read as it is written
};

class Lowering {
 public:
  explicit Lowering(const TypedBundle& typed) : typed_(typed) { bundle_.typed = &typed; }

  ir::Bundle run() {
    for (const DefInfo& def : typed_.defs)
      bundle_.defs.push_back(lower(*def.decl->value, {def.module, nullptr}));
    for (const PolicyInfo& policy : typed_.policies) {
      const Expr* applies = typed_.module(policy.module).ast->applies;
      bundle_.policies.push_back({optional(applies, {policy.module, nullptr})});
    }
    for (const ItemInfo& item : typed_.items) bundle_.items.push_back(this->item(item));
    for (const TableInfo& table : typed_.tables) {
      const Site site{typed_.policies[static_cast<std::size_t>(table.policy)].module, nullptr};
      const ast::Clauses& clauses = table.decl->clauses;
      bundle_.tables.push_back({optional(clauses.when, site), optional(clauses.unless, site),
                                all({table.decl->header.begin(), table.decl->header.end()}, site)});
    }
    return std::move(bundle_);
  }

 private:
  ir::Item item(const ItemInfo& source) {
    const Site site{typed_.policy(source).module, nullptr};
    const ast::Clauses& clauses = *source.clauses;
    ir::Item item;
    item.when = optional(clauses.when, site);
    item.unless = optional(clauses.unless, site);
    item.because = message(clauses.because, site);
    item.advise = message(clauses.advise, site);
    if (source.kind != ItemKind::Limit) return item;
    item.maximum = lower(*source.limit().maximum, site);
    item.amount = optional(source.limit().amount, site);
    item.keys = all({source.limit().keys.begin(), source.limit().keys.end()}, site);
    return item;
  }

  std::vector<NodeId> all(const std::vector<const Expr*>& exprs, Site site) {
    std::vector<NodeId> nodes;
    for (const Expr* expr : exprs) nodes.push_back(lower(*expr, site));
    return nodes;
  }

  [[nodiscard]] const ExprInfo& info(const Expr& expr, Site site) const {
    return typed_.module(site.module).info(expr);
  }

  std::optional<NodeId> optional(const Expr* expr, Site site) {
    if (expr == nullptr) return std::nullopt;
    return lower(*expr, site);
  }

  std::optional<ir::Message> message(const ast::Template* source, Site site) {
    if (source == nullptr) return std::nullopt;
    ir::Message result;
    result.source = source;
    for (const ast::TemplatePiece& piece : source->pieces) {
      result.pieces.push_back({piece.text, optional(piece.expr, site)});
    }
    return result;
  }

  NodeId add(const ir::Node& node) {
    bundle_.nodes.push_back(node);
    return static_cast<NodeId>(bundle_.nodes.size() - 1);
  }

  ir::Slice keep_children(const std::vector<NodeId>& children) {
    const ir::Slice slice{static_cast<std::uint32_t>(bundle_.children.size()),
                          static_cast<std::uint32_t>(children.size())};
    bundle_.children.insert(bundle_.children.end(), children.begin(), children.end());
    return slice;
  }

  ir::Node begin(NodeKind kind, const Expr& expr, Site site) {
    ir::Node node;
    node.kind = kind;
    node.type = info(expr, site).type;
    node.interval = info(expr, site).interval;
    node.span = expr.span;
    return node;
  }

  // The fact that a path means once the parameters are replaced by what was given for them.
  ir::Path resolve(const FactPath& fact, Site site) {
    if (fact.base != Base::Parameter || site.frame == nullptr)
      return {fact.base, fact.root, fact.fields};
    const Expr& argument = *site.frame->call->arguments[fact.root];
    const Site outer{site.frame->module, site.frame->outer};
    const ExprInfo& given = info(argument, outer);
    REMIT_CHECK(given.binding == BindingKind::Fact,
                "a field is read of a parameter that is not a fact");
    ir::Path path = resolve(given.fact, outer);
    path.fields.insert(path.fields.end(), fact.fields.begin(), fact.fields.end());
    return path;
  }

  ir::PathId keep_path(ir::Path path) {
    bundle_.paths.push_back(std::move(path));
    return static_cast<ir::PathId>(bundle_.paths.size() - 1);
  }

  NodeId constant(const Expr& expr, Site site) {
    const ExprInfo& source = info(expr, site);
    const bool named = source.binding == BindingKind::Constant;
    if (named && source.type->kind == TypeKind::Set)
      return set_constant(expr, site, *source.constant);
    ir::Node node = begin(NodeKind::Constant, expr, site);
    node.integer = named ? source.constant->integer : source.integer;
    node.text = named ? source.constant->text : source.text;
    return add(node);
  }

  NodeId set_constant(const Expr& expr, Site site, const ConstInfo& constant) {
    ir::Node node = begin(NodeKind::SetConstant, expr, site);
    keep_values(node, constant.integers, constant.texts);
    return add(node);
  }

  void keep_values(ir::Node& node, std::vector<std::int64_t> integers,
                   std::vector<std::string_view> texts) {
    std::ranges::sort(integers);
    std::ranges::sort(texts);
    const bool text = is_text(node.type->element->kind);
    node.values = {
        static_cast<std::uint32_t>(text ? bundle_.texts.size() : bundle_.integers.size()),
        static_cast<std::uint32_t>(text ? texts.size() : integers.size())};
    bundle_.integers.insert(bundle_.integers.end(), integers.begin(), integers.end());
    bundle_.texts.insert(bundle_.texts.end(), texts.begin(), texts.end());
  }

  NodeId set_literal(const ast::SetLiteralExpr& expr, Site site) {
    std::vector<NodeId> children;
    std::vector<std::int64_t> integers;
    std::vector<std::string_view> texts;
    bool constant = true;
    for (const Expr* element : expr.elements) {
      children.push_back(lower(*element, site));
      const ir::Node& node = bundle_.node(children.back());
      constant = constant && node.kind == NodeKind::Constant;
      is_text(node.type->kind) ? texts.push_back(node.text) : integers.push_back(node.integer);
    }
    ir::Node node = begin(constant ? NodeKind::SetConstant : NodeKind::MakeSet, expr, site);
    if (constant)
      keep_values(node, std::move(integers), std::move(texts));
    else
      node.children = keep_children(children);
    return add(node);
  }

  NodeId path(const Expr& expr, Site site) {
    const ExprInfo& source = info(expr, site);
    if (source.binding != BindingKind::Fact) return constant(expr, site);
    if (source.fact.base == Base::Parameter && source.fact.fields.empty() &&
        site.frame != nullptr) {
      // The argument itself, wherever it was written; a part of it if it is an email, url or
      // collection.
      const Expr& argument = *site.frame->call->arguments[source.fact.root];
      const NodeId given = lower(argument, {site.frame->module, site.frame->outer});
      if (source.derived == Derived::None) return given;
      ir::Node node = bundle_.node(given);
      REMIT_CHECK(node.kind == NodeKind::Fact, "a part is read of what is not a fact");
      node.derived = source.derived;
      node.type = source.type;
      node.interval = source.interval;
      return add(node);
    }
    if (source.fact.base == Base::Counter) {
      ir::Node node = begin(NodeKind::Used, expr, site);
      node.integer = source.fact.root;
      return add(node);
    }
    ir::Node node = begin(NodeKind::Fact, expr, site);
    node.derived = source.derived;
    node.path = keep_path(resolve(source.fact, site));
    return add(node);
  }

  NodeId call(const ast::CallExpr& expr, Site site) {
    if (info(expr, site).binding == BindingKind::Approved) {
      ir::Node node = begin(NodeKind::Approved, expr, site);
      node.seat = info(expr, site).seat;
      return add(node);
    }
    const DefInfo& def = *info(expr, site).def;
    const Frame frame{&expr, site.module, site.frame};
    const NodeId body = lower(*def.decl->value, {def.module, &frame});
    ir::Node& node = bundle_.nodes[static_cast<std::size_t>(body)];
    node.inlined = true;
    node.span = expr.span;
    return body;
  }

  NodeId match(const ast::MatchExpr& expr, Site site) {
    ir::Node node = begin(NodeKind::Match, expr, site);
    node.children = keep_children({lower(*expr.operand, site)});
    const Type& operand = *bundle_.child(node, 0).type;
    std::vector<ir::Arm> arms;
    for (const ast::Arm& source : expr.arms) {
      std::vector<std::int64_t> values;
      for (const ast::Atom& atom : source.values) {
        values.push_back(atom.is_literal
                             ? atom.literal.integer
                             : *typed_.enumeration(operand).ordinal(atom.name.parts.back().text));
      }
      std::ranges::sort(values);
      const ir::Slice slice{static_cast<std::uint32_t>(bundle_.integers.size()),
                            static_cast<std::uint32_t>(values.size())};
      bundle_.integers.insert(bundle_.integers.end(), values.begin(), values.end());
      arms.push_back({slice, source.is_else, lower(*source.result, site)});
    }
    node.arms = {static_cast<std::uint32_t>(bundle_.arms.size()),
                 static_cast<std::uint32_t>(arms.size())};
    bundle_.arms.insert(bundle_.arms.end(), arms.begin(), arms.end());
    return add(node);
  }

  // A node over all that stands in an expression; `fill` says what else it takes from there.
  template <typename Fill>
  NodeId with_children(NodeKind kind, const Expr& expr, Site site, Fill&& fill) {
    std::vector<NodeId> children;
    ast::for_each_child(expr, [&](const Expr& child) { children.push_back(lower(child, site)); });
    ir::Node node = begin(kind, expr, site);
    node.children = keep_children(children);
    fill(node);
    return add(node);
  }
  NodeId with_children(NodeKind kind, const Expr& expr, Site site) {
    return with_children(kind, expr, site, [](ir::Node&) {});
  }

  NodeId compare(const ast::CompareExpr& expr, Site site) {
    return with_children(NodeKind::Compare, expr, site,
                         [&](ir::Node& node) { node.compare = expr.op; });
  }
  NodeId range(const ast::InRangeExpr& expr, Site site) {
    return with_children(NodeKind::InRange, expr, site, [&](ir::Node& node) {
      node.half_open = expr.half_open;
      node.negated = expr.negated;
    });
  }
  NodeId relation(const ast::RelationExpr& expr, Site site) {
    return with_children(NodeKind::Relation, expr, site, [&](ir::Node& node) {
      node.relation = expr.op;
      node.negated = expr.negated;
    });
  }
  NodeId matches(const ast::MatchesExpr& expr, Site site) {
    return with_children(NodeKind::Matches, expr, site,
                         [&](ir::Node& node) { node.text = expr.pattern.text; });
  }
  NodeId places(const ast::PlacesExpr& expr, Site site) {
    std::vector<ir::Place> places;
    for (const ast::Place& place : expr.places) places.push_back(optional(place.value, site));
    ir::Node node = begin(NodeKind::Places, expr, site);
    node.children = keep_children({lower(*expr.list, site)});
    node.places = {static_cast<std::uint32_t>(bundle_.places.size()),
                   static_cast<std::uint32_t>(places.size())};
    bundle_.places.insert(bundle_.places.end(), places.begin(), places.end());
    return add(node);
  }
  NodeId arithmetic(const ast::ArithmeticExpr& expr, Site site) {
    return with_children(NodeKind::Arithmetic, expr, site,
                         [&](ir::Node& node) { node.arithmetic = expr.op; });
  }
  NodeId percent_of(const ast::PercentOfExpr& expr, Site site) {
    return with_children(NodeKind::PercentOf, expr, site,
                         [&](ir::Node& node) { node.integer = expr.thousandths; });
  }
  NodeId quantifier(const ast::QuantifierExpr& expr, Site site) {
    return with_children(NodeKind::Quantifier, expr, site,
                         [&](ir::Node& node) { node.quantifier = expr.quantifier; });
  }

  NodeId has(const Expr& expr, Site site) {
    ir::Node node = begin(NodeKind::Has, expr, site);
    node.path = keep_path(resolve(info(expr, site).fact, site));
    return add(node);
  }

  NodeId lower(const Expr& expr, Site site) {
    switch (expr.kind) {
      case ExprKind::Literal: return constant(expr, site);
      case ExprKind::Path: return path(expr, site);
      case ExprKind::Has: return has(expr, site);
      case ExprKind::Call: return call(ast::as<ast::CallExpr>(expr), site);
      case ExprKind::Not: return with_children(NodeKind::Not, expr, site);
      case ExprKind::And: return with_children(NodeKind::And, expr, site);
      case ExprKind::Or: return with_children(NodeKind::Or, expr, site);
      case ExprKind::Compare: return compare(ast::as<ast::CompareExpr>(expr), site);
      case ExprKind::InRange: return range(ast::as<ast::InRangeExpr>(expr), site);
      case ExprKind::Relation: return relation(ast::as<ast::RelationExpr>(expr), site);
      case ExprKind::Matches: return matches(ast::as<ast::MatchesExpr>(expr), site);
      case ExprKind::Places: return places(ast::as<ast::PlacesExpr>(expr), site);
      case ExprKind::Arithmetic: return arithmetic(ast::as<ast::ArithmeticExpr>(expr), site);
      case ExprKind::PercentOf: return percent_of(ast::as<ast::PercentOfExpr>(expr), site);
      case ExprKind::SetLiteral: return set_literal(ast::as<ast::SetLiteralExpr>(expr), site);
      case ExprKind::Quantifier: return quantifier(ast::as<ast::QuantifierExpr>(expr), site);
      case ExprKind::Match: return match(ast::as<ast::MatchExpr>(expr), site);
      case ExprKind::Bad: break;
    }
    REMIT_CHECK(false, "a tree with errors was lowered");
    return {};
  }

  const TypedBundle& typed_;
  ir::Bundle bundle_;
};

}  // namespace

ir::Bundle lower(const TypedBundle& typed) { return Lowering(typed).run(); }

}  // namespace remit::compiler
