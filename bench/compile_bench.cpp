// How fast bundles compile and images load, by the number of rules.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include <remit/compile.h>
#include <remit/engine.h>

namespace remit::bench {
namespace {

// A policy of `count` rules of four clauses each, with a message.
std::vector<SourceText> bundle(std::int64_t count) {
  std::string rules = "edition 1\npolicy bench.many\n\n";
  for (std::int64_t i = 0; i < count; ++i) {
    rules += fmt::format(
        "rule r{} on payments.refund {{\n  queue for support_lead within 4h\n"
        "  when tenant.id == \"t{}\"\n   and args.amount <= USD {}\n   and risk.score < {}\n"
        "   and actor.kind == agent\n  because \"Refund of {{args.amount}} by rule {}\"\n}}\n\n",
        i, i % 1000, 10 + i % 500, 1 + i % 99, i);
  }
  return {{"schema.rule",
           "edition 1\nschema bench.schema\ncurrency USD\nenum role { support_lead }\n"
           "tool payments.refund { effect write_irreversible args { amount: money as minor } }\n"},
          {"many.rule", rules}};
}

constexpr std::string_view kManifest =
    "name = \"bench\"\nlayers = [\"main\"]\nmax_steps = 1000000\n";

void Compile(benchmark::State& state) {
  const auto sources = bundle(state.range(0));
  for (auto _ : state) {
    const CompileResult result = compile(sources, kManifest);
    if (result.image.empty()) state.SkipWithError("the bundle does not compile");
    benchmark::DoNotOptimize(result);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(sources[1].text.size()));
  state.counters["rules"] = benchmark::Counter(
      static_cast<double>(state.range(0) * state.iterations()), benchmark::Counter::kIsRate);
}

void Load(benchmark::State& state) {
  const CompileResult result = compile(bundle(state.range(0)), kManifest);
  for (auto _ : state) {
    const auto engine = Engine::load(result.image, Trust::unsigned_image());
    if (!engine) state.SkipWithError("the image does not load");
    benchmark::DoNotOptimize(engine);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(result.image.size()));
  state.counters["rules"] = benchmark::Counter(
      static_cast<double>(state.range(0) * state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK(Compile)->Arg(10)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(Load)->Arg(10)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace remit::bench

BENCHMARK_MAIN();
