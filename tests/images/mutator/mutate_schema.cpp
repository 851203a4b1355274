// Mutations of enums, records, host facts and tools.

#include <algorithm>
#include <functional>

#include "stdlib/time.h"
#include "tests/generator/pools.h"
#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

namespace {

Field* some_field(Draft& draft, Random& random, const std::function<bool(const Field&)>& takes) {
  const Parts parts(draft);
  std::vector<Field*> found;
  for (auto* list : parts.fields) {
    for (Field& field : *list)
      if (takes(field)) found.push_back(&field);
  }
  return found.empty() ? nullptr : found[random.below(found.size())];
}

}  // namespace

// ---- fields

bool insert_field(Draft& draft, Random& random) {
  auto* list = some_fields(Parts(draft), random, false);
  if (list == nullptr) return false;
  if (random.percent(3) && !draft.records.empty() && !draft.roots.empty()) {
    // More values than there may be: a long list of large records.
    Record& record = *one_of(draft.records, random);
    for (int i = 0; i < 80; ++i)
      record.fields.push_back(make_field("m" + std::to_string(i), plain(TypeKind::Bool)));
    one_of(draft.roots, random)
        ->fields.push_back(make_field("many", list_of(record_type(record.name), 0, 4096)));
    return true;
  }
  Field field = make_field(fresh_name(random), {});
  field.type = some_type(draft, random);
  if (random.percent(40)) field.row.optional = 1;
  list->insert(list->begin() + static_cast<std::ptrdiff_t>(random.below(list->size() + 1)), field);
  return true;
}

bool remove_field(Draft& draft, Random& random) {
  auto* list = some_fields(Parts(draft), random, true);
  if (list == nullptr) return false;
  list->erase(list->begin() + static_cast<std::ptrdiff_t>(random.below(list->size())));
  return true;
}

bool swap_fields(Draft& draft, Random& random) {
  const Parts parts(draft);
  auto *from = some_fields(parts, random, true), *to = some_fields(parts, random, false);
  if (from == nullptr) return false;
  if (random.percent(60)) {
    std::swap(*one_of(*from, random), *one_of(*from, random));
  } else if (from != to) {
    to->push_back(from->back());
    from->pop_back();
  }
  return true;
}

bool retype(Draft& draft, Random& random) {
  Field* field = some_field(draft, random, [](const Field&) { return true; });
  if (field == nullptr) return false;
  field->type = some_type(draft, random);
  // A default of the old type would be the one thing that is wrong.
  if (random.percent(70)) field->default_integer.reset(), field->default_text.reset();
  return true;
}

bool interval(Draft& draft, Random& random) {
  Field* field = some_field(draft, random, [](const Field& field) {
    return field.type.kind == TypeKind::Int || field.type.kind == TypeKind::Money ||
           field.type.kind == TypeKind::String || is_collection(field.type.kind) ||
           field.type.kind == TypeKind::Duration || field.type.kind == TypeKind::Enum;
  });
  if (field == nullptr) return false;
  if (random.percent(2)) {
    // Lists of full lists: more than a request can hold.
    for (auto* list : Parts(draft).fields) {
      for (Field& one : *list)
        if (one.type.kind == TypeKind::List) one.type.low = one.type.high = 4096;
    }
    return true;
  }
  Type* type = &field->type;
  if (!type->element.empty() && random.percent(20)) type = &type->element[0];
  std::int64_t& end = random.percent(50) ? type->low : type->high;
  end = near(end, random);
  return true;
}

bool field_flag(Draft& draft, Random& random) {
  Field* field = some_field(draft, random, [](const Field&) { return true; });
  if (field == nullptr) return false;
  const std::size_t choice = random.below(4);
  if (choice < 2) field->row.optional ^= 1;
  if (choice == 2) field->row.sensitive ^= 1;
  if (choice == 3) {
    field->row.unit = static_cast<vm::MoneyUnit>(random.below(4));
    field->row.unit_digits = 0;
    if (field->row.unit != vm::MoneyUnit::None)
      field->row.unit_digits = static_cast<std::uint8_t>(random.below(7));
    if (field->row.unit == vm::MoneyUnit::Minor && !draft.currencies.empty())
      field->row.unit_digits = draft.currencies[0].minor_digits;
  }
  return true;
}

bool change_default(Draft& draft, Random& random) {
  Field* field =
      some_field(draft, random, [](const Field& field) { return is_scalar(field.type.kind); });
  if (field == nullptr) return false;
  if (random.percent(70)) field->row.optional = 0;
  if (random.percent(20)) {
    field->default_integer.reset();
    field->default_text.reset();
  } else if (is_text(field->type.kind)) {
    field->default_text = some_text(random.percent(90) ? field->type.kind : TypeKind::Url, random);
  } else {
    field->default_integer = near(random.percent(50) ? field->type.low : field->type.high, random);
  }
  return true;
}

// ---- enums and tools

bool enum_values(Draft& draft, Random& random) {
  Enum* one = one_of(draft.enums, random);
  if (one == nullptr) return false;
  auto& values = one->values;
  const auto place = [&](std::size_t room) {
    return values.begin() + static_cast<std::ptrdiff_t>(random.below(room));
  };
  switch (random.below(6)) {
    case 0: {
      const EnumValue value{{}, fresh_name(random)};
      values.insert(place(values.size() + 1), value);
      break;
    }
    case 1:
      if (values.empty()) return false;
      values.erase(place(values.size()));
      break;
    case 2:
      if (values.empty()) return false;
      std::swap(*one_of(values, random), *one_of(values, random));
      break;
    case 3: one->row.ordered ^= 1; break;
    case 4:
      if (values.empty()) return false;
      one_of(values, random)->row.platform ^= 1;
      break;
    default: {
      if (values.empty()) return false;
      Enum& other = *one_of(draft.enums, random);
      EnumValue value = values.back();
      values.pop_back();
      other.values.push_back(std::move(value));
    }
  }
  return true;
}

bool tools(Draft& draft, Random& random) {
  Tool* tool = one_of(draft.tools, random);
  if (tool == nullptr) return false;
  switch (random.below(5)) {
    case 0: {
      Tool copy = *tool;
      copy.wire_name = copy.name = "x." + fresh_name(random);
      for (Item* item : Parts(draft).items)
        if (random.percent(50)) item->scope.push_back(copy.name);
      draft.tools.push_back(std::move(copy));
      break;
    }
    case 1: {
      const std::string gone = tool->name;
      draft.tools.erase(draft.tools.begin() + (tool - draft.tools.data()));
      for (Item* item : Parts(draft).items) std::erase(item->scope, gone);
      break;
    }
    case 2: {
      std::uint32_t* const classes[] = {&tool->row.effect, &tool->row.reads, &tool->row.clearance};
      *random.pick(classes) = static_cast<std::uint32_t>(random.below(7));
      break;
    }
    case 3: tool->row.undo_ms = random.percent(50) ? -1 : near(0, random); break;
    default:
      if (tool->results.empty() || random.percent(60))
        tool->results.push_back(tool->results.empty() || random.percent(80)
                                    ? fresh_name(random)
                                    : random.pick(tool->results));
      else
        tool->results.pop_back();
  }
  return true;
}

}  // namespace remit::images
