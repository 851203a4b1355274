#include "examples/gateway/people.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "examples/gateway/proposal.h"

namespace gateway {
namespace {

// `1 of support_lead and 1 of finance_manager (mo)`.
std::string parties_text(const std::string& parties) {
  std::string text;
  for (const auto& party : nlohmann::json::parse(parties, nullptr, false)) {
    if (!text.empty()) text += " and ";
    text += std::to_string(party.value("need", 1)) + " of " + party.value("role", "");
    for (const auto& person : party["have"]) text += ", has " + person.get<std::string>();
  }
  return text;
}

}  // namespace

Asked<std::string> list_pending(Store& store, std::int64_t now_ms) {
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

std::expected<std::string, std::string> answer_wait(Store& store, const Directory& directory,
                                                    std::int64_t wait, const std::string& by,
                                                    const std::string& role, bool granted,
                                                    std::int64_t now_ms) {
  const auto person = directory.people.find(by);
  if (person == directory.people.end()) return std::unexpected("nobody here is called " + by);
  if (std::ranges::find(person->second.roles, role) == person->second.roles.end()) {
    return std::unexpected(by + " is no " + role);
  }
  const auto found = store.wait(wait);
  if (!found) return std::unexpected(std::string(name(found.error().kind)));
  if (!*found) return std::unexpected("there is no wait " + std::to_string(wait));
  const auto kept = store.answer_wait(wait, {.by = by,
                                             .tenant = person->second.tenant,
                                             .role = role,
                                             .granted = granted,
                                             .cost_micros = (*found)->cost_micros,
                                             .at_ms = now_ms});
  if (!kept) return std::unexpected(std::string(name(kept.error().kind)));
  return *kept;
}

}  // namespace gateway
