// Where facts stand. Shown before anything is laid out by it.

#include <algorithm>
#include <optional>
#include <string_view>

#include <remit/limits.h>

#include "vm/load_fault.h"
#include "vm/verify.h"

namespace remit::vm {

namespace {

class SlotChecker {
 public:
  explicit SlotChecker(const Image& image) : image_(image) {}

  Verified run() {
    host_slots();
    argument_slots();
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  void require(bool condition, LoadFault fault, std::string_view detail) {
    if (!condition && !error_) error_ = load_error(fault, 0, detail);
  }
  std::string_view text(StringId id) const { return image_.strings[static_cast<std::size_t>(id)]; }

  void host_slots() {
    std::uint32_t next = kFirstHostSlot;
    for (const RootRow& root : image_.roots) {
      for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
        require(image_.fields[i].slot == next, LoadFault::BadSlot, text(image_.fields[i].name));
        next += slots_of(image_, image_.fields[i].type);
      }
    }
    require(next <= limits::kSlotsMax, LoadFault::BadBound, "facts");
    first_argument_ = next;
  }

  // The slots of one tool's arguments lie above the host's and do not overlap.
  void argument_slots() {
    for (const ToolRow& tool : image_.tools) {
      std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;
      for (std::uint32_t i = tool.args.first; i < tool.args.first + tool.args.count; ++i) {
        const std::uint32_t first = image_.fields[i].slot,
                            count = slots_of(image_, image_.fields[i].type);
        require(first >= first_argument_ && first <= limits::kSlotsMax, LoadFault::BadSlot,
                text(image_.fields[i].name));
        taken.emplace_back(first, first + count);
      }
      std::ranges::sort(taken);
      for (std::size_t i = 1; i < taken.size(); ++i)
        require(taken[i - 1].second <= taken[i].first, LoadFault::BadSlot, "arguments overlap");
    }
  }

  const Image& image_;
  std::uint32_t first_argument_ = 0;
  std::optional<LoadError> error_;
};

}  // namespace

Verified verify_slots(const Image& image) { return SlotChecker(image).run(); }

}  // namespace remit::vm
