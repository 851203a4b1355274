// Whom an expression asks what a name stands for. Constants and defs are checked as expressions
// themselves, when they are first asked for; this is the way back to who does that.
#pragma once

#include "compiler/check/names/names.h"
#include "compiler/check/typed_expr.h"

namespace remit::compiler {

class Resolver {
 public:
  // Of a name of that kind. What depends on itself is reported, and has no type.
  virtual const ConstInfo& constant(const Named& named) = 0;
  virtual const DefInfo& def(const Named& named) = 0;

 protected:
  ~Resolver() = default;
};

}  // namespace remit::compiler
