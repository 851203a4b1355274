#include "tests/images/reader/exercise.h"

#include <algorithm>

#include <remit/limits.h>
#include <remit/log.h>
#include <remit/replay.h>
#include "tests/images/reader/reader.h"
#include "tests/images/reader/request.h"
#include "vm/answer/disassemble.h"
#include "vm/engine/state.h"

namespace remit::images {

namespace {

std::string about(const ItemAnswer& expected, const ItemExplanation& actual) {
  if (expected.name != actual.name) return "another item than " + expected.name;
  const ItemState state = !expected.matches ? ItemState::Unmatched
                          : expected.lifted ? ItemState::Lifted
                                            : ItemState::Live;
  if (state != actual.state)
    return expected.name + (!expected.matches ? " should not match"
                            : expected.lifted ? " should be lifted"
                                              : " should be live");
  if (expected.wait && actual.wait != expected.wait) return expected.name + " waits otherwise";
  return {};
}

bool evaluated(Fault fault) {
  return fault == Fault::None || fault == Fault::Expired || fault == Fault::Assert;
}

class Host {
 public:
  Host(const Engine& engine, generator::Random& random, Exercised& counts)
      : engine_(engine),
        image_(EngineAccess::state(engine).linked->program.image()),
        random_(random),
        counts_(counts),
        facts_(engine.facts({})),
        replay_(engine) {}

  std::string ask() {
    Request request = make_request(image_, random_);
    json_ = to_json(image_, request);
    Decision decision = engine_.decide_json(json_, facts_);
    const bool waits =
        decision.verdict() == Verdict::Queue || decision.verdict() == Verdict::Escalate;
    if (waits && random_.percent(70)) {
      make_approvals(image_, *engine_.digest(facts_, decision), request, random_);
      json_ = to_json(image_, request);
      decision = engine_.decide_json(json_, facts_);
    }
    count(decision);
    auto explanation = engine_.explain(facts_, decision);
    if (!explanation || to_text(*explanation).empty()) return "no explanation";
    // A request that cannot be written cannot be read, nor one that is too long.
    const bool readable = request.possible && json_.size() <= limits::kRequestBytesMax;
    std::string problem = readable ? difference(request, decision, *explanation) : std::string();
    return problem.empty() ? use(decision) : problem;
  }

  [[nodiscard]] const std::string& json() const { return json_; }

 private:
  void count(const Decision& decision) {
    ++counts_.requests;
    if (!evaluated(decision.fault())) return;
    ++counts_.evaluated;
    const Verdict verdict = decision.verdict();
    ++(verdict == Verdict::Permit ? counts_.permits
       : verdict == Verdict::Deny ? counts_.denials
                                  : counts_.waits);
  }

  std::string difference(const Request& request, const Decision& decision,
                         Explanation& explanation) {
    Answer expected;
    try {
      expected = read(image_, request, engine_.digest(facts_, decision).value_or(""));
    } catch (const Untrue& untrue) {
      return std::string("accepted, but ") + untrue.what();
    }
    if (decision.verdict() != expected.verdict || decision.fault() != expected.fault) {
      return "verdict " + std::string(name(decision.verdict())) + " (" +
             std::string(code(decision.fault())) + " at " + explanation.at + "), expected " +
             std::string(name(expected.verdict)) + " (" + std::string(code(expected.fault)) + ")";
    }
    if (!evaluated(expected.fault)) return {};
    if (explanation.items.size() != expected.items.size()) return "another number of items";
    for (std::size_t i = 0; i < expected.items.size(); ++i) {
      if (std::string problem = about(expected.items[i], explanation.items[i]); !problem.empty())
        return problem;
    }
    std::ranges::sort(explanation.by);
    return explanation.by == expected.by ? std::string() : "`by` is another";
  }

  // The other questions, and the same decision from its log line.
  std::string use(const Decision& decision) {
    const auto terms = engine_.terms(facts_, decision);
    if (terms.has_value() != (decision.verdict() == Verdict::Permit)) return "terms of no permit";
    if (terms) {
      for (const Reservation& line : terms->reserve)
        if (line.amount < 0) return "a negative reservation";
    }
    if (!engine_.record(facts_, decision, true)) return "no record";
    const auto entry = log_entry(engine_, facts_, decision, json_);
    if (!entry) return "no log entry";
    const std::string line = chain_.append(*entry);
    const auto read = read_log_line(line);
    if (!read) return "a log line that cannot be read: " + line;
    // Asked last: it leaves another fault's place in the facts.
    if (!engine_.limit_keys(facts_) && evaluated(decision.fault())) return "no list of counters";
    const Replayed again = replay_.compare(*read);
    // Of a request that was not decoded the line keeps the beginning.
    const bool cut = again.result == ReplayResult::NotRepeatable && !evaluated(decision.fault());
    return again.result == ReplayResult::Same || cut
               ? std::string()
               : "replayed otherwise: " + line + "\n" + again.decision;
  }

  const Engine& engine_;
  const vm::Image& image_;
  generator::Random& random_;
  Exercised& counts_;
  Facts facts_;
  Replay replay_;
  LogChain chain_;
  std::string json_;
};

}  // namespace

std::expected<Engine, LoadError> load(const std::vector<std::byte>& bytes) {
  return Engine::load(bytes, Trust::unsigned_image(), {.allow_dev = true});
}

std::string exercise(const Engine& engine, int requests, generator::Random& random,
                     Exercised& counts) {
  static_cast<void>(vm::disassemble(EngineAccess::state(engine).linked->program));
  // Without tools there is nothing to ask about.
  if (EngineAccess::state(engine).linked->program.image().tools.empty()) return {};
  Host host(engine, random, counts);
  for (int i = 0; i < requests; ++i) {
    const std::string problem = host.ask();
    if (!problem.empty()) return problem + "\n" + host.json();
  }
  return {};
}

}  // namespace remit::images
