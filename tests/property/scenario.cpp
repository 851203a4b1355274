#include "tests/property/scenario.h"

#include <algorithm>

#include "tests/oracle/match.h"
#include "vm/decide/decide.h"

namespace remit::property {

using oracle::Request;

namespace {

// How many bundles are tried for one request that waits.
constexpr std::uint64_t kBundlesMax = 1'000'000;
constexpr int kRequestsPerBundle = 40;
constexpr int kReleasedPerBundle = 5;

}  // namespace

bool Decided::consumes(const std::string& id) const {
  return std::ranges::find(record["consume"], nlohmann::json(id)) != record["consume"].end();
}

Scenario::Scenario(const Loaded& with, Request asked, generator::Random& from)
    : loaded(with), request(std::move(asked)), random(from) {
  Facts facts = loaded.engine.facts({});
  const Decision decision = loaded.engine.decide_json(json(request), facts);
  if (decision.fault() == Fault::Halted || decision.fault() == Fault::MissingFact) return;
  hashes = oracle::hashes_of(loaded.engine, facts);
  for (const oracle::ItemAnswer& item : oracle::decide(loaded.typed(), request, hashes).items) {
    if (item.wait) waits.push_back(item.index);
  }
}

std::string Scenario::json(const Request& changed) const {
  return generator::to_json(loaded.typed(), changed, random);
}

Decided Scenario::decide(const Request& changed) const {
  Facts facts = loaded.engine.facts({});
  const Decision decision = loaded.engine.decide_json(json(changed), facts);
  Decided result;
  result.verdict = decision.verdict();
  result.fault = decision.fault();
  const std::string record = loaded.engine.record(facts, decision).value();
  result.record = nlohmann::json::parse(record);
  result.text = record.substr(0, record.find("\"image\":"));
  if (!result.decoded()) return result;
  const vm::Outcome outcome = vm::evaluate_again(FactsAccess::state(facts)).outcome;
  result.before_asserts =
      outcome.ground == vm::Ground::Asserted ? outcome.forbidden : outcome.verdict;
  return result;
}

oracle::Datum& Scenario::fact(const Loaded& loaded, Request& request, std::string_view root,
                              std::string_view field) {
  return generator::host_fact(loaded.typed(), request, root, field);
}

Wide Scenario::number(std::string_view root, std::string_view field) const {
  return oracle::engine_fact(loaded.typed(), request, root, field).integer;
}

Wide Scenario::shortest_deadline() const {
  Wide shortest = INT64_MAX;
  for (const compiler::ItemIndex index : waits)
    shortest = std::min<Wide>(shortest, loaded.typed().item(index).within_ms);
  return shortest;
}

generator::Approvals Scenario::approvals() const {
  return {loaded.typed(), request, hashes, random};
}

const compiler::ItemInfo& Scenario::item_of(const oracle::Approval& record) const {
  const auto found = std::ranges::find_if(waits, [&](compiler::ItemIndex index) {
    const compiler::ItemInfo& item = loaded.typed().item(index);
    return hashes.requirements.at(loaded.typed().full_name(item)) == record.requirement;
  });
  return loaded.typed().item(*found);
}

bool is_of_role(const oracle::Approval& record) { return !stdlib::named_seat(record.role); }

bool has_seat(const ast::Party& party, std::string_view seat) {
  return std::ranges::find(party.seats, seat, &ast::Name::text) != party.seats.end();
}

void for_each_released(std::uint64_t wanted, const std::function<void(Scenario&)>& check) {
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < kBundlesMax && found < wanted; ++i) {
    generator::Random random(law_seed() + i);
    const Loaded loaded(generator::generate_bundle(random));
    int here = 0;
    for (int r = 0; r < kRequestsPerBundle && here < kReleasedPerBundle && found < wanted; ++r) {
      Scenario scenario(loaded, generator::generate_request(loaded.typed(), random), random);
      if (scenario.waits.empty()) continue;
      scenario.request.approvals = scenario.approvals().releasing(scenario.waits);
      if (scenario.request.approvals.size() + 4 > limits::kApprovalsMax) continue;
      if (scenario.decide(scenario.request).verdict != Verdict::Permit) continue;
      ++here;
      ++found;
      check(scenario);
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "bundle " << law_seed() + i << '\n' << scenario.json(scenario.request);
        return;
      }
    }
  }
  EXPECT_EQ(found, wanted);
}

void add_approvals(Scenario& scenario) {
  std::vector<compiler::ItemIndex> items = scenario.waits;
  const compiler::TypedBundle& typed = scenario.loaded.typed();
  for (std::size_t i = 0; i < typed.items.size() && items.empty(); ++i) {
    if (scenario.hashes.requirements.contains(typed.full_name(typed.items[i])))
      items.push_back(static_cast<compiler::ItemIndex>(i));
  }
  if (items.empty()) return;
  generator::Approvals approvals = scenario.approvals();
  scenario.request.approvals =
      scenario.random.percent(40) ? approvals.releasing(items) : approvals.any(items);
}

void for_each_request(const std::function<void(Scenario&)>& check) {
  for (std::uint64_t i = 0; i < law_bundles(); ++i) {
    generator::Random random(law_seed() + i);
    const Loaded loaded(generator::generate_bundle(random));
    for (std::uint64_t r = 0; r < law_requests(); ++r) {
      Scenario scenario(loaded, generator::generate_request(loaded.typed(), random), random);
      if (random.percent(60)) add_approvals(scenario);
      check(scenario);
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "bundle " << law_seed() + i << '\n' << scenario.json(scenario.request);
        return;
      }
    }
  }
}

}  // namespace remit::property
