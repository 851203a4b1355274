#include "compiler/check/policy/waits.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/seats.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

class WaitChecker : Reporter {
 public:
  WaitChecker(ItemInfo& item, const PolicyContext& context)
      : Reporter(context.env.reporter),
        item_(item),
        context_(context),
        schema_(context.env.schema),
        verdict_(*item.verdict) {}

  void run() {
    for (const ast::Party& party : verdict_.parties) add(party);
    check_size();
    check_deadline();
  }

 private:
  void add(const ast::Party& party) {
    PartyInfo info{static_cast<std::uint32_t>(party.need), {}};
    for (const ast::Name& name : party.seats) {
      if (name.empty()) continue;
      const auto seat = find_seat(schema_, name.text);
      if (!seat)
        report_unknown_seat(*this, schema_, name.text, name.span);
      else if (is_new(*seat, name, party))
        info.seats.push_back(*seat);
    }
    if (info.seats.empty()) return;
    check_alone(info, party);
    check_need(info, party);
    item_.parties.push_back(std::move(info));
  }

  // A seat stands once in a wait, so that each record belongs to one party.
  bool is_new(const SeatInfo& seat, const ast::Name& name, const ast::Party& party) {
    seats_.push_back(&name);
    const auto first =
        std::ranges::find(seats_, name.text, [](const ast::Name* n) { return n->text; });
    if (*first == &name) return true;
    Diagnostic& diagnostic =
        report(Code::E0902, name.span, fmt::format("`{}` stands here twice", name.text));
    diagnostic.secondary_at((*first)->span, "the first one");
    const bool alone =
        party.seats.size() == 1 && std::ranges::any_of(item_.parties, [&](const PartyInfo& other) {
          return other.seats == std::vector{seat};
        });
    diagnostic.help(alone ? fmt::format("say how many: `2 of {}`", name.text)
                          : "name it once in a wait");
    return false;
  }

  // Who asked and who owns are no roles, which somebody has or has not.
  void check_alone(const PartyInfo& info, const ast::Party& party) {
    if (party.seats.size() < 2) return;
    for (const SeatInfo& seat : info.seats) {
      if (seat.kind == stdlib::SeatKind::Role) continue;
      const std::string_view word = stdlib::name_of(seat.kind);
      const auto name = std::ranges::find(party.seats, word, &ast::Name::text);
      report(Code::E0902, name->span,
             fmt::format("`{}` stands beside another seat of its party", word))
          .note("`requester` and `owner` are asked alone, or together with others by `and`")
          .help(fmt::format("make it a party of its own: `{} and …`", word));
      return;
    }
  }

  void check_need(const PartyInfo& info, const ast::Party& party) {
    const stdlib::SeatKind kind = info.seats.front().kind;
    const std::int64_t most = std::min<std::int64_t>(limits::kNeedMax, people_max(schema_, kind));
    if (party.need >= 1 && party.need <= most) {
      needed_ += party.need;
      return;
    }
    Diagnostic& diagnostic =
        report(Code::E0903, party.span,
               fmt::format("{} people are asked for; 1 to {} can be", party.need, most));
    if (kind == stdlib::SeatKind::Requester)
      diagnostic.note(fmt::format("a request names a principal and at most {} requesters",
                                  people_max(schema_, kind) - 1));
    diagnostic.help(fmt::format("write 1 to {}", most));
  }

  void check_size() {
    if (verdict_.parties.size() > limits::kPartiesMax) {
      report(Code::E0902, verdict_.span,
             fmt::format("the wait names {} parties; at most {} are allowed",
                         verdict_.parties.size(), limits::kPartiesMax))
          .help("name fewer");
    } else if (seats_.size() > limits::kSeatsMax) {
      report(Code::E0902, verdict_.span,
             fmt::format("the wait names {} seats; at most {} are allowed", seats_.size(),
                         limits::kSeatsMax))
          .help("name fewer");
    }
    if (needed_ > static_cast<std::int64_t>(limits::kApprovalsMax)) {
      report(Code::E0903, verdict_.span,
             fmt::format("{} people are asked for in all; a request has at most {} approvals",
                         needed_, limits::kApprovalsMax))
          .help("ask for fewer people");
    }
  }

  void check_deadline() {
    const auto within = context_.definitions.duration(verdict_.within, context_.policy.module);
    if (!within) return;
    item_.within_ms = *within;
    if (*within >= stdlib::kDeadlineMin && *within <= stdlib::kDeadlineMax) return;
    report(Code::E0904, verdict_.within.span,
           fmt::format("the deadline lies outside {}m..={}d", limits::kDeadlineMinutesMin,
                       limits::kDeadlineDaysMax))
        .help(fmt::format("a deadline is {}m to {}d", limits::kDeadlineMinutesMin,
                          limits::kDeadlineDaysMax));
  }

  ItemInfo& item_;
  const PolicyContext& context_;
  const Schema& schema_;
  const ast::VerdictClause& verdict_;
  std::vector<const ast::Name*> seats_;  // as written
  std::int64_t needed_ = 0;              // people in all
};

}  // namespace

void check_wait(ItemInfo& item, const PolicyContext& context) {
  if (item.waits()) WaitChecker(item, context).run();
}

}  // namespace remit::compiler
