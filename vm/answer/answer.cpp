#include "vm/answer/answer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "stdlib/hash.h"
#include "stdlib/time.h"
#include "vm/answer/message.h"
#include "vm/answer/pair.h"
#include "vm/answer/reservation.h"
#include "vm/answer/typed_value.h"
#include "vm/answer/wire_out.h"
#include "vm/decide/complete.h"
#include "vm/decide/decide.h"
#include "vm/decide/digest.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

// Bytewise, each once.
void tidy(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
}

// The part of an answer that only a request has whose conditions were looked at.
class Evaluated {
 public:
  Evaluated(const Linked& linked, const Facts::State& facts, const Decision& decision,
            Evaluation& found, const AnswerScope& scope)
      : linked_(linked),
        image_(linked.program.image()),
        facts_(facts),
        decision_(decision),
        found_(found),
        findings_(findings_of(facts, found)),
        scope_(scope) {}

  void fill(Answer& answer) {
    answer.by = deciding_names(linked_, findings_, found_.outcome);
    waits_of(answer);
    duties(answer.duties);
    if (found_.outcome.waits()) answer.proposed = action();
    if (decision_.verdict() == Verdict::Permit && scope_.may_execute) {
      answer.execute = action();
      answer.terms = {reservations(facts_, found_), consumed(facts_, found_)};
    }
    answer.reads = enum_wire_name(linked_, "class", image_[facts_.tool].reads);
    const Value call = facts_.slots[linked_.program.engine_slots().call_id];
    if (!call.absent()) answer.call = call.view();
    if (found_.outcome.waits() || scope_.options.with_digest || !facts_.approvals.empty())
      answer.digest = stdlib::to_hex(action_digest(facts_));
    if (scope_.options.with_messages) messages(answer);
  }

 private:
  void waits_of(Answer& answer) {
    std::optional<Approvals> approvals;  // at the first wait that is open
    for_each_live(findings_, [&](std::size_t position) {
      if (!is_wait(findings_.item(position))) return;
      answer.refused = answer.refused || bit(findings_.refused, position);
      answer.expired = answer.expired || findings_.expired(position);
      if (!found_.outcome.waits() || !findings_.open(position)) return;
      if (!approvals) approvals = approvals_of(facts_);
      answer.waits.push_back(wait(findings_.plan->items[position], *approvals));
    });
  }

  Wait wait(ItemId item, const Approvals& approvals) {
    const ItemRow& row = image_[item];
    const ApprovalMask used = judge_wait(image_, row, approvals).used;
    Wait wait;
    wait.item = full_name(linked_, item);
    wait.verdict = row.verdict == VerdictClass::Queue ? Verdict::Queue : Verdict::Escalate;
    for (const PartyRow& party : image_.rows(row.parties)) {
      const auto people = people_of(image_, party, facts_.approvals, used);
      wait.parties.push_back(party_of(linked_, party));
      wait.parties.back().have.assign(people.begin(), people.end());
      tidy(wait.parties.back().have);
    }
    wait.within_ms = row.within_ms;
    if (const auto& start_ms = findings_.clock.start_ms)
      wait.deadline_ms = std::min(*start_ms + row.within_ms, stdlib::kTimestampMax);
    wait.requirement = stdlib::to_hex(row.requirement);
    return wait;
  }

  void duties(Duties& duties) {
    const JoinedDuties joined = joined_duties(findings_, found_.outcome);
    if (joined.log >= 0) duties.log = static_cast<LogLevel>(joined.log);
    for (const std::uint32_t channel : joined.notify)
      duties.notify.emplace_back(enum_wire_name(linked_, "channel", channel));
    for (const StringId name : joined.redact) duties.redact.emplace_back(linked_.text(name));
    tidy(duties.notify);
    tidy(duties.redact);
    duties.dry_run = joined.dry_run;
    duties.snapshot = joined.snapshot;
    duties.step_up = joined.step_up;
    duties.delay_ms = joined.delay_ms;
  }

  Action action() {
    Action action;
    action.tool = linked_.text(image_[facts_.tool].wire_name);
    stdlib::JsonWriter json(action.args_json);
    write_args(facts_, json, nullptr);
    if (scope_.is_whole) action.args = typed_args(facts_);
    return action;
  }

  // Of each in `by`, and then of whatever else is waited for.
  void messages(Answer& answer) {
    std::map<std::string, ItemId> items;
    for_each_unlifted(findings_, [&](std::size_t position) {
      const ItemId item = findings_.plan->items[position];
      items.emplace(full_name(linked_, item), item);
    });
    std::vector<std::string> names = answer.by;
    for (const Wait& wait : answer.waits) {
      if (std::ranges::find(answer.by, wait.item) == answer.by.end()) names.push_back(wait.item);
    }
    for (std::string& name : names) answer.messages.push_back(message(std::move(name), items));
    found_.workspace.require_memory();
  }

  // A layer in which nothing grants says nothing.
  Message message(std::string name, const std::map<std::string, ItemId>& items) {
    Message message{.item = std::move(name), .because = {}, .advise = {}};
    const auto item = items.find(message.item);
    if (item == items.end()) return message;
    const ItemRow& row = image_[item->second];
    if (row.because != kNoTemplate) message.because = render(facts_, found_, row.because);
    if (row.advise != kNoTemplate) message.advise = render(facts_, found_, row.advise);
    return message;
  }

  const Linked& linked_;
  const Image& image_;
  const Facts::State& facts_;
  const Decision& decision_;
  Evaluation& found_;
  const Findings findings_;
  const AnswerScope& scope_;
};

std::vector<std::string> missing(const Linked& linked, const Facts::State& facts,
                                 const Decision& decision) {
  const bool lacks =
      decision.fault() == Fault::InvalidRequest || decision.fault() == Fault::MissingFact;
  if (!lacks || !is_own(linked, facts) || !facts.is_readable()) return {};
  Evaluation found;
  found.fit(linked.plan_of(facts.tool));
  auto places = missing_places(facts, found);
  found.workspace.require_memory();
  return places;
}

}  // namespace

Party party_of(const Linked& linked, const PartyRow& row) {
  Party party{.seats = {}, .need = static_cast<int>(row.need), .have = {}};
  for (const SeatRow& seat : linked.program.image().rows(row.seats))
    party.seats.emplace_back(seat_name(linked, seat));
  return party;
}

Answer answer_of(const Linked& linked, const Facts::State& facts, const Decision& decision,
                 Evaluation* found, const AnswerScope& scope) {
  Answer answer;
  answer.verdict = decision.verdict();
  answer.fault = decision.fault();
  answer.alarm = decision.alarm();
  answer.at = fault_place(linked, facts, decision);
  if (scope.is_whole) answer.missing = missing(linked, facts, decision);
  answer.image = stdlib::to_hex(linked.program.hash());
  if (found != nullptr) Evaluated(linked, facts, decision, *found, scope).fill(answer);
  return answer;
}

std::expected<Answer, PairFault> answer(const Linked& linked, const Facts& facts,
                                        const Decision& decision, const AnswerScope& scope) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  if (!was_evaluated(decision)) return answer_of(linked, **pair, decision, nullptr, scope);
  Evaluation found = evaluate_again(**pair);
  return answer_of(linked, **pair, decision, &found, scope);
}

}  // namespace remit::vm
