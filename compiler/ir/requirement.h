// The requirement of a waiting item (language reference, Bytes): a hash of what it means, to which
// approvals are bound. Comments, names of constants, and messages to the agent are not part of it.
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
