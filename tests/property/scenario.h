// One request to one engine, to be asked again with something changed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/generator/approvals.h"
#include "tests/oracle/compare.h"
#include "tests/property/bundles.h"

namespace remit::property {

inline constexpr Wide kLastMoment = 253'402'300'799'999;  // of the year 9999

// What came out of one decision.
struct Decided {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;
  Verdict before_asserts = Verdict::Deny;
  std::string text;       // the decision record without what is about the image
  nlohmann::json record;  // the same, whole

  // There was a decision: the request could be decoded.
  [[nodiscard]] bool decoded() const {
    return fault == Fault::None || fault == Fault::Expired || fault == Fault::Assert;
  }
  [[nodiscard]] bool consumes(const std::string& id) const;
};

class Scenario {
 public:
  Scenario(const Loaded& loaded, oracle::Request request, generator::Random& random);

  [[nodiscard]] Decided decide(const oracle::Request& changed) const;
  [[nodiscard]] std::string json(const oracle::Request& changed) const;
  // The fact that the engine reads, to be changed: `clock.now`.
  [[nodiscard]] static oracle::Datum& fact(const Loaded& loaded, oracle::Request& request,
                                           std::string_view root, std::string_view field);
  [[nodiscard]] Wide number(std::string_view root, std::string_view field) const;

  // The least of the deadlines of what waits.
  [[nodiscard]] Wide shortest_deadline() const;
  // Approval records for this request.
  [[nodiscard]] generator::Approvals approvals() const;

  // The waiting item whose approval a record is.
  [[nodiscard]] const compiler::ItemInfo& item_of(const oracle::Approval& record) const;

  const Loaded& loaded;
  oracle::Request request;
  generator::Random& random;
  oracle::Hashes hashes;
  // The live waits and, of these, who must approve: exactly as many as are needed.
  std::vector<compiler::ItemIndex> waits;
};

// Whether a record is of a role, which anybody may have: the other seats are for those alone whom
// the facts name.
[[nodiscard]] bool is_of_role(const oracle::Approval& record);
[[nodiscard]] bool has_seat(const ast::Party& party, std::string_view seat);

// Requests that wait and that the approvals in them release: each record is needed, and the answer
// is a permit. Stops after `wanted` of them.
void for_each_released(std::uint64_t wanted, const std::function<void(Scenario&)>& check);
// Random requests, with approvals where something in scope can wait; `wanted` for each bundle.
void for_each_request(const std::function<void(Scenario&)>& check);

// Of a request its random approvals, if something in its scope waits.
void add_approvals(Scenario& scenario);

}  // namespace remit::property
