// The oracle: a second opinion on what a bundle decides.
//
// It walks the typed trees of the source and takes docs/reference/language.md, section 12, and what
// stands before it by the word: no IR, no bytecode, no slots, no bits, defs called as functions,
// sets as lists, cells one by one, approvals in maps. It shares no evaluation code with the engine,
// is as slow as it likes, and answers only requests that decode.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <remit/decision.h>
#include <remit/explanation.h>
#include "compiler/check/typed.h"
#include "tests/oracle/datum.h"

namespace remit::oracle {

// What a condition says conjunct by conjunct: those of `applies when`, of `when`, of `unless`
// negated, and the cells of a row. Nothing for one that reads what is absent.
using Clauses = std::vector<std::optional<bool>>;

// What else made it so: states that a comparison must have met.
inline constexpr std::string_view kWaitReasons[] = {
    "refused by who asked",           // in the chain, as it is written there
    "refused by a chain respelled",   // the same in other letters
    "refused by another tenant",      // which only the chain may
    "refused without a seat",         // likewise
    "refused by a fast clock",        // answered after now, or before being asked
    "refused under another wording",  // of another requirement
    "refused long ago",               // expired, or asked longer ago than the deadline
    "kept from the chain respelled",  // a grant that only folding keeps from counting
    "one person respelled",           // two counting grants
    "lapsed by an older record",      // a grant in time, of an action that is not
    "lapsed by first_asked",
    "expired by a record",  // first_asked alone would not say so
    "never asked",
    "refused by who asked, in its seat",
    "refused as requester by another",  // which refuses nothing
    "refused as owner by another",      // likewise
    "refused by an owner",
    "refused by an owner respelled",
    "kept from who asked respelled",  // a grant that only its spelling keeps from counting
    "kept from an owner respelled",   // likewise
    "kept from the actor",            // who is among those who asked
    "kept from an owner who asked",
    "confirmed by who asked",
    "agreed by an owner",
    "one of several roles",  // took a seat
    "two roles of one party",
};

struct ItemAnswer {
  compiler::ItemIndex index{};
  std::string name;  // `policy.item`
  Clauses clauses;
  bool matches = false;  // of an assert only once there is a verdict that it could forbid
  bool lifted = false;
  std::optional<WaitState> wait;  // of a live wait, where approvals are read
  std::set<std::string_view> because;
};

struct Party {
  std::string role;  // its name
  std::int64_t need = 1;
  std::set<std::string> have;
};

struct AwaitedItem {
  std::string item;
  Verdict verdict{};
  std::vector<Party> parties;  // by name
  std::int64_t within_ms = 0;
  std::optional<Wide> deadline;
};

struct LimitKey {
  std::string limit;
  std::string key;  // JSON array of wire values
  TypeKind kind{};
  Window window{};
  std::int64_t window_ms = 0;   // of one that slides
  bool in_tenant_zone = false;  // the calendar's
};

struct ReserveLine {
  LimitKey counter;
  Wide amount = 0;
  std::optional<Wide> max;
};

struct Duties {
  std::optional<LogLevel> log;
  std::set<std::string> notify, redact;
  bool dry_run = false, snapshot = false, step_up = false;
  std::int64_t delay_ms = 0;
};

struct Answer {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;
  std::string at;                          // of a missing counter
  Verdict first = Verdict::Deny;           // V0
  Verdict before_asserts = Verdict::Deny;  // V before asserts
  std::vector<ItemAnswer> items;           // of the tool's scope, canonical order
  std::vector<std::string> by;
  std::vector<AwaitedItem> awaiting;
  Duties duties;
  std::vector<ReserveLine> reserve;
  std::set<std::string> consume;
};

[[nodiscard]] Answer decide(const compiler::TypedBundle& bundle, const Request& request,
                            const Hashes& hashes);
// The counters of the limits that apply, in canonical order.
[[nodiscard]] std::vector<LimitKey> limit_keys(const compiler::TypedBundle& bundle,
                                               const Request& request);

}  // namespace remit::oracle
