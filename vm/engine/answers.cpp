// What is asked of an engine about a decision that it made. Each is answered by a file of its own.

#include <remit/engine.h>
#include <remit/log.h>
#include "vm/answer/answer.h"
#include "vm/answer/explain.h"
#include "vm/answer/record.h"
#include "vm/answer/required_facts.h"
#include "vm/answer/reservation.h"
#include "vm/answer/schema.h"
#include "vm/engine/state.h"
#include "vm/log/log_entry.h"
#include "vm/narrow/narrow.h"

namespace remit::inline v0 {

std::expected<Answer, PairFault> Engine::answer(const Facts& facts, const Decision& decision,
                                                const AnswerOptions& options) const {
  auto answer = vm::answer(*state_->linked, facts, decision, {.options = options});
  // Asked at the end, so that what was halted in between has nothing to execute.
  if (answer && state_->off() != Fault::None) {
    answer->execute.reset();
    answer->terms = {};
  }
  return answer;
}

std::expected<Explanation, PairFault> Engine::explain(const Facts& facts,
                                                      const Decision& decision) const {
  return vm::explain(*state_->linked, facts, decision);
}

std::expected<std::string, PairFault> Engine::record(const Facts& facts, const Decision& decision,
                                                     bool with_digest) const {
  return vm::record(*state_->linked, facts, decision,
                    {.with_digest = with_digest, .may_execute = state_->off() == Fault::None});
}

std::expected<std::string, PairFault> Engine::digest(const Facts& facts,
                                                     const Decision& decision) const {
  return vm::digest(*state_->linked, facts, decision);
}

std::expected<std::string, PairFault> Engine::canonical_request(const Facts& facts,
                                                                const Decision& decision) const {
  return vm::canonical_request(*state_->linked, facts, decision);
}

std::optional<std::vector<RequiredFact>> Engine::required_facts(std::string_view tool) const {
  return vm::required_facts(*state_->linked, tool);
}

const Schema& Engine::schema() const {
  std::call_once(state_->schema_made,
                 [this] { state_->schema = vm::make_schema(*state_->linked); });
  return state_->schema;
}

std::optional<std::vector<SlotPath>> Engine::slots(std::string_view tool) const {
  return vm::slots_of(*state_->linked, schema(), tool);
}

std::vector<ToolPossibility> Engine::possible(const Facts& facts) const {
  return vm::possible(*state_->linked, state_->off(), FactsAccess::find(facts));
}

std::expected<std::vector<LimitKey>, RequestFault> Engine::limit_keys(Facts& facts) const {
  return vm::limit_keys(*state_->linked, state_->off(), facts);
}

std::expected<Terms, PairFault> Engine::terms(const Facts& facts, const Decision& decision) const {
  auto terms = vm::terms(*state_->linked, facts, decision);
  // Asked at the end, so that what was halted in between gives none.
  const Fault off = state_->off();
  if (!terms || off == Fault::None) return terms;
  return std::unexpected(off == Fault::Halted ? PairFault::Halted : PairFault::Retired);
}

std::expected<LogEntry, PairFault> log_entry(const Engine& engine, const Facts& facts,
                                             const Decision& decision,
                                             std::optional<std::string_view> text,
                                             const LogOptions& options) {
  const auto received = text ? std::optional(vm::Received{*text, text->size()}) : std::nullopt;
  return vm::log_entry(*EngineAccess::state(engine).linked, facts, decision, received, options);
}

std::expected<LogEntry, PairFault> log_entry(const Engine& engine, const Facts& facts,
                                             const Decision& decision, const LongText& text,
                                             const LogOptions& options) {
  const vm::Received received{text.beginning, text.bytes, text.sha256};
  return vm::log_entry(*EngineAccess::state(engine).linked, facts, decision, received, options);
}

}  // namespace remit::inline v0
