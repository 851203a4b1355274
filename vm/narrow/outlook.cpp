#include "vm/narrow/outlook.h"

#include <algorithm>

#include <remit/limits.h>
#include "vm/decide/names.h"
#include "vm/narrow/seating.h"

namespace remit::vm {

// ---- prospects

void Prospect::add(const Prospect& other) {
  permit = permit || other.permit;
  wait = wait || other.wait;
  if (seats.size() < other.seats.size()) seats.resize(other.seats.size());
  for (std::size_t i = 0; i < other.seats.size(); ++i) seats[i] |= other.seats[i];
}

bool Prospect::within(const Prospect& other) const {
  if ((permit && !other.permit) || (wait && !other.wait)) return false;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const std::uint64_t others = i < other.seats.size() ? other.seats[i] : 0;
    if ((seats[i] & ~others) != 0) return false;
  }
  return true;
}

void Prospect::add_seats(const Image& image, const ItemRow& item) {
  for (const PartyRow& party : image.rows(item.parties)) {
    for (const SeatRow& seat : image.rows(party.seats)) {
      const std::uint32_t number = seat_number(seat);
      if (seats.size() <= number / 64) seats.resize(number / 64 + 1);
      seats[number / 64] |= std::uint64_t{1} << (number % 64);
    }
  }
}

namespace {

// An item whose match changes nothing: it neither denies, waits, grants, forbids nor lifts.
bool is_idle(const ItemRow& item) {
  return item.verdict == VerdictClass::None && item.overrides.count == 0;
}

}  // namespace

// ---- conditions

// Keeps what could tell more, if the forecast does not tell enough.
void Outlook::take_over(const Forecast& forecast, bool undecided) {
  steps_ += forecast.steps();
  if (!undecided) return;
  splits_.insert(splits_.end(), forecast.splits().begin(), forecast.splits().end());
  read_.insert(read_.end(), forecast.read().begin(), forecast.read().end());
}

Estimate Outlook::estimate(CodeRange code, const Approvers* approvers) {
  const auto found = settled_.find(code.first);
  if (found != settled_.end()) return found->second;
  const Case here{&linked_, &unknowns_, domains_, approvers};
  Forecast forecast(here, arena_);
  const Estimate result = forecast.run(code);
  take_over(forecast, !result.point());
  // Asserts, which alone ask who approved, are asked with and without approvals.
  const bool depends = !forecast.read().empty() || !result.point();
  const auto asks = [](const Instruction& in) { return in.opcode == Opcode::PushApproved; };
  if (!depends && std::ranges::none_of(image_.rows(code), asks))
    settled_.emplace(code.first, result);
  return result;
}

Outlook::Truth Outlook::holds(CodeRange code, bool otherwise, const Approvers* approvers) {
  if (code.count == 0) return otherwise ? Truth::Yes : Truth::No;
  return truth(estimate(code, approvers));
}

Outlook::Truth Outlook::conditions(CodeRange when, CodeRange unless, const Approvers* approvers) {
  const Truth holds_when = holds(when, true, approvers);
  if (holds_when == Truth::No) return Truth::No;
  return both(holds_when, opposite(holds(unless, false, approvers)));
}

Outlook::Truth Outlook::exceeded(const ItemRow& item, std::uint32_t counter) {
  const Truth applies = conditions(item.when, item.unless);
  if (applies == Truth::No) return Truth::No;
  const LimitRow& limit = image_.limit_of(item);
  const Case here{&linked_, &unknowns_, domains_};
  Forecast forecast(here, arena_);
  const Estimate amount =
      limit.amount.count == 0 ? Estimate::between(1, 1) : forecast.run(limit.amount);
  const Estimate maximum = forecast.run(limit.maximum);
  const Estimate would_be = sum(forecast.counter(counter), amount);
  const Estimate over = forecast.less(maximum, would_be);
  take_over(forecast, !over.point());
  return both(applies, truth(over));
}

// An item that expires matches before that.
Outlook::Truth Outlook::alive(const ItemRow& item) {
  if (item.expires_ms == kNever) return Truth::Yes;
  const Case here{&linked_, &unknowns_, domains_};
  Forecast forecast(here, arena_);
  const Estimate now = forecast.slot(linked_.program.engine_slots().clock_now);
  const Estimate before = forecast.less(now, Estimate::between(item.expires_ms, item.expires_ms));
  take_over(forecast, !before.point());
  return truth(before);
}

// Whether the deadline of a wait has passed: it is counted from when the action was first asked
// about, which a request need not say.
Outlook::Truth Outlook::expired(const ItemRow& item) {
  const EngineSlots& slots = linked_.program.engine_slots();
  const std::uint32_t unknown = unknowns_.of_slot[slots.call_first_asked];
  if (unknown == kNoRow && unknowns_.slots[slots.call_first_asked].absent()) return Truth::No;
  const bool may_lack = unknown != kNoRow && (*domains_)[unknown].may_be_absent;
  if (unknown != kNoRow && !(*domains_)[unknown].may_be_there) return Truth::No;
  const Case here{&linked_, &unknowns_, domains_};
  Forecast forecast(here, arena_);
  const Estimate first = forecast.slot(slots.call_first_asked);
  const Estimate deadline = sum(first, Estimate::between(item.within_ms, item.within_ms));
  const Estimate late = forecast.less(deadline, forecast.slot(slots.clock_now));
  take_over(forecast, !late.point());
  const Truth is_late = truth(late);
  return may_lack && is_late == Truth::Yes ? Truth::Maybe : is_late;
}

// ---- items

void Outlook::match_rows(const TableRow& table, std::size_t first, Truth applies) {
  const auto rows = image_.rows(table.items);
  const Truth asked =
      applies == Truth::No ? Truth::No : both(applies, conditions(table.when, table.unless));
  if (asked == Truth::No) return;
  const Case here{&linked_, &unknowns_, domains_};
  Forecast forecast(here, arena_);
  std::vector<Estimate> inputs;
  for (const InputRow& input : image_.rows(table.inputs))
    inputs.push_back(forecast.run(input.code));
  std::size_t otherwise = rows.size();
  Truth some = Truth::No;
  bool undecided = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto cells = image_.rows(rows[i].cells);
    if (cells.empty()) {
      otherwise = i;
      continue;
    }
    Truth all = Truth::Yes;
    for (std::size_t c = 0; c < cells.size() && all != Truth::No; ++c) {
      ++steps_;
      all = both(all, truth(forecast.in_cell(cells[c], inputs[c])));
    }
    undecided = undecided || all == Truth::Maybe;
    some = std::max(some, all);
    matched_[first + i] = both(asked, all);
  }
  if (otherwise < rows.size()) matched_[first + otherwise] = both(asked, opposite(some));
  take_over(forecast, undecided);
}

void Outlook::match() {
  matched_.assign(plan_.items.size(), Truth::No);
  applies_.clear();
  std::uint32_t counter = 0;
  for (const PolicyGroup& group : plan_.groups) {
    const Truth applies = holds(image_[group.policy].applies, true);
    applies_.push_back(applies);
    for (std::uint32_t i = group.items.first; i < group.items.end(); ++i) {
      const ItemRow& item = image_[plan_.items[i]];
      ++steps_;
      if (is_row(item.kind)) {
        const TableRow& table = image_.table_of(item);
        match_rows(table, i, applies);
        i += table.items.count - 1;
      } else if (item.kind == ItemKind::Limit) {
        if (applies != Truth::No) matched_[i] = both(applies, exceeded(item, counter));
        ++counter;
      } else if (item.kind != ItemKind::Assert && applies != Truth::No && !is_idle(item)) {
        const Truth in_time = both(applies, alive(item));
        if (in_time != Truth::No) matched_[i] = both(in_time, conditions(item.when, item.unless));
      }
    }
  }
}

void Outlook::lift() {
  lifted_.assign(plan_.items.size(), Truth::No);
  for (const std::uint32_t rule : plan_.lifting) {
    if (matched_[rule] == Truth::No) continue;
    const RangeOf<ItemId> overrides = image_[plan_.items[rule]].overrides;
    for (const ItemId target : image_.rows(overrides)) {
      const auto at = std::ranges::lower_bound(plan_.items, target);
      if (at == plan_.items.end() || *at != target) continue;
      Truth& lifted = lifted_[static_cast<std::size_t>(at - plan_.items.begin())];
      lifted = std::max(lifted, matched_[rule]);
    }
  }
}

Outlook::Truth Outlook::live(std::size_t position) const {
  return both(matched_[position], opposite(lifted_[position]));
}

// ---- verdicts

// The asserts that forbid every completion whose verdict is at most `strictest`.
std::vector<std::uint32_t> Outlook::forbidding(VerdictClass strictest, const Approvers* approvers) {
  std::vector<std::uint32_t> positions;
  for (const std::uint32_t position : plan_.asserts) {
    const ItemRow& item = image_[plan_.items[position]];
    if (item.verdict < strictest) continue;
    const auto group =
        std::ranges::lower_bound(plan_.groups, item.policy, {}, &PolicyGroup::policy);
    const Truth applies = applies_[static_cast<std::size_t>(group - plan_.groups.begin())];
    if (applies == Truth::No) continue;
    if (both(applies, conditions(item.when, item.unless, approvers)) == Truth::Yes)
      positions.push_back(position);
  }
  return positions;
}

namespace {

// How many people have approved while some waits are open, and once all are released.
class Approving {
 public:
  explicit Approving(const Image& image) : image_(image) {}

  // Of a wait that is live, surely or perhaps. More people may approve than are needed; of one item
  // each has one grant. Which of several seats they take is theirs to choose.
  void add(const ItemRow& item, bool surely) {
    Wide all = 0;
    bool is_seen = false;  // by somebody else than who asked
    for (const PartyRow& party : image_.rows(item.parties)) {
      const auto seats = image_.rows(party.seats);
      for (const SeatRow& seat : seats) {
        const std::uint32_t number = seat_number(seat);
        for (Approvers* approvers : {&waiting_, &released_}) {
          if (approvers->of_seat.size() <= number)
            approvers->of_seat.resize(number + 1, number_of(0));
        }
        raise(waiting_.of_seat[number], 0);
        raise(released_.of_seat[number], surely && seats.size() == 1 ? party.need : 0);
      }
      if (seats.front().kind == SeatKind::Requester) continue;
      all += party.need;
      is_seen = true;
    }
    if (!is_seen) return;
    raise(waiting_.of_any, 0);
    raise(released_.of_any, surely ? all : 0);
  }

  [[nodiscard]] const Approvers& waiting() const { return waiting_; }
  [[nodiscard]] const Approvers& released() const { return released_; }

 private:
  static void raise(Estimate& people, Wide least) {
    people = Estimate::between(std::max(people.low, least), limits::kApprovalsMax);
  }

  const Image& image_;
  Approvers waiting_, released_;
};

}  // namespace

Prospect Outlook::judge() {
  std::uint32_t granting = 0, permitting = 0, surely_granting = 0;
  VerdictClass surely = VerdictClass::None, strictest_wait = VerdictClass::None;
  bool late = false, in_vain = false, may_deny = false;
  Prospect prospect;
  Approving approving(image_);
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const ItemRow& item = image_[plan_.items[i]];
    if (item.kind == ItemKind::Assert) continue;
    const Truth is_live = live(i);
    if (is_live == Truth::No) continue;
    const bool waits = is_wait(item);
    const std::uint32_t layer = 1U << static_cast<unsigned>(image_[item.policy].layer);
    const bool grants = may_grant(item.kind) && (item.verdict == VerdictClass::Permit || waits);
    if (grants) (waits ? granting : permitting) |= layer;
    if (grants && is_live == Truth::Yes) surely_granting |= layer;
    if (is_live == Truth::Yes) surely = std::max(surely, item.verdict);
    may_deny = may_deny || item.verdict == VerdictClass::Deny;
    if (!waits) continue;
    const Truth is_late = expired(item);
    late = late || both(is_live, is_late) == Truth::Yes;
    may_deny = may_deny || is_late != Truth::No;
    if (is_late == Truth::Yes) continue;
    const Value& principal = unknowns_.slots[linked_.program.engine_slots().actor_on_behalf_of];
    const bool principal_is_open = principal.absent() && !principal.said_absent();
    if (!can_be_seated(linked_, unknowns_.slots, item, principal_is_open)) {
      // It waits in vain. That denies nothing, but neither does what else could be named.
      in_vain = in_vain || is_live == Truth::Yes;
      may_deny = true;
      continue;
    }
    strictest_wait = std::max(strictest_wait, item.verdict);
    prospect.add_seats(image_, item);
    approving.add(item, is_live == Truth::Yes);
  }
  granting |= permitting;
  std::uint32_t needed = 0;
  for (std::size_t layer = 0; layer < image_.layers.size(); ++layer) {
    if (image_.layers[layer].guards_only == 0) needed |= 1U << layer;
  }
  ungranted_ = needed & ~granting;
  may_deny = may_deny || (needed & ~surely_granting) != 0;
  prospect.permit = (needed & ~permitting) == 0 && surely <= VerdictClass::Permit;
  prospect.wait = ungranted_ == 0 && surely != VerdictClass::Deny && !late && !in_vain &&
                  strictest_wait != VerdictClass::None;
  std::vector<std::vector<std::uint32_t>> violated;  // of each verdict that was possible
  if (prospect.permit) {
    violated.push_back(forbidding(VerdictClass::Permit, nullptr));
    prospect.permit = violated.back().empty();
  }
  if (prospect.wait) {
    // People may be asked in vain: what forbids the permit after them forbids all.
    violated.push_back(forbidding(strictest_wait, &approving.waiting()));
    if (violated.back().empty())
      violated.back() = forbidding(VerdictClass::Permit, &approving.released());
    prospect.wait = violated.back().empty();
  }
  if (!prospect.wait) prospect.seats.clear();
  if (!may_deny && !violated.empty()) {
    violated_ = violated.front();
    std::erase_if(violated_, [&](std::uint32_t position) {
      return !std::ranges::binary_search(violated.back(), position);
    });
  }
  return prospect;
}

Prospect Outlook::of(const Domains& domains) {
  domains_ = &domains;
  splits_.clear();
  read_.clear();
  violated_.clear();
  match();
  lift();
  const Prospect prospect = judge();
  // Where no comparison names a cut, whatever takes few values can be tried value by value.
  std::ranges::sort(read_);
  const auto twice = std::ranges::unique(read_);
  read_.erase(twice.begin(), twice.end());
  for (const std::uint32_t unknown : read_) {
    const Domain& domain = domains[unknown];
    splits_.push_back({unknown, Split::Kind::Presence, 0, Value::none()});
    if (Wide{domain.high} - domain.low < kTriedValuesMax * Wide{domain.step})
      splits_.push_back({unknown, Split::Kind::At, domain.low + (domain.high - domain.low) / 2 + 1,
                         Value::none()});
  }
  return prospect;
}

std::vector<std::string> Outlook::by() const {
  std::vector<std::pair<ItemId, std::string>> names;
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const ItemRow& item = image_[plan_.items[i]];
    const bool denies = item.kind != ItemKind::Assert && item.verdict == VerdictClass::Deny;
    if (denies && live(i) == Truth::Yes)
      names.emplace_back(plan_.items[i], full_name(linked_, plan_.items[i]));
  }
  for (const std::uint32_t position : violated_)
    names.emplace_back(plan_.items[position], full_name(linked_, plan_.items[position]));
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  std::vector<std::string> by;
  for (auto& name : names) by.push_back(std::move(name.second));
  for (std::size_t layer = 0; layer < image_.layers.size(); ++layer) {
    if ((ungranted_ >> layer & 1) != 0)
      by.push_back("engine.default." + std::string(linked_.text(image_.layers[layer].name)));
  }
  return by;
}

}  // namespace remit::vm
