// Deciding logged requests again: with the image that made the log, to prove that a line is what
// the engine said; with another, to see what a change of policy would have changed.
//
//     remit::Replay replay(engine);
//     const remit::Replayed again = replay.compare(line);  // a LogLine, see remit/log.h
//
// A line whose `@sensitive` values were withheld is decided with other values in their place. What
// could depend on them is never called the same and never called different: it is listed in `gaps`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <remit/api.h>
#include <remit/engine.h>
#include <remit/log.h>

namespace remit::inline v0 {

enum class ReplayResult : std::uint8_t {
  Same,           // byte for byte
  Different,      // the engine says something else
  InPart,         // the same, as far as it can be known: see `gaps`
  OtherImage,     // another image made the decision; nothing was compared
  NotRepeatable,  // a request that was not decoded, of which the line keeps the beginning alone;
                  // or a canonical one of more than limits::kReplayBytesMax bytes
};

// A part of a decision that could not be decided again.
struct ReplayGap {
  std::string part;                  // `verdict` (and what follows from it), `digest`, `reserve`,
                                     // `request` (all of it)
  std::string fact;                  // the withheld fact, `args.card`; or empty
  std::vector<std::string> readers;  // of a `verdict`: items that read it
};

struct Replayed {
  ReplayResult result = ReplayResult::Different;
  std::string decision;  // what the engine says now; withheld values withheld, as in the line
  std::vector<ReplayGap> gaps;
};

// One thread at a time. A Replay that was moved from still replays, and so does one whose facts()
// were moved elsewhere.
class REMIT_API Replay {
 public:
  // Decides with the program of `engine`, and goes on when that is halted or retired.
  explicit Replay(const Engine& engine);

  // Decides a line again and compares.
  [[nodiscard]] Replayed compare(const LogLine& line);

  // Only decides it again, whatever image made it: the record, or nothing if the line does not hold
  // the request. `gaps` are those of this call.
  [[nodiscard]] std::optional<std::string> decide(const LogLine& line);
  [[nodiscard]] const std::vector<ReplayGap>& gaps() const { return gaps_; }

  // Of the last call, for Engine::explain.
  [[nodiscard]] Facts& facts() { return facts_; }
  [[nodiscard]] const Decision& decision() const { return decision_; }
  [[nodiscard]] const Engine& engine() const { return engine_; }

  // Money of the last request, in micros: `spend.cost`, and each argument that is money, as
  // `args.amount`. Facts that are absent or withheld are left out.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> money() const;

 private:
  [[nodiscard]] Facts::State& state();
  std::string undecoded();

  Engine engine_;
  Facts facts_;
  Decision decision_;
  std::vector<ReplayGap> gaps_;
  std::vector<std::string> withheld_;  // paths of this line
};

}  // namespace remit::inline v0
