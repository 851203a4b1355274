// Values into slots: one set of checks for facts that a host binds and for facts that are decoded
// from JSON (docs/reference/language.md, section 15.3).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vm/decide/facts_state.h"

namespace remit::vm {

// One value of a scalar or opaque type, checked and, if text, canonicalised and copied. Nothing if
// it is not of the type. Integral values of enums and tools are ordinals and numbers.
[[nodiscard]] std::optional<Value> value_of_integer(const Linked& linked, const TypeRow& type,
                                                    std::int64_t integer);
// The same of a field, which as money in a unit has no more decimals than that: nothing else could
// be written in the request that is executed.
[[nodiscard]] std::optional<Value> value_of_integer(const Linked& linked, const FieldRow& field,
                                                    std::int64_t integer);
// Text of string, id and the formats; the name of an enum value or (wire) name of a tool; a
// duration, timestamp or timeofday in its wire form; the JSON text of an opaque.
[[nodiscard]] std::optional<Value> value_of_text(Facts::State& state, const TypeRow& type,
                                                 std::string_view text);
// The same of a field: the `null` of an optional opaque is absence, as in a request.
[[nodiscard]] std::optional<Value> value_of_text(Facts::State& state, const FieldRow& field,
                                                 std::string_view text);
// An opaque whose text is known to be one JSON value without white space.
[[nodiscard]] std::optional<Value> value_of_packed_json(Facts::State& state, const TypeRow& type,
                                                        std::string_view packed);

// How many values the elements of a collection need room for: a set may need its elements twice
// (vm/decide/set_order.h).
[[nodiscard]] std::size_t room_for(const TypeRow& type, const TypeRow& element, std::size_t count);
// A set of these elements, sorted in place as their encodings stand; nothing if two are equal. The
// order of merging may be put behind them.
[[nodiscard]] std::optional<Value> set_of(const Linked& linked, const TypeRow& element,
                                          std::span<Value> elements);

// An enum value in encodings, by its name; and in requests, records and messages.
[[nodiscard]] std::string_view enum_value_name(const Image& image, const TypeRow& type,
                                               std::int64_t ordinal);
[[nodiscard]] std::string_view enum_wire_name(const Image& image, const TypeRow& type,
                                              std::int64_t ordinal);

// Where a slot stands in decoding order: host facts as numbered, then arguments as declared.
[[nodiscard]] std::uint64_t decoding_order(const Linked& linked, ToolId tool, std::uint32_t slot);

// An undeclared name as a path shows it: a long one is cut at a character, and ends with `…`.
[[nodiscard]] std::string cut_name(std::string_view name);

}  // namespace remit::vm
