#include "compiler/review/suspicions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/check/policy/cells.h"
#include "compiler/review/claims.h"
#include "compiler/review/filled.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ast::QuantifierKind;
using ast::RelationOp;
using ir::Node;
using ir::NodeId;
using ir::NodeKind;

bool is_effect(const ir::Bundle& bundle, const Node& node) {
  return node.kind == NodeKind::Fact && bundle.path(node).base == Base::Tool &&
         bundle.path(node).fields[0]->name == "effect";
}

// Types whose values a schema lists, and may list more of tomorrow. The tools are one of them.
bool may_grow(const Node& node) {
  return node.type->kind == TypeKind::Enum || node.type->kind == TypeKind::Tool;
}

// The enums of the prelude are part of the edition; those that a schema declares in their place
// are not.
bool may_rise(const ir::Bundle& bundle, const Node& node) {
  const lang::FileId prelude = bundle.typed->modules.front().ast->file;
  return node.type->kind == TypeKind::Enum && node.kind != NodeKind::Constant &&
         bundle.typed->enumeration(*node.type).span.file != prelude;
}

// Above the last value there is nothing yet that would hold.
bool is_value(const ir::Bundle& bundle, const Node& node, std::int64_t ordinal) {
  return ordinal < static_cast<std::int64_t>(bundle.typed->enumeration(*node.type).values.size());
}

// The constant of a bound lies below the top, so that the bound says something.
bool bounds_below_top(const ir::Bundle& bundle, const Node& effect, const Node& bound) {
  const auto top =
      static_cast<std::int64_t>(bundle.typed->enumeration(*effect.type).values.size()) - 1;
  if (bound.kind == NodeKind::Constant) return bound.integer < top;
  if (bound.kind == NodeKind::SetConstant) {
    const auto values = bundle.integers_of(bound.values);
    return std::ranges::find(values, top) == values.end() ||
           static_cast<std::int64_t>(values.size()) <= top;
  }
  return !is_effect(bundle, bound);
}

// Each is told once, where it first stands.
void note(const Node*& place, const Node& node) {
  if (place == nullptr) place = &node;
}

class Walker {
 public:
  Walker(const ir::Bundle& bundle, Suspicions& into) : bundle_(bundle), into_(into) {}

  // `top_level` where nothing but `and` stands above.
  void walk(const Form& form, bool top_level) {
    switch (form.kind) {
      case FormKind::And: return conjunction(form, top_level);
      case FormKind::Or:
        for (const Form& part : form.parts) walk(part, false);
        return;
      case FormKind::Test: return form.cell != nullptr ? cell(form) : test(form, top_level);
    }
  }

  // An operand. What makes a bool here may be wanted either way.
  void value(NodeId id) {
    const Node& node = bundle_.node(id);
    if (is_bool(node)) {
      walk(normal_form(bundle_, id, true), false);
      const bool unnamed = std::exchange(unnamed_, true);
      walk(normal_form(bundle_, id, false), false);
      unnamed_ = unnamed;
      return;
    }
    if (node.kind == NodeKind::Quantifier) return quantifier(node, true);
    if (node.kind == NodeKind::Match) return match(node, true);
    if (node.kind == NodeKind::Arithmetic) return arithmetic(node);
    values(node);
  }

 private:
  // Whether a number helps a condition to hold by being large or by being small.
  enum class Wanted : std::uint8_t { Either, Large, Small };

  static Wanted opposite(Wanted wanted) {
    switch (wanted) {
      case Wanted::Large: return Wanted::Small;
      case Wanted::Small: return Wanted::Large;
      case Wanted::Either: break;
    }
    return Wanted::Either;
  }

  // Of the number to the left of `op`. None at all is few, and not none is many.
  static Wanted wanted_of(CompareOp op, const Node& other) {
    const bool none = other.kind == NodeKind::Constant && other.integer == 0;
    if (none && op == CompareOp::Equal) return Wanted::Small;
    if (none && op == CompareOp::NotEqual) return Wanted::Large;
    switch (op) {
      case CompareOp::Less:
      case CompareOp::LessEqual: return Wanted::Small;
      case CompareOp::Greater:
      case CompareOp::GreaterEqual: return Wanted::Large;
      case CompareOp::Equal:
      case CompareOp::NotEqual: break;
    }
    return Wanted::Either;
  }

  void number(NodeId id, Wanted wanted) {
    const Wanted outer = std::exchange(wanted_, wanted);
    value(id);
    wanted_ = outer;
  }

  void arithmetic(const Node& node) {
    const auto children = bundle_.children_of(node);
    switch (node.arithmetic) {
      case ast::ArithmeticOp::Add: return values(node);
      case ast::ArithmeticOp::Subtract:
        number(children[0], wanted_);
        return number(children[1], opposite(wanted_));
      case ast::ArithmeticOp::Multiply:
        for (const NodeId child : children) number(child, Wanted::Either);
    }
  }

  // What a part says of a collection or of a text holds for all parts beside it.
  void conjunction(const Form& form, bool top_level) {
    const std::size_t filled = filled_.size(), closed = closed_.size();
    for (const Form& part : form.parts) {
      add_filled(bundle_, part, filled_);
      add_closed(part);
    }
    for (const Form& part : form.parts) walk(part, top_level);
    filled_.resize(filled);
    closed_.resize(closed);
  }

  void add_closed(const Form& part) {
    if (part.kind != FormKind::Test || part.cell != nullptr) return;
    const auto test = claim_test(bundle_, *part.node, loop_);
    if (!test || !test->closes || part.positive == test->excludes) return;
    const bool vouched = test->other == nullptr || is_written_down(*test->other) ||
                         origin_of(bundle_, *test->other, loop_) == Base::Host;
    if (vouched) closed_.push_back(test->claim);
  }

  static bool is_written_down(const Node& node) {
    return node.kind == NodeKind::Constant || node.kind == NodeKind::SetConstant ||
           node.kind == NodeKind::MakeSet;
  }

  [[nodiscard]] bool is_closed(const Node& claim) const {
    return std::ranges::any_of(closed_, [&](const Node* other) {
      return other->derived == claim.derived && bundle_.path(*other) == bundle_.path(claim);
    });
  }

  void test(const Form& form, bool top_level) {
    const Node& node = *form.node;
    claims(form);
    switch (node.kind) {
      case NodeKind::Has: return has(node, form.positive);
      case NodeKind::Compare: return compare(form, top_level);
      case NodeKind::InRange:
        membership(form, bundle_.child(node, 2), top_level);
        return values(node);
      case NodeKind::Relation: return relation(form, top_level);
      case NodeKind::Quantifier: return quantifier(node, form.positive);
      case NodeKind::Match: return match(node, form.positive);
      case NodeKind::Places:
      case NodeKind::Matches: return values(node);
      case NodeKind::Fact:
      case NodeKind::Not:
      case NodeKind::And:
      case NodeKind::Or:
      case NodeKind::Constant:
      case NodeKind::SetConstant:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::MakeSet: return;
    }
  }

  // A text of the agent that is named, or that may be anything but what is named.
  void claims(const Form& form) {
    const auto test = claim_test(bundle_, *form.node, loop_);
    if (!test || !test->names) return;
    const bool holds = form.positive != test->excludes;
    const bool written = is_written(bundle_, *test);
    if (holds) {
      if (written && !unnamed_) note(into_.blocklist, *form.node);
      return;
    }
    const bool listed = written || (is_collection(test->other->type->kind) &&
                                    origin_of(bundle_, *test->other, loop_) == Base::Host);
    if (listed && !counting_ && !is_closed(*test->claim)) note(into_.denylist, *form.node);
  }

  // Absence that the host vouches for, and whose meaning a schema states, opens nothing.
  void has(const Node& node, bool positive) {
    const ir::Path& path = bundle_.path(node);
    const bool stated = std::ranges::all_of(
        path.fields, [](const FieldInfo* field) { return !field->optional || field->absent_ok; });
    if (stated && origin_of(bundle_, node, loop_) != Base::Args) return;
    note(positive ? into_.presence : into_.absence, node);
  }

  // A cell is a test of its input at the top level.
  void cell(const Form& form) {
    const Node& node = *form.node;
    if (!form.positive && may_grow(node)) note(into_.growth, node);
    if (form.positive && may_rise(bundle_, node)) rising_cell(node, *form.cell);
    if (is_effect(bundle_, node) && form.positive && cell_is_below_top(node, *form.cell))
      note(into_.bounded_effect, node);
    if (node.kind == NodeKind::Quantifier) return quantifier(node, true);
    values(node);
  }

  void rising_cell(const Node& node, const CellInfo& cell) {
    for (const CellItemInfo& item : cell.items) {
      const bool above = item.op == ast::CellOp::Greater;
      if (!above && item.op != ast::CellOp::GreaterEqual) continue;
      if (into_.rising != nullptr) return;
      into_.rising = &node;
      into_.rising_from = item.low + (above ? 1 : 0);
      into_.rising_cell = &item.span;
    }
  }

  // As `in` bounds where all parts are values, and as `<=` where some are ranges.
  [[nodiscard]] bool cell_is_below_top(const Node& effect, const CellInfo& cell) const {
    const auto count = bundle_.typed->enumeration(*effect.type).values.size();
    const bool values = std::ranges::all_of(
        cell.items, [](const CellItemInfo& item) { return item.op == ast::CellOp::Value; });
    if (values) return cell.items.size() < count;
    const auto top = static_cast<Wide>(count) - 1;
    return !takes(cell, {top, top});
  }

  void values(const Node& node) {
    for (const NodeId child : bundle_.children_of(node)) value(child);
  }

  [[nodiscard]] bool may_be_empty(const Node& node) const {
    return node.kind == NodeKind::Fact && is_collection(node.type->kind) && node.type->low == 0 &&
           std::ranges::find(filled_, bundle_.path(node)) == filled_.end();
  }

  void compare(const Form& form, bool top_level) {
    const Node& node = *form.node;
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const CompareOp op = operator_of(form);
    if (is_bool(left)) return values(node);  // between two conditions either may be wanted
    if (op == CompareOp::NotEqual && may_grow(left)) note(into_.growth, node);
    rises(node, left, op, right);
    rises(node, right, mirrored(op), left);
    const bool bounds = effect_bound(left, op, right) || effect_bound(right, mirrored(op), left);
    if (top_level && bounds) note(into_.bounded_effect, node);
    const auto children = bundle_.children_of(node);
    number(children[0], wanted_of(op, right));
    number(children[1], wanted_of(mirrored(op), left));
  }

  void rises(const Node& node, const Node& value, CompareOp op, const Node& constant) {
    const bool above = op == CompareOp::Greater;
    if ((!above && op != CompareOp::GreaterEqual) || constant.kind != NodeKind::Constant) return;
    const std::int64_t from = constant.integer + (above ? 1 : 0);
    if (!may_rise(bundle_, value) || into_.rising != nullptr) return;
    if (!is_value(bundle_, value, from)) return;  // a def may have made it so
    into_.rising = &node;
    into_.rising_from = from;
  }

  [[nodiscard]] bool effect_bound(const Node& effect, CompareOp op, const Node& bound) const {
    if (!is_effect(bundle_, effect) || is_effect(bundle_, bound)) return false;
    return op == CompareOp::Equal || op == CompareOp::Less ||
           (op == CompareOp::LessEqual && bounds_below_top(bundle_, effect, bound));
  }

  // `bound` is what the value is in, or the upper end of its range.
  void membership(const Form& form, const Node& bound, bool top_level) {
    const Node& left = bundle_.child(*form.node, 0);
    if (!form.positive && may_grow(left) && left.kind != NodeKind::Constant)
      note(into_.growth, *form.node);
    if (form.positive && top_level && is_effect(bundle_, left) &&
        bounds_below_top(bundle_, left, bound))
      note(into_.bounded_effect, *form.node);
  }

  void relation(const Form& form, bool top_level) {
    const Node& node = *form.node;
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const RelationTraits traits = traits_of(node.relation);
    if (node.relation == RelationOp::In) membership(form, right, top_level);
    const bool empty = may_be_empty(left) || (traits.either_side && may_be_empty(right));
    if (traits.over_empty == form.positive && empty) note(into_.empty_trap, node);
    if (form.positive == traits.excludes) made_sets(node);
    values(node);
  }

  // `not ({x} overlaps {…})` is `x not in {…}` in other words.
  void made_sets(const Node& node) {
    if (ast::info(node.relation).sides != ast::Sides::Sets) return;
    for (const NodeId child : bundle_.children_of(node)) {
      const Node& set = bundle_.node(child);
      if (set.kind == NodeKind::MakeSet && may_grow(bundle_.child(set, 0)))
        note(into_.growth, node);
    }
  }

  void quantifier(const Node& node, bool positive) {
    const Node& over = bundle_.child(node, 0);
    const QuantifierKind kind = node.quantifier;
    const bool counts = kind == QuantifierKind::Sum || kind == QuantifierKind::Count;
    // `not any` is `all … not`.
    const bool all = kind == (positive ? QuantifierKind::All : QuantifierKind::Any);
    if ((counts || all) && may_be_empty(over)) note(into_.empty_trap, node);
    const auto children = bundle_.children_of(node);
    value(children[0]);
    body(children[1], counts, positive, origin_of(bundle_, over, loop_));
  }

  // A count may be wanted large or small. Which texts it names, it says as it is wanted, or as it
  // is written where either may be.
  void counted(NodeId body) {
    if (!is_bool(bundle_.node(body))) return value(body);
    const bool small = wanted_ == Wanted::Small;
    for (const bool positive : {true, false}) {
      const bool unnamed = std::exchange(unnamed_, unnamed_ || positive == small);
      walk(normal_form(bundle_, body, positive), false);
      unnamed_ = unnamed;
    }
  }

  void body(NodeId body, bool counts, bool positive, std::optional<Base> origin) {
    const auto loop = std::exchange(loop_, origin);
    const auto counting = std::exchange(counting_, counting_ || counts);
    // What an `and` outside closes is another binding's, or was judged there.
    const auto closed = std::exchange(closed_, {});
    counts ? counted(body) : walk(normal_form(bundle_, body, positive), false);
    loop_ = loop;
    counting_ = counting;
    closed_ = closed;
  }

  void match(const Node& node, bool positive) {
    value(bundle_.children_of(node)[0]);
    const bool over_enum = may_grow(bundle_.child(node, 0));
    for (const ir::Arm& arm : bundle_.arms_of(node)) {
      const Node& result = bundle_.node(arm.result);
      if (arm.is_else && over_enum) {
        // Of a bool, an `else` is closed only if it says no; of a number it may always be open.
        const bool says_no =
            is_bool(node) && result.kind == NodeKind::Constant && (result.integer != 0) != positive;
        if (!says_no) note(into_.growth, node);
        note(into_.swallowing_else, node);
      }
      is_bool(node) ? walk(normal_form(bundle_, arm.result, positive), false) : value(arm.result);
    }
  }

  const ir::Bundle& bundle_;
  Suspicions& into_;
  std::vector<ir::Path> filled_;     // collections with an element, by an `and` above
  std::vector<const Node*> closed_;  // claims that are among named values, by an `and` above
  std::optional<Base> loop_;         // inside a quantifier: the origin of its elements
  bool counting_ = false;            // inside `count` or `sum`
  bool unnamed_ = false;             // what is seen the other way round names no texts
  Wanted wanted_ = Wanted::Either;   // of the number at hand
};

}  // namespace

void suspect(const ir::Bundle& bundle, const Form& condition, Suspicions& into) {
  Walker(bundle, into).walk(condition, true);
}

void suspect_value(const ir::Bundle& bundle, ir::NodeId value, Suspicions& into) {
  Walker(bundle, into).value(value);
}

}  // namespace remit::compiler
