// Layers and the policies in them: their order, and whether a layer may grant.
#pragma once

#include <string_view>

#include "compiler/check/layering.h"
#include "compiler/check/modules.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_policy.h"

namespace remit::compiler {

// The layer of a file of policies or tests.
[[nodiscard]] std::string_view layer_of(const ast::Module& module);

// Fills `layers`, and of `policies` what the head of each file says but for its scope.
void collect_policies(const Modules& modules, const Layering& layering, Policies& policies,
                      const Reporter& reporter);

// Fills `guards_only` of the layers.
void check_layers(const Modules& modules, const Layering& layering, Policies& policies,
                  const Reporter& reporter);

}  // namespace remit::compiler
