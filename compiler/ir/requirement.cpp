#include "compiler/ir/requirement.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/check/seats.h"
#include "compiler/ir/tool_hash.h"
#include "stdlib/canonical.h"
#include "stdlib/percent.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeId;
using ir::NodeKind;

// Writes a condition in prefix form, and remembers which enums it speaks of.
class PrefixWriter {
 public:
  explicit PrefixWriter(const ir::Bundle& bundle) : bundle_(bundle), typed_(*bundle.typed) {}

  std::string text(NodeId id) { return text_of(bundle_.node(id)); }
  std::string text(const Node& node) { return text_of(node); }

  // The whole condition: one flat `and`, whatever its clauses are.
  std::string condition(ItemIndex index) {
    const ItemInfo& item = typed_.item(index);
    const ir::Item& conditions = bundle_.item(index);
    std::vector<std::string> parts;
    if (bundle_.applies(item)) flatten(bundle_.node(*bundle_.applies(item)), NodeKind::And, parts);
    const auto own = [&](const std::optional<NodeId>& when, const std::optional<NodeId>& unless) {
      if (when) flatten(bundle_.node(*when), NodeKind::And, parts);
      if (unless) parts.push_back(fmt::format("(not {})", text(*unless)));
    };
    if (is_row(item.kind)) {
      own(bundle_.table(item).when, bundle_.table(item).unless);
      row(index, parts);
    } else {
      own(conditions.when, conditions.unless);
    }
    if (item.kind == ItemKind::Limit) parts.push_back(limit(item, conditions));
    return and_of(std::move(parts));
  }

  [[nodiscard]] const std::set<std::uint32_t>& enums() const { return enums_; }

 private:
  static std::string and_of(std::vector<std::string> parts) {
    std::ranges::sort(parts);
    return parts.empty() ? "(and)" : fmt::format("(and {})", fmt::join(parts, " "));
  }

  // The cells of a row; of `otherwise`, that no other row holds.
  void row(ItemIndex index, std::vector<std::string>& into) {
    const TableInfo& table = typed_.table(typed_.item(index));
    const auto& inputs = bundle_.table(typed_.item(index)).inputs;
    const auto cells = [&](const RowInfo& row) {
      std::vector<std::string> texts;
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        texts.push_back(cell(inputs[i], row.cells[i]));
      return texts;
    };
    const auto own = std::ranges::find(table.rows, index, &RowInfo::item);
    if (!own->cells.empty()) {
      for (std::string& text : cells(*own)) into.push_back(std::move(text));
      return;
    }
    std::vector<std::string> others;
    for (const RowInfo& row : table.rows) {
      if (!row.cells.empty()) others.push_back(and_of(cells(row)));
    }
    std::ranges::sort(others);
    into.push_back(fmt::format("(not (or {}))", fmt::join(others, " ")));
  }

  std::string cell(NodeId input, const CellInfo& cell) {
    const std::string header = text(input);
    if (cell.any) return fmt::format("(cell {} *)", header);
    std::vector<std::string> items;
    for (const CellItemInfo& item : cell.items)
      items.push_back(cell_item(*bundle_.node(input).type, item));
    std::ranges::sort(items);
    const std::string joined = fmt::format("{}", fmt::join(items, " "));
    return fmt::format("(cell {} {})", header,
                       cell.negated ? fmt::format("(not {})", joined) : joined);
  }

  std::string cell_item(const Type& type, const CellItemInfo& item) {
    std::string low = value(type, item.low, {});
    switch (item.op) {
      case ast::CellOp::Value: return low;
      case ast::CellOp::Less: return fmt::format("(< {})", low);
      case ast::CellOp::LessEqual: return fmt::format("(<= {})", low);
      case ast::CellOp::Greater: return fmt::format("(> {})", low);
      case ast::CellOp::GreaterEqual: return fmt::format("(>= {})", low);
      case ast::CellOp::Range: return fmt::format("(..= {} {})", low, value(type, item.high, {}));
      case ast::CellOp::HalfOpenRange:
        return fmt::format("(..< {} {})", low, value(type, item.high, {}));
    }
    return {};
  }

  std::string limit(const ItemInfo& item, const ir::Item& conditions) {
    std::vector<std::string> keys;
    for (const NodeId key : conditions.keys) keys.push_back(text(key));
    return fmt::format("(limit {} {} ({}) {})", text(*conditions.maximum),
                       conditions.amount ? text(*conditions.amount) : "1", fmt::join(keys, " "),
                       item.window == Window::Sliding ? std::to_string(item.window_ms)
                                                      : std::string(spelling(item.window)));
  }

  std::string value(const Type& type, std::int64_t integer, std::string_view text) {
    const TypeKind kind = type.kind;
    if (kind == TypeKind::Bool) return integer != 0 ? "true" : "false";
    if (kind == TypeKind::Int) return std::to_string(integer);
    if (kind == TypeKind::Tool)
      return fmt::format("tool:{}", typed_.tools[static_cast<std::size_t>(integer)].name);
    if (kind == TypeKind::Enum) {
      enums_.insert(type.ref);
      const EnumInfo& info = typed_.enumeration(type);
      return fmt::format("{}.{}", info.name, info.values[static_cast<std::size_t>(integer)].name);
    }
    if (kind == TypeKind::String || kind == TypeKind::Id) return quoted(text);
    if (is_text(kind))
      return fmt::format("{}:{}", is_cidr(type) ? "cidr" : spelling(kind), quoted(text));
    return fmt::format("{}:{}", spelling(kind), integer);
  }

  std::string path(const Node& node) {
    const ir::Path& path = bundle_.path(node);
    std::string text;
    switch (path.base) {
      case Base::Host: text = typed_.roots[path.root].name; break;
      case Base::Tool: text = "tool"; break;
      case Base::Args: text = "args"; break;
      case Base::Parameter: text = fmt::format("${}", path.root); break;  // in no requirement
      case Base::Element:
      case Base::Counter: text = "$"; break;
    }
    for (const FieldInfo* field : path.fields) text += fmt::format(".{}", field->name);
    return text.append(suffix(node.derived));
  }

  void note_enum(const Type* type) {
    while (type != nullptr && type->element != nullptr) type = type->element;
    if (type != nullptr && type->kind == TypeKind::Enum) enums_.insert(type->ref);
  }

  // Operands of nested `and`s (or `or`s) as one list.
  void flatten(const Node& node, NodeKind kind, std::vector<std::string>& into) {
    if (node.kind != kind) return into.push_back(text_of(node));
    for (const NodeId child : bundle_.children_of(node)) flatten(bundle_.node(child), kind, into);
  }

  std::string connective(const Node& node) {
    std::vector<std::string> parts;
    flatten(node, node.kind, parts);
    std::ranges::sort(parts);
    return fmt::format("({} {})", node.kind == NodeKind::And ? "and" : "or", fmt::join(parts, " "));
  }

  std::string set(std::vector<std::string> elements) {
    std::ranges::sort(elements);
    return fmt::format("(set {})", fmt::join(elements, " "));
  }

  std::string set_constant(const Node& node) {
    std::vector<std::string> elements;
    const Type& element = *node.type->element;
    if (is_text(element.kind)) {
      for (const std::string_view text : bundle_.texts_of(node.values))
        elements.push_back(value(element, 0, text));
    } else {
      for (const std::int64_t integer : bundle_.integers_of(node.values))
        elements.push_back(value(element, integer, {}));
    }
    return set(std::move(elements));
  }

  std::string negated(const Node& node, const std::string& text) {
    return node.negated ? fmt::format("(not {})", text) : text;
  }

  std::string percent(const Node& node) {
    return fmt::format("(of {} {})", stdlib::format_percent(node.integer), child(node, 0));
  }

  std::string match(const Node& node) {
    std::string text = fmt::format("(match {}", child(node, 0));
    const Type& operand = *bundle_.child(node, 0).type;
    for (const ir::Arm& arm : bundle_.arms_of(node)) {
      text += " (";
      if (arm.is_else) text += "else ";
      for (const std::int64_t integer : bundle_.integers_of(arm.values))
        text += value(operand, integer, {}) + ' ';
      text += this->text(arm.result) + ')';
    }
    return text + ')';
  }

  std::string child(const Node& node, std::size_t index) {
    return text_of(bundle_.child(node, index));
  }
  template <typename Info>
  std::string binary(const Info& op, const Node& node) {
    return fmt::format("({} {} {})", op.spelling, child(node, 0), child(node, 1));
  }

  std::string places(const Node& node) {
    std::vector<std::string> places;
    for (const ir::Place& place : bundle_.places_of(node))
      places.push_back(place ? text(*place) : "*");
    return fmt::format("({} {} (list {}))", ast::info(ast::RelationOp::StartsWith).spelling,
                       child(node, 0), fmt::join(places, " "));
  }

  std::string text_of(const Node& node) {
    note_enum(node.type);
    switch (node.kind) {
      case NodeKind::Constant: return value(*node.type, node.integer, node.text);
      case NodeKind::SetConstant: return set_constant(node);
      case NodeKind::Fact: return path(node);
      case NodeKind::Has: return fmt::format("(has {})", path(node));
      case NodeKind::Used:
        return fmt::format("limits.{}.used",
                           typed_.item(static_cast<ItemIndex>(node.integer)).name);
      case NodeKind::Approved: break;  // asserts have no requirement
      case NodeKind::Not: return fmt::format("(not {})", child(node, 0));
      case NodeKind::And:
      case NodeKind::Or: return connective(node);
      case NodeKind::Compare: return binary(ast::info(node.compare), node);
      case NodeKind::InRange:
        return negated(node,
                       fmt::format("(in {} ({} {} {}))", child(node, 0),
                                   node.half_open ? "..<" : "..=", child(node, 1), child(node, 2)));
      case NodeKind::Relation: return negated(node, binary(ast::info(node.relation), node));
      case NodeKind::Matches:
        return fmt::format("(matches {} re\"{}\")", child(node, 0), node.text);
      case NodeKind::Places: return places(node);
      case NodeKind::Arithmetic: return binary(ast::info(node.arithmetic), node);
      case NodeKind::PercentOf: return percent(node);
      case NodeKind::MakeSet: {
        std::vector<std::string> elements;
        for (const NodeId id : bundle_.children_of(node)) elements.push_back(text(id));
        return set(std::move(elements));
      }
      case NodeKind::Quantifier: return binary(ast::info(node.quantifier), node);
      case NodeKind::Match: return match(node);
    }
    return {};
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  std::set<std::uint32_t> enums_;
};

// `2 finance_manager|tenant_admin,1 requester`
std::string party_list(const ItemInfo& item, const TypedBundle& typed) {
  std::string text;
  for (const SortedParty& party : sorted_parties(item, typed))
    text += fmt::format("{}{} {}", text.empty() ? "" : ",", party.need, party.name);
  return text;
}

std::string duty_text(const DutyInfo& duty, const TypedBundle& typed) {
  const std::string_view word = spelling(duty.kind);
  switch (parameter_of(duty.kind)) {
    case DutyParameter::None: return std::string(word);
    case DutyParameter::Level: return fmt::format("{} {}", word, kLogLevelNames[duty.value]);
    case DutyParameter::Channel:
      return fmt::format("{} {}", word,
                         typed.enums[static_cast<std::size_t>(*typed.find_enum("channel"))]
                             .values[static_cast<std::size_t>(duty.value)]
                             .name);
    case DutyParameter::Name: return fmt::format("{} {}", word, duty.name);
    case DutyParameter::Time: return fmt::format("{} {}", word, duty.value);
  }
  return std::string(word);
}

std::string_view verdict_text(ast::VerdictWord verdict) {
  switch (verdict) {
    case ast::VerdictWord::None: return "none";
    case ast::VerdictWord::Pass: return "pass";
    case ast::VerdictWord::Permit: return "permit";
    case ast::VerdictWord::Queue: return "queue";
    case ast::VerdictWord::Escalate: return "escalate";
    case ast::VerdictWord::Deny: return "deny";
  }
  return {};
}

std::string joined(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return fmt::format("{}", fmt::join(texts, ","));
}

}  // namespace

std::string prefix_form(const ir::Bundle& bundle, const ir::Node& node) {
  return PrefixWriter(bundle).text(node);
}

std::vector<std::string> requirement_texts(const ir::Bundle& bundle, ItemIndex index) {
  const TypedBundle& typed = *bundle.typed;
  const ItemInfo& item = typed.items[static_cast<std::size_t>(index)];

  std::vector<std::string> tools, duties, overrides;
  for (const ToolIndex tool : item.scope)
    tools.emplace_back(typed.tools[static_cast<std::size_t>(tool)].name);
  for (const DutyInfo& duty : item.duties) duties.push_back(duty_text(duty, typed));
  for (const ItemIndex other : item.overrides)
    overrides.push_back(typed.full_name(typed.items[static_cast<std::size_t>(other)]));

  PrefixWriter writer(bundle);
  std::string condition = writer.condition(index);

  std::vector<std::string> texts{
      typed.full_name(item),
      joined(std::move(tools)),
      std::string(verdict_text(item.outcome())),
      party_list(item, typed),
      std::to_string(item.within_ms),
      std::move(condition),
      item.clauses->because == nullptr ? std::string() : std::string(item.clauses->because->raw),
      joined(std::move(duties)),
      joined(std::move(overrides)),
  };
  std::vector<std::string> enums;
  for (const std::uint32_t row : writer.enums()) {
    enums.push_back(fmt::format("{} {}", typed.enums[row].name,
                                type_text({TypeKind::Enum, row, 0, 0, nullptr}, typed)));
  }
  std::ranges::sort(enums);
  texts.insert(texts.end(), enums.begin(), enums.end());
  return texts;
}

stdlib::Hash requirement_hash(const ir::Bundle& bundle, ItemIndex item) {
  const std::vector<std::string> texts = requirement_texts(bundle, item);
  stdlib::Encoder encoder("remit/req/2");
  encoder.begin(stdlib::Tag::List, static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) encoder.text(stdlib::Tag::Text, text);
  return encoder.finish();
}

}  // namespace remit::compiler
