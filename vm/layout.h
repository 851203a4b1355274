// Which fact stands in which slot.
//
// Slots 0 to 4 are the root `tool`. The fields of the host roots follow, in the order of the rows:
// one slot for a scalar, collection or opaque; for a record one slot for itself, which says only
// whether it is there, and then its fields, flattened. The arguments of a tool have the slots that
// their rows name, above the host's. The elements of a list of records are rows of the record's
// fields flattened in the same way.
//
// When a record is absent, all slots under it are absent too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/image.h"

namespace remit::vm {

inline constexpr std::uint32_t kNoSlot = 0xFFFF'FFFF;

struct SlotInfo {
  TypeId type{};
  bool optional = false;  // itself; what lies under an optional record may be absent as well
  std::uint32_t parent = kNoSlot;  // the slot of the record around it
  std::uint32_t field = kNoRow;    // its row of Image::fields; none for the root `tool`
  bool is_field_of_root = false;   // `risk.score`, not `actor.on_behalf_of.id`

  friend bool operator==(const SlotInfo&, const SlotInfo&) = default;
};

// Slots of one kind of place: the host, a tool's arguments, or a record's elements.
struct SlotTable {
  std::uint32_t first = 0;
  std::vector<SlotInfo> slots;  // from `first` on; a gap between arguments has no field

  [[nodiscard]] bool has(std::uint32_t slot) const {
    return slot >= first && slot - first < slots.size() &&
           (slots[slot - first].field != kNoRow || slot < kFirstHostSlot);
  }
  [[nodiscard]] const SlotInfo& at(std::uint32_t slot) const { return slots[slot - first]; }
};

// The tables of an image whose rows are in range (verify_meaning checks that first).
struct Layout {
  SlotTable host;                   // the root `tool` included
  std::vector<SlotTable> args;      // by tool
  std::vector<SlotTable> elements;  // by record: the flattened fields of one row of a list
  TypeId tool_types[5]{};           // types of the root `tool`, where such a type row exists

  // The slot of a fact of a tool, or null.
  [[nodiscard]] const SlotInfo* find(ToolId tool, std::uint32_t slot) const;
  // `args.amount`, `actor.on_behalf_of.id`; kNoSlot if the tool has none.
  [[nodiscard]] std::uint32_t find_path(const Image& image, ToolId tool,
                                        std::string_view path) const;
  // The path of a slot as a fault names it, in wire names.
  [[nodiscard]] std::string path_of(const Image& image, ToolId tool, std::uint32_t slot) const;
  // One past the last slot of a tool.
  [[nodiscard]] std::uint32_t slot_count(ToolId tool) const;
};

[[nodiscard]] Layout make_layout(const Image& image);

// Slots that a field of this type takes.
[[nodiscard]] std::uint32_t slots_of(const Image& image, TypeId type);

}  // namespace remit::vm
