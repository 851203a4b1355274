// What is said of a request that is not complete is never refuted by a complete one.
#include <algorithm>

#include "tests/property/scenario.h"
#include "vm/decide/decide.h"
#include "vm/decide/names.h"

namespace remit::property {
namespace {

// Forgets some of what a request says: facts of the host, arguments, counters, approvals.
class Forgetting {
 public:
  Forgetting(Facts::State& facts, generator::Random& random)
      : facts_(facts),
        random_(random),
        image_(facts.linked->program.image()),
        layout_(facts.linked->program.layout()) {}

  void run() {
    const auto chance = static_cast<int>(random_.pick(std::vector<int>{10, 50, 90, 100}));
    for (const vm::RootRow& root : image_.roots) fields(root.fields, chance);
    if (random_.percent(70))
      fields(image_[facts_.tool].args, 100);
    else
      fields(image_[facts_.tool].args, chance);
    for (Value& counter : facts_.counters) {
      if (random_.percent(50)) counter = Value::none();
    }
    facts_.approvals.clear();
  }

 private:
  void fields(vm::RangeOf<vm::FieldRow> range, int chance) {
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      const std::uint32_t first = image_.fields[i].slot;
      if (!random_.percent(chance)) continue;
      // All of it, or one place inside.
      const std::uint32_t width = layout_.fields[i].width;
      const bool part = width > 1 && random_.percent(40);
      const std::uint32_t one = static_cast<std::uint32_t>(random_.below(width));
      for (std::uint32_t slot = 0; slot < width; ++slot) {
        if (!part || slot == one) facts_.slots[first + slot] = Value::none();
      }
    }
  }

  Facts::State& facts_;
  generator::Random& random_;
  const vm::Image& image_;
  const vm::Layout& layout_;
};

// The seats of the live waits of decided facts.
std::vector<std::string_view> seats_asked(Facts& facts) {
  const Facts::State& state = FactsAccess::state(facts);
  const vm::Image& image = state.linked->program.image();
  std::vector<std::string_view> seats;
  vm::Evaluation found = vm::evaluate_again(state);
  const vm::Findings findings = vm::findings_of(state, found);
  vm::for_each_live(findings, [&](std::size_t position) {
    if (!vm::is_wait(findings.item(position))) return;
    for (const vm::PartyRow& party : image.rows(findings.item(position).parties)) {
      for (const vm::SeatRow& seat : image.rows(party.seats))
        seats.push_back(vm::seat_name(*state.linked, seat));
    }
  });
  return seats;
}

TEST(Narrow, NoRequestRefutesWhatIsSaidOfLess) {
  std::uint64_t permits = 0, waits = 0, nevers = 0, exact = 0, all = 0;
  for_each_request([&](Scenario& scenario) {
    // Each is as much work as many decisions.
    if (!scenario.random.percent(10)) return;
    const Engine& engine = scenario.loaded.engine;
    const std::string json = scenario.json(scenario.request);
    Facts whole = engine.facts({}), part = engine.facts({});
    const Decision decision = engine.decide_json(json, whole);
    static_cast<void>(engine.decide_json(json, part));
    if (decision.fault() != Fault::None) return;
    Facts::State& state = FactsAccess::state(part);
    Forgetting(state, scenario.random).run();
    const std::vector<ToolPossibility> possible = engine.possible(part);
    for (const ToolPossibility& one : possible) {
      ++all;
      exact += one.exact;
      nevers += one.never();
    }
    const ToolPossibility& said = possible.at(static_cast<std::size_t>(state.tool));
    const std::vector<std::string_view> seats = seats_asked(whole);
    if (decision.verdict() == Verdict::Deny) return;
    if (seats.empty()) {
      ++permits;
      EXPECT_TRUE(said.permit) << said.tool;
      return;
    }
    // Whoever is asked in vain need not be foreseen: where an assert forbids what was agreed to, or
    // the facts name too few people for a seat.
    const auto is_named = [](std::string_view seat) {
      return stdlib::named_seat(seat).has_value();
    };
    const bool may_be_in_vain =
        !state.linked->plan_of(state.tool).asserts.empty() || std::ranges::any_of(seats, is_named);
    if (decision.verdict() != Verdict::Permit && may_be_in_vain) return;
    ++waits;
    EXPECT_TRUE(said.wait) << said.tool;
    for (const std::string_view seat : seats)
      EXPECT_NE(std::ranges::find(said.roles, seat), said.roles.end()) << seat;
  });
  EXPECT_GT(permits, 0U);
  EXPECT_GT(waits, 0U);
  EXPECT_GT(nevers, 0U);
  std::printf("%llu permits, %llu waits; of %llu tools %llu never, %llu exact\n",
              static_cast<unsigned long long>(permits), static_cast<unsigned long long>(waits),
              static_cast<unsigned long long>(all), static_cast<unsigned long long>(nevers),
              static_cast<unsigned long long>(exact));
}

}  // namespace
}  // namespace remit::property
