// What another bundle would have said to the requests of a log: `remit replay LOG --against
// BUNDLE`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <remit/internal/wide.h>
#include <remit/replay.h>
#include "cli/console.h"

namespace remit::cli {

// How far two records of one request are apart.
struct Answer {
  // `permit`, `queue`, `escalate`, `deny`, or `invalid` for a request that was refused before any
  // item was asked.
  std::string kind;
  std::string by;  // the deciding items, or the fault and its place
};

// Collects changes line by line. Memory grows with the kinds of changes and with tenants, not with
// the log.
class AgainstReport {
 public:
  explicit AgainstReport(Replay& replay);

  void add(const LogLine& line);
  void print(Console& console) const;
  // The same, for programs.
  void write(nlohmann::ordered_json& json) const;
  // Some answer is another one.
  [[nodiscard]] bool changed() const { return verdicts_ > 0 || newly_invalid_ > 0; }
  // Some answer is not known.
  [[nodiscard]] bool undecided() const { return unknown_ > 0; }
  [[nodiscard]] std::uint64_t decided() const {
    return same_ + reasons_ + verdicts_ + newly_invalid_;
  }

 private:
  struct Change {
    std::uint64_t count = 0;
    std::map<std::pair<std::string, std::string>, std::uint64_t> by;  // before and after
    std::map<std::string, std::uint64_t> tenants;
    std::map<std::string, Wide> money;  // micros by what they are: `spend.cost`
  };

  void add_money(const LogLine& line, Change& change) const;
  [[nodiscard]] std::string money_text(Wide micros) const;
  void print_change(const std::pair<int, int>& kinds, const Change& change, Console& console) const;

  Replay& replay_;
  std::string currency_;
  std::uint64_t same_ = 0, reasons_ = 0, verdicts_ = 0, newly_invalid_ = 0, unknown_ = 0;
  std::map<std::pair<int, int>, Change> changes_;  // by kinds before and after, as they are strict
  std::map<std::string, std::uint64_t> gaps_;      // why answers are not known
};

}  // namespace remit::cli
