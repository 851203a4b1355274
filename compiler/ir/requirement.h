// The requirement of a waiting item: a hash of what it means, to which approvals are bound
// (docs/reference/language.md, section 16.4). Comments, names of constants, and messages to the
// agent are not part of it.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "stdlib/hash.h"

namespace remit::compiler {

// The texts that are hashed, in order.
[[nodiscard]] std::vector<std::string> requirement_texts(const ir::Bundle& bundle, ItemIndex item);
[[nodiscard]] stdlib::Hash requirement_hash(const ir::Bundle& bundle, ItemIndex item);

}  // namespace remit::compiler
