// The checker's inside, shared by the check_*.cpp files: one file a topic.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/check/flow.h"
#include "lang/ast.h"

namespace remit::compiler {

using lang::Code;
using lang::Diagnostic;
using lang::Span;

// A parameter or a loop variable in scope.
struct Local {
  std::string_view name;
  const Type* type = nullptr;
  Base base{};
  std::uint32_t position = 0;  // of a parameter
  std::string key;             // its narrowing keys begin with this
};

// Where an expression stands decides what it may read.
enum class ExprRole : std::uint8_t { Constant, Def, Applies, Item, Limit, Assert };

struct ExprContext {
  ExprRole role{};
  ModuleIndex module{};
  // The tools whose arguments may be read; null where there are none.
  const std::vector<ToolIndex>* scope = nullptr;
  bool scope_is_any = false;
  std::vector<Local> locals;
  bool in_quantifier = false;  // a quantifier that stood here would nest
  DefInfo* def = nullptr;      // the def that is checked
  PolicyIndex policy{};        // of an item, a limit or an assert
  // A `has` was reported, or may stand in text that did not parse: which facts are known to be
  // present cannot be said.
  bool presence_unknown = false;
};

// A constant, def or alias, in a schema or in one policy.
struct Named {
  enum class Kind : std::uint8_t { Constant, Def, Alias } kind{};
  const ast::Decl* decl = nullptr;
  ModuleIndex module{};
  enum class State : std::uint8_t { Fresh, Busy, Done } state = State::Fresh;
  ConstInfo* constant = nullptr;
  DefInfo* def = nullptr;
  std::vector<ToolIndex> tools;  // of an alias
};

class Checker {
 public:
  Checker(const lang::SourceMap& sources, std::shared_ptr<lang::Arena> arena,
          const Layering& layering, lang::Diagnostics& diags);
  std::unique_ptr<TypedBundle> run(std::span<const ast::Module* const> modules);

 private:
  // ---- bundle (check.cpp)
  void add_modules(std::span<const ast::Module* const> modules);
  void check_module_names();
  void check_currency();
  void check_full_names();
  const ast::Module& ast_of(ModuleIndex index) const {
    return *bundle_.modules[static_cast<std::size_t>(index)].ast;
  }
  // Every declaration of a kind in the files where it belongs.
  template <typename Node, typename Visit>
  void for_each_decl(ast::ModuleKind module, ast::DeclKind kind, Visit&& visit) {
    for (std::size_t i = 0; i < bundle_.modules.size(); ++i) {
      if (bundle_.modules[i].ast->kind != module) continue;
      for (const ast::Decl* decl : bundle_.modules[i].ast->decls) {
        if (decl->kind == kind) visit(ast::as<Node>(*decl), static_cast<ModuleIndex>(i));
      }
    }
  }
  Diagnostic& report(Code code, Span span, std::string message) {
    return diags_.report(code, span, std::move(message));
  }
  void suggest(Diagnostic& diagnostic, std::string_view name, Span span,
               const std::vector<std::string_view>& candidates, std::string_view prefix = {});

  // ---- schema (schema.cpp, declared_types.cpp)
  void collect_enums();
  void collect_records();
  void collect_roots();
  void collect_tools();
  void resolve_records();
  void resolve_roots();
  void resolve_tools();
  void check_record_cycles();
  void check_sizes();
  void check_sizes(const std::vector<FieldInfo>& fields, std::size_t most, std::string_view owner,
                   lang::Span span, std::size_t& total);
  void check_least_sizes(const std::vector<std::uint32_t>& inner_first);
  int record_depth(std::uint32_t index, std::vector<int>& depth);
  enum class FieldOwner : std::uint8_t { Record, Root, Args };
  std::vector<FieldInfo> resolve_fields(std::span<const ast::Field> fields, FieldOwner owner,
                                        std::string_view owner_name);
  void check_wire_name(const ast::Literal& name);
  void check_field_names(const std::vector<FieldInfo>& fields, std::string_view owner_name);
  void field_default(const ast::Field& field, FieldOwner owner, FieldInfo& into);
  Diagnostic& wrong_default(const FieldInfo& field, Span span, bool outside);
  void named_default(const ast::Atom& value, FieldInfo& into);
  void literal_default(const ast::Literal& literal, FieldInfo& into);
  void field_unit(const ast::Field& field, FieldInfo& into);
  const Type* resolve_type(const ast::Type& type);
  const Type* resolve_collection(const ast::Type& type, TypeKind kind);
  const Type* resolve_bounded(const ast::Type& type, TypeKind kind);
  const Type* resolve_named(const ast::Type& type);
  std::optional<std::int64_t> bound_value(const ast::TypeBound& bound, TypeKind kind);
  std::uint32_t ordinal_or_report(EnumIndex index, const ast::Name& name, std::string_view what,
                                  std::uint32_t fallback);

  // ---- names (names.cpp)
  void collect_named();
  void check_new_name(std::string_view name, Span span, std::string_view what);
  Named* find_named(std::string_view name, ModuleIndex module);
  void resolve_constant(Named& named);
  void resolve_constant_value(Named& named, const Type* declared);
  void resolve_set_constant(ConstInfo& constant, const ast::SetLiteralExpr& value,
                            const Type* declared);
  bool constant_expr(const ast::Expr& expr) const;
  void resolve_def(Named& named);
  const std::vector<ToolIndex>& resolve_alias(Named& named);
  std::vector<ToolIndex> resolve_scope(const ast::Scope& scope, ModuleIndex module);
  void add_pattern(const ast::ToolPattern& pattern, ModuleIndex module, std::set<ToolIndex>& into);
  std::optional<std::int64_t> duration_of(const ast::DurationOrName& time, ModuleIndex module);
  void cycle(const Named& named, std::string_view what);
  std::vector<std::string_view> value_names(const ExprContext& context, const Type* hint);

  // ---- expressions (expr.cpp, path.cpp, compare.cpp)
  // Types `expr`; `hint` is the type that its place asks for, or null. Returns its flow if it is a
  // bool.
  Flow expression(const ast::Expr& expr, const Type* hint, const KeySet& present);
  Flow condition(const ast::Expr& expr, const KeySet& present);
  ExprInfo& info(const ast::Expr& expr) {
    return bundle_.modules[static_cast<std::size_t>(context_.module)].exprs[expr.id];
  }
  bool needs_hint(const ast::Expr& expr);
  void set_type(const ast::Expr& expr, const Type* type);
  void literal(const ast::LiteralExpr& expr, const Type* hint);
  void text_literal(const ast::LiteralExpr& expr, const Type* hint);
  // The type of a format literal; null if it is not canonical, which is then reported.
  const Type* format_type(const ast::Literal& literal);
  void format_literal(const ast::LiteralExpr& expr);
  void arithmetic(const ast::ArithmeticExpr& expr, const Type* hint, const KeySet& present);
  void percent_of(const ast::PercentOfExpr& expr, const KeySet& present);
  Flow connective(const ast::ConnectiveExpr& expr, const KeySet& present);
  Flow match(const ast::MatchExpr& expr, const Type* hint, const KeySet& present);
  std::optional<std::int64_t> arm_value(const ast::Atom& atom, const Type& operand);
  void check_arms(const ast::MatchExpr& expr, const Type& operand);
  void quantifier(const ast::QuantifierExpr& expr, const KeySet& present);
  void call(const ast::CallExpr& expr, const KeySet& present);
  void check_subset_arguments(const ast::Expr& argument, const ParameterInfo& parameter);

  void path(const ast::PathExpr& expr, const Type* hint, const KeySet& present);
  bool single_name(const ast::PathExpr& expr, const Type* hint);
  void use_constant(const ast::Expr& expr, Named& named);
  struct ResolvedPath {
    FactPath fact;
    Derived derived = Derived::None;
    const Type* type = nullptr;  // null: reported
    bool any_optional = false;
    std::vector<NarrowKey> keys;  // of the optional fields, outermost first
    bool sensitive = false;
  };
  ResolvedPath resolve_path(const ast::Dotted& dotted, bool for_has);
  bool path_base(const ast::Dotted& dotted, ResolvedPath& into,
                 const std::vector<FieldInfo>*& fields, std::string& key);
  const std::vector<FieldInfo>* args_fields(const ast::Dotted& dotted);
  bool same_argument_everywhere(const ast::Dotted& dotted, const FieldInfo& field);
  bool argument_of_another_tool(const ast::Dotted& dotted);
  bool derived_field(const ast::Name& name, const Type& type, ResolvedPath& into);
  void walk_fields(const ast::Dotted& dotted, std::size_t at, const std::vector<FieldInfo>* fields,
                   std::string key, ResolvedPath& into);
  Flow has(const ast::PathExpr& expr);
  void unknown_base(const ast::Dotted& dotted);
  NarrowKey key_of(const std::string& text);
  const Local* find_local(std::string_view name) const;
  bool is_root(std::string_view name) const;

  Flow compare(const ast::CompareExpr& expr, const KeySet& present);
  void operands(const ast::Expr& left, const ast::Expr& right, const KeySet& present);
  bool comparable(const ast::Expr& expr, const ast::Expr& left, const ast::Expr& right);
  bool has_order(const Type& type) const;
  bool fits_other_side(const ast::Expr& literal, const ast::Expr& other);
  void check_decided(const ast::CompareExpr& expr, const ast::Expr& left, const ast::Expr& right);
  void range(const ast::InRangeExpr& expr, const KeySet& present);
  void relation(const ast::RelationExpr& expr, const KeySet& present);
  void membership(const ast::RelationExpr& expr, const KeySet& present);
  void under(const ast::RelationExpr& expr, const KeySet& present);
  void set_relation(const ast::RelationExpr& expr, const KeySet& present);
  void matches(const ast::MatchesExpr& expr, const KeySet& present);
  // A set literal, a set constant or a set fact; its element type, given what the other side asks
  // for.
  const Type* collection(const ast::Expr& expr, const Type* element_hint, const KeySet& present,
                         bool lists_allowed);
  const Type* set_elements(const ast::SetLiteralExpr& expr, const Type* element_hint,
                           const KeySet& present);
  void duplicates(const ast::SetLiteralExpr& expr);
  Interval scaled_interval(const ast::Expr& expr, const ast::Expr& other);
  bool is_constant(const ast::Expr& expr);

  // ---- policies (policy.cpp, item.cpp, override.cpp, message.cpp)
  void check_layers();
  void collect_policies();
  void check_policy(PolicyIndex index);
  void collect_items(PolicyIndex index);
  ItemInfo& item_at(ItemIndex index) { return bundle_.items[static_cast<std::size_t>(index)]; }
  void check_item(ItemIndex index);
  [[nodiscard]] ModuleIndex policy_module(const ItemInfo& item) const;
  void resolve_item_scope(ItemInfo& item);
  // What an expression of an item may read.
  [[nodiscard]] ExprContext context_of(ExprRole role, const ItemInfo& item) const;
  void check_verdict(ItemInfo& item);
  void check_wait(ItemInfo& item);
  void check_duties(ItemInfo& item);
  // `when` and `unless`; what is known to be present after them.
  KeySet check_conditions(const ItemInfo& item, ExprRole role);
  void check_messages(const ItemInfo& item, const KeySet& present);
  void check_expires(ItemInfo& item);
  bool check_grant_scope(const ItemInfo& item);
  void check_overrides();
  void check_override(ItemInfo& item, const ast::Dotted& name);
  bool reads_host_fact(const ItemInfo& item);
  bool reads_host_fact(const ast::Expr& expr, ModuleIndex module);
  void message(const ast::Template& text, const KeySet& present);
  bool reads_sensitive(const ast::Expr& expr, ModuleIndex module);

  // ---- tables (table.cpp, table_cells.cpp)
  void collect_rows(const ast::TableDecl& decl, std::vector<ItemInfo>& items);
  void link_rows(const PolicyInfo& policy, std::size_t first_table);
  void check_table(TableIndex index);
  bool check_header(const ast::TableDecl& decl, const KeySet& present);
  bool check_input(const ast::Expr& input);
  void check_row_outcome(const ItemInfo& item);
  bool check_cells(TableInfo& table, RowInfo& row, const ast::Row& source,
                   std::set<std::size_t>& wrong_sizes);
  std::optional<CellInfo> check_cell(const ast::Cell& cell, const ast::Expr& input);
  std::optional<CellItemInfo> check_cell_item(const ast::CellItem& item, const ast::Expr& input);
  bool inside(const ast::Atom& atom, std::int64_t value, const ast::Expr& input);
  std::optional<std::int64_t> cell_atom(const ast::Atom& atom, const Type& type);
  std::optional<std::int64_t> named_cell_atom(const ast::Atom& atom, const Type& type);
  // The values of an input that are told apart one by one; empty for numbers and times.
  std::vector<std::int64_t> discrete_values(const ast::Expr& input,
                                            const std::vector<ToolIndex>& scope);
  std::string shown_case(const ast::TableDecl& decl,
                         const std::vector<std::vector<Interval>>& atoms,
                         const std::vector<std::uint32_t>& where);
  void check_cover(const TableInfo& table);

  // ---- limits and asserts (limit.cpp)
  void check_limit(ItemInfo& item, const KeySet& present);
  void check_amounts(const ItemInfo& item, const KeySet& present);
  void check_keys(const ItemInfo& item, const KeySet& present);
  void check_window(ItemInfo& item);
  void counter(const ast::Dotted& dotted, ResolvedPath& into);
  void approved(const ast::CallExpr& expr);
  void refuse_approved(const ast::Expr& expr);

  // ---- tests (tests.cpp)
  void check_tests();
  void check_fixture(const FixtureInfo& fixture);
  void check_test(const TestInfo& test);
  [[nodiscard]] bool is_layer(std::string_view name) const;
  void check_assignment(const ast::Assignment& assignment, const ToolInfo* tool);
  void check_approval(const ast::Step& step);
  void check_counters(const TestInfo& test);
  void check_data(const ast::Data& data);
  const FixtureInfo* find_fixture(std::string_view name) const;
  const ToolInfo* tool_of_fixture(const FixtureInfo& fixture, int depth) const;
  void check_expected_name(const TestInfo& test, const ast::Dotted& name);

  const lang::SourceMap& sources_;
  lang::Diagnostics& diags_;
  const Layering& layering_;
  std::unique_ptr<TypedBundle> owned_;
  TypedBundle& bundle_;
  ExprContext context_;

  std::map<std::pair<std::uint32_t, std::string_view>, Named>
      named_;  // by module (kShared for schemas) and name
  std::set<std::string_view> enum_value_names_;
  std::set<std::string_view> tool_first_segments_;
  std::set<std::string_view> patterns_;  // that were compiled
  std::size_t pattern_instructions_ = 0;
  std::unordered_map<std::string, NarrowKey> keys_;
  std::map<ModuleIndex, PolicyIndex> policy_of_module_;
  std::vector<KeySet> applies_present_;                  // by policy
  std::map<const ast::ItemDecl*, KeySet> rows_present_;  // by table

  std::map<std::string_view, const ast::EnumDecl*> enum_decls_;
  std::map<std::string_view, const ast::FieldsDecl*> record_decls_;
  std::map<std::string_view, std::vector<std::pair<const ast::FieldsDecl*, ModuleIndex>>>
      root_decls_;
  std::vector<const ast::ToolDecl*> tool_decls_;  // parallel to bundle_.tools
};

// Constants, defs and aliases of all schemas share one scope.
inline constexpr std::uint32_t kShared = 0xFFFF'FFFF;

}  // namespace remit::compiler
