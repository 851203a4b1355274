// `remit decide BUNDLE REQUEST…` and `remit why BUNDLE REQUEST`

#include <algorithm>
#include <expected>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/log_file.h"
#include "cli/requests.h"
#include "cli/why.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::size_t kProgressEvery = 5000;

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Permit: return Style::Green;
    case Verdict::Queue: return Style::Yellow;
    case Verdict::Escalate: return Style::Yellow;
    case Verdict::Deny: return Style::Red;
  }
  return Style::Red;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Permit: return kFine;
    case Verdict::Queue: return kQueue;
    case Verdict::Escalate: return kEscalate;
    case Verdict::Deny: return kDeny;
  }
  return kDeny;
}

// One line: the verdict, the tool, and what decided.
std::string verdict_line(const Engine& engine, Facts& facts, const Decision& decision,
                         const Console& console) {
  const Explanation why = engine.explain(facts, decision).value();
  std::string reason;
  if (decision.fault() != Fault::None) {
    reason = std::string(code(decision.fault()));
    if (!why.at.empty()) reason += fmt::format(" at {}", stdlib::printable(why.at));
  }
  for (const std::string& name : why.by)
    reason += fmt::format("{}{}", reason.empty() ? "by " : ", ", name);
  return fmt::format(
      "{} {:<32} {}\n",
      console.styled(fmt::format("{:<9}", name(decision.verdict())), style_of(decision.verdict())),
      why.tool, reason);
}

// The decision record; with `--messages` also what people are asked to agree to, and what is said
// to them and to the agent.
std::string record_text(const Engine& engine, const Facts& facts, const Decision& decision,
                        const Arguments& arguments) {
  std::string text = engine.record(facts, decision, arguments.has("--digest")).value();
  if (!arguments.has("--messages")) return text;
  const Answer answer = engine.answer(facts, decision, {.with_messages = true}).value();
  text.pop_back();
  return fmt::format("{},\"proposed\":{},\"messages\":{}}}", text,
                     answer.proposed ? to_json(*answer.proposed) : "null",
                     to_json(answer.messages));
}

struct Inputs {
  Engine engine;
  RequestReader requests;
};

// BUNDLE and REQUEST, or the exit code.
std::expected<Inputs, int> open_inputs(const Arguments& arguments, Console& console) {
  int exit_code = kFine;
  const auto key = arguments.has("--key") ? std::optional(arguments.one("--key")) : std::nullopt;
  auto engine = open_engine(std::string(arguments.one("BUNDLE")), key, console, exit_code,
                            arguments.has("--metrics"));
  if (!engine) return std::unexpected(exit_code);
  auto requests = RequestReader::open(std::string(arguments.one("REQUEST")));
  if (!requests) {
    console.error(requests.error());
    return std::unexpected(kUsage);
  }
  return Inputs{*engine, std::move(*requests)};
}

// What `--log` asks for: the file, and the keys of its options.
struct Log {
  LogWriter writer;
  std::vector<std::byte> withhold_key;
};

// The log, nothing without `--log`, or the exit code.
std::expected<std::optional<Log>, int> open_log(const Arguments& arguments, Console& console) {
  if (!arguments.has("--log")) {
    if (!arguments.has("--log-key") && !arguments.has("--chain-key")) return std::nullopt;
    console.error("`--log-key` and `--chain-key` are about a log; give `--log FILE`");
    return std::unexpected(kUsage);
  }
  auto chain_key = read_log_key(arguments, "--chain-key", console);
  if (!chain_key) return std::unexpected(chain_key.error());
  auto withhold_key = read_log_key(arguments, "--log-key", console);
  if (!withhold_key) return std::unexpected(withhold_key.error());
  auto writer = LogWriter::open(std::string(arguments.one("--log")), std::move(*chain_key));
  if (!writer) {
    console.error(writer.error().message);
    return std::unexpected(writer.error().exit_code);
  }
  return Log{std::move(*writer), std::move(*withhold_key)};
}

// Neither a request, nor an image, nor the log of this very run is replaced.
OrMessage<void> metrics_may_be_at(const std::string& path) {
  return may_replace(path, "# HELP remit_", "a file of metrics");
}

bool write_metrics(const Engine& engine, const std::string& path, Console& console) {
  const std::string text = to_prometheus(engine.metrics());
  if (path == "-") return console.out(text), true;
  auto written = metrics_may_be_at(path);
  if (written) written = write_file(path, text);
  if (!written) console.error(written.error());
  return written.has_value();
}

}  // namespace

int run_decide(const Arguments& arguments, Console& console) {
  auto inputs = open_inputs(arguments, console);
  if (!inputs) return inputs.error();
  auto& [engine, requests] = *inputs;
  if (arguments.has("--metrics")) {
    if (const auto free = metrics_may_be_at(std::string(arguments.one("--metrics"))); !free) {
      console.error(free.error());
      return kUsage;
    }
  }
  auto log = open_log(arguments, console);
  if (!log) return log.error();
  Facts facts = engine.facts({});
  std::size_t count = 0;
  Verdict last = Verdict::Deny;
  while (const auto request = requests.next()) {
    const Decision decision = engine.decide_json(request->text, facts);
    if (*log) {
      // What is not in the log is not answered.
      const LogOptions options{arguments.has("--digest"), (*log)->withhold_key};
      const auto entry =
          request->sha256.empty()
              ? log_entry(engine, facts, decision, request->text, options)
              : log_entry(engine, facts, decision,
                          LongText{request->text, request->bytes, request->sha256}, options);
      const auto done = (*log)->writer.append(entry.value());
      if (!done) {
        console.error(done.error());
        return kUsage;
      }
    }
    console.out(console.json() ? record_text(engine, facts, decision, arguments) + '\n'
                               : verdict_line(engine, facts, decision, console));
    last = decision.verdict();
    if (++count % kProgressEvery == 0) console.progress(fmt::format("{} requests", count));
  }
  console.end_progress();
  if (const auto done = *log ? (*log)->writer.sync() : OrMessage<void>(); !done) {
    console.error(done.error());
    return kUsage;
  }
  if (arguments.has("--metrics") &&
      !write_metrics(engine, std::string(arguments.one("--metrics")), console))
    return kUsage;
  if (requests.failed()) {
    console.error("reading the requests failed before their end");
    return kUsage;
  }
  if (count == 0) {
    console.error("there was no request");
    return kNothingRan;
  }
  return arguments.has("--exit-code") ? exit_code_of(last) : kFine;
}

int run_why(const Arguments& arguments, Console& console) {
  if (arguments.has("--log") || arguments.has("--line")) return run_why_logged(arguments, console);
  if (!arguments.has("REQUEST")) {
    console.error("give REQUEST, or `--log FILE`");
    return kUsage;
  }
  auto inputs = open_inputs(arguments, console);
  if (!inputs) return inputs.error();
  auto& [engine, requests] = *inputs;
  const auto request = requests.next();
  if (!request) {
    console.error("there was no request");
    return kNothingRan;
  }
  if (requests.next()) {
    console.error(
        "there are several requests; `remit decide` answers them all, `why` explains one");
    return kUsage;
  }
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request->text, facts);
  print_why(engine, facts, decision, console);
  return kFine;
}

void print_why(const Engine& engine, Facts& facts, const Decision& decision, Console& console) {
  if (!console.json()) {
    const std::string text = to_text(engine.explain(facts, decision).value());
    const std::size_t end = text.find_first_of(" \n");
    console.out(console.styled(text.substr(0, end), style_of(decision.verdict())) +
                text.substr(end));
    return;
  }
  nlohmann::ordered_json json =
      nlohmann::ordered_json::parse(engine.record(facts, decision).value());
  const Explanation why = engine.explain(facts, decision).value();
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const ItemExplanation& item : why.items) {
    nlohmann::ordered_json clauses = nlohmann::ordered_json::array();
    for (const Clause& clause : item.clauses) {
      clauses.push_back({{"text", clause.text},
                         {"holds", clause.holds},
                         {"values", clause.values},
                         {"file", clause.file},
                         {"line", clause.line}});
    }
    const char* state = item.state == ItemState::Live     ? "live"
                        : item.state == ItemState::Lifted ? "lifted"
                                                          : "unmatched";
    items.push_back({{"item", item.name},
                     {"kind", spelling(item.kind)},
                     {"verdict", item.verdict ? name(*item.verdict) : std::string_view()},
                     {"state", state},
                     {"because", item.because},
                     {"advise", item.advise},
                     {"clauses", clauses}});
  }
  console.out(nlohmann::ordered_json{{"record", json},
                                     {"items", items},
                                     {"nearest", why.nearest},
                                     {"steps_bound", why.steps_bound}}
                  .dump() +
              '\n');
}

}  // namespace remit::cli
