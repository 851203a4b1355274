#include "vm/reload/shadow.h"

#include <utility>

#include <remit/limits.h>
#include "vm/answer/answer.h"
#include "vm/decide/facts_state.h"
#include "vm/engine/decide_text.h"
#include "vm/engine/state.h"

namespace remit::vm {

namespace {

std::vector<std::string> by_of(const Engine& engine, const Facts& facts, const Decision& decision) {
  const AnswerScope scope{.options = {}, .may_execute = false, .is_whole = false};
  return answer(*EngineAccess::state(engine).linked, facts, decision, scope).value_or(Answer()).by;
}

ShadowOptions without_key(ShadowOptions options) {
  options.withhold_key = {};
  return options;
}

}  // namespace

Shadow::Shadow(const Engine& engine, std::vector<std::byte> image, const ShadowOptions& options)
    : engine_(engine),
      image_(std::move(image)),
      options_(without_key(options)),
      withhold_key_(options.withhold_key.begin(), options.withhold_key.end()) {
  totals_.version = engine_.version();
  totals_.image = engine_.image_hash();
}

bool Shadow::has_turn() noexcept {
  // Both are at most limits::kShadowShareMax, so the product fits.
  const std::uint64_t at = observed_.fetch_add(1, std::memory_order_relaxed) % options_.of;
  return at * options_.decisions % options_.of < options_.decisions;
}

void Shadow::skip() noexcept {
  const std::lock_guard lock(counts_);
  ++totals_.skipped;
}

void Shadow::compare(const Engine& active, const Facts& facts, const Decision& decision,
                     std::optional<std::string_view> text, Facts& own) {
  if (DecisionAccess::by_switch(decision)) return skip();
  const auto canonical = active.canonical_request(facts, decision);
  if (!canonical && (canonical.error() != PairFault::NotDecoded || !text)) return skip();
  const Decision theirs = canonical ? decide_text(engine_, *canonical, limits::kReplayBytesMax, own)
                                    : engine_.decide_json(*text, own);
  const Both both{decision, theirs, by_of(active, facts, decision), by_of(engine_, own, theirs)};
  const bool is_same = decision.verdict() == theirs.verdict() &&
                       decision.fault() == theirs.fault() && both.active_by == both.candidate_by;
  if (is_same) {
    const std::lock_guard lock(counts_);
    ++totals_.decided;
    ++totals_.same;
    return;
  }
  count(both, subject_of(active, facts));
  if (!wants_sample()) return;
  const LogOptions options{.with_digest = false, .withhold_key = withhold_key_};
  auto ours = log_entry(active, facts, decision, text, options);
  auto other = log_entry(engine_, own, theirs, text, options);
  if (!ours || !other) return;
  const std::size_t bytes = ours->request.size() + ours->more.size() + ours->decision.size() +
                            other->request.size() + other->more.size() + other->decision.size();
  const std::lock_guard lock(counts_);
  // Whoever sends long requests that differ does not fill the memory of the host.
  if (bytes > limits::kShadowSampleBytesMax - sample_bytes_) return;
  sample_bytes_ += bytes;
  totals_.samples.push_back({std::move(*ours), std::move(*other)});
}

bool Shadow::wants_sample() noexcept {
  return samples_begun_.load(std::memory_order_relaxed) < options_.samples_max &&
         samples_begun_.fetch_add(1, std::memory_order_relaxed) < options_.samples_max;
}

template <typename Count>
Count& Shadow::Table<Count>::at(std::string_view name, std::size_t rows_max) {
  const auto found = rows.find(name);
  if (found != rows.end()) return found->second;
  if (rows.size() >= rows_max) return other;
  return rows.emplace(std::string(name), Count{}).first->second;
}

void Shadow::count(const Both& both, const Subject& subject) {
  const std::lock_guard lock(counts_);
  // The rows first: they may find no memory, and then nothing was counted.
  std::uint64_t& tool = tools_.at(subject.tool, options_.rows_max);
  std::uint64_t& tenant = tenants_.at(subject.tenant, options_.rows_max);
  for (const std::vector<std::string>* by : {&both.active_by, &both.candidate_by}) {
    for (const std::string& item : *by) (void)items_.at(item, options_.rows_max);
  }
  for (const std::string& item : both.active_by) ++items_.at(item, options_.rows_max).active;
  for (const std::string& item : both.candidate_by) ++items_.at(item, options_.rows_max).candidate;
  ++tool;
  ++tenant;
  ++totals_.decided;
  ++totals_.differences;
  // Strictness grows with the value of a verdict.
  if (both.candidate.verdict() < both.active.verdict()) ++totals_.looser;
  if (both.candidate.verdict() > both.active.verdict()) ++totals_.stricter;
}

ShadowReport Shadow::report() const {
  const std::lock_guard lock(counts_);
  ShadowReport report = totals_;
  report.observed = observed_.load(std::memory_order_relaxed);
  if (items_.other.active + items_.other.candidate != 0)
    report.items.push_back({std::string(kOtherRows), items_.other.active, items_.other.candidate});
  for (const auto& [name, sides] : items_.rows)
    report.items.push_back({name, sides.active, sides.candidate});
  const auto add = [](const Table<std::uint64_t>& table, std::vector<ShadowReport::Row>& rows) {
    // A parenthesis stands before everything that a name may begin with.
    if (table.other != 0) rows.push_back({std::string(kOtherRows), table.other});
    for (const auto& [name, differences] : table.rows) rows.push_back({name, differences});
  };
  add(tools_, report.tools);
  add(tenants_, report.tenants);
  return report;
}

}  // namespace remit::vm
