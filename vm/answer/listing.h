// The rooms of the listing of an image (vm/answer/disassemble.h): names and values, schema, code,
// items.
//
// A block begins with what it is about; the facts under it are indented, a label and a value. Each
// function writes one block or one fact, whatever value its row has: a number that names nothing is
// shown as the number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vm/image/image.h"
#include "vm/image/layout.h"

namespace remit::vm {

struct Listed {
  const Image& image;
  const Layout& layout;

  [[nodiscard]] const std::string& text(StringId id) const { return image[id]; }
};

// ---- names and values (listing_values.cpp)

// Bare where it is spelled like a name; else quoted.
[[nodiscard]] std::string shown_name(std::string_view name);
[[nodiscard]] std::string shown_name(const Listed& listed, StringId name);
// `shop.refunds.large`
[[nodiscard]] std::string shown_item(const Listed& listed, ItemId item);
[[nodiscard]] std::string shown_tool(const Listed& listed, ToolId tool);
// `43 args.amount`
[[nodiscard]] std::string shown_slot(const Listed& listed, ToolId tool, std::uint32_t slot);
// The value of an enum that the engine knows by name: `role`, `class`.
[[nodiscard]] std::string shown_ordinal(const Listed& listed, std::string_view enumeration,
                                        std::int64_t ordinal);
// `support_lead`, `requester`
[[nodiscard]] std::string shown_seat(const Listed& listed, const SeatRow& seat);
// An integral value of a kind and its `ref`, as in a TypeRow; the number where the type has no such
// value. Money without a `ref` is in the default currency.
[[nodiscard]] std::string shown_integer(const Listed& listed, TypeKind kind, std::uint32_t ref,
                                        std::int64_t value);
// `enum plan`, `money USD`
[[nodiscard]] std::string shown_kind(const Listed& listed, TypeKind kind, std::uint32_t ref);
// A type with its bounds: `list<part>(0..=3)`
[[nodiscard]] std::string shown_type(const Listed& listed, TypeId type);
[[nodiscard]] std::string shown_time(std::int64_t ms);
[[nodiscard]] std::string shown_hash(const Hash& hash);

// A label is so wide at least, with the space behind it.
inline constexpr std::size_t kLabelWidth = 14;
// The text with spaces behind it, at least `width` bytes.
[[nodiscard]] std::string padded(std::string text, std::size_t width);
void append_fact(std::string_view label, std::string_view value, std::string& text);

// ---- blocks

// Currencies, enums, records, roots and tools; sets (listing_schema.cpp).
void append_schema(const Listed& listed, std::string& text);
void append_sets(const Listed& listed, std::string& text);

// The fact `label: value` and the code under it; nothing where there is no code. `tool` is one that
// the code runs for: its arguments name the slots above the host's (listing_code.cpp).
void append_code(const Listed& listed, ToolId tool, CodeRange code, std::string_view label,
                 std::string_view value, std::string& text);

// Layers, policies and their items (listing_items.cpp). `append_detail` writes what a row of a
// table or a limit has besides (listing_details.cpp).
void append_policies(const Listed& listed, std::string& text);
void append_detail(const Listed& listed, ItemId item, ToolId tool, std::string& text);

}  // namespace remit::vm
