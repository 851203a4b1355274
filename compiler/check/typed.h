// The result of checking: every file of a bundle, its names resolved and its expressions typed.
//
// The trees stay as parsed (lang/ast.h); what checking learnt about an expression stands in a table
// of its module, by the expression's number. Two readers need nothing more than this: the lowering
// to IR, which inlines defs and folds constants, and the test oracle, which walks these trees and
// calls defs as functions.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "compiler/check/typed_expr.h"
#include "compiler/check/typed_policy.h"
#include "compiler/check/typed_schema.h"
#include "lang/arena.h"
#include "lang/ast.h"

namespace remit::compiler {

// ---- tests

struct FixtureInfo {
  std::string_view name;
  const ast::FixtureDecl* decl = nullptr;
  ModuleIndex module{};
};

struct TestInfo {
  const ast::TestDecl* decl = nullptr;
  ModuleIndex module{};
  std::string_view layer;  // of its file
};

// A constant, def or scope alias that nothing names.
struct UnusedName {
  std::string_view kind;
  const ast::Decl* decl = nullptr;
};

// The whole bundle. Views point into the sources and into `arena`, which must stay alive.
struct TypedBundle : Schema, Policies {
  std::shared_ptr<lang::Arena> arena;
  TypeTable types;
  std::vector<TypedModule> modules;  // the prelude first
  std::deque<ConstInfo> constants;
  std::deque<DefInfo> defs;
  std::vector<FixtureInfo> fixtures;
  std::vector<TestInfo> tests;
  std::vector<UnusedName> unused;

  [[nodiscard]] const TypedModule& module(ModuleIndex index) const {
    return modules[static_cast<std::size_t>(index)];
  }
};

}  // namespace remit::compiler
