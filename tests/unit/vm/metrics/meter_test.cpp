// What a metered engine counts, exactly; and how the counts are exposed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include <remit/limits.h>
#include "tests/unit/vm/bundles.h"
#include "vm/metrics/meter.h"

namespace remit {
namespace {

using test::policy;

Engine metered(const std::string& items = test::kItems,
               std::size_t tenants = limits::kMeterTenantsDefault) {
  return test::engine({policy(items)}, {}, {.meter = true, .meter_tenants = tenants});
}

std::string with(std::string request, const std::string& old, const std::string& text) {
  return request.replace(request.find(old), old.size(), text);
}
std::string of_tenant(const std::string& tenant) {
  return with(test::refund(), R"("tenant":{"id":"t1")", R"("tenant":{"id":")" + tenant + '"');
}

using Counts = std::map<std::string, std::uint64_t>;

// `tenant tool verdict`, `item verdict matched/decided`, `fault`, `layer`; without zeros.
Counts decisions(const Metrics& metrics) {
  Counts counts;
  for (const auto& row : metrics.decisions)
    counts[row.tenant + ' ' + row.tool + ' ' + std::string(name(row.verdict))] = row.count;
  return counts;
}
Counts items(const Metrics& metrics) {
  Counts counts;
  for (const auto& row : metrics.items) {
    const std::string key = row.item + ' ' + std::string(name(row.verdict));
    if (row.matched != 0) counts[key + " matched"] = row.matched;
    if (row.decided != 0) counts[key + " decided"] = row.decided;
  }
  return counts;
}
Counts faults(const Metrics& metrics) {
  Counts counts;
  for (const auto& row : metrics.faults)
    if (row.count != 0) counts[std::string(code(row.fault))] = row.count;
  return counts;
}

const std::string kLarge = R"("order":"o-1","amount":9000)";

TEST(Meter, CountsEveryDecisionOnce) {
  Engine engine = metered();
  Facts facts = engine.facts({});
  for (int i = 0; i < 3; ++i) (void)engine.decide_json(test::refund(), facts);
  for (int i = 0; i < 2; ++i) (void)engine.decide_json(test::refund(kLarge), facts);
  (void)engine.decide_json(test::payout(R"({"account":"a","amount":"USD 1"})"));
  // Asking about a decision does not decide.
  const Decision decision = engine.decide_json(of_tenant("t2"), facts);
  (void)engine.record(facts, decision).value();
  (void)engine.explain(facts, decision).value();

  const Metrics metrics = engine.metrics();
  EXPECT_EQ(metrics.image, engine.image_hash());
  EXPECT_EQ(decisions(metrics), (Counts{{"t1 shop.payout deny", 1},
                                        {"t1 shop.refund permit", 3},
                                        {"t1 shop.refund queue", 2},
                                        {"t2 shop.refund deny", 1}}));
  EXPECT_EQ(items(metrics), (Counts{{"shop.policy.large queue decided", 2},
                                    {"shop.policy.large queue matched", 2},
                                    {"shop.policy.small permit decided", 3},
                                    {"shop.policy.small permit matched", 3}}));
  EXPECT_EQ(faults(metrics), Counts{});
  ASSERT_EQ(metrics.defaults.size(), 1U);
  EXPECT_EQ(metrics.defaults[0].layer, "main");
  EXPECT_EQ(metrics.defaults[0].count, 2U);
  EXPECT_EQ(metrics.tenants, 2U);
}

TEST(Meter, TellsWhatMatchedFromWhatDecided) {
  const Engine engine = metered(
      "rule a on shop.refund {\n  permit\n  when risk.score <= 10\n}\n"
      "guard b on shop.refund {\n  queue for support_lead within 4h\n  when risk.score >= 10\n"
      "  because \"b\"\n}\n");
  Facts facts = engine.facts({});
  (void)engine.decide_json(test::refund(), facts);
  // Nobody answered in time: a fault, and the wait is what decided.
  (void)engine.decide_json(with(test::refund(), R"({"id":"c-1"})",
                                R"({"id":"c-1","first_asked":"2026-11-20T05:29:59Z"})"),
                           facts);
  const Metrics metrics = engine.metrics();
  EXPECT_EQ(items(metrics), (Counts{{"shop.policy.a queue matched", 1},
                                    {"shop.policy.b queue matched", 1},
                                    {"shop.policy.b queue decided", 1},
                                    {"shop.policy.a deny matched", 1},
                                    {"shop.policy.b deny matched", 1},
                                    {"shop.policy.b deny decided", 1}}));
  EXPECT_EQ(faults(metrics), (Counts{{"engine.expired", 1}}));
}

// An item that never matched is listed, with the verdict that it asks for.
TEST(Meter, ListsWhatNeverMatched) {
  const Metrics metrics = metered().metrics();
  ASSERT_EQ(metrics.items.size(), 6U);
  EXPECT_EQ(metrics.items[0].item, "shop.policy.fix");
  EXPECT_EQ(metrics.items[0].verdict, Verdict::Permit);
  EXPECT_EQ(metrics.items[1].item, "shop.policy.large");
  EXPECT_EQ(metrics.items[1].verdict, Verdict::Queue);
  EXPECT_EQ(metrics.items[1].matched, 0U);
}

TEST(Meter, CountsWhatIsRefusedBeforeItIsUnderstood) {
  Engine engine = metered();
  Facts facts = engine.facts({});
  (void)engine.decide_json("{", facts);
  (void)engine.decide_json(R"({"tool":"shop.none"})", facts);
  (void)engine.decide_json(with(test::refund(), R"("amount":2000)", R"("amount":"x")"), facts);
  (void)engine.decide_json(with(test::refund(), R"("id":"t1",)", ""), facts);
  (void)engine.decide_json(with(test::refund(), R"("risk":{"score":10)", R"("risk":{"score":101)"),
                           facts);
  engine.halt();
  (void)engine.decide_json(test::refund(), facts);
  const Metrics metrics = engine.metrics();
  EXPECT_EQ(decisions(metrics), (Counts{{"(not known) (not known) deny", 3},
                                        {"(not known) shop.refund deny", 1},
                                        {"t1 shop.refund deny", 2}}));
  EXPECT_EQ(faults(metrics), (Counts{{"engine.invalid_request", 3},
                                     {"engine.unknown_tool", 1},
                                     {"engine.missing_fact", 1},
                                     {"engine.halted", 1}}));
  EXPECT_EQ(items(metrics), Counts{});
}

TEST(Meter, CountsBoundFacts) {
  Engine engine = metered();
  const Engine other = metered();
  Facts facts = engine.facts({}), strange = other.facts("shop.refund");
  (void)other.decide_json(test::refund(), strange);
  EXPECT_EQ(engine.decide(strange).fault(), Fault::NoBundle);
  (void)engine.decide_json(test::refund(), facts);
  (void)engine.decide(facts);
  engine.halt();
  (void)engine.decide(facts);
  // What an earlier decision left in the facts does not count again.
  EXPECT_EQ(decisions(engine.metrics()), (Counts{{"(not known) (not known) deny", 1},
                                                 {"t1 shop.refund permit", 2},
                                                 {"t1 shop.refund deny", 1}}));
  EXPECT_EQ(items(engine.metrics()), (Counts{{"shop.policy.small permit decided", 2},
                                             {"shop.policy.small permit matched", 2}}));
}

TEST(Meter, CountsNothingUnlessAsked) {
  const Engine engine = test::engine({policy(test::kItems)});
  (void)engine.decide_json(test::refund());
  const Metrics metrics = engine.metrics();
  EXPECT_TRUE(metrics.decisions.empty() && metrics.items.empty() && metrics.faults.empty());
  EXPECT_EQ(metrics.tenants_max, 0U);
}

TEST(Meter, ChangesNoAnswer) {
  const Engine plain = test::engine({policy(test::kItems)}), counting = metered();
  for (const std::string& request :
       {test::refund(), test::refund(kLarge), test::payout(""), of_tenant("t9"), std::string("{"),
        test::payout(R"({"account":"a","amount":"USD 1"})")})
    EXPECT_EQ(plain.decide_json(request), counting.decide_json(request));
}

TEST(Meter, CountsTenantsBeyondItsTableTogether) {
  const Engine engine = metered(test::kItems, 2);
  Facts facts = engine.facts({});
  for (const char* tenant : {"t2", "t1"}) (void)engine.decide_json(of_tenant(tenant), facts);
  EXPECT_EQ(engine.metrics().overflow, 0U);
  for (const char* tenant : {"t3", "t1", "t4", "t3"})
    (void)engine.decide_json(of_tenant(tenant), facts);
  const Metrics metrics = engine.metrics();
  EXPECT_EQ(decisions(metrics), (Counts{{"(all others) shop.refund deny", 3},
                                        {"t1 shop.refund permit", 2},
                                        {"t2 shop.refund deny", 1}}));
  EXPECT_EQ(metrics.overflow, 3U);
  EXPECT_EQ(metrics.tenants, 2U);
  EXPECT_EQ(metrics.tenants_max, 2U);
}

TEST(Meter, KeepsNoTenantApartWithoutATable) {
  const Engine engine = metered(test::kItems, 0);
  (void)engine.decide_json(test::refund());
  EXPECT_EQ(decisions(engine.metrics()), (Counts{{"(all others) shop.refund permit", 1}}));
}

TEST(Meter, HasBounds) {
  const auto image =
      compile({{"schema.rule", test::kShop}, {"policy.rule", policy(test::kItems)}}).image;
  const auto fault = [&](std::size_t tenants) {
    const auto engine = Engine::load(image, Trust::unsigned_image(),
                                     {.allow_dev = true, .meter = true, .meter_tenants = tenants});
    return engine ? std::string() : std::string(engine.error().code());
  };
  EXPECT_EQ(fault(limits::kMeterTenantsMax), "");
  EXPECT_EQ(fault(limits::kMeterTenantsMax + 1), "host.meter_too_large");
  EXPECT_EQ(fault(SIZE_MAX), "host.meter_too_large");
  constexpr std::size_t kTools = limits::kMeterSeriesMax / limits::kMeterTenantsMax;
  EXPECT_TRUE(vm::may_meter(limits::kMeterTenantsMax, kTools));
  EXPECT_FALSE(vm::may_meter(limits::kMeterTenantsMax, kTools + 1));
}

// Wholes and parts of a snapshot that is taken in between, and the end.
void expect_consistent(const Metrics& metrics, const Metrics& before) {
  std::map<Verdict, std::uint64_t> by_verdict;
  for (const auto& row : metrics.decisions) by_verdict[row.verdict] += row.count;
  std::uint64_t denied = 0;
  for (const auto& row : metrics.faults) denied += row.count;
  for (const auto& row : metrics.defaults) denied += row.count;
  EXPECT_LE(denied, by_verdict[Verdict::Deny]);
  for (const auto& row : metrics.items) {
    EXPECT_LE(row.decided, row.matched);
    EXPECT_LE(row.matched, by_verdict[row.verdict]);
  }
  const auto never_less = [](const Counts& now, const Counts& then) {
    for (const auto& [key, count] : then) {
      const auto found = now.find(key);
      ASSERT_TRUE(found != now.end()) << key;
      EXPECT_GE(found->second, count) << key;
    }
  };
  never_less(decisions(metrics), decisions(before));
  never_less(items(metrics), items(before));
  never_less(faults(metrics), faults(before));
}

TEST(Meter, IsReadWhileOthersDecide) {
  constexpr std::uint64_t kThreads = 4, kRounds = 500, kTenants = 8;
  const Engine engine = metered(test::kItems, kTenants / 2);
  std::atomic<std::uint64_t> running = kThreads;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Facts facts = engine.facts({});
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        (void)engine.decide_json(of_tenant("t" + std::to_string((i + t) % kTenants)), facts);
        (void)engine.decide_json(test::refund(kLarge), facts);
        (void)engine.decide_json("{", facts);
      }
      running.fetch_sub(1);
    });
  }
  Metrics before;
  while (running.load() != 0) {
    Metrics metrics = engine.metrics();
    expect_consistent(metrics, before);
    before = std::move(metrics);
  }
  for (std::thread& thread : threads) thread.join();
  const Metrics metrics = engine.metrics();
  expect_consistent(metrics, before);
  std::uint64_t total = 0;
  for (const auto& row : metrics.decisions) total += row.count;
  EXPECT_EQ(total, 3 * kThreads * kRounds);
  EXPECT_EQ(decisions(metrics)["(not known) (not known) deny"], kThreads * kRounds);
  EXPECT_EQ(items(metrics)["shop.policy.large queue decided"], kThreads * kRounds);
  EXPECT_EQ(faults(metrics)["engine.invalid_request"], kThreads * kRounds);
  EXPECT_EQ(metrics.tenants, kTenants / 2);
}

TEST(Prometheus, WritesEveryMetricWithItsLabels) {
  Metrics metrics;
  metrics.image = "00ff";
  metrics.decisions = {{"t1", "shop.refund", Verdict::Permit, 2}};
  metrics.items = {{"shop.policy.small", Verdict::Queue, 5, 3}};
  metrics.faults = {{Fault::Halted, 7}};
  metrics.defaults = {{"main", 1}};
  metrics.tenants = 1, metrics.tenants_max = 9, metrics.overflow = 4;
  std::string rows, text = to_prometheus(metrics);
  for (std::size_t at = 0; at < text.size();) {
    const std::string line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    if (!line.starts_with("#")) rows += line + '\n';
  }
  EXPECT_EQ(rows,
            "remit_image_info{image=\"00ff\"} 1\n"
            "remit_decisions_total{tenant=\"t1\",tool=\"shop.refund\",verdict=\"permit\"} 2\n"
            "remit_item_matched_total{item=\"shop.policy.small\",verdict=\"queue\"} 5\n"
            "remit_item_decided_total{item=\"shop.policy.small\",verdict=\"queue\"} 3\n"
            "remit_defaults_total{layer=\"main\"} 1\n"
            "remit_faults_total{fault=\"engine.halted\"} 7\n"
            "remit_tenant_overflow_total 4\n"
            "remit_tenants 1\n"
            "remit_tenants_max 9\n");
  EXPECT_TRUE(text.starts_with("# HELP remit_image_info "));
  EXPECT_NE(text.find("\n# TYPE remit_tenants gauge\nremit_tenants 1\n"), std::string::npos);
}

// No request can bring such a tenant; a host that fills in Metrics by itself can.
TEST(Prometheus, HostileNamesStayInTheirLabel) {
  Metrics metrics;
  metrics.decisions = {{"a\"} 1\nremit_tenants 9\n\\", "t", Verdict::Deny, 1},
                       {"\xFF\"\n", "t", Verdict::Deny, 1}};
  const std::string text = to_prometheus(metrics);
  EXPECT_NE(
      text.find("{tenant=\"a\\\"} 1\\nremit_tenants 9\\n\\\\\",tool=\"t\",verdict=\"deny\"} 1\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("\nremit_tenants 9"), std::string::npos);
  EXPECT_EQ(text.find('\xFF'), std::string::npos);
}

TEST(Meter, HostileTenantsAreNoTenants) {
  const Engine engine = metered();
  Facts facts = engine.facts({});
  for (const char* tenant : {R"(a\"} 1\n)", "(all others)", "(not known)", "", "ü", R"(a\\)"})
    EXPECT_EQ(engine.decide_json(of_tenant(tenant), facts).fault(), Fault::InvalidRequest);
  facts.reset("shop.refund");
  EXPECT_FALSE(facts.set(*engine.slot("shop.refund", "tenant.id"), "a\"} 1\n"));
  (void)engine.decide(facts);
  EXPECT_EQ(decisions(engine.metrics()), (Counts{{"(not known) shop.refund deny", 7}}));
  EXPECT_EQ(engine.metrics().tenants, 0U);
}

}  // namespace
}  // namespace remit
