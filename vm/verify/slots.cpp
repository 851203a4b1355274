// Where facts stand, and that there is room for them. Shown before anything is laid out by it.

#include <algorithm>
#include <string_view>
#include <vector>

#include <remit/limits.h>

#include "vm/image/load_fault.h"
#include "vm/image/record_sizes.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class SlotChecker {
 public:
  explicit SlotChecker(const Image& image) : image_(image), sizes_(record_sizes(image)) {}

  void run() {
    records();
    lists();
    smallest_values();
    host_slots();
    argument_slots();
  }

 private:
  [[nodiscard]] std::string_view text(StringId id) const { return image_[id]; }
  [[nodiscard]] std::uint64_t values(const FieldRow& field) const {
    return values_of(image_, sizes_, field.type);
  }

  void records() {
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      const std::string_view name = text(image_.records[i].name);
      require(sizes_[i].depth <= limits::kRecordDepthMax, LoadFault::RecordDepth, name);
      require(sizes_[i].values <= limits::kRecordValuesMax, LoadFault::TooManyValues, name);
      const RangeOf<FieldRow> fields = image_.records[i].fields;
      for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f)
        require(image_.fields[f].slot == 0, LoadFault::BadSlot, text(image_.fields[f].name));
    }
  }

  void lists() {
    for (const TypeRow& type : image_.types) {
      if (!is_collection(type.kind)) continue;
      const std::uint64_t each = values_of(image_, sizes_, static_cast<TypeId>(type.ref));
      require(each * static_cast<std::uint64_t>(type.high) <= limits::kListValuesMax,
              LoadFault::TooManyValues, "a collection");
    }
  }

  // The fewest values that a request must hold for a field of this type.
  [[nodiscard]] std::uint64_t fewest_of(const std::vector<std::uint64_t>& of_records,
                                        TypeId id) const {
    const TypeRow& type = image_[id];
    if (type.kind == TypeKind::Record) return of_records[type.ref];
    if (!is_collection(type.kind)) return 1;
    return 1 + static_cast<std::uint64_t>(type.low) *
                   fewest_of_element(of_records, image_.element_of(type));
  }
  static std::uint64_t fewest_of_element(const std::vector<std::uint64_t>& of_records,
                                         const TypeRow& element) {
    return element.kind == TypeKind::Record ? of_records[element.ref] : 1;
  }

  // Lists inside the elements of lists multiply: one that no request can hold is refused, since
  // whoever writes a value of each type would not end.
  void smallest_values() {
    constexpr std::uint64_t kTooMany = limits::kRequestBytesMax + 1;
    std::vector<std::uint64_t> fewest(sizes_.size(), 1);
    for (int depth = 1; depth <= limits::kRecordDepthMax; ++depth) {
      for (std::size_t i = 0; i < sizes_.size(); ++i) {
        if (sizes_[i].depth != depth) continue;
        const RangeOf<FieldRow> fields = image_.records[i].fields;
        for (std::uint32_t f = fields.first; f < fields.first + fields.count; ++f) {
          if (image_.fields[f].optional == 0) fewest[i] += fewest_of(fewest, image_.fields[f].type);
        }
        fewest[i] = std::min(fewest[i], kTooMany);
      }
    }
    for (std::size_t i = 0; i < image_.types.size(); ++i)
      require(fewest_of(fewest, static_cast<TypeId>(i)) < kTooMany, LoadFault::NoValueFits,
              "a type");
  }

  void host_slots() {
    std::uint64_t next = kFirstHostSlot;
    for (const RootRow& root : image_.roots) {
      for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
        require(image_.fields[i].slot == next, LoadFault::BadSlot, text(image_.fields[i].name));
        next += values(image_.fields[i]);
      }
    }
    require(next - kFirstHostSlot <= limits::kSlotsMax, LoadFault::TooManyValues, "host facts");
    first_argument_ = next;
  }

  // The slots of one tool's arguments lie above the host's and do not overlap.
  void argument_slots() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;
    for (const ToolRow& tool : image_.tools) {
      taken.clear();
      std::uint64_t total = first_argument_ - kFirstHostSlot;
      for (std::uint32_t i = tool.args.first; i < tool.args.first + tool.args.count; ++i) {
        const std::uint64_t first = image_.fields[i].slot, count = values(image_.fields[i]);
        require(first >= first_argument_ && first + count <= 2 * limits::kSlotsMax,
                LoadFault::BadSlot, text(image_.fields[i].name));
        taken.emplace_back(first, first + count);
        total += count;
      }
      require(total <= limits::kSlotsMax, LoadFault::TooManyValues, text(tool.name));
      std::ranges::sort(taken);
      for (std::size_t i = 1; i < taken.size(); ++i)
        require(taken[i - 1].second <= taken[i].first, LoadFault::BadSlot, "arguments overlap");
    }
  }

  const Image& image_;
  const std::vector<RecordSize> sizes_;
  std::uint64_t first_argument_ = 0;
};

}  // namespace

Verified verify_slots(const Image& image) {
  return checked([&] { SlotChecker(image).run(); });
}

}  // namespace remit::vm
