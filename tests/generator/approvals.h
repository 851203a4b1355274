// Random approval records for one request: what people could have answered.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/typed.h"
#include "tests/generator/random.h"
#include "tests/oracle/datum.h"

namespace remit::generator {

class Approvals {
 public:
  Approvals(const compiler::TypedBundle& bundle, const oracle::Request& request,
            const oracle::Hashes& hashes, Random& random)
      : bundle_(bundle), request_(request), hashes_(hashes), random_(random) {}

  // Grants that take every seat of every item: as many as are needed, each by somebody else of the
  // people that may take it. Where the facts name too few, fewer.
  std::vector<oracle::Approval> releasing(const std::vector<compiler::ItemIndex>& waits);
  // Anything: grants and refusals, most of them with something wrong or just right.
  std::vector<oracle::Approval> any(const std::vector<compiler::ItemIndex>& waits);
  // One that counts: for a seat of `item`, by `person`.
  oracle::Approval grant(compiler::ItemIndex item, std::string_view role, std::string_view person);
  // Changes one thing, or moves it to a boundary.
  void disturb(oracle::Approval& record, compiler::ItemIndex item);

  // A refusal, of what people and clocks make of one, that mostly binds: by somebody with a seat of
  // `item` or by who asked, at any time, and of any wording.
  oracle::Approval refusal(compiler::ItemIndex item);
  // Everybody who asked, or on whose behalf.
  [[nodiscard]] std::vector<std::string> chain() const;
  // The same id, as far as persons are compared, in other letters.
  [[nodiscard]] std::string respelled(std::string id);

  [[nodiscard]] std::string new_id();
  // Who may take a seat, in any order and no two alike.
  [[nodiscard]] std::vector<std::string> people_for(std::string_view seat);

 private:
  [[nodiscard]] std::vector<std::string> asked() const;
  [[nodiscard]] std::vector<std::string> owners() const;
  [[nodiscard]] std::string_view some_seat(compiler::ItemIndex item);
  [[nodiscard]] std::int64_t number(std::string_view root, std::string_view field) const;
  void keep_in_time(const std::vector<compiler::ItemIndex>& waits);
  [[nodiscard]] oracle::Approval by_somebody_named(compiler::ItemIndex item);
  [[nodiscard]] oracle::Approval from_before(oracle::Approval record, compiler::ItemIndex item);
  void disturb_time(oracle::Approval& record, std::int64_t within);
  void disturb_person(oracle::Approval& record);
  void disturb_amount(oracle::Approval& record);

  const compiler::TypedBundle& bundle_;
  const oracle::Request& request_;
  const oracle::Hashes& hashes_;
  Random& random_;
  std::set<std::string> ids_;
  // An action is over for all that waits at the deadline of each, so nothing is older than this.
  std::int64_t oldest_ms_ = INT64_MAX;
};

}  // namespace remit::generator
