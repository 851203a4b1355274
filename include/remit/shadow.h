// A shadow: a candidate that decides beside the active engine, and whose answers are not used.
//
//     reloader.offer_shadow(candidate, now_ms, {.decisions = 1, .of = 100});
//     …
//     decision = turn.engine.decide_json(request, turn.facts);   // the answer; give it
//     reader.observe(decision, request);                         // then the shadow, in its turn
//     …
//     reloader.shadow()->differences;  reloader.promote_shadow(now_ms);
//
// Budget. Of every `of` decisions that are observed, the shadow makes `decisions`, each of at most
// `steps_max` steps; which ones follows from a counter, not from a clock or chance. It runs in the
// thread that calls Reader::observe, on facts of its own, after the answer is known: nothing that
// it does changes that answer.
//
// It decides the canonical request of the pair, or the text as it was received where there is
// none. So facts that a new schema adds, and counters of new limits, are missing: such requests
// show up as `engine.missing_fact` or `engine.invalid_request` of the candidate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/decision.h>
#include <remit/log.h>
#include <remit/meter.h>

namespace remit::inline v0 {

struct ShadowOptions {
  // At most `decisions` of the shadow for `of` of the active engine; 1 <= decisions <= of, and
  // of <= limits::kShadowShareMax.
  std::uint32_t decisions = 1;
  std::uint32_t of = 100;
  // The most steps of a decision on any tool; at most ReloadOptions::steps_max, which it is if
  // absent.
  std::optional<std::int64_t> steps_max = std::nullopt;
  // How many items, tools and tenants are counted by name; 1 to limits::kShadowRowsMax each.
  std::size_t rows_max = 1024;
  // How many differences are kept whole; at most limits::kShadowSamplesMax, and no more than
  // limits::kShadowSampleBytesMax together.
  std::size_t samples_max = 16;
  // As LogOptions::withhold_key, for the samples; copied. Without one they hold `@sensitive`
  // values as they were sent. Of a candidate that does not mark all values that the active engine
  // does, a sample has the active engine's request, and nothing to execute or to reserve.
  std::span<const std::byte> withhold_key = {};
};

// Two decisions differ if their verdict, their fault or their `by` does.
struct ShadowReport {
  std::int64_t version = 0;
  std::string image;  // SHA-256, 64 hex digits
  // Engine::generation of the active engine that it was held against; 0: nothing was observed yet.
  // When another engine becomes active, the counts and samples begin anew.
  std::uint64_t against = 0;
  std::uint64_t observed = 0;  // decisions of the active engine
  std::uint64_t decided = 0;   // of them, by the shadow as well
  std::uint64_t same = 0;      // of these, with the same answer
  std::uint64_t differences = 0;
  // Chosen and not decided: the active engine was halted or retired, the pair was no pair any
  // more, the request was not decoded and no text was given, or memory ran out.
  std::uint64_t skipped = 0;
  std::uint64_t looser = 0;    // differences in which the candidate is less strict
  std::uint64_t stricter = 0;  // and more strict

  struct Item {
    std::string name;             // full name, `engine.default.LAYER`, or kAllOthers
    std::uint64_t active = 0;     // differences in which it is in the `by` of the active engine
    std::uint64_t candidate = 0;  // of the candidate
  };
  struct Row {
    std::string name;  // a tool's dotted name, a `tenant.id`, kUnknown or kAllOthers
    std::uint64_t differences = 0;
  };
  // By name, bytewise.
  std::vector<Item> items;
  std::vector<Row> tools;
  std::vector<Row> tenants;

  // The first differences, as a decision log would hold them.
  struct Sample {
    LogEntry active;
    LogEntry candidate;
  };
  std::vector<Sample> samples;
};

}  // namespace remit::inline v0
