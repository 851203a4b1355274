// Conditions in negation normal form: tests, each asked for as it stands or negated, under flat
// `and`s and `or`s. Every judgement of this room reads conditions in this form, so that two ways to
// write one condition are judged alike.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/ir/ir.h"

namespace remit::compiler {

// And, Or  parts: two or more, none of the same kind
// Test     positive: whether it is asked for as it stands; `cell`: that the node, an input of a
//          table, is in it. A quantifier, a bool `match` and a comparison of two conditions are
//          tests too.
enum class FormKind : std::uint8_t { And, Or, Test };

struct Form {
  FormKind kind{};
  const ir::Node* node = nullptr;  // null: the `and` of several clauses
  bool positive = true;
  const CellInfo* cell = nullptr;
  std::vector<Form> parts;
};

// Whether the bodies of defs are gone through like the text around them, or a call is a test.
enum class Calls : std::uint8_t { Inlined, Kept };

// `condition` as it stands, or negated. `c == true` is c, and `not in` a negated `in`.
[[nodiscard]] Form normal_form(const ir::Bundle& bundle, ir::NodeId condition, bool positive,
                               Calls calls = Calls::Inlined);
// That `cell` takes `input`; nothing of `*`.
[[nodiscard]] std::optional<Form> normal_form(const ir::Bundle& bundle, ir::NodeId input,
                                              const CellInfo& cell);
// All of them hold.
[[nodiscard]] Form conjunction(std::vector<Form> parts);

// The operator of a comparison as it is asked for.
[[nodiscard]] ast::CompareOp operator_of(const Form& comparison);
// The operator that says the same of exchanged sides.
[[nodiscard]] ast::CompareOp mirrored(ast::CompareOp op);

[[nodiscard]] inline bool is_bool(const ir::Node& node) {
  return node.type->kind == TypeKind::Bool;
}

}  // namespace remit::compiler
