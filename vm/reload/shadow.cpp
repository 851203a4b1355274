#include "vm/reload/shadow.h"

#include <algorithm>
#include <new>
#include <utility>

#include <remit/limits.h>
#include "vm/answer/answer.h"
#include "vm/answer/record.h"
#include "vm/decide/facts_state.h"
#include "vm/engine/decide_text.h"
#include "vm/engine/state.h"
#include "vm/log/withhold.h"
#include "vm/reload/marks.h"

namespace remit::vm {

namespace {

std::vector<std::string> by_of(const Engine& engine, const Facts& facts, const Decision& decision) {
  const AnswerScope scope{.options = {}, .may_execute = false, .is_whole = false};
  return answer(*EngineAccess::state(engine).linked, facts, decision, scope).value_or(Answer()).by;
}

// Of a candidate that does not say what is `@sensitive`: nothing that its record makes of values.
class AllWithheld final : public Redaction {
 public:
  explicit AllWithheld(std::span<const std::byte> key) : key_(key) {}
  std::string fact(std::string_view, const FactPlace&, std::string json) override {
    return withheld(json, key_);
  }
  std::string place(std::string json) override { return withheld(json, key_); }
  std::string digest(std::string json) override { return withheld(json, key_); }
  std::string approved_digest(std::string json) override { return withheld(json, key_); }
  std::string amount(std::string_view, std::string json) override { return withheld(json, key_); }
  std::string maximum(std::string_view, std::string json) override { return withheld(json, key_); }
  std::string key_part(std::string_view, std::size_t, std::string json) override {
    return withheld(json, key_);
  }

 private:
  std::span<const std::byte> key_;
};

ShadowOptions without_key(ShadowOptions options) {
  options.withhold_key = {};
  return options;
}

}  // namespace

Shadow::Shadow(const Engine& engine, std::vector<std::byte> image, const ShadowOptions& options)
    : engine_(engine),
      image_(std::move(image)),
      options_(without_key(options)),
      withhold_key_(options.withhold_key.begin(), options.withhold_key.end()) {}

bool Shadow::has_turn() noexcept {
  // Both are at most limits::kShadowShareMax, so the product fits.
  const std::uint64_t at = observed_.fetch_add(1, std::memory_order_relaxed) % options_.of;
  return at * options_.decisions % options_.of < options_.decisions;
}

bool Shadow::is_counted(const Engine& active) {
  const std::uint64_t generation = active.generation();
  if (generation < counts_.totals.against) return false;
  if (generation > counts_.totals.against) {
    // Of the first engine all that was observed counts; after that, what comes from now on.
    const bool is_first = counts_.totals.against == 0;
    counts_ = {};
    counts_.totals.against = generation;
    if (!is_first) counts_.observed_before = observed_.load(std::memory_order_relaxed);
  }
  return true;
}

void Shadow::skip(const Engine& active) noexcept {
  const std::lock_guard lock(counting_);
  if (is_counted(active)) ++counts_.totals.skipped;
}

void Shadow::count_same(const Engine& active) {
  const std::lock_guard lock(counting_);
  if (!is_counted(active)) return;
  ++counts_.totals.decided;
  ++counts_.totals.same;
}

void Shadow::compare(const Engine& active, const Facts& facts, const Decision& decision,
                     std::optional<std::string_view> text, Facts& own) {
  if (DecisionAccess::by_switch(decision)) return skip(active);
  const auto canonical = active.canonical_request(facts, decision);
  if (!canonical && (canonical.error() != PairFault::NotDecoded || !text)) return skip(active);
  const Decision theirs = canonical ? decide_text(engine_, *canonical, limits::kReplayBytesMax, own)
                                    : engine_.decide_json(*text, own);
  const Both both{decision, theirs, by_of(active, facts, decision), by_of(engine_, own, theirs)};
  const bool is_same = decision.verdict() == theirs.verdict() &&
                       decision.fault() == theirs.fault() && both.active_by == both.candidate_by;
  if (is_same) return count_same(active);
  if (!count_difference(active, both, subject_of(active, facts))) return;
  try {
    const LogOptions options{.with_digest = false, .withhold_key = withhold_key_};
    auto ours = log_entry(active, facts, decision, text, options);
    if (!ours) return;
    auto other = entry_of(active, own, theirs, text, *ours);
    if (other) keep_sample(active, std::move(*ours), std::move(*other));
  } catch (const std::bad_alloc&) {
    return;  // the difference is counted; there is a sample less
  }
}

std::optional<LogEntry> Shadow::entry_of(const Engine& active, const Facts& own,
                                         const Decision& theirs,
                                         std::optional<std::string_view> text,
                                         const LogEntry& ours) const {
  const Linked& linked = *EngineAccess::state(engine_).linked;
  if (withhold_key_.empty() || marks_all_of(*EngineAccess::state(active).linked, linked)) {
    auto entry = log_entry(engine_, own, theirs, text,
                           {.with_digest = false, .withhold_key = withhold_key_});
    return entry ? std::optional(std::move(*entry)) : std::nullopt;
  }
  AllWithheld redaction(withhold_key_);
  auto decision = record(linked, own, theirs,
                         {.with_digest = false, .may_execute = false, .redaction = &redaction});
  if (!decision) return std::nullopt;
  return LogEntry{ours.request, ours.more, std::move(*decision)};
}

void Shadow::keep_sample(const Engine& active, LogEntry ours, LogEntry theirs) {
  const std::size_t bytes = ours.request.size() + ours.more.size() + ours.decision.size() +
                            theirs.request.size() + theirs.more.size() + theirs.decision.size();
  auto sample = std::make_shared<const ShadowReport::Sample>(std::move(ours), std::move(theirs));
  const std::lock_guard lock(counting_);
  if (!is_counted(active)) return;
  // Whoever sends long requests that differ does not fill the memory of the host.
  if (bytes > limits::kShadowSampleBytesMax - counts_.sample_bytes) return;
  counts_.samples.push_back(std::move(sample));
  counts_.sample_bytes += bytes;
}

template <typename Count>
Count& Shadow::Table<Count>::at(std::string_view name, std::size_t rows_max) {
  const auto found = rows.find(name);
  if (found != rows.end()) return found->second;
  if (rows.size() >= rows_max) return other;
  return rows.emplace(std::string(name), Count{}).first->second;
}

bool Shadow::count_difference(const Engine& active, const Both& both, const Subject& subject) {
  const std::size_t rows_max = options_.rows_max;
  const std::lock_guard lock(counting_);
  if (!is_counted(active)) return false;
  // The rows first: they may find no memory, and then nothing was counted.
  std::uint64_t& tool = counts_.tools.at(subject.tool, rows_max);
  std::uint64_t& tenant = counts_.tenants.at(subject.tenant, rows_max);
  for (const std::vector<std::string>* by : {&both.active_by, &both.candidate_by}) {
    for (const std::string& item : *by) (void)counts_.items.at(item, rows_max);
  }
  for (const std::string& item : both.active_by) ++counts_.items.at(item, rows_max).active;
  for (const std::string& item : both.candidate_by) ++counts_.items.at(item, rows_max).candidate;
  ++tool;
  ++tenant;
  ++counts_.totals.decided;
  ++counts_.totals.differences;
  // Strictness grows with the value of a verdict.
  if (both.candidate.verdict() < both.active.verdict()) ++counts_.totals.looser;
  if (both.candidate.verdict() > both.active.verdict()) ++counts_.totals.stricter;
  return counts_.samples_begun++ < options_.samples_max;
}

ShadowReport Shadow::report() const {
  std::vector<std::shared_ptr<const ShadowReport::Sample>> samples;
  ShadowReport report = [&] {
    const std::lock_guard lock(counting_);
    samples = counts_.samples;
    return numbers();
  }();
  for (const auto& sample : samples) report.samples.push_back(*sample);
  report.version = engine_.version();
  report.image = engine_.image_hash();
  return report;
}

ShadowReport Shadow::numbers() const {
  ShadowReport report = counts_.totals;
  // What was observed when the counts began anew is not counted, but for those that had a turn.
  report.observed = std::max(observed_.load(std::memory_order_relaxed) - counts_.observed_before,
                             report.decided + report.skipped);
  const Sides& other = counts_.items.other;
  for (const auto& [name, sides] : counts_.items.rows)
    report.items.push_back({name, sides.active, sides.candidate});
  if (other.active + other.candidate != 0)
    report.items.push_back({std::string(kAllOthers), other.active, other.candidate});
  std::ranges::sort(report.items, {}, &ShadowReport::Item::name);
  const auto add = [](const Table<std::uint64_t>& table, std::vector<ShadowReport::Row>& rows) {
    for (const auto& [name, differences] : table.rows) rows.push_back({name, differences});
    if (table.other != 0) rows.push_back({std::string(kAllOthers), table.other});
    std::ranges::sort(rows, {}, &ShadowReport::Row::name);
  };
  add(counts_.tools, report.tools);
  add(counts_.tenants, report.tenants);
  return report;
}

}  // namespace remit::vm
