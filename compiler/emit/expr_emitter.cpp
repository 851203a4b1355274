#include "compiler/emit/expr_emitter.h"

#include <algorithm>
#include <set>
#include <span>

#include <remit/internal/check.h>
#include "compiler/ir/operators.h"
#include "vm/image/image.h"

namespace remit::compiler {

using ir::Node;
using ir::NodeKind;
using vm::Opcode;

// ---- pools

namespace {

template <typename Map, typename Key, typename List>
std::uint32_t row_of(Map& rows, Key&& key, List& list) {
  const auto [entry, is_new] =
      rows.try_emplace(typename Map::key_type(key), static_cast<std::uint32_t>(list.size()));
  if (is_new) list.push_back(entry->first);
  return entry->second;
}

}  // namespace

std::uint32_t ref_of(const Type& type) {
  if (type.kind == TypeKind::Money) return 0;  // there is one currency
  const bool names_a_row = type.kind == TypeKind::Enum || type.kind == TypeKind::Record;
  return names_a_row ? type.ref : vm::kNoRow;
}

std::uint32_t Pools::integer(std::int64_t value) { return row_of(integer_rows_, value, integers); }
std::uint32_t Pools::string(std::string_view text) { return row_of(string_rows_, text, strings); }
std::uint32_t Pools::pattern(std::string_view text) {
  return row_of(pattern_rows_, text, patterns);
}
std::uint32_t Pools::set(const Set& set) { return row_of(set_rows_, set, sets); }

// ---- slots

SlotMap::SlotMap(const TypedBundle& typed) : typed_(typed) {
  std::uint32_t next = vm::kFirstHostSlot;
  for (const RootInfo& root : typed.roots) {
    first_of_root_.push_back(next);
    for (const FieldInfo& field : root.fields) next += width(field);
  }
  first_argument_ = next;
  assign_arguments();
}

std::uint32_t SlotMap::width(const FieldInfo& field) const {
  if (field.type->kind != TypeKind::Record) return 1;
  std::uint32_t slots = 1;
  for (const FieldInfo& inner : typed_.record(*field.type).fields) slots += width(inner);
  return slots;
}

std::uint32_t SlotMap::offset_in(const std::vector<FieldInfo>& fields,
                                 const FieldInfo& field) const {
  std::uint32_t offset = 0;
  for (const FieldInfo& other : fields) {
    if (other.name == field.name) return offset;
    offset += width(other);
  }
  REMIT_CHECK(false, "a field outside its record or root");
  return offset;
}

std::uint32_t SlotMap::root_slot(std::uint32_t root, const FieldInfo& field) const {
  return first_of_root_[root] + offset_in(typed_.roots[root].fields, field);
}

// Greedy: arguments in a fixed order, each to the lowest slots that none of its tools uses yet.
void SlotMap::assign_arguments() {
  using Key = std::tuple<std::string_view, const Type*, bool>;
  std::map<Key, std::vector<std::size_t>> users;
  std::vector<Key> order;
  for (std::size_t tool = 0; tool < typed_.tools.size(); ++tool) {
    for (const FieldInfo& field : typed_.tools[tool].args) {
      const Key key{field.name, field.type, field.optional};
      auto& tools = users[key];
      if (tools.empty()) order.push_back(key);
      tools.push_back(tool);
    }
  }
  std::vector<std::set<std::uint32_t>> taken(typed_.tools.size());
  for (const Key& key : order) {
    FieldInfo probe;
    probe.type = std::get<1>(key);
    const std::uint32_t wide = width(probe);
    std::uint32_t slot = first_argument_;
    const auto is_free = [&] {
      for (const std::size_t tool : users[key]) {
        const auto at = taken[tool].lower_bound(slot);
        if (at != taken[tool].end() && *at < slot + wide) return false;
      }
      return true;
    };
    while (!is_free()) ++slot;
    for (const std::size_t tool : users[key]) {
      for (std::uint32_t i = 0; i < wide; ++i) taken[tool].insert(slot + i);
    }
    arguments_[key] = slot;
  }
}

std::uint32_t SlotMap::argument_slot(const FieldInfo& field) const {
  return arguments_.at({field.name, field.type, field.optional});
}

std::uint32_t SlotMap::slot(const ir::Path& path) const {
  std::uint32_t slot = 0;
  switch (path.base) {
    case Base::Tool:
      return static_cast<std::uint32_t>(
          std::ranges::find(typed_.tool_root, path.fields[0]->name, &FieldInfo::name) -
          typed_.tool_root.begin());
    case Base::Host: slot = root_slot(path.root, *path.fields[0]); break;
    case Base::Args: slot = argument_slot(*path.fields[0]); break;
    case Base::Element:
      if (path.fields.empty()) return 0;
      // The first field lies in the element's own record, which its owner is asked for by address.
      for (const RecordInfo& record : typed_.records) {
        const auto is_it = [&](const FieldInfo& field) { return &field == path.fields[0]; };
        if (std::ranges::any_of(record.fields, is_it))
          slot = offset_in(record.fields, *path.fields[0]);
      }
      break;
    case Base::Counter:
    case Base::Parameter: REMIT_CHECK(false, "neither is a path in the IR");
  }
  for (std::size_t i = 1; i < path.fields.size(); ++i)
    slot += 1 + offset_in(typed_.record(*path.fields[i - 1]->type).fields, *path.fields[i]);
  return slot;
}

// ---- code

std::uint32_t ExprEmitter::add(Opcode opcode, std::uint8_t a, std::uint16_t b, std::uint32_t c) {
  code_.push_back({opcode, a, b, c});
  return static_cast<std::uint32_t>(code_.size() - 1);
}

vm::CodeRange ExprEmitter::emit(ir::NodeId id) {
  start_ = static_cast<std::uint32_t>(code_.size());
  scratch_ = 0;
  node(id);
  return {start_, static_cast<std::uint32_t>(code_.size()) - start_};
}

vm::CodeRange ExprEmitter::emit_with_parts(ir::NodeId id, std::vector<vm::CodeRange>& parts) {
  start_ = static_cast<std::uint32_t>(code_.size());
  scratch_ = 0;
  connective(bundle_.node(id), &parts);
  return {start_, static_cast<std::uint32_t>(code_.size()) - start_};
}

void ExprEmitter::constant(const Node& node) {
  const TypeKind kind = node.type->kind;
  if (kind == TypeKind::Bool) {
    add(Opcode::PushBool, static_cast<std::uint8_t>(node.integer));
  } else if (is_cidr(*node.type)) {
    add(Opcode::PushCidr, 0, 0, pools_.string(node.text));
  } else if (is_text(kind)) {
    add(Opcode::PushText, static_cast<std::uint8_t>(kind), 0, pools_.string(node.text));
  } else {
    const auto row =
        kind == TypeKind::Enum ? static_cast<std::uint16_t>(node.type->ref) : std::uint16_t{0};
    add(Opcode::PushInteger, static_cast<std::uint8_t>(kind), row, pools_.integer(node.integer));
  }
}

std::uint32_t ExprEmitter::constants(const Node& node) {
  const bool single = node.kind == NodeKind::Constant;
  const Type& element = single ? *node.type : *node.type->element;
  Pools::Set set;
  set.text = is_text(element.kind);
  set.cidr = is_cidr(element);
  set.kind = element.kind;
  set.ref = ref_of(element);
  if (single && set.text) {
    set.texts.emplace_back(node.text);
  } else if (single) {
    set.integers.push_back(node.integer);
  } else if (set.text) {
    for (const std::string_view text : bundle_.texts_of(node.values)) set.texts.emplace_back(text);
  } else {
    const auto values = bundle_.integers_of(node.values);
    set.integers.assign(values.begin(), values.end());
  }
  return pools_.set(set);
}

void ExprEmitter::set_constant(const Node& node) { add(Opcode::PushSet, 0, 0, constants(node)); }

void ExprEmitter::fact(const Node& node) {
  const ir::Path& path = bundle_.path(node);
  add(path.base == Base::Element ? Opcode::LoadElement : Opcode::Load, 0, 0, slots_.slot(path));
  switch (node.derived) {
    case Derived::None: return;
    case Derived::Size: add(Opcode::Size); return;
    case Derived::Domain: add(Opcode::EmailDomain); return;
    case Derived::Host: add(Opcode::UrlHost); return;
    case Derived::Scheme: add(Opcode::UrlScheme); return;
  }
}

// The deepest optional along the path: an absent record leaves its fields absent too.
void ExprEmitter::has(const Node& node) {
  ir::Path path = bundle_.path(node);
  while (!path.fields.back()->optional) path.fields.pop_back();
  add(path.base == Base::Element ? Opcode::HasElement : Opcode::Has, 0, 0, slots_.slot(path));
}

// Limits are numbered in the order of their items.
void ExprEmitter::used(const Node& node) {
  const auto& items = bundle_.typed->items;
  const auto before = std::span(items).first(static_cast<std::size_t>(node.integer));
  add(Opcode::LoadUsed, 0, 0,
      static_cast<std::uint32_t>(std::ranges::count(before, ItemKind::Limit, &ItemInfo::kind)));
}

void ExprEmitter::connective(const Node& node, std::vector<vm::CodeRange>* parts) {
  const Opcode jump = node.kind == NodeKind::And ? Opcode::JumpIfFalse : Opcode::JumpIfTrue;
  const auto children = bundle_.children_of(node);
  std::vector<std::uint32_t> jumps;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto first = static_cast<std::uint32_t>(code_.size());
    this->node(children[i]);
    if (parts != nullptr)
      parts->push_back({first, static_cast<std::uint32_t>(code_.size()) - first});
    if (i + 1 < children.size()) jumps.push_back(add(jump));
  }
  for (const std::uint32_t at : jumps) land(at);
}

void ExprEmitter::scaled(const Node& node, bool scale) {
  node_of(node);
  if (scale && node.kind != NodeKind::PercentOf) add(Opcode::Scale);
}

void ExprEmitter::compare(const Node& node) {
  const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
  const bool scale = left.kind == NodeKind::PercentOf || right.kind == NodeKind::PercentOf;
  scaled(left, scale);
  scaled(right, scale);
  add(ir::opcode_of(bundle_, node));
}

void ExprEmitter::range(const Node& node) {
  bool scale = false;
  for (std::size_t i = 0; i < 3; ++i)
    scale = scale || bundle_.child(node, i).kind == NodeKind::PercentOf;
  for (std::size_t i = 0; i < 3; ++i) scaled(bundle_.child(node, i), scale);
  add(Opcode::InRange, static_cast<std::uint8_t>((node.half_open ? vm::kRangeHalfOpen : 0) |
                                                 (node.negated ? vm::kRangeNegated : 0)));
}

void ExprEmitter::make_set(const Node& node) {
  for (const ir::NodeId child : bundle_.children_of(node)) this->node(child);
  const std::uint32_t count = node.children.count;
  const bool text = is_text(node.type->element->kind);
  add(Opcode::MakeSet, text ? 1 : 0, static_cast<std::uint16_t>(count), scratch_);
  scratch_ += count;
}

void ExprEmitter::places(const Node& node) {
  const auto places = bundle_.places_of(node);
  this->node(bundle_.children_of(node)[0]);
  add(Opcode::HasPlaces, 0, static_cast<std::uint16_t>(places.size()));
  const bool text = is_text(bundle_.child(node, 0).type->element->kind);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) continue;
    add(Opcode::InPlace, text ? 1 : 0, static_cast<std::uint16_t>(i + 1),
        constants(bundle_.node(*places[i])));
  }
  add(Opcode::DropList);
}

void ExprEmitter::relation(const Node& node) {
  if (ir::looks_for_text(node)) {
    this->node(bundle_.children_of(node)[0]);
    add(ir::opcode_of(bundle_, node), 0, 0, constants(bundle_.child(node, 1)));
    return;
  }
  const std::uint32_t scratch = scratch_;
  for (const ir::NodeId child : bundle_.children_of(node)) this->node(child);
  scratch_ = scratch;
  add(ir::opcode_of(bundle_, node), node.negated ? 1 : 0);
}

void ExprEmitter::quantifier(const Node& node) {
  const auto children = bundle_.children_of(node);
  this->node(children[0]);
  const std::uint32_t head = add(ir::opcode_of(bundle_, node));
  this->node(children[1]);
  add(Opcode::LoopEnd);
  land(head);
}

void ExprEmitter::match(const Node& node) {
  const Node& operand = bundle_.child(node, 0);
  node_of(operand);
  std::vector<std::uint32_t> ends;
  const auto arms = bundle_.arms_of(node);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const bool last = i + 1 == arms.size();
    std::uint32_t skip = 0;
    if (!last) {
      Pools::Set set;
      set.kind = operand.type->kind;
      set.ref = ref_of(*operand.type);
      const auto values = bundle_.integers_of(arms[i].values);
      set.integers.assign(values.begin(), values.end());
      add(Opcode::Case, 0, 0, pools_.set(set));
      skip = add(Opcode::JumpUnless);
    }
    last ? add(Opcode::LastCase, 0, 0, arms[i].values.count) : add(Opcode::Drop);
    this->node(arms[i].result);
    if (last) break;
    ends.push_back(add(Opcode::Jump));
    land(skip);
  }
  for (const std::uint32_t end : ends) land(end);
}

void ExprEmitter::node(ir::NodeId id) { node_of(bundle_.node(id)); }

void ExprEmitter::node_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::Constant: return constant(node);
    case NodeKind::SetConstant: return set_constant(node);
    case NodeKind::Fact: return fact(node);
    case NodeKind::Has: return has(node);
    case NodeKind::Used: return used(node);
    case NodeKind::Approved:
      add(Opcode::PushApproved,
          node.seat ? static_cast<std::uint8_t>(node.seat->kind) : std::uint8_t{0}, 0,
          node.seat ? node.seat->role : vm::kNoRow);
      return;
    case NodeKind::Not:
      this->node(bundle_.children_of(node)[0]);
      add(Opcode::Not);
      return;
    case NodeKind::And:
    case NodeKind::Or: return connective(node, nullptr);
    case NodeKind::Compare: return compare(node);
    case NodeKind::InRange: return range(node);
    case NodeKind::Relation: return relation(node);
    case NodeKind::Matches:
      this->node(bundle_.children_of(node)[0]);
      add(Opcode::Matches, 0, 0, pools_.pattern(node.text));
      return;
    case NodeKind::Places: return places(node);
    case NodeKind::Arithmetic:
      this->node(bundle_.children_of(node)[0]);
      this->node(bundle_.children_of(node)[1]);
      add(ir::opcode_of(bundle_, node));
      return;
    case NodeKind::PercentOf:
      this->node(bundle_.children_of(node)[0]);
      add(Opcode::Percent, 0, 0, static_cast<std::uint32_t>(node.integer));
      return;
    case NodeKind::MakeSet: return make_set(node);
    case NodeKind::Quantifier: return quantifier(node);
    case NodeKind::Match: return match(node);
  }
}

}  // namespace remit::compiler
