// `remit replay LOG BUNDLE`, `remit replay --verify-chain LOG`, `remit replay LOG --against BUNDLE`

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <remit/log.h>
#include <remit/replay.h>
#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "cli/log_file.h"
#include "cli/replay_against.h"
#include "cli/why.h"
#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kProgressEvery = 5000;
constexpr std::uint64_t kShownMax = 20;
constexpr std::size_t kValueShownMax = 160;
constexpr std::size_t kKindsMax = 1000;

// How the decisions of a log compare with what the bundle says now.
class Comparison {
 public:
  void add(const LogLine& line, std::uint64_t number, Replay& replay, Console& console) {
    const Replayed again = replay.compare(line);
    ++counts_[static_cast<std::size_t>(again.result)];
    switch (again.result) {
      case ReplayResult::Same:
      case ReplayResult::NotRepeatable: return;
      case ReplayResult::Different: return different(line, number, again, console);
      case ReplayResult::InPart:
        for (const ReplayGap& gap : again.gaps) count(gaps_, gap_text(gap));
        return;
      case ReplayResult::OtherImage:
        return count(
            images_,
            stdlib::json_unescaped(stdlib::json_member(line.decision, "image")).value_or("none"));
    }
  }

  [[nodiscard]] std::uint64_t of(ReplayResult result) const {
    return counts_[static_cast<std::size_t>(result)];
  }

  void print(Console& console) const {
    const std::uint64_t different = of(ReplayResult::Different);
    if (different > kShownMax)
      console.out(fmt::format("and {} more that differ\n", different - kShownMax));
    std::string text =
        fmt::format("decisions: {} same, {} different", of(ReplayResult::Same), different);
    if (of(ReplayResult::InPart) > 0)
      text += fmt::format(", {} the same as far as can be known", of(ReplayResult::InPart));
    if (of(ReplayResult::NotRepeatable) > 0)
      text += fmt::format(", {} not repeatable: the request is too long, or was not kept whole",
                          of(ReplayResult::NotRepeatable));
    if (of(ReplayResult::OtherImage) > 0)
      text +=
          fmt::format(", {} not compared: another image made them", of(ReplayResult::OtherImage));
    console.out(text + '\n');
    for (const auto& [gap, number] : gaps_)
      console.out(fmt::format("  {:>8}  {}\n", number, stdlib::printable(gap)));
    for (const auto& [image, number] : images_)
      console.out(fmt::format("  {:>8}  image sha256:{}\n", number, stdlib::printable(image)));
  }

  void write(Json& json) const {
    json["same"] = of(ReplayResult::Same);
    json["different"] = of(ReplayResult::Different);
    json["in_part"] = of(ReplayResult::InPart);
    json["not_repeatable"] = of(ReplayResult::NotRepeatable);
    json["other_image"] = of(ReplayResult::OtherImage);
    json["differences"] = differences_;
    json["gaps"] = gaps_;
    json["images"] = images_;
  }

 private:
  static void count(std::map<std::string, std::uint64_t>& counts, const std::string& what) {
    const bool room = counts.size() < kKindsMax || counts.contains(what);
    ++counts[room ? what : "others"];
  }

  static std::string gap_text(const ReplayGap& gap) {
    if (gap.part == "request") return "the request is withheld, or was not kept";
    if (gap.part == "reserve") return "reserve: its key holds a withheld value";
    if (gap.part == "digest")
      return fmt::format("digest: it covers {}, which is withheld", gap.fact);
    std::string readers;
    for (const std::string& reader : gap.readers) readers += (readers.empty() ? "" : ", ") + reader;
    return fmt::format("verdict: {} is withheld, and is read by {}", gap.fact, readers);
  }

  // The members that differ.
  void different(const LogLine& line, std::uint64_t number, const Replayed& again,
                 Console& console) {
    if (of(ReplayResult::Different) > kShownMax) return;
    if (console.json()) {
      differences_.push_back(
          {{"line", number}, {"logged", line.decision}, {"now", again.decision}});
      return;
    }
    const auto shown = [](std::string_view value) {
      const std::string text = stdlib::printable(value.substr(0, kValueShownMax));
      return value.size() > kValueShownMax ? text + "…" : text;
    };
    std::string text = fmt::format("line {}: the decision differs\n", number);
    stdlib::JsonParts members(again.decision);
    while (const auto member = members.next()) {
      const std::string_view logged = stdlib::json_member(line.decision, member->key);
      if (logged == member->value) continue;
      text += fmt::format("  {:<9} logged {}\n  {:<9} now    {}\n", member->key, shown(logged), "",
                          shown(member->value));
    }
    console.out(text);
  }

  std::uint64_t counts_[5]{};
  std::map<std::string, std::uint64_t> gaps_, images_;
  Json differences_ = Json::array();
};

struct Options {
  std::string head;
  std::optional<std::uint64_t> count;
  std::vector<std::byte> key;
};

std::expected<Options, int> read_options(const Arguments& arguments, Console& console) {
  const auto refused = [&](std::string_view message) {
    console.error(message);
    return std::unexpected(static_cast<int>(kUsage));
  };
  Options options;
  const int ways = (arguments.has("BUNDLE") ? 1 : 0) + (arguments.has("--verify-chain") ? 1 : 0) +
                   (arguments.has("--against") ? 1 : 0);
  if (ways != 1) return refused("give one of BUNDLE, `--against BUNDLE` and `--verify-chain`");
  options.head = arguments.one("--head");
  const bool is_hash = options.head.size() == 64 && stdlib::is_hex(options.head);
  if (arguments.has("--head") && !is_hash)
    return refused("`--head` takes the hash of a line: 64 lower-case hex digits");
  if (arguments.has("--count")) {
    const std::string_view text = arguments.one("--count");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
      return refused("`--count` takes a number of lines");
    options.count = number;
  }
  auto key = read_log_key(arguments, "--chain-key", console);
  if (!key) return std::unexpected(key.error());
  options.key = std::move(*key);
  return options;
}

void print_chain(const LogCheck& check, Console& console) {
  for (const LogProblem& problem : check.problems())
    console.out(fmt::format("line {}: {}: {}\n", problem.line, name(problem.damage),
                            stdlib::printable(problem.message)));
  if (check.problem_count() > check.problems().size())
    console.out(fmt::format("and {} more\n", check.problem_count() - check.problems().size()));
  const std::string lines = stdlib::counted(check.lines(), "line");
  if (check.problem_count() == 0)
    console.out(fmt::format("chain: sound, {}, head {}\n", lines, check.head().hash));
  else
    console.out(fmt::format("chain: damaged, {} in {}\n",
                            stdlib::counted(check.problem_count(), "problem"), lines));
}

void write_chain(const LogCheck& check, Json& json) {
  Json problems = Json::array();
  for (const LogProblem& problem : check.problems())
    problems.push_back({{"line", problem.line},
                        {"damage", name(problem.damage)},
                        {"message", stdlib::printable(problem.message)}});
  json["chain"] = {{"sound", check.problem_count() == 0},
                   {"seq", check.head().seq},
                   {"head", check.head().hash},
                   {"problem_count", check.problem_count()},
                   {"problems", problems}};
}

int exit_code(const LogCheck& check, const std::optional<Comparison>& comparison,
              const std::optional<AgainstReport>& against) {
  if (check.problem_count() > 0) return kIntegrity;
  if (check.lines() == 0) return kNothingRan;
  if ((comparison && comparison->of(ReplayResult::Different) > 0) ||
      (against && against->changed()))
    return kFindings;
  const bool in_full = !comparison || comparison->of(ReplayResult::Same) == check.lines();
  return !in_full || (against && against->undecided()) ? kUndecided : kFine;
}

}  // namespace

int run_replay(const Arguments& arguments, Console& console) {
  const auto options = read_options(arguments, console);
  if (!options) return options.error();
  auto log = LogReader::open(std::string(arguments.one("LOG")));
  if (!log) {
    console.error(log.error());
    return kUsage;
  }
  std::optional<Replay> replay;
  std::optional<Comparison> comparison;
  std::optional<AgainstReport> against;
  if (!arguments.has("--verify-chain")) {
    int code = kFine;
    const bool other = arguments.has("--against");
    const auto key = arguments.has("--key") ? std::optional(arguments.one("--key")) : std::nullopt;
    const std::string bundle(arguments.one(other ? "--against" : "BUNDLE"));
    auto engine = open_engine(bundle, key, console, code);
    if (!engine) return code;
    replay.emplace(std::move(*engine));
    if (other)
      against.emplace(*replay);
    else
      comparison.emplace();
  }

  LogCheck check(options->key, options->head);
  while (const auto text = log->next()) {
    const auto line = check.next(text->text, text->terminated);
    if (line && comparison) comparison->add(*line, check.lines(), *replay, console);
    if (line && against) against->add(*line);
    if (check.lines() % kProgressEvery == 0)
      console.progress(fmt::format("{} lines", check.lines()));
  }
  console.end_progress();
  check.finish(options->count);
  if (log->failed()) {
    console.error("reading the log failed before its end");
    return kUsage;
  }
  if (check.lines() == 0) console.error("the log is empty");

  if (console.json()) {
    Json json{{"schema_version", 1}, {"lines", check.lines()}};
    if (comparison) comparison->write(json);
    if (against) against->write(json);
    write_chain(check, json);
    console.out(json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
  } else {
    if (comparison) comparison->print(console);
    if (against) against->print(console);
    print_chain(check, console);
  }
  return exit_code(check, comparison, against);
}

}  // namespace remit::cli
