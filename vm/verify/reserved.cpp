// Columns that are set aside: format 2 has a place for them, and this version of the language gives
// them no meaning. Each must be what an image without it has, so that none is passed over.

#include <algorithm>
#include <string_view>
#include <vector>

#include "vm/image/load_fault.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class ReservedChecker {
 public:
  explicit ReservedChecker(const Image& image) : image_(image) {}

  void run() {
    money();
    schema();
    items();
  }

 private:
  template <typename Row, typename Holds>
  void every(const std::vector<Row>& rows, Holds&& holds, std::string_view column) {
    const bool all = std::ranges::all_of(rows, holds);
    require(all, LoadFault::Reserved, column);
  }

  // Every amount names a currency that is there, so it names this one.
  void money() { require(image_.currencies.size() == 1, LoadFault::Reserved, "a second currency"); }

  void schema() {
    every(
        image_.types, [](const TypeRow& r) { return r.kind != TypeKind::Set || r.low == 0; },
        "the least size of a set");
    every(
        image_.fields, [](const FieldRow& r) { return r.label_slot == kNoRow; },
        "the label of an argument");
  }

  void items() {
    every(image_.items, [](const ItemRow& r) { return r.shadow == 0; }, "a shadow item");
  }

  const Image& image_;
};

}  // namespace

Verified verify_reserved(const Image& image) {
  return checked([&] { ReservedChecker(image).run(); });
}

}  // namespace remit::vm
