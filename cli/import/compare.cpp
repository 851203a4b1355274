#include "cli/import/compare.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <remit/internal/wide.h>
#include <remit/limits.h>
#include <remit/type.h>
#include "cli/import/names.h"
#include "cli/import/scalar_types.h"
#include "stdlib/integer.h"
#include "stdlib/money.h"

namespace remit::cli {

namespace {

// What a type is written as in a request.
enum class Written : std::uint8_t { Bool, Integer, Number, Text, Array, Object, TextOrObject, Any };

// A type in one of the two files.
struct Side {
  const SchemaFile& file;
  const ast::Type& type;
  std::string_view unit = {};  // of money: `minor`, or empty

  [[nodiscard]] std::optional<TypeKind> kind() const {
    const std::string_view name = type.name.text;
    if (file.enumeration(name) != nullptr) return TypeKind::Enum;
    if (file.record(name) != nullptr) return TypeKind::Record;
    return kind_spelled(name);
  }
};

// The numbers of a type: values of an int, bytes of a text, elements of a collection.
struct Bounds {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

Bounds bounds_of(const Side& side, TypeKind kind) {
  const ast::Type& type = side.type;
  const auto given = [](const ast::TypeBound& bound, std::int64_t otherwise) {
    return bound.present ? bound.literal.integer : otherwise;
  };
  if (kind == TypeKind::Int) return {given(type.low, INT64_MIN), given(type.high, INT64_MAX)};
  if (kind == TypeKind::String) return {0, given(type.high, limits::kStringBytesDefault)};
  return {given(type.low, 0), given(type.high, 0)};
}

Written written(const Side& side, TypeKind kind) {
  switch (form_of(kind)) {
    case TypeForm::Bool: return Written::Bool;
    case TypeForm::Number:
      if (kind == TypeKind::Int) return Written::Integer;
      if (kind != TypeKind::Money) return Written::Text;
      switch (stdlib::money_unit(side.unit)) {
        case stdlib::MoneyUnit::Minor: return Written::Integer;
        case stdlib::MoneyUnit::Major: return Written::Number;
        case stdlib::MoneyUnit::Text: return Written::Text;
        case stdlib::MoneyUnit::None: return Written::TextOrObject;
      }
      return Written::Any;
    case TypeForm::PlainText:
    case TypeForm::Format:
    case TypeForm::Enum:
    case TypeForm::Tool: return Written::Text;
    case TypeForm::Opaque: return Written::Any;
    case TypeForm::Record: return Written::Object;
    case TypeForm::Collection: return Written::Array;
  }
  return Written::Any;
}

// A default as it is written, of an enum as it is in JSON.
std::string default_of(const SchemaFile& file, const ast::Field& field) {
  const ast::Atom* value = field.default_value;
  if (value == nullptr) return "none";
  const ast::EnumDecl* declared = value->is_literal || field.type == nullptr
                                      ? nullptr
                                      : file.enumeration(field.type->name.text);
  if (declared != nullptr) {
    for (const ast::EnumValue& one : declared->values) {
      if (one.name.text == value->name.parts.back().text) return string_literal(wire_name_of(one));
    }
  }
  return std::string(file.text_of(value->span));
}

class Comparison {
 public:
  explicit Comparison(std::int64_t text_bytes_assumed) : text_bytes_assumed_(text_bytes_assumed) {}

  void fields(const SchemaFile& file, const ast::Field& kept, const SchemaFile& manifest,
              const ast::Field& given);
  std::vector<Difference> found;

 private:
  void types(const Side& kept, const Side& given);
  void bounds(const Side& kept, const Side& given, TypeKind kind);
  void enums(const Side& kept, const Side& given);
  void records(const Side& kept, const Side& given);
  void add(Direction direction, std::string text) {
    found.push_back({direction, where_.empty() ? text : fmt::format("`{}`: {}", where_, text)});
  }
  void add_types(Direction direction, const Side& kept, const Side& given) {
    add(direction,
        fmt::format("the manifest has `{}`, the file `{}`", given.file.text_of(given.type.span),
                    kept.file.text_of(kept.type.span)));
  }

  const std::int64_t text_bytes_assumed_;
  std::string where_;  // within the argument: `payees.account`
};

void Comparison::bounds(const Side& kept, const Side& given, TypeKind kind) {
  const Bounds ours = bounds_of(kept, kind), theirs = bounds_of(given, kind);
  // What import assumed is no bound of the manifest.
  const std::int64_t assumed = kind == TypeKind::String ? text_bytes_assumed_
                               : is_collection(kind)    ? kListElementsAssumed
                                                        : INT64_MAX;
  const bool is_open = theirs.high == assumed;
  std::string text;
  if (kind == TypeKind::Int) {
    text = fmt::format("the manifest allows {} to {}, the file {} to {}", theirs.low, theirs.high,
                       ours.low, ours.high);
  } else if (kind == TypeKind::String) {
    text = fmt::format("the manifest allows {} bytes, the file {}", theirs.high, ours.high);
  } else {
    text = fmt::format("the manifest allows {} to {} elements, the file {} to {}", theirs.low,
                       theirs.high, ours.low, ours.high);
  }
  const bool narrower = ours.low > theirs.low || ours.high < theirs.high;
  const bool wider = ours.low < theirs.low || (ours.high > theirs.high && !is_open);
  if (wider) {
    add(narrower ? Direction::Other : Direction::FileIsWider, text);
  } else if (narrower) {
    add(Direction::FileIsNarrower, text);
  }
}

void Comparison::enums(const Side& kept, const Side& given) {
  const ast::EnumDecl& ours = *kept.file.enumeration(kept.type.name.text);
  const ast::EnumDecl& theirs = *given.file.enumeration(given.type.name.text);
  const auto missing = [this](const ast::EnumDecl& from, const ast::EnumDecl& in,
                              Direction direction, std::string_view message) {
    for (const ast::EnumValue& value : from.values) {
      const auto is_it = [&](const ast::EnumValue& other) {
        return wire_name_of(other) == wire_name_of(value);
      };
      if (std::ranges::none_of(in.values, is_it))
        add(direction, fmt::format("{} {}", message, string_literal(wire_name_of(value))));
    }
  };
  missing(theirs, ours, Direction::FileIsNarrower, "the manifest alone has the value");
  missing(ours, theirs, Direction::FileIsWider, "the file alone has the value");
}

void Comparison::records(const Side& kept, const Side& given) {
  const ast::FieldsDecl& ours = *kept.file.record(kept.type.name.text);
  const ast::FieldsDecl& theirs = *given.file.record(given.type.name.text);
  const auto find = [](const ast::FieldsDecl& record, std::string_view wire) {
    const auto found = std::ranges::find(
        record.fields, wire, [](const ast::Field& field) { return wire_name_of(field); });
    return found == record.fields.end() ? nullptr : &*found;
  };
  const std::string before = where_;
  for (const ast::Field& field : theirs.fields) {
    const std::string_view wire = wire_name_of(field);
    if (const ast::Field* own = find(ours, wire)) {
      where_ = before.empty() ? std::string(wire) : fmt::format("{}.{}", before, wire);
      fields(kept.file, *own, given.file, field);
      where_ = before;
    } else {
      add(field.optional ? Direction::FileIsNarrower : Direction::Other,
          fmt::format("the manifest alone has the field {}{}", string_literal(wire),
                      field.optional ? "" : ", which is required"));
    }
  }
  for (const ast::Field& field : ours.fields) {
    const std::string_view wire = wire_name_of(field);
    if (find(theirs, wire) == nullptr)
      add(Direction::FileIsWider,
          fmt::format("the file alone has the field {}", string_literal(wire)));
  }
}

void Comparison::types(const Side& kept, const Side& given) {
  const auto ours = kept.kind(), theirs = given.kind();
  if (!ours) {
    return add(Direction::Other,
               fmt::format("the type `{}` of the file is not declared in it, so it is not compared",
                           kept.type.name.text));
  }
  if (!theirs || *theirs == TypeKind::Opaque) return;
  const Written our_form = written(kept, *ours), their_form = written(given, *theirs);
  const bool numbers = our_form == Written::Number && their_form == Written::Integer;
  const bool object = our_form == Written::TextOrObject &&
                      (their_form == Written::Text || their_form == Written::Object);
  if (our_form != their_form && !numbers && !object)
    return add_types(our_form == Written::Any ? Direction::FileIsWider : Direction::Other, kept,
                     given);
  if (*ours == TypeKind::Enum && *theirs == TypeKind::Enum) return enums(kept, given);
  if (*ours == TypeKind::Record && *theirs == TypeKind::Record) return records(kept, given);
  if (is_collection(*ours)) {
    // A set is a list without duplicates.
    if (*ours == TypeKind::List && *theirs == TypeKind::Set)
      add(Direction::FileIsWider, "the manifest has a set, the file a list");
    bounds(kept, given, *ours);
    if (kept.type.element == nullptr || given.type.element == nullptr) return;
    const std::string before = std::exchange(where_, where_ + "[]");
    types({kept.file, *kept.type.element}, {given.file, *given.type.element});
    where_ = before;
    return;
  }
  if (*ours == *theirs) {
    if (*ours == TypeKind::Int || *ours == TypeKind::String) bounds(kept, given, *ours);
    return;
  }
  // A text or an integer of the manifest may be any type that is written so.
  if (*theirs == TypeKind::String || *theirs == TypeKind::Int) return;
  add_types(*ours == TypeKind::String ? Direction::FileIsWider : Direction::Other, kept, given);
}

void Comparison::fields(const SchemaFile& file, const ast::Field& kept, const SchemaFile& manifest,
                        const ast::Field& given) {
  if (kept.optional && !given.optional && given.default_value == nullptr)
    add(Direction::FileIsWider, "it is required in the manifest, and optional in the file");
  // A default of the file stands in for what is absent, and is passed on.
  const bool may_be_absent = given.optional || given.default_value != nullptr;
  if (may_be_absent && !kept.optional && kept.default_value == nullptr)
    add(Direction::FileIsNarrower, "it is optional in the manifest, and required in the file");
  const std::string ours = default_of(file, kept), theirs = default_of(manifest, given);
  if (given.default_value != nullptr && ours != theirs) {
    add(Direction::FileIsNarrower,
        fmt::format("the default of the manifest is `{}`, of the file `{}`", theirs, ours));
  }
  if (kept.type != nullptr && given.type != nullptr)
    types({file, *kept.type, kept.unit.text}, {manifest, *given.type, given.unit.text});
}

}  // namespace

std::vector<Difference> compare_fields(const SchemaFile& file, const ast::Field& kept,
                                       const SchemaFile& manifest, const ast::Field& given,
                                       std::int64_t text_bytes_assumed) {
  Comparison comparison(text_bytes_assumed);
  comparison.fields(file, kept, manifest, given);
  return std::move(comparison.found);
}

}  // namespace remit::cli
