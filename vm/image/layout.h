// Which fact stands in which slot.
//
// Slots 0 to 4 are the root `tool`. The fields of the host roots follow, in the order of the rows:
// one slot for a scalar, collection or opaque; for a record one slot for itself, which says only
// whether it is there, and then its fields, flattened. The arguments of a tool have the slots that
// their rows name, above the host's. The elements of a list of records are rows of the record's
// fields flattened in the same way.
//
// When a record is absent, all slots under it are absent too.
//
// Records are not written out for every argument that has one: a layout takes a few words for each
// row of the schema, and a slot inside a record is found from the row that holds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/image/image.h"
#include "vm/image/tool_set.h"

namespace remit::vm {

inline constexpr std::uint32_t kNoSlot = 0xFFFF'FFFF;

struct SlotInfo {
  TypeId type{};
  bool optional = false;  // itself; what lies under an optional record may be absent as well
  std::uint32_t parent = kNoSlot;  // the slot of the record around it
  std::uint32_t field = kNoRow;    // its row of Image::fields; none for the root `tool`
  bool is_field_of_root = false;   // `risk.score`, not `actor.on_behalf_of.id`
};

// A row of Image::fields where it is laid out.
struct FieldShape {
  TypeId type{};
  bool optional = false;
  std::uint32_t record = kNoRow;  // of a record
  std::uint32_t width = 1;        // slots that it takes
  // Where it stands among the values of its root, arguments or record: of a root's field or an
  // argument its slot, of a record's field the slots of those before it.
  std::uint32_t offset = 0;
};

// An argument of a tool.
struct Argument {
  std::uint32_t slot = 0;
  std::uint32_t field = kNoRow;
  std::uint32_t tools = 0;  // row of Layout::argument_tools
};

// Enums that the engine itself reads, kNoRow where the image has none of the name.
struct EngineEnums {
  std::uint32_t effect = kNoRow, classes = kNoRow, role = kNoRow;
};

// The tables of an image whose rows are in range (verify_slots checks that first).
struct Layout {
  std::vector<FieldShape> fields;          // by row of Image::fields
  std::vector<RangeOf<FieldRow>> records;  // rows of `fields`
  std::vector<std::uint32_t> row_widths;   // by record: slots of its fields, which an element takes
  std::vector<SlotInfo> host;              // by slot, the root `tool` included
  std::vector<Argument> arguments;         // of all tools, by slot within a tool
  std::vector<RangeOf<Argument>> arguments_of;  // by tool
  // Tools that have one argument alike, in its slot, name, type and whether it may be absent, and
  // so also in all that lies inside.
  std::vector<ToolSet> argument_tools;
  // Of these, the tools in which the argument is marked: what one may not show, none may.
  std::vector<ToolSet> sensitive_tools;
  std::vector<ToolSet> limit_tools;  // by row of Image::limits: the tools that it covers
  EngineEnums enums;

  [[nodiscard]] bool is_host(std::uint32_t slot) const { return slot < host.size(); }
  // The slot of a fact of a tool; nothing if the tool has none there.
  [[nodiscard]] std::optional<SlotInfo> find(ToolId tool, std::uint32_t slot) const;
  // The argument that a slot is or lies in; null if the tool has none there.
  [[nodiscard]] const Argument* argument_at(ToolId tool, std::uint32_t slot) const;
  // A flattened field of the elements of a list of records; its parent counts from the element.
  [[nodiscard]] std::optional<SlotInfo> element_field(std::uint32_t record,
                                                      std::uint32_t offset) const;
  // `args.amount`, `actor.on_behalf_of.id`; kNoSlot if the tool has none.
  [[nodiscard]] std::uint32_t find_path(const Image& image, ToolId tool,
                                        std::string_view path) const;
  // The path of a slot as a fault names it, in wire names.
  [[nodiscard]] std::string path_of(const Image& image, ToolId tool, std::uint32_t slot) const;
  // One past the last slot of a tool.
  [[nodiscard]] std::uint32_t slot_count(ToolId tool) const;

 private:
  friend Layout make_layout(const Image& image);
  [[nodiscard]] std::optional<SlotInfo> inside(std::uint32_t field, std::uint32_t first,
                                               std::uint32_t slot) const;
  [[nodiscard]] std::uint32_t field_at(std::uint32_t record, std::uint32_t offset) const;
};

[[nodiscard]] Layout make_layout(const Image& image);

}  // namespace remit::vm
