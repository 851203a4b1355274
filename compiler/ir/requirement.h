// The requirement of a waiting item: a hash of what it means, to which approvals are bound
// (docs/reference/language.md, section 16.4). Comments, names of constants, and messages to the
// agent are not part of it. The same texts say of any two items whether they mean one thing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "stdlib/hash.h"

namespace remit::compiler {

// An expression in prefix form: two of one form, whose variables are of one quantifier, always have
// the same value.
[[nodiscard]] std::string prefix_form(const ir::Bundle& bundle, const ir::Node& node);

// Which of the texts are the full name of the item and its `because`.
inline constexpr std::size_t kNameText = 0;
inline constexpr std::size_t kBecauseText = 6;
// The texts that are hashed, in order. Of any item but an assert.
[[nodiscard]] std::vector<std::string> requirement_texts(const ir::Bundle& bundle, ItemIndex item);
[[nodiscard]] stdlib::Hash requirement_hash(const ir::Bundle& bundle, ItemIndex item);

}  // namespace remit::compiler
