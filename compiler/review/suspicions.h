// A condition read in negation normal form, without writing that form down: every test is seen
// together with whether it stands under an even or an odd number of negations. A bool that is used
// as a value (`has p == false`, the operand of a match) is seen both ways, since either can open.
#pragma once

#include "compiler/ir/ir.h"

namespace remit::compiler {

// What the conditions of one item say that their author may not have meant. Each is the last place
// that says so, or null.
struct Suspicions {
  const ir::Node* growth = nullptr;    // holds for values that an enum or the tools do not have yet
  const ir::Node* absence = nullptr;   // `not has`
  const ir::Node* presence = nullptr;  // `has`, positively
  // A top-level conjunct that bounds tool.effect from above.
  const ir::Node* bounded_effect = nullptr;
  // Holds, or counts nothing, over a collection that may be empty.
  const ir::Node* empty_trap = nullptr;
  const ir::Node* blocklist = nullptr;        // names values of a claim
  const ir::Node* swallowing_else = nullptr;  // `else` over an enum
  std::vector<ir::Path> filled;               // collections with an element; see find_filled
  // It cannot hold without a test of a host fact, other than `has`; tool, clock and call aside.
  bool rests_on_host = false;
};

// Adds the collections that have an element wherever `condition` holds: by `xs.size >= 1`, `x in
// xs` and the like at its top level. `suspect` reads them, so this comes first, for all conditions.
void find_filled(const ir::Bundle& bundle, ir::NodeId condition, bool negated, Suspicions& into);

// Adds what `condition` says; `negated` for an `unless`.
void suspect(const ir::Bundle& bundle, ir::NodeId condition, bool negated, Suspicions& into);

// Adds what a cell of a row says of its input.
void suspect_cell(const ir::Bundle& bundle, ir::NodeId input, const CellInfo& cell,
                  Suspicions& into);
// Adds what a value says that may be wanted either way: an input of a table, an amount of a limit.
void suspect_value(const ir::Bundle& bundle, ir::NodeId value, Suspicions& into);

}  // namespace remit::compiler
