// `approved` in asserts: the people whose grants the decision uses, each once.
#include <fmt/format.h>

#include <set>

#include "tests/oracle/approvals.h"
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

constexpr const char* kSchema = R"(edition 1
schema approved.schema
currency USD
enum role { lead, finance }
enum signal { odd, new_device, velocity }
tool bank.pay { effect write_irreversible args { amount: money as minor } }
)";

// Two items wait, and an assert forbids one number of people.
generator::Bundle bundle_with(const std::string& assertion) {
  generator::Bundle bundle;
  bundle.sources.push_back({"schema.rule", kSchema});
  bundle.sources.push_back({"policy.rule", fmt::format(R"(edition 1
policy approved.pay

rule pay on bank.pay {{
  queue for 2 of lead and finance within 4h
  when risk.score < 100
  because "People pay"
}}
guard risky on bank.pay {{
  queue for lead within 4h
  when risk.score < 99
  because "A lead looks at it"
}}
{})",
                                                       assertion)});
  bundle.layers = {{"main", false, false}};
  bundle.manifest = generator::manifest_of(bundle.layers);
  return bundle;
}

// How many people the permit rests on, in one role or in any.
std::size_t people(const Scenario& scenario, const Decided& decided, const std::string& role) {
  std::set<std::string> people;
  for (const oracle::Approval& record : scenario.request.approvals) {
    if (decided.consumes(record.id) && (role.empty() || record.role == role))
      people.insert(oracle::folded(record.by));
  }
  return people.size();
}

TEST(Approved, CountsTheDistinctPeopleWhoseGrantsAreUsed) {
  static constexpr const char* kRoles[] = {"", "lead", "finance"};
  const Loaded free(bundle_with(""));
  std::map<std::size_t, std::uint64_t> numbers;
  for (const std::string role : kRoles) {
    for (std::size_t number = 0; number <= 5; ++number) {
      const Loaded bound(bundle_with(fmt::format(
          "assert one_number {{ never permit when approved({}) == {} }}\n", role, number)));
      generator::Random random(law_seed() + number);
      for (std::uint64_t i = 0; i < law_requests() * 10; ++i) {
        Scenario scenario(free, generator::generate_request(free.typed(), random), random);
        if (scenario.waits.empty()) continue;
        generator::Approvals approvals(free.typed(), scenario.request, scenario.hashes, random);
        scenario.request.approvals = approvals.releasing(scenario.waits);
        // One person more for some item, in one of its roles.
        for (int more = 0; more < 2 && random.percent(60); ++more) {
          scenario.request.approvals.push_back(approvals.grant(
              random.pick(scenario.waits), random.percent(50) ? "lead" : "finance", "newcomer"));
        }
        const Decided decided = scenario.decide(scenario.request);
        if (decided.verdict != Verdict::Permit) continue;
        const std::size_t counted = people(scenario, decided, role);
        ++numbers[counted];
        const Scenario again(bound, scenario.request, random);
        EXPECT_EQ(again.decide(scenario.request).fault == Fault::Assert, counted == number)
            << role << ' ' << counted << '\n'
            << scenario.json(scenario.request);
      }
    }
  }
  EXPECT_GE(numbers.size(), 4U);
}

TEST(Approved, IsZeroWhereNothingWaits) {
  generator::Bundle bundle = bundle_with("");
  bundle.sources.back().text = R"(edition 1
policy approved.pay
rule pay on bank.pay { permit when risk.score < 100 }
guard risky on bank.pay { queue for lead within 4h when risk.score >= 50 because "Risky" }
assert somebody { never permit when approved() == 0 }
)";
  const Loaded loaded(bundle);
  generator::Random random(law_seed());
  std::uint64_t asserted = 0;
  for (std::uint64_t i = 0; i < law_requests(); ++i) {
    Scenario scenario(loaded, generator::generate_request(loaded.typed(), random), random);
    add_approvals(scenario);
    const Decided decided = scenario.decide(scenario.request);
    if (decided.before_asserts != Verdict::Permit || !scenario.waits.empty()) continue;
    EXPECT_EQ(decided.fault, Fault::Assert);
    ++asserted;
  }
  EXPECT_GT(asserted, 0U);
}

}  // namespace
}  // namespace remit::property
