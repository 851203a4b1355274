// What holds of rows of any kind.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "vm/image/image.h"
#include "vm/verify/refusal.h"

namespace remit::vm {

// Which rows of a section something names.
class Marks {
 public:
  explicit Marks(std::size_t rows) : marked_(rows) {}

  template <typename Id>
  void add(Id id) {
    marked_[static_cast<std::size_t>(id)] = true;
  }
  [[nodiscard]] bool has(std::size_t row) const { return marked_[row]; }
  [[nodiscard]] std::size_t size() const { return marked_.size(); }
  [[nodiscard]] bool all() const { return std::ranges::find(marked_, false) == marked_.end(); }

 private:
  std::vector<bool> marked_;
};

// A range, whosever rows it names.
struct Rows {
  template <typename Row>
  Rows(RangeOf<Row> range)  // NOLINT(google-explicit-constructor): any range is one
      : first(range.first), count(range.count) {}

  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

// Rows of one section follow one another without gaps: each range begins where the last one ended.
inline void tile(Rows range, std::uint32_t& next, std::size_t size, std::string_view section) {
  require(range.first == next && range.count <= size - std::min<std::size_t>(next, size),
          LoadFault::BadRange, section);
  next += range.count;
}
inline void complete(std::uint32_t next, std::size_t size, std::string_view section) {
  require(next == size, LoadFault::UnusedRows, section);
}
// What a row says of a type beside its kind: of an enum or a record its row, of money its currency,
// of anything else nothing.
inline void reference(const Image& image, TypeKind kind, std::uint32_t ref, std::string_view what) {
  const std::optional<std::size_t> rows = kind == TypeKind::Enum     ? image.enums.size()
                                          : kind == TypeKind::Record ? image.records.size()
                                          : kind == TypeKind::Money
                                              ? std::optional(image.currencies.size())
                                              : std::nullopt;
  require(rows ? ref < *rows : ref == kNoRow, LoadFault::BadReference, what);
}
inline void flag(std::uint8_t value, std::string_view what) {
  require(value <= 1, LoadFault::BadEnumerator, what);
}

}  // namespace remit::vm
