// Decisions of a policy of ten items beside the same policy by hand. Verdicts are compared before
// anything is timed; a benchmark whose engines disagree ends with an error.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <simdjson.h>

#include <remit/compile.h>
#include <remit/engine.h>
#include "bench/refunds.h"

namespace remit::bench {
namespace {

// 262,144 distinct calls, and as many as a predictor can learn.
constexpr std::size_t kCalls = std::size_t{1} << 18;
constexpr std::size_t kPool = 64;

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "bench: %s\n", message.c_str());
  std::exit(1);
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Engine load(bool meter) {
  const std::string folder = REMIT_BENCH_FOLDER "/refunds/";
  const CompileResult result = compile({{"schema.rule", contents(folder + "schema.rule")},
                                        {"refunds.rule", contents(folder + "refunds.rule")}});
  for (const CompileMessage& message : result.messages)
    std::fputs(message.rendered.c_str(), stderr);
  auto engine =
      Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true, .meter = meter});
  if (!engine) give_up(engine.error().message);
  return *engine;
}

// Slots found once, as a host finds them.
struct Slots {
  explicit Slots(const Engine& engine) {
    const auto slot = [&](const char* tool, const char* path) {
      const auto found = engine.slot(tool, path);
      if (!found) give_up(std::string("no slot ") + path);
      return *found;
    };
    for (int tool = 0; tool < 2; ++tool) {
      const auto at = static_cast<std::size_t>(tool);
      amount[at] = slot(kTools[at], "args.amount");
      subject[at] = slot(kTools[at], tool == 0 ? "args.account" : "args.order");
    }
    const char* refund = kTools[1];
    call = slot(refund, "call.id"), actor = slot(refund, "actor.id"),
    kind = slot(refund, "actor.kind");
    version = slot(refund, "actor.version"), autonomy = slot(refund, "actor.autonomy");
    requesters = slot(refund, "actor.requesters"), tenant = slot(refund, "tenant.id");
    tenants = slot(refund, "target.tenants"), klass = slot(refund, "target.class");
    owners = slot(refund, "target.owners"), risk = slot(refund, "risk.score");
    cost = slot(refund, "spend.cost"), environment = slot(refund, "context.environment");
    now = slot(refund, "clock.now");
  }

  std::array<SlotId, 2> amount{}, subject{};
  SlotId call{}, actor{}, kind{}, version{}, autonomy{}, requesters{}, tenant{}, tenants{}, klass{},
      owners{}, risk{}, cost{}, environment{}, now{};
};

// Every fact of one call, bound by the host.
void bind(Facts& facts, const Slots& slots, const Call& call, const Interned& ids) {
  static constexpr std::string_view kAna[] = {"ana"};
  const auto tool = static_cast<std::size_t>(ids.tool);
  facts.reset(kTools[tool]);
  facts.set(slots.subject[tool], "x-1");
  facts.set(slots.amount[tool], ids.micros);
  facts.set(slots.call, "c-1");
  facts.set(slots.actor, "agent-1");
  facts.set(slots.kind, static_cast<std::int64_t>(ids.kind));
  facts.set(slots.version, "1");
  facts.set(slots.autonomy, static_cast<std::int64_t>(ids.autonomy));
  facts.set(slots.requesters, std::span<const std::string_view>(kAna));
  facts.set(slots.tenant, std::string_view(call.tenant));
  std::array<std::string_view, std::size(kTenants)> tenants;
  std::ranges::copy(call.tenants, tenants.begin());
  facts.set(slots.tenants, std::span<const std::string_view>(tenants).first(call.tenants.size()));
  facts.set(slots.klass, std::int64_t{1});
  facts.set(slots.owners, std::span<const std::string_view>());
  facts.set(slots.risk, call.risk);
  facts.set(slots.cost, std::int64_t{10'000});
  facts.set(slots.environment, static_cast<std::int64_t>(ids.environment));
  facts.set(slots.now, std::int64_t{1'795'167'000'000});
}

// Everything that the benchmarks read, made and compared once.
struct World {
  World() : engine(load(false)), metered(load(true)), slots(engine), calls(random_calls(kCalls)) {
    for (const Call& call : calls) {
      ids.push_back(interned(call));
      json.push_back(to_json(call));
    }
    Facts facts = engine.facts({});
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const Verdict expected = by_hand(ids[i]);
      const Verdict decoded = engine.decide_json(json[i], facts).verdict();
      bind(facts, slots, calls[i], ids[i]);
      const Verdict bound = engine.decide(facts).verdict();
      if (by_hand(calls[i]) != expected || decoded != expected || bound != expected)
        give_up("verdicts differ on " + json[i] + ": by hand " + std::string(name(expected)) +
                ", from JSON " + std::string(name(decoded)) + ", bound " +
                std::string(name(bound)));
    }
  }

  // Bound facts of the first calls, for one thread.
  [[nodiscard]] std::vector<Facts> pool(const Engine& of) const {
    std::vector<Facts> facts;
    for (std::size_t i = 0; i < kPool; ++i) {
      facts.push_back(of.facts({}));
      bind(facts.back(), slots, calls[i], ids[i]);
    }
    return facts;
  }

  Engine engine, metered;
  Slots slots;
  std::vector<Call> calls;
  std::vector<Interned> ids;
  std::vector<std::string> json;
};

World& world() {
  static World made;
  return made;
}

// Calls `decide(i)` with the numbers of the calls, round and round.
template <typename Decide>
void round_and_round(benchmark::State& state, std::size_t count, Decide&& decide) {
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(i));
    i = (i + 1) & (count - 1);
  }
  state.SetItemsProcessed(state.iterations());
}

void ByHandIds(benchmark::State& state) {
  World& w = world();
  round_and_round(state, kCalls, [&](std::size_t i) { return by_hand(w.ids[i]); });
}
void ByHandStrings(benchmark::State& state) {
  World& w = world();
  round_and_round(state, kCalls, [&](std::size_t i) { return by_hand(w.calls[i]); });
}
void ByHandIdsPool(benchmark::State& state) {
  World& w = world();
  round_and_round(state, kPool, [&](std::size_t i) { return by_hand(w.ids[i]); });
}
// Facts are bound already: what the engine itself costs.
void decide_pool(benchmark::State& state, const Engine& engine) {
  std::vector<Facts> pool = world().pool(engine);
  round_and_round(state, kPool, [&](std::size_t i) { return engine.decide(pool[i]).verdict(); });
}
void DecideBoundPool(benchmark::State& state) { decide_pool(state, world().engine); }
// The same with counting: what metering costs.
void DecideMeteredPool(benchmark::State& state) { decide_pool(state, world().metered); }
// Every fact is bound anew, as a service does that holds them in variables.
void BindAndDecide(benchmark::State& state) {
  World& w = world();
  Facts facts = w.engine.facts({});
  round_and_round(state, kCalls, [&](std::size_t i) {
    bind(facts, w.slots, w.calls[i], w.ids[i]);
    return w.engine.decide(facts).verdict();
  });
}
// The floor of JSON: what reading the text costs, with nothing decided.
void ParseJson(benchmark::State& state) {
  World& w = world();
  simdjson::dom::parser parser;
  std::vector<simdjson::padded_string> texts;
  for (const std::string& text : w.json) texts.emplace_back(text);
  round_and_round(state, kCalls, [&](std::size_t i) { return parser.parse(texts[i]).error(); });
}
void DecideJson(benchmark::State& state) {
  World& w = world();
  Facts facts = w.engine.facts({});
  round_and_round(state, kCalls,
                  [&](std::size_t i) { return w.engine.decide_json(w.json[i], facts).verdict(); });
}
void RecordJson(benchmark::State& state) {
  World& w = world();
  round_and_round(state, kCalls, [&](std::size_t i) {
    return w.engine.decide_json(std::string_view(w.json[i])).size();
  });
}

BENCHMARK(ByHandIdsPool);
BENCHMARK(DecideBoundPool);
BENCHMARK(DecideMeteredPool);
BENCHMARK(ByHandIds);
BENCHMARK(ByHandStrings);
BENCHMARK(BindAndDecide);
BENCHMARK(ParseJson);
BENCHMARK(DecideJson);
BENCHMARK(RecordJson);

}  // namespace
}  // namespace remit::bench

BENCHMARK_MAIN();
