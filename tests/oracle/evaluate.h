// Expressions, naively.
#pragma once

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/typed.h"
#include "tests/oracle/datum.h"

namespace remit::oracle {

// Thrown where an absent fact is read. Flow typing promises that this never happens on the way
// through a whole condition from left to right.
struct AbsentRead : std::logic_error {
  using std::logic_error::logic_error;
};

// People whose grants are used, folded, each with the role of the grant.
using Approvers = std::set<std::pair<std::string, std::string>>;

// A constant by name, as the module sees it; null if there is none.
[[nodiscard]] const compiler::ConstInfo* find_constant(const compiler::TypedBundle& bundle,
                                                       compiler::ModuleIndex module,
                                                       std::string_view name);
// `4h`, or a constant that holds it.
[[nodiscard]] std::int64_t milliseconds(const compiler::TypedBundle& bundle,
                                        compiler::ModuleIndex module,
                                        const ast::DurationOrName& time);

class Evaluator {
 public:
  Evaluator(const compiler::TypedBundle& bundle, const Request& request)
      : bundle_(bundle), request_(request) {}

  // Both throw AbsentRead.
  [[nodiscard]] bool holds(const ast::Expr& expr, compiler::ModuleIndex module);
  [[nodiscard]] Datum value_of(const ast::Expr& expr, compiler::ModuleIndex module);
  // Whether a cell under `header` takes the header's value.
  [[nodiscard]] bool takes(const ast::Cell& cell, const ast::Expr& header,
                           compiler::ModuleIndex module);

  // What was evaluated so far, in steps of the static bound: of collections the elements that are
  // there, of texts their bytes. An argument counts wherever its parameter is read.
  [[nodiscard]] std::int64_t steps() const { return steps_; }

  // What `approved` counts.
  void set_approvers(Approvers approvers) { approvers_ = std::move(approvers); }

 private:
  // An amount times `scale`: `P% of x` is exact at a scale of 100000.
  struct Amount {
    Wide value = 0;
    Wide scale = 1;
  };

  Datum value(const ast::Expr& expr);
  Datum path(const ast::PathExpr& expr);
  // The fact itself; nothing if a part of the way is absent.
  const Datum* find(const compiler::FactPath& fact);
  Datum constant(const compiler::ConstInfo& constant) const;
  Datum literal(const ast::Expr& expr) const;
  Datum call(const ast::CallExpr& expr);
  Datum approved(const ast::CallExpr& expr) const;
  Wide atom(const ast::Atom& atom, const compiler::Type& type) const;
  bool part_takes(const ast::CellItem& part, const compiler::Type& type, Wide given) const;
  Datum arithmetic(const ast::ArithmeticExpr& expr);
  Datum quantifier(const ast::QuantifierExpr& expr);
  Datum match(const ast::MatchExpr& expr);
  Amount amount(const ast::Expr& expr);
  bool truth(const ast::Expr& expr);
  bool any_is(const ast::ConnectiveExpr& expr, bool wanted);
  bool compare(const ast::CompareExpr& expr);
  bool in_range(const ast::InRangeExpr& expr);
  bool relation(const ast::RelationExpr& expr);
  bool looks_for(const ast::RelationExpr& expr);
  bool places(const ast::PlacesExpr& expr);
  bool matches(const ast::MatchesExpr& expr);
  bool under(const ast::RelationExpr& expr);

  void spend(std::size_t steps) { steps_ += static_cast<std::int64_t>(steps); }
  [[nodiscard]] const compiler::ExprInfo& info(const ast::Expr& expr) const {
    return bundle_.module(module_).info(expr);
  }

  const compiler::TypedBundle& bundle_;
  const Request& request_;
  compiler::ModuleIndex module_{};
  std::vector<Datum> parameters_;
  std::vector<std::int64_t> parameter_steps_;
  const Datum* element_ = nullptr;
  std::vector<Datum> tool_;  // the root `tool`, made when first read
  Datum counter_;            // the one that was read last
  Approvers approvers_;
  std::int64_t steps_ = 0;
};

}  // namespace remit::oracle
