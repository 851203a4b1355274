// The host contract on one page: what a host does around `decide`, in this order.
#include "examples/gateway/gateway.h"

#include <utility>

#include "examples/gateway/record.h"

namespace gateway {

struct Gateway::Action {
  std::int64_t now_ms = 0;
  Proposal proposal;
  const Agent* agent = nullptr;
  std::string zone;
  Call call;
  remit::Decision decision;
  remit::Answer answer;

  // Not executed: a deny, and why. What waits says so with the policy's verdict.
  [[nodiscard]] Reply refused(std::string reason) const {
    return {.id = proposal.id,
            .call = call.id,
            .reason = std::move(reason),
            .advise = advise_of(answer)};
  }
};

Gateway::Gateway(Host host) : host_(std::move(host)), facts_(host_.engine.facts("")) {}

Reply Gateway::propose(std::string_view line) {
  Action action;
  action.now_ms = host_.clock();
  // The engine has no clock: the host retires an image that has expired, and all is denied.
  const auto expires = host_.engine.expires_ms();
  if (expires && action.now_ms >= *expires) host_.engine.retire();

  // 1. Whose call it is. This example believes the name; a real host authenticates the agent.
  auto proposal = read_proposal(line);
  if (!proposal) return action.refused("gateway.bad_proposal: " + proposal.error());
  action.proposal = std::move(*proposal);
  const auto agent = host_.directory.agents.find(action.proposal.agent);
  if (agent == host_.directory.agents.end()) return action.refused("gateway.unknown_agent");
  action.agent = &agent->second;
  action.zone = host_.directory.zones.at(action.agent->tenant);

  // 2. One call.id for one proposal, however often it comes, and when people were first asked.
  const auto call = host_.store.submit(action.proposal.agent, action.proposal.id,
                                       action.proposal.tool + " " + action.proposal.args);
  if (!call) return store_failed(action, call.error());
  action.call = *call;
  if (!call->same) return action.refused("gateway.another_proposal_has_this_id");

  // 3. What has begun is never decided again: the agent hears how it went.
  const auto progress = host_.store.progress(call->id);
  if (!progress) return store_failed(action, progress.error());
  if (*progress && (*progress)->began) {
    Reply again = action.refused("gateway.already_" + (*progress)->state);
    if ((*progress)->state == "settled") again.verdict = remit::Verdict::Permit;
    again.result = (*progress)->result;
    return again;
  }
  return decide(action);
}

Reply Gateway::decide(Action& action) {
  // 4. Facts: what the host has resolved; of the agent's words only the tool and its arguments.
  const std::string request =
      request_of(action.proposal, host_.directory, *action.agent, action.call, action.now_ms);
  const auto keys = host_.engine.limit_keys_json(request, facts_);
  if (keys) {
    // 5. Phase one: the counters of the limits that apply, and what people have said.
    if (auto known = complete(action, *keys); !known) return store_failed(action, known.error());
    // 6. The decision, in the log before anything comes of it.
    action.decision = host_.engine.decide(facts_);
  } else {
    action.decision = host_.engine.decide_json(request, facts_);  // no request: a deny, and why
  }
  if (!host_.log.append(host_.engine, facts_, action.decision, request)) {
    return action.refused("gateway.log_failed");
  }
  auto answer = host_.engine.answer(facts_, action.decision, {.with_messages = true});
  if (!answer) return action.refused(std::string(remit::code(answer.error())));
  action.answer = std::move(*answer);
  if (!keys) return action.refused(reason_of(action.answer));
  // 7. The duties.
  for (const std::string& channel : action.answer.duties.notify)
    host_.tool.notify(channel, action.call.id);
  // 8. No is no, and late is late: a refusal ends the call, and so does its deadline. They bind the
  // engine as long as something waits; the host remembers them for the day when the rules ask
  // nobody any more.
  if (action.answer.refused && !action.call.refused) {
    if (auto ended = host_.store.refuse(action.call.id, action.now_ms); !ended)
      return store_failed(action, ended.error());
  }
  if (action.answer.expired && !action.call.expired) {
    if (auto ended = host_.store.expire(action.call.id, action.now_ms); !ended)
      return store_failed(action, ended.error());
  }
  if (action.decision.verdict() != remit::Verdict::Deny) {
    if (action.call.refused) return action.refused("gateway.refused");
    if (action.call.expired) return action.refused("gateway.expired");
  }
  // 9. The verdict. No default: one that nobody thought of does not compile.
  switch (action.decision.verdict()) {
    case remit::Verdict::Permit: return execute(action);
    case remit::Verdict::Queue:
    case remit::Verdict::Escalate: return ask_people(action);
    case remit::Verdict::Deny: break;
  }
  if (auto none = host_.store.waits_only_for(action.call.id, {}); !none) {
    return store_failed(action, none.error());
  }
  return action.refused(reason_of(action.answer));
}

StoreResult<void> Gateway::complete(const Action& action, std::span<const LimitKey> keys) {
  // First what has lapsed, so that it is not counted.
  if (auto swept = host_.store.sweep(action.now_ms); !swept) return std::unexpected(swept.error());
  const auto counters = host_.store.used(action.call.id, keys, action.zone, action.now_ms);
  if (!counters) return std::unexpected(counters.error());
  if (auto why = unbelievable(*counters, keys, action.now_ms - host_.counter_age_max_ms)) {
    return std::unexpected(std::move(*why));
  }
  for (const Counter& counter : *counters) facts_.set_counter(counter.limit, counter.used);

  const auto answers = host_.store.answers(action.call.id);
  if (!answers) return std::unexpected(answers.error());
  for (const Answer& answer : *answers) facts_.add_approval(approval_of(answer));
  return {};
}

// 10. Waiting: a wait for each open item. Who is named sees it in `gateway pending`; the agent asks
// again, under the same id.
Reply Gateway::ask_people(Action& action) {
  Reply reply = action.refused(reason_of(action.answer));
  reply.verdict = action.decision.verdict();
  for (Wait& wait : waits_of(action.answer)) {
    wait.call = action.call.id;
    wait.tenant = action.agent->tenant;
    wait.owners = owners_of(action.proposal, host_.directory);
    wait.cost_micros = host_.directory.cost_micros;
    wait.asked_at_ms = action.now_ms;
    const auto number = host_.store.keep_wait(wait);
    if (!number) return store_failed(action, number.error());
    reply.waits.push_back(*number);
  }
  // An edited rule asks anew: what it asked before is not listed any more.
  if (auto only = host_.store.waits_only_for(action.call.id, reply.waits); !only) {
    return store_failed(action, only.error());
  }
  return reply;
}

// 11. Phase two: all of it or nothing; through the one door; exactly `execute`; settle.
Reply Gateway::execute(Action& action) {
  const auto terms = host_.engine.terms(facts_, action.decision);
  if (!terms) return action.refused(std::string(remit::code(terms.error())));
  // An answer that was made while the engine was halted has nothing to execute.
  if (!action.answer.execute) return action.refused("gateway.nothing_to_execute");
  const auto reserved =
      host_.store.reserve(action.call.id, terms->reserve, terms->consume, action.zone,
                          action.now_ms, action.now_ms + host_.lease_ms);
  if (!reserved)
    return store_failed(action, reserved.error());  // its lease ends what may be reserved
  if (reserved->outcome != ReserveOutcome::Reserved) return action.refused(reason_of(*reserved));
  // Reserving took time. Was the engine halted or retired meanwhile?
  if (const auto still = host_.engine.terms(facts_, action.decision); !still) {
    (void)host_.store.release(action.call.id);  // else its lease ends what is reserved
    return action.refused(std::string(remit::code(still.error())));
  }
  const auto begun = host_.store.begin(action.call.id, host_.clock());
  if (!begun) return store_failed(action, begun.error());  // it may have begun: never on a guess
  if (begun->outcome != BeginOutcome::Began) {
    // It is over for good: what its lease would give back later is given back now.
    if (begun->outcome == BeginOutcome::Refused || begun->outcome == BeginOutcome::Expired)
      (void)host_.store.release(action.call.id);
    return action.refused(reason_of(*begun));
  }
  // And so did that: once more, directly before.
  const auto still = host_.engine.terms(facts_, action.decision);
  const ToolResult result =
      still ? host_.tool.run(action.call.id, *action.answer.execute)
            : ToolResult{"not executed: " + std::string(remit::code(still.error())), Effect::None};
  const auto settled = host_.store.settle(action.call.id, result.effect, result.text);
  if (!settled || !*settled) host_.report("counted, and not settled: " + action.call.id);
  if (!still) return action.refused(std::string(remit::code(still.error())));
  return {.id = action.proposal.id,
          .call = action.call.id,
          .verdict = remit::Verdict::Permit,
          .reason = reason_of(action.answer),
          .result = result.text};
}

// A store that cannot be asked or believed is a deny, with its reason and nothing executed.
Reply Gateway::store_failed(const Action& action, const StoreError& error) const {
  host_.report(std::string(name(error.kind)) + ": " + error.message);
  return action.refused(std::string(name(error.kind)));
}

}  // namespace gateway
