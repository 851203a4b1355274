// Which items match (docs/reference/language.md, section 7.2, and where it points to): the
// conditions one by one.
#pragma once

#include <optional>
#include <string_view>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/oracle.h"

namespace remit::oracle {

// `control.halted`, `clock.now` and the like, read by the engine.
[[nodiscard]] const Datum& engine_fact(const compiler::TypedBundle& bundle, const Request& request,
                                       std::string_view root, std::string_view field);

// A limit that applies, at one request.
struct LimitSum {
  Wide used = 0, amount = 0, maximum = 0;
  [[nodiscard]] bool exceeded() const { return used + amount > maximum; }
};

class Matcher {
 public:
  Matcher(const compiler::TypedBundle& bundle, const Request& request)
      : bundle_(bundle), request_(request), evaluator_(bundle, request) {}

  [[nodiscard]] bool matches(const compiler::ItemInfo& item);
  [[nodiscard]] Clauses clauses(const compiler::ItemInfo& item);
  // Policy, `when` and `unless` of an item, or of the table of a row.
  [[nodiscard]] bool applies(const compiler::ItemInfo& item);
  // Of a limit that applies and whose counter is there.
  [[nodiscard]] LimitSum sum_of(const compiler::ItemInfo& limit);
  [[nodiscard]] LimitKey key_of(const compiler::ItemInfo& limit);

  void set_approvers(Approvers approvers) { evaluator_.set_approvers(std::move(approvers)); }

 private:
  [[nodiscard]] compiler::ModuleIndex module_of(const compiler::ItemInfo& item) const {
    return bundle_.policy(item).module;
  }
  bool row_matches(const compiler::ItemInfo& item);
  bool cells_hold(const ast::Row& row, const compiler::ItemInfo& item);
  void add_clauses(const ast::Expr& condition, bool negated, compiler::ModuleIndex module,
                   Clauses& into);
  std::string wire_value(const ast::Expr& key, compiler::ModuleIndex module);

  const compiler::TypedBundle& bundle_;
  const Request& request_;
  Evaluator evaluator_;
};

}  // namespace remit::oracle
