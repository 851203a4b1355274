// A value of a request as a host reads it: by kind, with names in place of the engine's numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <remit/type.h>

namespace remit::inline v0 {

struct NamedValue;

struct TypedValue {
  TypeKind kind{};
  // The field is `@sensitive`, or lies in one that is: not to be shown or logged.
  bool sensitive = false;
  // Of a bool 0 or 1, an int, money in micros, a duration in ms, a timestamp in ms since 1970, a
  // timeofday in seconds; of an enum value its ordinal in the schema.
  std::int64_t integer = 0;
  // Of a string, an id and the formats; of an enum value or a tool its wire name; of an opaque its
  // JSON text.
  std::string text;
  std::vector<TypedValue> elements;  // of a set (in the order of its encoding) or list
  std::vector<NamedValue> fields;    // of a record, declared order; absent ones are left out
};

struct NamedValue {
  std::string name;  // on the wire
  TypedValue value;
};

}  // namespace remit::inline v0
