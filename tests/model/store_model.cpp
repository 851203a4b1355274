#include "tests/model/store_model.h"

#include <algorithm>

namespace model {

int Store::used(const Scenario& scenario, Mistake mistake, int call, int limit, Time now) const {
  int sum = 0;
  for (int other = 0; other < kCalls; ++other) {
    const Action& action = actions[other];
    if (other == call || (action.lines >> limit & 1) == 0) continue;
    const Time from =
        mistake == Mistake::CountedFromReservation ? action.reserved_at : action.began_at;
    if (from == kNever || from > now - scenario.window) sum += scenario.amount[other][limit];
  }
  return sum;
}

std::uint8_t Store::all_lines(const Scenario& scenario, int call) {
  std::uint8_t lines = 0;
  for (int limit = 0; limit < kLimits; ++limit) {
    if (scenario.amount[call][limit] > 0) lines = static_cast<std::uint8_t>(lines | 1U << limit);
  }
  return lines;
}

Reserve Store::check(const Scenario& scenario, Mistake mistake, int call, Time now) const {
  const Action& action = actions[call];
  if (mistake != Mistake::ReserveAgain) {
    if (action.began_at != kNever) return Reserve::AlreadyBegan;
    if (action.state == ActionState::Reserved && now < action.lease_until) return Reserve::Reserved;
  }
  for (int approval = 0; approval < kApprovals; ++approval) {
    const bool claimed = (scenario.approvals[call] >> approval & 1) != 0;
    const bool free = used_by[approval] == -1 ||
                      (used_by[approval] == call && action.state == ActionState::Reserved);
    if (claimed && !free && mistake != Mistake::ApprovalsUnchecked) return Reserve::ApprovalUsed;
  }
  for (int limit = 0; limit < kLimits; ++limit) {
    const int amount = scenario.amount[call][limit];
    if (amount > 0 && used(scenario, mistake, call, limit, now) + amount > scenario.cap[limit]) {
      return Reserve::LimitPassed;
    }
  }
  return Reserve::Room;
}

void Store::write(const Scenario& scenario, int call, std::uint8_t lines, Time now) {
  Action& action = actions[call];
  const bool held = action.state == ActionState::Reserved && now < action.lease_until;
  action = {.state = ActionState::Reserved,
            .lines = static_cast<std::uint8_t>(held ? action.lines | lines : lines),
            .reserved_at = now,
            .lease_until = static_cast<Time>(now + scenario.lease),
            .began_at = kNever};
  for (int approval = 0; approval < kApprovals; ++approval) {
    if ((scenario.approvals[call] >> approval & 1) != 0) {
      used_by[approval] = static_cast<std::int8_t>(call);
    }
  }
}

Begin Store::begin(Mistake mistake, int call, Time now) {
  Action& action = actions[call];
  if (mistake == Mistake::BeginTwice && action.state == ActionState::Executing &&
      now < action.lease_until) {
    return Begin::Began;
  }
  if (action.began_at != kNever) return Begin::AlreadyBegan;
  if (action.state != ActionState::Reserved) return Begin::NotReserved;
  if (action.lease_until <= now && mistake != Mistake::BeginWithoutLease) {
    return Begin::LeasePassed;
  }
  action.state = ActionState::Executing;
  action.began_at = std::max(now, action.reserved_at);
  return Begin::Began;
}

bool Store::settle(int call, bool had_effect) {
  Action& action = actions[call];
  const ActionState target = had_effect ? ActionState::Settled : ActionState::Released;
  if (action.state == ActionState::Executing) {
    action.state = target;
    if (!had_effect) action.lines = 0;
    return true;
  }
  return action.began_at != kNever && action.state == target;
}

void Store::give_back(Mistake mistake, int call) {
  actions[call].state = ActionState::Released;
  actions[call].lines = 0;
  for (std::int8_t& by : used_by) {
    if (by == call && mistake != Mistake::UsedAfterRelease) by = -1;
  }
}

bool Store::release(Mistake mistake, int call) {
  const ActionState state = actions[call].state;
  if (state != ActionState::Reserved &&
      !(mistake == Mistake::ReleaseOfExecuting && state == ActionState::Executing)) {
    return false;
  }
  give_back(mistake, call);
  return true;
}

int Store::sweep(Mistake mistake, Time now, std::uint8_t skipped) {
  int released = 0;
  for (int call = 0; call < kCalls; ++call) {
    const Action& action = actions[call];
    const bool reserved =
        action.state == ActionState::Reserved ||
        (mistake == Mistake::SweepOfExecuting && action.state == ActionState::Executing);
    if (!reserved || action.lease_until > now || (skipped >> call & 1) != 0) continue;
    give_back(mistake, call);
    ++released;
  }
  return released;
}

}  // namespace model
