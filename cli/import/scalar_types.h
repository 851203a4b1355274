// JSON Schema to the types of Remit: what is neither a list nor an object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/type.h>
#include "cli/import/schema_view.h"

namespace remit::cli {

// Where a manifest gives no bound, these hold. They are generous for real calls and keep the static
// bound finite.
inline constexpr std::int64_t kTextBytesAssumed = 4096;
inline constexpr std::int64_t kListElementsAssumed = 100;
inline constexpr std::int64_t kOpaqueBytesAssumed = 16384;

struct ImportOptions {
  std::int64_t text_bytes = kTextBytesAssumed;  // of a text without `maxLength`
  bool numbers_are_integers = false;            // `number` is an int; else it is carried as opaque
  bool effects_by_hints = false;                // effects are what the server says of its tools
};

struct EnumValueName {
  std::string name;
  std::string wire;
};

struct ImportedType {
  TypeKind kind = TypeKind::Opaque;
  std::string text;                   // `list<string(1024)>(0..=100)`
  std::int64_t low = 0, high = 0;     // of an int its values, of a string its bytes
  std::vector<EnumValueName> values;  // of an enum
  std::vector<std::string> notes;     // what a person must know: for comments beside it
  bool nullable = false;
  std::size_t slots = 1;  // what one value takes when it is laid out
};

// The type that an author spells so; an enum or a record has a name of its own.
[[nodiscard]] std::optional<TypeKind> kind_spelled(std::string_view word);

[[nodiscard]] ImportedType opaque_type(std::string why);

// Declares `enum NAME { … }` with this body, or finds an equal one: its name.
using DeclareEnum = std::function<std::string(const std::string& body)>;

// What a schema of one of these types becomes. Each asks `schema` for all that it expresses.
[[nodiscard]] ImportedType string_type(SchemaView& schema, const ImportOptions& options,
                                       const DeclareEnum& declare);
[[nodiscard]] ImportedType integer_type(SchemaView& schema);
[[nodiscard]] ImportedType number_type(SchemaView& schema, const ImportOptions& options);
[[nodiscard]] ImportedType boolean_type(SchemaView& schema);

// `value` as a default of the type, as an author writes it; nothing if it is none.
[[nodiscard]] std::optional<std::string> default_text(const ImportedType& type, const Json& value);

// The number that a keyword gives, which is then expressed; nothing if it gives none.
[[nodiscard]] std::optional<AroundNumber> number_at(SchemaView& schema, std::string_view keyword);

}  // namespace remit::cli
