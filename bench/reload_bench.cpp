// What reloading costs the threads that decide: the distribution of the time of one decision, with
// and without reloads of an image of 10,000 rules.
//
//     reload_bench [seconds of each phase] [deciding threads] [rounds]
//
// Three phases alternate, so that what else runs on the machine meets all of them alike:
//   quiet      nothing but the deciding threads
//   load       a thread loads the image over and over, and throws the engine away
//   reload     the same through a Reloader: every load becomes active
// What `reload` has more than `load` is the price of the change itself. A decision is one turn of a
// Reader, seven facts bound, and `decide`; each is timed by itself, a clock read included.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <remit/compile.h>
#include <remit/reader.h>
#include <remit/reloader.h>

namespace remit::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTools = 1000;
constexpr int kRulesOfATool = 10;
constexpr std::int64_t kNow = 1'795'167'000'000;

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "reload_bench: %s\n", message.c_str());
  std::exit(1);
}

std::vector<std::byte> image() {
  std::string schema = "edition 1\nschema b.schema\ncurrency USD\n";
  std::string rules = "edition 1\npolicy b.rules\n";
  for (int tool = 0; tool < kTools; ++tool) {
    schema += fmt::format(
        "tool pay.t{} {{ effect write_irreversible args {{ order: id, amount: money }} }}\n", tool);
    for (int rule = 0; rule < kRulesOfATool; ++rule) {
      rules += fmt::format(
          "rule r{}_{} on pay.t{} {{ permit when args.amount <= USD {} and actor.kind == agent and "
          "tenant.id in target.tenants and risk.score < {} }}\n",
          tool, rule, tool, rule * 10 + 1, 95 - rule);
    }
  }
  const CompileResult result = compile({{"schema.rule", schema}, {"rules.rule", rules}},
                                       "name = \"bench\"\nlayers = [\"main\"]\nversion = 1\n");
  for (const CompileMessage& message : result.messages) {
    if (message.is_error) give_up(message.rendered);
  }
  return result.image;
}

// Times in ns: 32 buckets for each power of two, so that a figure is right to 3 %.
class Histogram {
 public:
  void add(std::uint64_t ns) {
    ++counts_[bucket(ns)];
    ++count_;
    longest_ = std::max(longest_, ns);
  }
  void add(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    longest_ = std::max(longest_, other.longest_);
  }
  // In ns, the upper end of its bucket.
  [[nodiscard]] std::uint64_t quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted) return upper_end(i);
    }
    return longest_;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t longest() const { return longest_; }

 private:
  static constexpr unsigned kBits = 5;
  static std::size_t bucket(std::uint64_t ns) {
    const auto width = static_cast<unsigned>(std::bit_width(ns));
    if (width <= kBits) return ns;
    const unsigned shift = width - kBits - 1;
    return (std::size_t{shift} << kBits) + (ns >> shift);
  }
  static std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < (std::size_t{2} << kBits)) return bucket;
    const std::size_t shift = (bucket >> kBits) - 1;
    return ((bucket - (shift << kBits) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, std::size_t{64} << kBits> counts_{};
  std::uint64_t count_ = 0, longest_ = 0;
};

struct Slots {
  explicit Slots(const Engine& engine) {
    const auto slot = [&](std::string_view path) {
      return engine.slot("pay.t7", path).value_or(SlotId());
    };
    order = slot("args.order"), amount = slot("args.amount"), actor = slot("actor.id");
    kind = slot("actor.kind"), tenant = slot("tenant.id"), tenants = slot("target.tenants");
    risk = slot("risk.score");
  }
  SlotId order, amount, actor, kind, tenant, tenants, risk;
};

class Decider {
 public:
  explicit Decider(const Reloader& reloader) : reader_(reloader) {}

  // `changes` are those of `times` in which another engine became active.
  void run(const std::atomic<bool>& stop, Histogram& times, Histogram& changes) {
    static constexpr std::string_view kTenants[] = {"acme"};
    Clock::time_point before = Clock::now();
    for (std::int64_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
      const auto turn = reader_.at(kNow);
      Facts& facts = turn.facts;
      facts.reset("pay.t7");
      facts.set(turn.slots.order, "o-1");
      facts.set(turn.slots.amount, money(i % 100));
      facts.set(turn.slots.actor, "agent-1");
      facts.set(turn.slots.kind, "agent");
      facts.set(turn.slots.tenant, "acme");
      facts.set(turn.slots.tenants, std::span<const std::string_view>(kTenants));
      facts.set(turn.slots.risk, 5);
      const Decision decision = turn.engine.decide(facts);
      if ((decision.verdict() == Verdict::Permit) != (i % 100 <= 91))
        give_up("a wrong decision: " + std::string(code(decision.fault())));
      const Clock::time_point after = Clock::now();
      const auto ns = static_cast<std::uint64_t>((after - before).count());
      times.add(ns);
      if (turn.changed) changes.add(ns);
      before = after;
    }
  }

 private:
  Reader<Slots> reader_;
};

enum class Phase : std::uint8_t { Quiet, Load, Reload };
constexpr std::array kNames{"quiet", "load", "reload"};

struct Result {
  Histogram times, changes;
  std::uint64_t loads = 0;
  double seconds = 0, loading_seconds = 0;
};

void run(Phase phase, Reloader& reloader, const std::vector<std::byte>& image, double seconds,
         std::size_t threads, Result& result) {
  std::atomic<bool> stop{false};
  std::vector<Histogram> times(threads), changes(threads);
  std::vector<std::thread> deciding;
  for (std::size_t i = 0; i < threads; ++i)
    deciding.emplace_back([&, i] { Decider(reloader).run(stop, times[i], changes[i]); });
  const auto begin = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  while (elapsed() < seconds) {
    const double before = elapsed();
    switch (phase) {
      case Phase::Quiet:
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
        continue;
      case Phase::Load:
        if (!Engine::load(image, Trust::unsigned_image())) give_up("not loaded");
        break;
      case Phase::Reload:
        if (const auto done = reloader.load(image, kNow); !done) give_up(to_text(done.error()));
        break;
    }
    ++result.loads;
    result.loading_seconds += elapsed() - before;
  }
  stop = true;
  for (std::thread& thread : deciding) thread.join();
  result.seconds += elapsed();
  for (const Histogram& own : times) result.times.add(own);
  for (const Histogram& own : changes) result.changes.add(own);
}

int all(double seconds, std::size_t threads, int rounds) {
  const std::vector<std::byte> bytes = image();
  const ReloadOptions options{
      .trust = Trust::unsigned_image(),
      .versions = {.read = [] { return std::optional<std::int64_t>(1); },
                   .write = [](std::int64_t) { return std::expected<void, std::string>(); }},
      .steps_max = 100'000};
  auto reloader = Reloader::start(options, bytes, kNow);
  if (!reloader) give_up(to_text(reloader.error()));
  std::array<Result, kNames.size()> results;
  for (int round = 0; round < rounds; ++round) {
    for (const Phase phase : {Phase::Quiet, Phase::Load, Phase::Reload})
      run(phase, *reloader, bytes, seconds, threads, results[static_cast<std::size_t>(phase)]);
  }
  fmt::print("{} rules, image of {} bytes, {} deciding threads\n", kTools * kRulesOfATool,
             bytes.size(), threads);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& of = results[i];
    const auto loads = static_cast<double>(std::max<std::uint64_t>(of.loads, 1));
    fmt::print(
        "{:7} {:>11} decisions in {:.0f} s; ns: p50 {} p99 {} p99.9 {} p99.99 {} longest {};"
        " {} loads, {:.1f} ms each; a decision after one: p50 {} longest {}\n",
        kNames[i], of.times.count(), of.seconds, of.times.quantile(0.5), of.times.quantile(0.99),
        of.times.quantile(0.999), of.times.quantile(0.9999), of.times.longest(), of.loads,
        of.loading_seconds * 1000 / loads, of.changes.quantile(0.5), of.changes.longest());
  }
  return 0;
}

}  // namespace
}  // namespace remit::bench

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  if (seconds <= 0 || threads <= 0 || rounds <= 0) {
    std::fputs("usage: reload_bench [seconds of each phase] [deciding threads] [rounds]\n", stderr);
    return 2;
  }
  return remit::bench::all(seconds, static_cast<std::size_t>(threads), rounds);
}
