#include "compiler/check/definitions/inline_size.h"

#include <algorithm>

#include <remit/limits.h>

namespace remit::compiler {

namespace {

using ast::Expr;
using ast::ExprKind;

struct Size {
  std::size_t nodes = 0;
  std::vector<std::size_t> uses;  // by parameter
};

// Numbers that double with every call stay numbers.
std::size_t capped(std::size_t number) { return std::min(number, limits::kDefNodesMax + 1); }

class Meter {
 public:
  Meter(const TypedModule& module, const DefInfo& def) : module_(module), def_(def) {}

  [[nodiscard]] Size size(const Expr& expr) const {
    Size total{1, std::vector<std::size_t>(def_.parameters.size())};
    const ExprInfo& info = module_.info(expr);
    if (expr.kind == ExprKind::Call && info.def != nullptr) {
      total.nodes = info.def->nodes;
      const auto arguments = ast::as<ast::CallExpr>(expr).arguments;
      for (std::size_t i = 0; i < arguments.size() && i < info.def->parameters.size(); ++i)
        add(size(*arguments[i]), info.def->parameters[i].uses, total);
      return total;
    }
    if (info.binding == BindingKind::Fact && info.fact.base == Base::Parameter)
      total.uses[info.fact.root] = 1;
    ast::for_each_child(expr, [&](const Expr& child) { add(size(child), 1, total); });
    return total;
  }

 private:
  static void add(const Size& part, std::size_t times, Size& total) {
    total.nodes = capped(total.nodes + part.nodes * times);
    for (std::size_t i = 0; i < part.uses.size(); ++i)
      total.uses[i] = capped(total.uses[i] + part.uses[i] * times);
  }

  const TypedModule& module_;
  const DefInfo& def_;
};

}  // namespace

void measure(const TypedModule& module, DefInfo& def) {
  const Size size = Meter(module, def).size(*def.decl->value);
  def.nodes = size.nodes;
  for (std::size_t i = 0; i < def.parameters.size(); ++i) def.parameters[i].uses = size.uses[i];
}

}  // namespace remit::compiler
