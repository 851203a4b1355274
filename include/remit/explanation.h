// Why a decision is what it is, for a person: made off the decide path from facts, decision and
// image.
//
// `because` and the clauses are for authors and auditors; an agent is shown `advise` only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/answer.h>
#include <remit/api.h>
#include <remit/decision.h>
#include <remit/item.h>

namespace remit::inline v0 {

// One conjunct of an item's condition. Text and place come from the debug section and are empty
// without it.
struct Clause {
  std::string text;  // as written: `args.amount <= solo_cap`
  bool holds = false;
  std::string values;  // what its paths held: `args.amount USD 750.00`
  std::string file;
  std::uint32_t line = 0;
};

enum class ItemState : std::uint8_t { Unmatched, Lifted, Live };

// What became of a wait.
enum class WaitState : std::uint8_t { Open, Released, Refused, Expired };

[[nodiscard]] REMIT_API std::string_view name(WaitState state);  // `released`; static text

// One item of the tool's scope.
struct ItemExplanation {
  std::string name;  // `acme.refunds.large_refund`
  ItemKind kind{};
  // What it asks for; nothing for duties alone. Of an assert the strictest verdict that it forbids.
  std::optional<Verdict> verdict;
  ItemState state = ItemState::Unmatched;
  bool decides = false;  // it is in the decision's `by`
  std::string because;   // rendered; empty when there is none or the item did not match
  std::string advise;
  std::vector<Clause> clauses;
  std::vector<Party> parties;  // of a waiting item
  std::int64_t within_ms = 0;
  std::optional<WaitState> wait;  // of one that is live
  std::string requirement;        // of a waiting item: 64 hex digits
  std::string file;
  std::uint32_t line = 0;
};

struct Explanation {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;
  std::string at;                      // where an invalid or missing fact is
  std::string expected;                // what should stand there: `money as minor`
  std::string tool;                    // dotted name
  std::vector<std::string> by;         // as in the decision record, `engine.default.LAYER` included
  std::vector<ItemExplanation> items;  // all of the tool's scope, canonical order
  std::string nearest;           // for a denied request: the grant with the fewest false clauses
  std::string image;             // 64 hex digits
  std::int64_t steps_bound = 0;  // the most steps a decision on this tool can take
};

// For whom an item waits and who has answered: `for 1 of support_lead within 4h; approved as
// support_lead by lee; released`. Empty for an item that does not wait.
[[nodiscard]] REMIT_API std::string wait_text(const ItemExplanation& item);

// Plain text, one screen, stable; the `remit why` verb prints the same with colours.
[[nodiscard]] REMIT_API std::string to_text(const Explanation& explanation);

}  // namespace remit::inline v0
