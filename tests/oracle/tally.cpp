#include "tests/oracle/tally.h"

#include <algorithm>

#include "tests/oracle/match.h"

namespace remit::oracle {

void Tally::add(const compiler::TypedBundle& bundle, const Request& request, const Answer& answer) {
  ++answers_;
  count("permit", answer.verdict == Verdict::Permit);
  count("queue", answer.verdict == Verdict::Queue);
  count("escalate", answer.verdict == Verdict::Escalate);
  count("deny", answer.verdict == Verdict::Deny);
  count("halted", answer.fault == Fault::Halted);
  count("missing counter", answer.fault == Fault::MissingFact);
  count("expired", answer.fault == Fault::Expired);
  count("asserted permit",
        answer.fault == Fault::Assert && answer.before_asserts == Verdict::Permit);
  count("asserted queue", answer.fault == Fault::Assert && answer.before_asserts == Verdict::Queue);
  count("asserted escalate",
        answer.fault == Fault::Assert && answer.before_asserts == Verdict::Escalate);
  if (answer.fault == Fault::Halted || answer.fault == Fault::MissingFact) return;
  const bool waited = answer.first == Verdict::Queue || answer.first == Verdict::Escalate;
  count("permit after release", waited && answer.verdict == Verdict::Permit);
  count("refused", waited && answer.verdict == Verdict::Deny && answer.fault == Fault::None);
  count("two approvals consumed", answer.consume.size() >= 2);
  count("some seats taken", std::ranges::any_of(answer.awaiting, [](const AwaitedItem& item) {
          return std::ranges::any_of(item.parties,
                                     [](const Party& party) { return !party.have.empty(); });
        }));
  count("approvals not read", !waited && !request.approvals.empty());
  for (const ItemAnswer& item : answer.items) add_item(bundle, item, answer);
  add_limits(bundle, request, answer);
}

void Tally::add_item(const compiler::TypedBundle& bundle, const ItemAnswer& item,
                     const Answer& answer) {
  const compiler::ItemInfo& info = bundle.item(item.index);
  const bool otherwise = is_row(info.kind) && info.verdict == &info.its_table().otherwise.verdict;
  count("item open", item.wait && *item.wait == WaitState::Open);
  count("item expired", item.wait && *item.wait == WaitState::Expired);
  count("item released", item.wait && *item.wait == WaitState::Released);
  count("item refused", item.wait && *item.wait == WaitState::Refused);
  for (const std::string_view reason : kWaitReasons) count(reason, item.because.contains(reason));
  count("item lifted", item.lifted);
  const bool deciding = std::ranges::find(answer.by, item.name) != answer.by.end();
  count("row", info.kind == ItemKind::Row && item.matches && !otherwise);
  count("guard row", info.kind == ItemKind::GuardRow && item.matches && !otherwise);
  count("otherwise", info.kind == ItemKind::Row && item.matches && otherwise);
  count("guard otherwise", info.kind == ItemKind::GuardRow && item.matches && otherwise);
  count("row decides", is_row(info.kind) && deciding);
  count("limit passed", info.kind == ItemKind::Limit && item.matches);
  count("limit decides", info.kind == ItemKind::Limit && deciding);
  if (info.kind != ItemKind::Assert) return;
  count("assert holds", item.matches);
  count("never permit", deciding && info.forbidden() == ast::AssertKind::NeverPermit);
  count("never permit or queue",
        deciding && info.forbidden() == ast::AssertKind::NeverPermitOrQueue);
  count("always deny", deciding && info.forbidden() == ast::AssertKind::AlwaysDeny);
}

void Tally::add_limits(const compiler::TypedBundle& bundle, const Request& request,
                       const Answer& answer) {
  Matcher matcher(bundle, request);
  for (const ItemAnswer& item : answer.items) {
    const compiler::ItemInfo& info = bundle.item(item.index);
    if (info.kind != ItemKind::Limit) continue;
    if (!matcher.applies(info)) {
      count("counter ignored", request.counters.contains(item.name));
      continue;
    }
    const LimitSum sum = matcher.sum_of(info);
    count("limit just full", sum.used + sum.amount == sum.maximum);
    count("limit passed by one", sum.used + sum.amount == sum.maximum + 1);
  }
  for (const ReserveLine& line : answer.reserve) {
    count("reserved", line.max.has_value());
    count("reserved without max", !line.max);
  }
}

void Tally::add_steps(std::int64_t taken, std::int64_t bound) {
  count("every step taken", bound > 1 && taken == bound);
  count("half of the steps", taken * 2 >= bound);
}

std::string Tally::text() const {
  std::string text = std::to_string(answers_) + " answers";
  for (const auto& [state, count] : seen_)
    text += ", " + std::string(state) + " " + std::to_string(count);
  return text;
}

std::string Tally::rare(std::uint64_t least) const {
  std::string text;
  for (const auto& [state, count] : seen_) {
    if (count * 100'000 < least * answers_)
      text += std::string(state) + " " + std::to_string(count) + "; ";
  }
  return text;
}

}  // namespace remit::oracle
