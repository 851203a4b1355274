// The inside of `laid_out`: a pass over a draft that writes every row. One pass asks the pools for
// everything, so that they know what they hold; the next one gets rows of the sorted pools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/images/builder/draft.h"
#include "tests/images/builder/places.h"
#include "tests/images/builder/pools.h"

namespace remit::images {

class RowWriter {
 public:
  RowWriter(const Draft& draft, const Places& places, Pools& pools)
      : draft_(draft), places_(places), pools_(pools) {}

  // First asks for the types of elements, whose rows come before all others.
  void collect_types();
  // Then for everything else.
  void collect() { write(); }
  // Then it is written.
  vm::Image run();

 private:
  // An item where it comes to lie.
  struct Placed {
    const Item* item = nullptr;
    const Policy* policy = nullptr;
    std::uint32_t policy_row = 0;
    std::string full_name;
  };
  // What a piece of code may name.
  struct Context {
    const Policy* policy = nullptr;
    const std::string* tool = nullptr;  // the first of the scope
  };

  vm::DebugStringId debug_string(std::string_view text) {
    return static_cast<vm::DebugStringId>(pools_.debug_strings.row(text));
  }
  vm::StringId string(std::string_view text) {
    return static_cast<vm::StringId>(pools_.strings.row(text));
  }
  template <typename T>
  static std::uint32_t size(const T& list) {
    return static_cast<std::uint32_t>(list.size());
  }

  void write();
  void order();
  void schema();
  vm::RangeOf<vm::FieldRow> fields(const std::vector<Field>& fields,
                                   const std::vector<std::uint32_t>* slots);
  TypeKey type_key(const Type& type);
  vm::TypeId type(const Type& type);
  [[nodiscard]] std::uint32_t currency_row(std::string_view code) const;
  // The row that a type of this kind names.
  [[nodiscard]] std::uint32_t ref(TypeKind kind, std::string_view of) const;
  [[nodiscard]] std::uint32_t enum_row(std::string_view name) const;
  [[nodiscard]] std::uint32_t record_row(std::string_view name) const;
  [[nodiscard]] std::uint32_t tool_row(std::string_view name) const;
  [[nodiscard]] std::uint32_t item_row(std::string_view full_name) const;
  [[nodiscard]] Context context(const Placed& placed) const;

  void policies();
  void item(const Placed& placed);
  void verdict(const Placed& placed, vm::ItemRow& row);
  void scope(const Item& item, vm::ItemRow& row);
  void cells(const Item& item, vm::ItemRow& row);
  void tables();
  vm::RangeOf<vm::InputRow> inputs(const std::vector<Input>& inputs);
  vm::TemplateId message(const std::optional<Template>& message);

  void all_code();
  vm::CodeRange code(const Code& code, const Context& context);
  vm::Instruction instruction(const Op& op, const Context& context, std::string_view record);
  std::uint32_t set(const Set& set);
  [[nodiscard]] std::uint32_t limit(std::string_view name, const Context& context) const;

  void debug();
  void pools();

  const Draft& draft_;
  const Places& places_;
  Pools& pools_;
  vm::Image image_;
  std::vector<vm::CurrencyRow> currencies_;
  std::vector<const Enum*> enums_;
  std::vector<const Record*> records_;
  std::vector<const Tool*> tools_;
  std::vector<std::vector<const Policy*>> policies_;  // by layer
  std::vector<Placed> items_;
  std::vector<std::size_t> tables_;  // of the draft, in the order of their rows
  std::vector<std::pair<const Input*, Context>> inputs_;  // as image_.inputs
};

}  // namespace remit::images
