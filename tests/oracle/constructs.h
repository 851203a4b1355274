// Which constructs of the language came out both ways, bundle by bundle: a construct that random
// bundles hardly use, or that never fails in them, is compared with nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace remit::oracle {

class Constructs {
 public:
  // Of the bundle at hand. `name` lives as long as the program.
  void note(std::string_view name, bool holds) { seen_.emplace(name, holds); }
  void end_bundle();

  // The constructs of the language that came out both ways in fewer than `least` of every hundred
  // bundles; empty if none.
  [[nodiscard]] std::string rare(std::uint64_t least) const;

 private:
  std::set<std::pair<std::string_view, bool>> seen_;
  std::map<std::string_view, std::uint64_t> bundles_;  // by construct, where both came out
  std::uint64_t all_ = 0;
};

// Of this thread; what evaluates notes it here.
[[nodiscard]] Constructs& constructs();

}  // namespace remit::oracle
