// The emitter's inside, shared by emit.cpp (schema, pools, order) and items.cpp (policies).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "compiler/emit/emit.h"
#include "compiler/emit/expr_emitter.h"

namespace remit::compiler {

class Emitter {
 public:
  Emitter(const ir::Bundle& bundle, const Heading& heading, const std::vector<std::int64_t>& bounds,
          const lang::SourceMap& sources, std::string_view root)
      : bundle_(bundle),
        typed_(*bundle.typed),
        heading_(heading),
        bounds_(bounds),
        sources_(sources),
        root_(root),
        slots_(typed_),
        code_(bundle, slots_, pools_, image_.code) {}

  vm::Image run();

 private:
  // Until `renumber`, string, integer, set and pattern references are rows of the unsorted pools.
  vm::StringId string(std::string_view text) {
    return static_cast<vm::StringId>(pools_.string(text));
  }
  void header();
  void enums();
  void types();
  void collect_types(const Type& type);
  [[nodiscard]] vm::TypeId type_row(const Type& type) const {
    return static_cast<vm::TypeId>(type_rows_.at(key_of(type)));
  }
  using TypeKey = std::tuple<TypeKind, std::uint32_t, std::int64_t, std::int64_t>;
  [[nodiscard]] TypeKey key_of(const Type& type) const;
  vm::RangeOf<vm::FieldRow> fields(const std::vector<FieldInfo>& fields, bool is_root,
                                   std::uint32_t root, bool is_args);
  void schema();
  void tools();
  void policies();
  void item(const ItemInfo& info, const ir::Item& conditions, vm::PolicyId policy);
  void cells(const ItemInfo& info, vm::ItemRow& row);
  void tables();
  void limits();
  void inputs();
  std::uint32_t input(ir::NodeId value);
  void clauses_of_items();
  void cell_clauses(ItemIndex index, std::vector<vm::ClauseRow>& clauses);
  void waits(const ItemInfo& info, vm::ItemRow& row);
  void duties(const ItemInfo& info, vm::ItemRow& row);
  vm::TemplateId message(const std::optional<ir::Message>& message);
  [[nodiscard]] bool is_quoted(ir::NodeId id) const;
  [[nodiscard]] bool reads_args(ir::NodeId id) const;
  vm::CodeRange condition(const std::optional<ir::NodeId>& id, bool negated,
                          std::vector<vm::ClauseRow>& clauses);
  void emit_templates();
  void renumber();
  vm::DebugStringId debug_string(std::string_view text);
  vm::DebugStringId debug_path(const lang::SourceFile& file) {
    const std::string_view path = file.path();
    return debug_string(path.starts_with(root_) ? path.substr(root_.size()) : path);
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  const Heading& heading_;
  const std::vector<std::int64_t>& bounds_;
  const lang::SourceMap& sources_;
  std::string_view root_;
  vm::Image image_;
  Pools pools_;
  SlotMap slots_;
  ExprEmitter code_;
  std::map<TypeKey, std::uint32_t> type_rows_;
  std::map<std::string, vm::DebugStringId, std::less<>> debug_strings_;
  std::vector<std::vector<vm::ClauseRow>> policy_clauses_, item_clauses_, table_clauses_;
  std::vector<ir::NodeId> inputs_;  // as image_.inputs, whose code comes later
};

}  // namespace remit::compiler
