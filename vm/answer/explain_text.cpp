// An explanation as plain text.

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <remit/explanation.h>
#include <remit/item.h>

#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::inline v0 {

namespace {

std::string place(const std::string& file, std::uint32_t line) {
  return file.empty() ? std::string()
                      : "   " + stdlib::printable(file) + ':' + std::to_string(line);
}

// `finance_manager or tenant_admin`
std::string seat_list(const Party& party) {
  std::string text;
  for (const std::string& seat : party.seats) text += (text.empty() ? "" : " or ") + seat;
  return text;
}

// `; approved as support_lead by lee; released`
std::string answers(const ItemExplanation& item) {
  std::string text;
  for (const Party& party : item.parties) {
    if (party.have.empty()) continue;
    std::string people;
    for (const std::string& person : party.have) people += (people.empty() ? "" : ", ") + person;
    text += "; approved as " + seat_list(party) + " by " + stdlib::printable(people);
  }
  return !item.wait || *item.wait == WaitState::Open ? text
                                                     : text + "; " + std::string(name(*item.wait));
}

// How many items of each kind; rules and guards even if there are none.
std::string counts_of(const Explanation& explanation) {
  std::string text;
  constexpr ItemKind kKinds[] = {
#define REMIT_ITEM(kind, spelling) ItemKind::kind,
#include <remit/items.def>
#undef REMIT_ITEM
  };
  for (const ItemKind kind : kKinds) {
    const auto count = static_cast<std::size_t>(
        std::ranges::count(explanation.items, kind, &ItemExplanation::kind));
    if (count == 0 && kind > ItemKind::Guard) continue;
    text += (text.empty() ? "" : ", ") + stdlib::counted(count, spelling(kind));
  }
  return text;
}

void append_item(const ItemExplanation& item, std::string& text) {
  text += "  " + item.name + place(item.file, item.line) + '\n';
  if (!item.because.empty()) text += "    because  " + stdlib::printable(item.because) + '\n';
  if (!item.advise.empty()) text += "    advise   " + stdlib::printable(item.advise) + '\n';
  if (!item.parties.empty()) text += "    waits    " + wait_text(item) + '\n';
  for (const Clause& clause : item.clauses) {
    text += std::string("    ") + (clause.holds ? "✓ " : "✗ ") + stdlib::printable(clause.text);
    if (!clause.values.empty()) text += "   [" + stdlib::printable(clause.values) + ']';
    text += '\n';
  }
}

}  // namespace

std::string_view name(WaitState state) {
  switch (state) {
    case WaitState::Open: return "open";
    case WaitState::Released: return "released";
    case WaitState::Refused: return "refused";
    case WaitState::Expired: return "expired";
  }
  return "open";
}

std::string to_text(const std::vector<Party>& parties) {
  std::string text;
  for (const Party& party : parties) {
    const bool grouped = party.seats.size() > 1 && parties.size() > 1;
    text += (text.empty() ? "" : " and ") + std::to_string(party.need) + " of " +
            (grouped ? "(" : "") + seat_list(party) + (grouped ? ")" : "");
  }
  return text;
}

std::string wait_text(const ItemExplanation& item) {
  if (item.parties.empty()) return {};
  return "for " + to_text(item.parties) + " within " + stdlib::format_duration(item.within_ms) +
         answers(item);
}

std::string to_text(const Explanation& explanation) {
  std::string verdict(name(explanation.verdict));
  for (char& c : verdict) c = static_cast<char>(c - 'a' + 'A');
  std::string text = verdict;
  if (!explanation.tool.empty()) text += "   " + explanation.tool;
  text += '\n';
  if (explanation.fault != Fault::None) {
    text += "fault      " + std::string(code(explanation.fault)) + ": " +
            std::string(sentence(explanation.fault)) + '\n';
    if (!explanation.at.empty()) text += "at         " + stdlib::printable(explanation.at) + '\n';
    if (!explanation.expected.empty()) text += "expected   " + explanation.expected + '\n';
  }
  if (!explanation.by.empty()) text += "by\n";
  std::unordered_map<std::string_view, const ItemExplanation*> items;
  for (const ItemExplanation& item : explanation.items) items.emplace(item.name, &item);
  for (const std::string& name : explanation.by) {
    const auto item = items.find(name);
    if (item != items.end())
      append_item(*item->second, text);
    else
      text += "  " + name + "   nothing in this layer grants\n";
  }
  for (const ItemExplanation& item : explanation.items) {
    // An assert that did not have to clamp says nothing.
    if (item.state != ItemState::Unmatched && !item.decides && item.kind != ItemKind::Assert) {
      text += item.state == ItemState::Lifted ? "lifted\n" : "also live\n";
      append_item(item, text);
    }
  }
  const auto nearest =
      std::ranges::find(explanation.items, explanation.nearest, &ItemExplanation::name);
  if (nearest != explanation.items.end()) {
    const auto holds = std::ranges::count(nearest->clauses, true, &Clause::holds);
    text += "nearest    " + std::to_string(holds) + " of " +
            std::to_string(nearest->clauses.size()) + " clauses hold\n";
    append_item(*nearest, text);
  }
  if (!explanation.items.empty()) {
    text += "looked at  " + counts_of(explanation) + "; at most " +
            std::to_string(explanation.steps_bound) + " steps\n";
  }
  text += "image      sha256:" + explanation.image.substr(0, 12) + '\n';
  return text;
}

}  // namespace remit::inline v0
