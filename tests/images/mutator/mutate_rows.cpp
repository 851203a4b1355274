// Mutations of rows as they lie in the file: what no draft says.

#include <algorithm>
#include <type_traits>

#include "tests/images/mutator/mutate_parts.h"
#include "vm/image/row_fields.h"

namespace remit::images {

namespace {

class RowChanger {
 public:
  explicit RowChanger(Random& random) : random_(random) {}

  // Changes one number of a row.
  template <typename Row>
  void change(Row& row) {
    if constexpr (std::is_integral_v<Row> || std::is_enum_v<Row>) {
      number(row);
    } else {
      std::size_t count = 0;
      vm::fields_of(row, [&](auto&... field) { ((static_cast<void>(field), ++count), ...); });
      const std::size_t chosen = random_.below(count);
      std::size_t at = 0;
      vm::fields_of(row, [&](auto&... field) { ((at++ == chosen ? number(field) : void()), ...); });
    }
  }
  void change(std::string& text) {
    static constexpr const char* kTexts[] = {"", "\x01", "zz", "\xE2\x80\xAE", "a b"};
    text = random_.pick(kTexts);
  }
  [[nodiscard]] bool repairable() const { return repairable_; }

 private:
  template <typename T>
  void number(T& value) {
    if constexpr (vm::AnyRange<T>) {
      number(random_.percent(50) ? value.first : value.count);
    } else if constexpr (std::is_same_v<T, vm::Hash> || std::is_same_v<T, vm::CurrencyCode>) {
      value[random_.below(value.size())] ^= 1;
    } else if constexpr (std::is_enum_v<T>) {
      auto bits = static_cast<std::underlying_type_t<T>>(value);
      if constexpr (vm::AnyId<T>) {
        number(bits);
      } else {
        const unsigned values = static_cast<unsigned>(vm::last_of(value)) + 1;
        const bool wild = random_.percent(25);
        bits = static_cast<std::underlying_type_t<T>>(random_.below(values) + (wild ? values : 0));
        repairable_ = repairable_ && !wild;
      }
      value = static_cast<T>(bits);
    } else if constexpr (std::is_same_v<T, std::uint8_t>) {
      value = static_cast<std::uint8_t>(random_.percent(80) ? value ^ 1 : random_.below(4));
    } else {
      value = static_cast<T>(near(static_cast<std::int64_t>(value), random_));
    }
  }

  Random& random_;
  bool repairable_ = true;
};

}  // namespace

bool change_rows(vm::Image& image, Random& random) {
  std::size_t sections = 0;
#define REMIT_SECTION(member) sections += image.member.empty() ? 0 : 1;
#include "vm/image/sections.def"
#undef REMIT_SECTION
  RowChanger changer(random);
  // What is derived may be what changes, and then it stays so.
  bool repairable = random.percent(70);
  const std::size_t how = random.below(10);
  const auto change = [&](auto& section) {
    const std::size_t at = random.below(section.size());
    const auto place = section.begin() + static_cast<std::ptrdiff_t>(at);
    if (how == 0) {
      section.erase(place);
    } else if (how == 1) {
      section.insert(place,
                     typename std::remove_reference_t<decltype(section)>::value_type(*place));
    } else if (how == 2) {
      std::swap(*place, section[random.below(section.size())]);
    } else {
      changer.change(*place);
    }
  };
  if (how == 3 && !image.tools.empty()) {
    // A bound, and nothing but the bound.
    vm::ToolRow& tool = image.tools[random.below(image.tools.size())];
    tool.steps_bound += random.between(-1, 1);
    return false;
  }
  std::size_t chosen = random.below(sections);
#define REMIT_SECTION(member) \
  if (!image.member.empty() && chosen-- == 0) change(image.member);
#include "vm/image/sections.def"
#undef REMIT_SECTION
  return repairable && changer.repairable();
}

}  // namespace remit::images
