// Pools: sets and patterns are sorted, operands name constants that are there, and every constant
// is used.

#include <algorithm>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <remit/limits.h>
#include "vm/image/row_fields.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class PoolChecker {
 public:
  explicit PoolChecker(const Image& image)
      : image_(image),
        strings_(image.strings.size()),
        integers_(image.integers.size()),
        sets_(image.sets.size()),
        patterns_(image.patterns.size()) {}

  void run() {
    set_rows();
    patterns();
    columns();
    code();
    require(strings_.all(), LoadFault::UnusedConstant, "string");
    require(integers_.all(), LoadFault::UnusedConstant, "integer");
    require(sets_.all(), LoadFault::UnusedConstant, "set");
    require(patterns_.all(), LoadFault::UnusedConstant, "pattern");
  }

 private:
  void set_rows() {
    std::uint32_t next = 0;
    for (const SetRow& set : image_.sets) {
      tile(set.elements, next, image_.set_elements.size(), "set_elements");
      // An arm of a match may have every value of its enum.
      const std::size_t most =
          set.kind == TypeKind::Enum ? limits::kEnumValuesMax : limits::kSetLiteralMax;
      require(set.elements.count >= 1 && set.elements.count <= most, LoadFault::BadBound, "set");
      reference(image_, set.kind, set.ref, "type of a set");
      const bool text = set.element != ElementKind::Integer;
      require(text ? is_text(set.kind) : is_integral(set.kind), LoadFault::BadReference,
              "kind of a set");
      require(set.element != ElementKind::Cidr || set.kind == TypeKind::Ip, LoadFault::BadReference,
              "kind of a set");
      elements(set, text);
    }
    complete(next, image_.set_elements.size(), "set_elements");
    for (std::size_t i = 1; i < image_.sets.size(); ++i)
      require(before(image_.sets[i - 1], image_.sets[i]), LoadFault::NotSorted, "sets");
  }

  void elements(const SetRow& set, bool text) {
    const auto values = image_.rows(set.elements);
    for (std::size_t i = 0; i < values.size(); ++i) {
      require(i == 0 || values[i - 1] < values[i], LoadFault::NotSorted, "elements of a set");
      if (!text) continue;
      require(values[i] >= 0 && values[i] < static_cast<std::int64_t>(image_.strings.size()),
              LoadFault::BadReference, "element of a set");
      strings_.add(string_of(values[i]));
    }
  }

  [[nodiscard]] bool before(const SetRow& a, const SetRow& b) const {
    const auto kind = [](const SetRow& set) {
      return std::tuple(set.element != ElementKind::Integer, set.element == ElementKind::Cidr,
                        set.kind, set.ref);
    };
    if (kind(a) != kind(b)) return kind(a) < kind(b);
    return std::ranges::lexicographical_compare(image_.rows(a.elements), image_.rows(b.elements));
  }

  void patterns() {
    for (std::size_t i = 0; i < image_.patterns.size(); ++i) {
      require(image_.has(image_.patterns[i]), LoadFault::BadReference, "pattern");
      require(i == 0 || image_.patterns[i - 1] < image_.patterns[i], LoadFault::NotSorted,
              "patterns");
    }
  }

  // Whatever names a string by its type, and the defaults, which name one by their kind.
  void columns() {
    for_each_column(image_, [this](const auto& column) {
      if constexpr (std::is_same_v<decltype(column), const StringId&>) {
        if (image_.has(column)) strings_.add(column);
      }
    });
    for (const FieldRow& field : image_.fields) {
      if (field.default_row == kNoRow) continue;
      (is_text(image_[field.type].kind) ? strings_ : integers_).add(field.default_row);
    }
  }

  void code() {
    const auto mark = [](Marks& used, std::uint32_t row, std::string_view what) {
      require(row < used.size(), LoadFault::BadOperand, what);
      used.add(row);
    };
    for (const Instruction& instruction : image_.code) {
      const Operand operand = info(instruction.opcode).c;
      if (operand == Operand::String) mark(strings_, instruction.c, "string");
      if (operand == Operand::Integer) mark(integers_, instruction.c, "integer");
      if (operand == Operand::Set) mark(sets_, instruction.c, "set");
      if (operand == Operand::Pattern) mark(patterns_, instruction.c, "pattern");
    }
  }

  const Image& image_;
  Marks strings_, integers_, sets_, patterns_;  // that something uses
};

}  // namespace

Verified verify_pools(const Image& image) {
  return checked([&] { PoolChecker(image).run(); });
}

}  // namespace remit::vm
