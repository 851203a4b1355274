#include "examples/gateway/people.h"

#include <algorithm>

#include "examples/gateway/proposal.h"

namespace gateway {
namespace {

// `1 of support_lead and 1 of finance_manager, has mo`.
std::string parties_text(const std::vector<remit::Party>& parties) {
  std::string text = remit::to_text(parties);
  for (const remit::Party& party : parties) {
    for (const std::string& person : party.have) text += ", has " + person;
  }
  return text;
}

bool asks(const Wait& wait, const std::string& seat) {
  return std::ranges::any_of(wait.parties, [&](const remit::Party& party) {
    return std::ranges::find(party.seats, seat) != party.seats.end();
  });
}

// As the engine compares persons: equal after folding ASCII case.
bool alike(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, folded, folded);
}

bool any_alike(const std::vector<std::string>& people, std::string_view by) {
  return std::ranges::any_of(people, [&](const auto& person) { return alike(person, by); });
}

// Whether somebody is the actor of a call, or one of those for whom it works.
bool of_chain(const Wait& wait, const Directory& directory, std::string_view by) {
  if (alike(wait.agent, by)) return true;
  const auto agent = directory.agents.find(wait.agent);
  return agent != directory.agents.end() && any_alike(agent->second.requesters, by);
}

// Why somebody does not have the seat from which they answer; empty if they have it. The engine
// says the same of `requester` and `owner`; of roles it takes the host's word.
std::string unseated(const Wait& wait, const Directory& directory, const Person& person,
                     const std::string& by, const std::string& seat) {
  if (seat == "requester") {
    const auto agent = directory.agents.find(wait.agent);
    const bool asked = agent != directory.agents.end() && any_alike(agent->second.requesters, by);
    return asked ? "" : by + " is nobody for whom " + wait.agent + " works";
  }
  if (seat == "owner") return any_alike(wait.owners, by) ? "" : by + " does not own the target";
  return std::ranges::find(person.roles, seat) != person.roles.end()
             ? ""
             : by + " does not have the role " + seat;
}

// Why what somebody says to a wait will not count; empty if nothing is known against it. A refusal
// of which this is empty is one that ends the call in the store.
std::string against(const Wait& wait, const Directory& directory, const Answer& answer) {
  if (wait.state == "began") return "the action has begun";
  if (wait.state == "refused") return "somebody has refused it, which is for good";
  const bool confirms = answer.role == "requester" && !alike(answer.by, wait.agent);
  if (answer.of_chain && !answer.granted) return "";
  if (answer.of_chain && !confirms) return wait.agent + " works for " + answer.by;
  if (answer.tenant != wait.tenant)
    return answer.by + " is of tenant " + answer.tenant + ", the call of " + wait.tenant;
  if (!asks(wait, answer.role)) return "nobody is asked as " + answer.role;
  // A refusal is of the action, however it was asked, and does not lapse.
  if (!answer.granted) return {};
  if (answer.at_ms > wait.until_ms) return "it waited until " + timestamp(wait.until_ms);
  if (wait.state == "expired") return "the call has waited too long, which is for good";
  if (!directory.agents.contains(wait.agent)) return "the directory does not know " + wait.agent;
  if (wait.state == "superseded")
    return "nobody asks this any more: the rule was edited, or the call was decided otherwise";
  return {};
}

}  // namespace

StoreResult<std::string> list_pending(Store& store, std::int64_t now_ms) {
  const auto waits = store.pending(now_ms);
  if (!waits) return std::unexpected(waits.error());
  std::string text;
  for (const Wait& wait : *waits) {
    text += std::to_string(wait.id) + "  " + wait.verdict + "  " + wait.tenant + "  " + wait.item +
            "  for " + parties_text(wait.parties) + "\n   until " + timestamp(wait.until_ms) +
            "  " + wait.because + "\n";
  }
  return text.empty() ? "nothing waits\n" : text;
}

std::expected<KeptAnswer, std::string> answer_wait(Store& store, const Directory& directory,
                                                   std::int64_t wait, const std::string& by,
                                                   const std::string& role, bool granted,
                                                   std::int64_t now_ms) {
  const auto person = directory.people.find(by);
  if (person == directory.people.end()) return std::unexpected("nobody here is called " + by);
  const auto found = store.wait(wait);
  if (!found) return std::unexpected(std::string(name(found.error().kind)));
  if (!*found) return std::unexpected("there is no wait " + std::to_string(wait));
  if (auto why = unseated(**found, directory, person->second, by, role); !why.empty())
    return std::unexpected(std::move(why));
  const Answer answer{.by = by,
                      .tenant = person->second.tenant,
                      .role = role,
                      .granted = granted,
                      .cost_micros = (*found)->cost_micros,
                      .at_ms = now_ms,
                      .of_chain = of_chain(**found, directory, by)};
  const auto kept = store.answer_wait(wait, answer);
  if (!kept) return std::unexpected(std::string(name(kept.error().kind)));
  // The action may have begun before the answer was kept; no later answer ends it.
  Wait asked = **found;
  const auto after = store.wait(wait);
  if (after && *after && (*after)->state == "began") asked.state = "began";
  return KeptAnswer{*kept, against(asked, directory, answer)};
}

}  // namespace gateway
