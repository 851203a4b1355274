// The inside of the mutator: the parts of a draft, and the mutations by what they change. Each says
// whether there was something to change.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/generator/random.h"
#include "tests/images/builder/build.h"
#include "tests/images/mutator/mutate.h"

namespace remit::images {

using generator::Random;

// A piece of code and whose it is.
struct CodePart {
  Code* code = nullptr;
  Item* item = nullptr;  // the first that it belongs to; none of `applies`
  Policy* policy = nullptr;
  bool is_condition = false;
};

// Where everything stands, until the next change.
struct Parts {
  explicit Parts(Draft& draft);

  std::vector<std::vector<Field>*> fields;
  std::vector<Policy*> policies;
  std::vector<Item*> items;
  std::vector<Policy*> policy_of;  // of each item
  std::vector<CodePart> code;

  // All of the instructions that `takes` takes.
  template <typename Takes>
  std::vector<Op*> ops(Takes takes) const {
    std::vector<Op*> found;
    for (const CodePart& part : code) {
      for (Op& op : *part.code)
        if (takes(op)) found.push_back(&op);
    }
    return found;
  }
};

// An item, or one of those that `takes` takes; null if there is none.
[[nodiscard]] inline Item* some_item(const Parts& parts, Random& random,
                                     bool (*takes)(const Item&) = nullptr) {
  std::vector<Item*> found;
  for (Item* item : parts.items)
    if (takes == nullptr || takes(*item)) found.push_back(item);
  return found.empty() ? nullptr : found[random.below(found.size())];
}

// The fields of one owner; of one that has some, if `filled`.
[[nodiscard]] inline std::vector<Field>* some_fields(const Parts& parts, Random& random,
                                                     bool filled) {
  std::vector<std::vector<Field>*> found;
  for (auto* list : parts.fields)
    if (!filled || !list->empty()) found.push_back(list);
  return found.empty() ? nullptr : found[random.below(found.size())];
}

// ---- values that turn something over

// One of the list; none of an empty one.
template <typename T>
T* one_of(std::vector<T>& list, Random& random) {
  return list.empty() ? nullptr : &list[random.below(list.size())];
}
[[nodiscard]] std::int64_t near(std::int64_t value, Random& random);
[[nodiscard]] std::string fresh_name(Random& random);
[[nodiscard]] std::string some_text(TypeKind kind, Random& random);
[[nodiscard]] Type some_type(const Draft& draft, Random& random, bool nested = true);
// A condition by itself over a fact that code of the item may read; empty if there is none.
[[nodiscard]] Code some_condition(const Draft& draft, const CodePart& part, Random& random);

// ---- schema (mutate_schema.cpp)
bool insert_field(Draft& draft, Random& random);
bool remove_field(Draft& draft, Random& random);
bool swap_fields(Draft& draft, Random& random);
bool retype(Draft& draft, Random& random);
bool interval(Draft& draft, Random& random);
bool field_flag(Draft& draft, Random& random);
bool change_default(Draft& draft, Random& random);
bool enum_values(Draft& draft, Random& random);
bool tools(Draft& draft, Random& random);

// ---- names, with what refers to them (mutate_names.cpp)
bool rename(Draft& draft, Random& random);
bool wire_name(Draft& draft, Random& random);

// ---- policies (mutate_items.cpp, mutate_bundle.cpp)
bool scope(Draft& draft, Random& random);
bool insert_item(Draft& draft, Random& random);
bool remove_item(Draft& draft, Random& random);
bool move_item(Draft& draft, Random& random);
bool kind(Draft& draft, Random& random);
bool verdict(Draft& draft, Random& random);
bool wait(Draft& draft, Random& random);
bool duties(Draft& draft, Random& random);
bool overrides(Draft& draft, Random& random);
bool expiry(Draft& draft, Random& random);
bool layers(Draft& draft, Random& random);
bool cells(Draft& draft, Random& random);
bool table_inputs(Draft& draft, Random& random);
bool limit(Draft& draft, Random& random);
bool message(Draft& draft, Random& random);
bool debug(Draft& draft, Random& random);
bool header(Draft& draft, Random& random);

// ---- code (mutate_code.cpp)
bool add_condition(Draft& draft, Random& random);
bool insert_op(Draft& draft, Random& random);
bool remove_op(Draft& draft, Random& random);
bool swap_ops(Draft& draft, Random& random);
bool opcode(Draft& draft, Random& random);
bool operand(Draft& draft, Random& random);
bool target(Draft& draft, Random& random);
bool sets(Draft& draft, Random& random);
bool pattern(Draft& draft, Random& random);

// ---- rows (mutate_rows.cpp)
// Whether the image may still be repaired: its enumerators are in range, and what is derived was
// not what was changed.
bool change_rows(vm::Image& image, Random& random);

}  // namespace remit::images
