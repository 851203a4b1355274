// What can come of one case: the verdicts of its completions, told from three truth values of each
// item, as vm/decide/verdict tells a verdict from two.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "vm/narrow/forecast.h"

namespace remit::vm {

// An unknown that takes at most so many values is tried value by value, where no cut is known.
inline constexpr std::int64_t kTriedValuesMax = 4096;

// What some completion of a case may come to, or what some were seen to.
struct Prospect {
  bool permit = false;
  bool wait = false;
  std::vector<std::uint64_t> seats;  // of waits: a bit for each seat_number

  void add(const Prospect& other);
  [[nodiscard]] bool within(const Prospect& other) const;
  [[nodiscard]] bool nothing() const { return !permit && !wait; }
  void add_seats(const Image& image, const ItemRow& wait);
};

class Outlook {
 public:
  Outlook(const Linked& linked, const Unknowns& unknowns)
      : linked_(linked),
        image_(linked.program.image()),
        plan_(linked.plan_of(unknowns.tool)),
        unknowns_(unknowns) {}

  // What completions of the case may come to: none comes to anything else.
  [[nodiscard]] Prospect of(const Domains& domains);

  // Of the case that was looked at last: what denies all of it, as in a decision record.
  [[nodiscard]] std::vector<std::string> by() const;
  // Of the same: cuts that could tell more, best first.
  [[nodiscard]] const std::vector<Split>& splits() const { return splits_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  enum class Truth : std::uint8_t { No, Maybe, Yes };

  [[nodiscard]] static Truth truth(const Estimate& estimate) {
    return !estimate.may_fail() ? Truth::Yes : !estimate.may_hold() ? Truth::No : Truth::Maybe;
  }
  [[nodiscard]] static Truth both(Truth a, Truth b) { return std::min(a, b); }
  [[nodiscard]] static Truth opposite(Truth a) {
    return a == Truth::Maybe ? a : a == Truth::No ? Truth::Yes : Truth::No;
  }

  Estimate estimate(CodeRange code, const Approvers* approvers = nullptr);
  Truth holds(CodeRange code, bool otherwise, const Approvers* approvers = nullptr);
  Truth conditions(CodeRange when, CodeRange unless, const Approvers* approvers = nullptr);
  Truth exceeded(const ItemRow& item, std::uint32_t counter);
  Truth alive(const ItemRow& item);
  Truth expired(const ItemRow& item);
  void match();
  void match_rows(const TableRow& table, std::size_t first, Truth applies);
  void lift();
  [[nodiscard]] Truth live(std::size_t position) const;
  void take_over(const Forecast& forecast, bool undecided);
  Prospect judge();
  [[nodiscard]] std::vector<std::uint32_t> forbidding(VerdictClass strictest,
                                                      const Approvers* approvers);

  const Linked& linked_;
  const Image& image_;
  const ToolPlan& plan_;
  const Unknowns& unknowns_;
  const Domains* domains_ = nullptr;
  SampleArena arena_;
  // What code that reads nothing unknown leaves, by its beginning.
  std::unordered_map<std::uint32_t, Estimate> settled_;
  std::vector<Split> splits_;
  std::vector<std::uint32_t> read_;  // by what is not decided
  std::uint64_t steps_ = 0;

  // By position in the plan.
  std::vector<Truth> matched_, lifted_;
  std::vector<Truth> applies_;           // by policy group
  std::uint32_t ungranted_ = 0;          // layers that grant in no completion
  std::vector<std::uint32_t> violated_;  // positions of asserts that deny all of the case
};

}  // namespace remit::vm
