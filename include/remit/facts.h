// The facts of one request: a tool, its arguments and what the host knows, each in its slot.
//
// Made by Engine::facts, filled by `set` or by Engine::decide_json, read by Engine::decide. A Facts
// belongs to one thread at a time and is meant to be reused (`reset`). It copies what it is given,
// holds nothing of a decision, and keeps the program it was made for alive. One that was moved from
// holds nothing: binding returns false, and deciding denies.
//
// Binding checks each value against its slot's type, bounds and format, exactly as decoding does. A
// failed binding returns false and is remembered: the decision is then a deny with
// `engine.invalid_request`, and its answer has the place of the first failure in decoding order. A
// slot that is not of these facts comes before all: `(slot of another image)`, `(slot of another
// tool)`, or `(slot of no image)` for one that no engine gave out. A binding beyond
// limits::kBoundBytesMax, or without memory for its text, fails like any other; recording its path
// may throw std::bad_alloc.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <remit/api.h>
#include <remit/approval.h>

namespace remit::inline v0 {

class Engine;

// An integral type, or bool, every value of which is an std::int64_t; no character.
template <typename T>
concept FitsInt64 =
    std::integral<T> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t> &&
    (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t)) &&
    sizeof(T) <= sizeof(std::int64_t);

// The place of a fact in the Facts of one load of an image, found once by name with Engine::slot.
// The slot of a host fact is good for all tools of the image, that of an argument for its tool. One
// that is made without an engine belongs to no image, and binds nothing.
class SlotId {
 public:
  SlotId() = default;
  friend bool operator==(const SlotId&, const SlotId&) = default;

 private:
  friend class SlotAccess;
  std::uint32_t load_ = 0;  // which load of an image; 0: none
  std::uint32_t number_ = 0;
  std::uint16_t tool_ = 0;  // of an argument
};

// A field of an element, as a host binds it: an absent optional, a number or a text, each as
// Facts::set takes it. Of a record in the element any number says that it is there.
using FactValue = std::variant<std::monostate, std::int64_t, std::string_view>;

class REMIT_API Facts {
 public:
  struct State;  // the engine's
  Facts(Facts&&) noexcept;
  Facts& operator=(Facts&&) noexcept;
  ~Facts();

  // bool, int, money, duration and timestamp (ms), timeofday (seconds), enum (ordinal), tool
  // (number). Money is micros whatever its unit in a request: 20 is USD 0.000020, and money(20) is
  // USD 20; with no more decimals than its unit has. No floating point, of which a fraction would
  // be lost, and no integral type that can hold more.
  bool set(SlotId slot, std::int64_t integer);
  template <FitsInt64 Integer>
  bool set(SlotId slot, Integer integer) {
    return set(slot, static_cast<std::int64_t>(integer));
  }
  template <typename Other>
    requires(std::is_arithmetic_v<Other> && !FitsInt64<Other>)
  bool set(SlotId slot, Other number) = delete;
  bool set(SlotId slot, std::nullptr_t) = delete;
  // Text of string, id and the formats; of an enum value or a tool its wire name; of an opaque its
  // JSON text, where `null` makes an optional one absent. A null pointer fails to bind.
  bool set(SlotId slot, std::string_view text);
  bool set(SlotId slot, const char* text);
  // The elements of a set or list of scalars, in any order.
  bool set(SlotId slot, std::span<const std::int64_t> integers);
  bool set(SlotId slot, std::span<const std::string_view> texts);
  // A list of records: `rows` times the record's flattened fields in declared order. Texts are
  // copied. Elements that have a list or set of their own are not bound, only decoded.
  bool set_rows(SlotId slot, std::span<const FactValue> fields, std::size_t rows);
  // Marks a record as present, or any optional as absent; what is not optional is then as if it had
  // not been bound. The fields of a present record are set one by one; a record that is not
  // optional is present once one of them is.
  bool set_present(SlotId record);
  bool set_absent(SlotId slot);

  // The counter of a limit of the tool by its full name, not negative: a number, micros or ms.
  bool set_counter(std::string_view limit, std::int64_t used);
  // What a person answered; at most limits::kApprovalsMax.
  bool add_approval(const Approval& approval);

  // Forgets every fact and begins a request for another tool (by wire name) of the same engine.
  void reset(std::string_view tool);

 private:
  friend class FactsAccess;
  explicit Facts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Money of whole units and micros: money(20, 500'000) is 20.50. |units| at most 9.2e12; overflow is
// not checked.
template <FitsInt64 Units, FitsInt64 Micros = std::int64_t>
[[nodiscard]] constexpr std::int64_t money(Units units, Micros micros = 0) {
  return static_cast<std::int64_t>(units) * 1'000'000 + static_cast<std::int64_t>(micros);
}

}  // namespace remit::inline v0
