// Expressions, naively.
#pragma once

#include <stdexcept>
#include <vector>

#include "compiler/typed.h"
#include "tests/oracle/datum.h"

namespace remit::oracle {

// Thrown where an absent fact is read. Flow typing promises that this never happens on the way
// through a whole condition from left to right.
struct AbsentRead : std::logic_error {
  using std::logic_error::logic_error;
};

class Evaluator {
 public:
  Evaluator(const compiler::TypedBundle& bundle, const Request& request)
      : bundle_(bundle), request_(request) {}

  // Throws AbsentRead.
  [[nodiscard]] bool holds(const ast::Expr& expr, compiler::ModuleIndex module);

 private:
  // An amount times `scale`: `P% of x` is exact at a scale of 100000.
  struct Amount {
    Wide value = 0;
    Wide scale = 1;
  };

  Datum value(const ast::Expr& expr);
  Datum path(const ast::Expr& expr);
  // The fact itself; nothing if a part of the way is absent.
  const Datum* find(const compiler::FactPath& fact);
  Datum constant(const compiler::ConstInfo& constant) const;
  Datum literal(const ast::Expr& expr) const;
  Datum call(const ast::Expr& expr);
  Datum arithmetic(const ast::Expr& expr);
  Datum quantifier(const ast::Expr& expr);
  Datum match(const ast::Expr& expr);
  Amount amount(const ast::Expr& expr);
  bool truth(const ast::Expr& expr);
  bool compare(const ast::Expr& expr);
  bool in_range(const ast::Expr& expr);
  bool member(const ast::Expr& expr);
  bool under(const ast::Expr& expr);

  [[nodiscard]] const compiler::ExprInfo& info(const ast::Expr& expr) const {
    return bundle_.module(module_).info(expr);
  }

  const compiler::TypedBundle& bundle_;
  const Request& request_;
  compiler::ModuleIndex module_{};
  std::vector<Datum> parameters_;
  const Datum* element_ = nullptr;
  std::vector<Datum> tool_;  // the root `tool`, made when first read
};

}  // namespace remit::oracle
