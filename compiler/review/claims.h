// Tests of claims: of text that the agent wrote. Which of them name values, so that the next value
// is not among them, and which keep the text to values that somebody else vouches for.
#pragma once

#include <optional>

#include "compiler/ir/ir.h"

namespace remit::compiler {

// Where a fact comes from: the base of its path, or, for a part of a loop's element, of what the
// loop goes over. Nothing for what is not a fact.
[[nodiscard]] std::optional<Base> origin_of(const ir::Bundle& bundle, const ir::Node& node,
                                            std::optional<Base> loop);

// What a relation between values says, apart from which values it takes.
struct RelationTraits {
  bool names = false;     // it names values of a text
  bool closes = false;    // where it holds, the text is one of those values and no other
  bool excludes = false;  // where it holds, the text is none of them
  // What it is over a collection that is empty, on its left or on either side.
  std::optional<bool> over_empty = std::nullopt;
  bool either_side = false;
};
[[nodiscard]] RelationTraits traits_of(ast::RelationOp op);

// A test that names texts: of a path of `args`, or of a loop over one.
struct ClaimTest {
  const ir::Node* claim = nullptr;
  const ir::Node* other = nullptr;  // what it is held against; null: a pattern, or first elements
  bool names = false;
  bool closes = false;
  bool excludes = false;
};

// `loop`: the origin of the elements, inside a quantifier. Nothing for a test of anything else, and
// between two texts that the agent wrote.
[[nodiscard]] std::optional<ClaimTest> claim_test(const ir::Bundle& bundle, const ir::Node& node,
                                                  std::optional<Base> loop);

// Whether what a claim is held against is written in the policy: a pattern, first elements, a
// constant, or a set with one in it. The empty text is none: it asks whether there is a text.
[[nodiscard]] bool is_written(const ir::Bundle& bundle, const ClaimTest& test);

}  // namespace remit::compiler
