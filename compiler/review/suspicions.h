// What a condition says that its author may not have meant. Read in negation normal form; a bool
// that is used as a value (`has p == false`, the operand of a match) is seen both ways, since
// either can open.
#pragma once

#include "compiler/review/normal_form.h"

namespace remit::compiler {

// What the conditions of one item say. Each is the first place that says so, or null.
struct Suspicions {
  const ir::Node* growth = nullptr;  // holds for values that an enum or the tools do not have yet
  // The same, said by order: `plan >= pro`, of an enum that a schema declares.
  const ir::Node* rising = nullptr;
  std::int64_t rising_from = 0;              // the first value that it takes
  const lang::Span* rising_cell = nullptr;   // where it is a part of a cell
  const ir::Node* denylist = nullptr;        // holds for all text of the agent but what is named
  const ir::Node* absence = nullptr;         // `not has`
  const ir::Node* presence = nullptr;        // `has`, positively
  const ir::Node* bounded_effect = nullptr;  // a conjunct bounds tool.effect from above
  // Holds, or counts nothing, over a collection that may be empty.
  const ir::Node* empty_trap = nullptr;
  const ir::Node* blocklist = nullptr;        // names values of a claim
  const ir::Node* swallowing_else = nullptr;  // `else` over an enum
};

// Adds what `condition` says.
void suspect(const ir::Bundle& bundle, const Form& condition, Suspicions& into);

// Adds what a value says that may be wanted either way: an input of a table, an amount of a limit.
void suspect_value(const ir::Bundle& bundle, ir::NodeId value, Suspicions& into);

}  // namespace remit::compiler
