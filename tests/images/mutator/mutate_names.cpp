// Mutations of names.

#include <algorithm>
#include <functional>

#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

using vm::Operand;

namespace {

// Replaces the component of every path that `is_meant` says (path, number of the component).
void rename_component(Draft& draft, const std::string& from, const std::string& to, bool elements,
                      const std::function<bool(std::string_view, std::size_t)>& is_meant) {
  for (const CodePart& part : Parts(draft).code) {
    for (Op& op : *part.code) {
      const Operand operand = vm::info(op.opcode).c;
      if (operand != Operand::Slot && !(elements && operand == Operand::Field)) continue;
      std::string renamed;
      std::size_t number = operand == Operand::Field ? 2 : 0;
      for (std::size_t at = 0; at <= op.text.size(); ++number) {
        const std::size_t end = std::min(op.text.find('.', at), op.text.size());
        const std::string component = op.text.substr(at, end - at);
        if (!renamed.empty()) renamed += '.';
        renamed += component == from && is_meant(op.text, number) ? to : component;
        at = end + 1;
      }
      op.text = renamed;
    }
  }
}

void rename_type(Draft& draft, TypeKind kind, const std::string& from, const std::string& to) {
  const auto rename = [&](std::string& of) {
    if (of == from) of = to;
  };
  const Parts parts(draft);
  for (auto* list : parts.fields) {
    for (Field& field : *list) {
      for (Type* type = &field.type; type != nullptr;
           type = type->element.empty() ? nullptr : &type->element[0])
        if (type->kind == kind) rename(type->of);
    }
  }
  if (kind != TypeKind::Enum) return;
  for (const CodePart& part : parts.code) {
    for (Op& op : *part.code) {
      rename(op.of);
      for (Set& set : op.set) rename(set.of);
    }
  }
  for (Table& table : draft.tables)
    for (Input& input : table.inputs) rename(input.of);
  for (Item* item : parts.items) {
    if (!item->limit) continue;
    for (Input& input : item->limit->keys) rename(input.of);
  }
}

void rename_field(Draft& draft, Field& field, const std::string& to) {
  const std::string from = field.name;
  field.name = to;
  for (const Root& root : draft.roots) {
    if (&field < root.fields.data() || &field >= root.fields.data() + root.fields.size()) continue;
    return rename_component(draft, from, to, false, [&](std::string_view path, std::size_t number) {
      return number == 1 && path.starts_with(root.name + '.');
    });
  }
  for (const Tool& tool : draft.tools) {
    if (&field < tool.args.data() || &field >= tool.args.data() + tool.args.size()) continue;
    return rename_component(draft, from, to, false, [](std::string_view path, std::size_t number) {
      return number == 1 && path.starts_with("args.");
    });
  }
  rename_component(draft, from, to, true,
                   [](std::string_view, std::size_t number) { return number >= 2; });
}

template <typename Part>
std::string new_name(const std::vector<Part>& siblings, Random& random) {
  static constexpr const char* kOdd[] = {"args", "tool", "limits", "Bad Name", "", "a.b", "used"};
  const std::size_t choice = random.below(10);
  if (choice < 2) return random.pick(siblings).name;
  if (choice == 3) return "risk";
  return choice == 2 ? random.pick(kOdd) : fresh_name(random);
}

bool rename_in_schema(Draft& draft, Random& random) {
  switch (random.below(5)) {
    case 0:
      if (auto* list = some_fields(Parts(draft), random, true)) {
        rename_field(draft, *one_of(*list, random), new_name(*list, random));
        return true;
      }
      return false;
    case 1:
      if (Enum* one = one_of(draft.enums, random)) {
        const std::string to = new_name(draft.enums, random);
        rename_type(draft, TypeKind::Enum, one->name, to);
        one->name = to;
      }
      return true;
    case 2:
      if (Record* one = one_of(draft.records, random)) {
        const std::string to = new_name(draft.records, random);
        rename_type(draft, TypeKind::Record, one->name, to);
        one->name = to;
      }
      return true;
    case 3:
      if (Root* one = one_of(draft.roots, random)) {
        const std::string from = one->name, to = new_name(draft.roots, random);
        rename_component(draft, from, to, false,
                         [](std::string_view, std::size_t number) { return number == 0; });
        one->name = to;
      }
      return true;
    default: break;
  }
  Enum* one = one_of(draft.enums, random);
  if (one == nullptr || one->values.empty()) return false;
  one_of(one->values, random)->name = new_name(one->values, random);
  return true;
}

bool rename_in_policies(Draft& draft, Random& random) {
  const Parts parts(draft);
  if (parts.items.empty()) return false;
  const std::size_t at = random.below(parts.items.size());
  Item& item = *parts.items[at];
  Policy& policy = *parts.policy_of[at];
  const auto follow = [&](const std::string& from, const std::string& to, bool prefix) {
    for (Item* other : parts.items) {
      for (std::string& target : other->overrides) {
        if (target == from) target = to;
        if (prefix && target.starts_with(from + '.')) target = to + target.substr(from.size());
      }
    }
  };
  const std::size_t choice = random.below(5);
  if (choice == 4) {
    // `p.t` + `l` is the full name of `p` + `t.l` as well.
    const std::size_t dot = item.name.find('.');
    Policy& other = *parts.policies[random.below(parts.policies.size())];
    if (dot == std::string::npos || other.items.empty() || &other == &policy) return false;
    follow(other.name, policy.name + '.' + item.name.substr(0, dot), true);
    other.name = policy.name + '.' + item.name.substr(0, dot);
    one_of(other.items, random)->name = item.name.substr(dot + 1);
  } else if (choice == 0) {
    const std::string to = random.percent(80)   ? "x." + fresh_name(random)
                           : random.percent(50) ? fresh_name(random)
                                                : random.pick(parts.policies)->name;
    follow(policy.name, to, true);
    policy.name = to;
  } else if (choice == 1) {
    Layer& layer = *one_of(draft.layers, random);
    layer.name = new_name(draft.layers, random);
  } else if (choice == 2 && !draft.tools.empty()) {
    Tool& tool = *one_of(draft.tools, random);
    const std::string from = tool.name;
    tool.name = random.percent(80) ? "x." + fresh_name(random) : random.pick(draft.tools).name;
    for (Item* other : parts.items) std::ranges::replace(other->scope, from, tool.name);
  } else {
    const std::string from = item.name, to = new_name(policy.items, random);
    follow(policy.name + '.' + from, policy.name + '.' + to, false);
    for (Op* op : parts.ops([](const Op& op) { return op.opcode == vm::Opcode::LoadUsed; }))
      if (op->text == from) op->text = to;
    item.name = to;
  }
  return true;
}

}  // namespace

bool rename(Draft& draft, Random& random) {
  return random.percent(60) ? rename_in_schema(draft, random) : rename_in_policies(draft, random);
}

bool wire_name(Draft& draft, Random& random) {
  static constexpr const char* kOdd[] = {"", "args", "a b", "\"q\"", "\xC3\xA9", "\x01"};
  const bool odd = random.percent(20);
  if (random.percent(30) && !draft.tools.empty()) {
    Tool& tool = *one_of(draft.tools, random);
    tool.wire_name = odd                  ? random.pick(kOdd)
                     : random.percent(20) ? random.pick(draft.tools).wire_name
                                          : fresh_name(random);
    return true;
  }
  if (Enum* one = random.percent(30) ? one_of(draft.enums, random) : nullptr;
      one != nullptr && !one->values.empty()) {
    one_of(one->values, random)->wire_name = odd                  ? random.pick(kOdd)
                                             : random.percent(20) ? random.pick(one->values).name
                                                                  : fresh_name(random);
    return true;
  }
  auto* list = some_fields(Parts(draft), random, true);
  if (list == nullptr) return false;
  Field& field = *one_of(*list, random);
  field.wire_name = odd                  ? random.pick(kOdd)
                    : random.percent(20) ? random.pick(*list).wire_name
                                         : fresh_name(random);
  return true;
}

}  // namespace remit::images
