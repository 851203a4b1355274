// What checking learnt of expressions, and of the constants and defs that they name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/check/modules.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

// What a path begins with. Counter: it is `limits.NAME.used`.
enum class Base : std::uint8_t { Host, Tool, Args, Element, Parameter, Counter };

// A read of a fact: `actor.on_behalf_of.id`, `p.amount` of a loop variable, `r.rollback_to` of a
// parameter.
struct FactPath {
  Base base{};
  // Host: index of the root; Parameter: its position in the def; Counter: the limit's ItemIndex.
  std::uint32_t root = 0;
  std::vector<const FieldInfo*>
      fields;  // from the base outwards; empty for a whole element or parameter
};

enum class Derived : std::uint8_t {
#define REMIT_DERIVED(kind, suffix) kind,
#include "compiler/check/derived.def"
#undef REMIT_DERIVED
};

// As it is written behind a fact: `.size`.
[[nodiscard]] constexpr std::string_view suffix(Derived derived) {
  switch (derived) {
#define REMIT_DERIVED(kind, text) \
  case Derived::kind: return text;
#include "compiler/check/derived.def"
#undef REMIT_DERIVED
  }
  return {};
}

struct ConstInfo;
struct DefInfo;

enum class BindingKind : std::uint8_t {
  None,
  Fact,       // fact, derived
  Constant,   // constant
  EnumValue,  // integer: the ordinal; the type says which enum
  ToolValue,  // integer: the tool's index
  Def,        // def: of a Call
  Approved,   // of the Call `approved(role)`; seat
};

struct ExprInfo {
  const Type* type = nullptr;  // null: reported
  Interval interval;           // of integral values; of `P% of e` the interval of 1000·100·value
  BindingKind binding = BindingKind::None;
  FactPath fact;
  Derived derived = Derived::None;
  const ConstInfo* constant = nullptr;
  const DefInfo* def = nullptr;
  std::int64_t integer = 0;      // of a literal of an integral type, an enum value or a tool
  std::string_view text;         // of a text literal, canonical; of a cidr
  std::optional<SeatInfo> seat;  // that `approved` asks about; nothing for all
};

struct TypedModule {
  const ast::Module* ast = nullptr;
  std::vector<ExprInfo> exprs;  // by Expr::id

  [[nodiscard]] const ExprInfo& info(const ast::Expr& expr) const { return exprs[expr.id]; }
};

// A set constant's elements: ordinals, tools and amounts as integers, everything else as text.
struct ConstInfo {
  std::string_view name;
  const ast::ConstDecl* decl = nullptr;
  ModuleIndex module{};
  const Type* type = nullptr;
  std::int64_t integer = 0;
  std::string_view text;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;
};

struct ParameterInfo {
  std::string_view name;
  const Type* type = nullptr;
  bool in_quantifier = false;  // the def reads it in the body of a quantifier
  std::size_t uses = 0;        // how often it stands in the def once all calls are inlined
};

struct DefInfo {
  std::string_view name;
  const ast::DefDecl* decl = nullptr;
  ModuleIndex module{};
  std::vector<ParameterInfo> parameters;
  const Type* result = nullptr;
  Interval interval;
  bool has_quantifier = false;
  std::size_t nodes = 0;  // once all calls are inlined; counted up to a little above the limit
};

}  // namespace remit::compiler
