// How often each state worth comparing occurred, so that a comparison cannot go blind unnoticed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tests/oracle/oracle.h"

namespace remit::oracle {

class Tally {
 public:
  void add(const compiler::TypedBundle& bundle, const Request& request, const Answer& answer);
  void add_steps(std::int64_t taken, std::int64_t bound);

  // One line: every state and its number.
  [[nodiscard]] std::string text() const;
  // The states that came up fewer than `least` times for every 100,000 answers; empty if none.
  [[nodiscard]] std::string rare(std::uint64_t least) const;

 private:
  void add_item(const compiler::TypedBundle& bundle, const ItemAnswer& item, const Answer& answer);
  void add_limits(const compiler::TypedBundle& bundle, const Request& request,
                  const Answer& answer);
  void count(std::string_view state, bool occurred) { seen_[state] += occurred ? 1 : 0; }

  std::uint64_t answers_ = 0;
  std::map<std::string_view, std::uint64_t> seen_;
};

}  // namespace remit::oracle
