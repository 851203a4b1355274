// Tests of one path against constants, as the sets of values that pass them; and which tests can
// neither pass nor fail.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/review/normal_form.h"
#include "compiler/review/value_set.h"

namespace remit::compiler {

// `==`, an order, `in` or a range, with constants on the other side; or a bool alone.
struct PathTest {
  const ir::Node* path = nullptr;
  std::string key;       // the path in prefix form
  bool lists = false;    // it names values, one by one: `==` or `in`, negated or not
  bool positive = true;  // false: `!=`, `not in`, a negated bool
  ValueSet passing;
};

[[nodiscard]] std::optional<PathTest> path_test(const ir::Bundle& bundle, const Form& form);

// The values that the type of a path has today. Between two values of an enum, and beyond them,
// there may be others tomorrow; in these sets there is room for them.
[[nodiscard]] ValueSet values_of(const ir::Bundle& bundle, const ir::Node& path);

// The tests of each path among `parts`, in the order in which the paths first stand there.
struct PathGroup {
  std::vector<const Form*> parts;
  std::vector<PathTest> tests;  // parallel
};
[[nodiscard]] std::vector<PathGroup> tests_by_path(const ir::Bundle& bundle,
                                                   std::span<const Form> parts, Calls calls);

[[nodiscard]] ValueSet passing_all(const PathGroup& group);
[[nodiscard]] ValueSet passing_any(const PathGroup& group);

// Why a test has the same outcome whatever the request, as far as its own sides say so.
enum class SelfTest : std::uint8_t {
  None,
  Compared,     // `x OP x`, `xs subset of xs`, `x under x`
  Element,      // `x in {…, x, …}`, `x under {…, x, …}`
  Overlapping,  // `xs overlaps xs`: it asks for an element
  Top,          // `under path"/"`
  OwnElement,   // `any (x in xs: x in xs)`: it asks for an element, or nothing
};
[[nodiscard]] SelfTest self_test(const ir::Bundle& bundle, const ir::Node& node);

}  // namespace remit::compiler
