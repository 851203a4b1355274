// What constants and defs stand for. Each is checked when it is first asked for, since its value
// may use others; one that is asked for while it is checked depends on itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "compiler/check/expr/environment.h"
#include "compiler/check/expr/expr_context.h"
#include "compiler/check/names/resolver.h"

namespace remit::compiler {

class Definitions final : public Resolver, Reporter {
 public:
  // Their places in the bundle are filled in the order in which they are asked for.
  Definitions(Environment& env, std::deque<ConstInfo>& constants, std::deque<DefInfo>& defs)
      : Reporter(env.reporter), env_(env), constants_(constants), defs_(defs) {}

  const ConstInfo& constant(const Named& named) override;
  const DefInfo& def(const Named& named) override;
  // Of a literal or a constant; nothing if it is none, which was reported.
  std::optional<std::int64_t> duration(const ast::DurationOrName& time, ModuleIndex module);

 private:
  template <typename Info>
  struct Progress {
    Info* info = nullptr;
    bool done = false;  // else it is being checked
  };
  template <typename Info>
  using Known = std::map<const Named*, Progress<Info>>;

  template <typename Info>
  const Info& resolved(const Named& named, Known<Info>& known, std::deque<Info>& infos);
  void resolve(const Named& named, ConstInfo& constant);
  void resolve(const Named& named, DefInfo& def);
  std::vector<Local> parameters(const ast::DefDecl& decl, DefInfo& def);

  Environment& env_;
  std::deque<ConstInfo>& constants_;
  std::deque<DefInfo>& defs_;
  Known<ConstInfo> known_constants_;
  Known<DefInfo> known_defs_;
};

}  // namespace remit::compiler
