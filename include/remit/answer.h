// What a decision means for the host, as values: what to do, for whom it waits, what to reserve.
//
//     const auto answer = engine.answer(facts, decision);
//     if (answer->execute) run(answer->execute->tool, answer->execute->args_json);
//     for (const remit::Wait& wait : answer->waits) ask(wait.parties, wait.within_ms);
//
// Made by Engine::answer off the path of deciding. Plain data: it may be copied, kept and sent to
// another thread, and outlives the engine. Engine::record writes the same as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <remit/api.h>
#include <remit/decision.h>
#include <remit/duty.h>
#include <remit/fault.h>
#include <remit/reservation.h>
#include <remit/typed_value.h>

namespace remit::inline v0 {

// People who must agree, each in one of the seats.
struct Party {
  // Roles, bytewise; or alone `requester`, who asked for the action, or `owner`, who owns its
  // target. An approval names one of them as its role.
  std::vector<std::string> seats;
  int need = 1;                   // how many people
  std::vector<std::string> have;  // who has approved, by id, bytewise
};

// As a rule names them: `2 of (finance_manager or tenant_admin) and 1 of support_lead`.
[[nodiscard]] REMIT_API std::string to_text(const std::vector<Party>& parties);

// An item that waits for people, and is open.
struct Wait {
  std::string item;                     // `acme.refunds.large_refund`
  Verdict verdict = Verdict::Escalate;  // Queue or Escalate
  std::vector<Party> parties;
  std::int64_t within_ms = 0;
  // When it expires, ms since 1970: `within` after the action was first asked about, and never
  // behind the year 9999. Nothing before the action was first asked about: the time runs from the
  // moment that the host stores as `first_asked`.
  std::optional<std::int64_t> deadline_ms;
  // What the item means, 64 hex digits: an approval names it (remit/approval.h).
  std::string requirement;
};

// What the verdict obliges the host to do.
struct Duties {
  std::optional<LogLevel> log;
  std::vector<std::string> notify;  // channels, bytewise
  std::vector<std::string> redact;  // names, bytewise
  bool dry_run = false;
  bool snapshot = false;
  bool step_up = false;
  std::int64_t delay_ms = 0;
};

// The tool call that the request is about, as it was decided: what a host executes is this, and not
// the agent's own text.
struct Action {
  std::string tool;              // wire name
  std::vector<NamedValue> args;  // by wire name, declared order; absent ones are left out
  // The same as a JSON object in wire form, byte for byte as in the decision record.
  std::string args_json;
};

// `{"tool":…,"args":…}`, as `execute` of the decision record.
[[nodiscard]] REMIT_API std::string to_json(const Action& action);

// What an item says to people and to the agent; nothing where it has no such message.
struct Message {
  std::string item;                    // or `engine.default.LAYER`, which says nothing
  std::optional<std::string> because;  // for auditors, and for those who are asked
  std::optional<std::string> advise;   // for the agent, which is shown nothing else
};

// `[{"item":…,"because":…,"advise":…}]`, with null for nothing.
[[nodiscard]] REMIT_API std::string to_json(const std::vector<Message>& messages);

struct AnswerOptions {
  // The digest of the action, also where the verdict alone does not call for it.
  bool with_digest = false;
  // What the items in `by` say, and the others of `waits`.
  bool with_messages = false;
};

struct Answer {
  // Not to be acted on alone: what is executed is `execute`.
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::NoBundle;
  // Set for escalate, `engine.assert` and `engine.internal`.
  bool alarm = false;
  // Where the fault is, in wire names: `args.amount`, `approvals[1].by`,
  // `limits.shop.refunds.per_tenant`. Empty for a fault without a place.
  std::string at;
  // Of a request that lacks something: what it lacks, in decoding order; of records that are there
  // in part the first such fact alone. `at` is the first of them, unless it names what is there
  // while the record around it is not. Counters are listed once all facts are there, since facts
  // say which limits apply.
  std::vector<std::string> missing;
  // Items that decided, and `engine.default.LAYER`, in canonical order.
  std::vector<std::string> by;
  // Of queue and escalate: what is open.
  std::vector<Wait> waits;
  // Somebody has refused something that waits, or its deadline has passed. Where another item
  // denies at once, no person is asked, and what people have said is not looked at.
  bool refused = false, expired = false;
  Duties duties;
  // Of queue and escalate: the action that people are asked about.
  std::optional<Action> proposed;
  // Of permit: what the host executes, once it has reserved. Nothing while the engine is halted or
  // retired.
  std::optional<Action> execute;
  // Of permit: what the host takes before. Engine::terms asks for the same directly before.
  Terms terms;
  std::string reads;   // the class of data that the tool reads; empty if refused before
  std::string call;    // `call.id`; empty if there is none
  std::string digest;  // of the action: 64 hex digits, or empty
  std::string image;   // SHA-256 of the image without its debug section, 64 hex digits
  // If asked for: of each in `by`, then of each other of `waits`.
  std::vector<Message> messages;
};

}  // namespace remit::inline v0
