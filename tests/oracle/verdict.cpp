// The verdict, sentence by sentence of docs/reference/language.md, section 12.1.

#include <algorithm>
#include <set>
#include <tuple>

#include "tests/oracle/approvals.h"
#include "tests/oracle/match.h"
#include "tests/oracle/oracle.h"

namespace remit::oracle {

using ast::VerdictWord;
using compiler::ItemIndex;
using compiler::ItemInfo;
using compiler::TypedBundle;

namespace {

// Items of the tool at hand: layers in their order, policies and items bytewise.
std::vector<ItemIndex> items_of(const TypedBundle& bundle, compiler::ToolIndex tool) {
  std::vector<ItemIndex> items;
  for (std::size_t i = 0; i < bundle.items.size(); ++i) {
    if (std::ranges::find(bundle.items[i].scope, tool) != bundle.items[i].scope.end())
      items.push_back(static_cast<ItemIndex>(i));
  }
  std::ranges::sort(items, {}, [&](ItemIndex index) {
    const compiler::PolicyInfo& policy = bundle.policy(bundle.item(index));
    return std::tuple(policy.layer, policy.name, bundle.item(index).name);
  });
  return items;
}

Verdict verdict_of(VerdictWord outcome) {
  switch (outcome) {
    case VerdictWord::None:
    case VerdictWord::Pass:
    case VerdictWord::Permit: return Verdict::Permit;
    case VerdictWord::Queue: return Verdict::Queue;
    case VerdictWord::Escalate: return Verdict::Escalate;
    case VerdictWord::Deny: return Verdict::Deny;
  }
  return Verdict::Deny;
}

bool forbids(ast::AssertKind kind, Verdict verdict) {
  switch (kind) {
    case ast::AssertKind::NeverPermit: return verdict == Verdict::Permit;
    case ast::AssertKind::NeverPermitOrQueue:
      return verdict == Verdict::Permit || verdict == Verdict::Queue;
    case ast::AssertKind::AlwaysDeny: return verdict != Verdict::Deny;
  }
  return true;
}

class Judge {
 public:
  Judge(const TypedBundle& bundle, const Request& request, const Hashes& hashes)
      : bundle_(bundle), request_(request), hashes_(hashes), matcher_(bundle, request) {}

  Answer answer() {
    match_items();
    for (const ItemAnswer& item : result_.items) {
      if (item.matches) lift(item.index);
    }
    for (ItemAnswer& item : result_.items) {
      if (item.matches && !item.lifted) live_.push_back(&item);
    }
    first_verdict();
    if (result_.first == Verdict::Queue || result_.first == Verdict::Escalate) {
      wait();
    } else {
      result_.verdict = result_.first;
    }
    result_.before_asserts = result_.verdict;
    enforce_asserts();
    duties();
    if (result_.verdict == Verdict::Permit) reserve();
    if (result_.verdict != Verdict::Permit) result_.consume.clear();
    if (result_.verdict == Verdict::Permit || result_.verdict == Verdict::Deny)
      result_.awaiting.clear();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const ItemInfo& info(const ItemAnswer& item) const {
    return bundle_.item(item.index);
  }
  [[nodiscard]] VerdictWord outcome(const ItemAnswer& item) const { return info(item).outcome(); }
  [[nodiscard]] bool waits(const ItemAnswer& item) const {
    return outcome(item) == VerdictWord::Queue || outcome(item) == VerdictWord::Escalate;
  }
  [[nodiscard]] bool grants(const ItemAnswer& item) const {
    const bool may = info(item).kind == ItemKind::Rule || info(item).kind == ItemKind::Row;
    return may && (outcome(item) == VerdictWord::Permit || waits(item));
  }
  [[nodiscard]] std::string_view layer_of(const ItemAnswer& item) const {
    return bundle_.layers[static_cast<std::size_t>(bundle_.policy(info(item)).layer)].name;
  }

  void match_items() {
    for (const ItemIndex index : items_of(bundle_, request_.tool)) {
      ItemAnswer item;
      item.index = index;
      item.name = bundle_.full_name(bundle_.item(index));
      item.clauses = matcher_.clauses(bundle_.item(index));
      // Asserts are asked about the verdict, so later.
      item.matches =
          bundle_.item(index).kind != ItemKind::Assert && matcher_.matches(bundle_.item(index));
      result_.items.push_back(std::move(item));
    }
  }

  void lift(ItemIndex rule) {
    for (const ItemIndex target : bundle_.item(rule).overrides) {
      for (ItemAnswer& item : result_.items) item.lifted = item.lifted || item.index == target;
    }
  }

  void first_verdict() {
    std::set<std::string_view> ungranted;
    for (const compiler::LayerInfo& layer : bundle_.layers) {
      const bool granted = std::ranges::any_of(live_, [&](const ItemAnswer* item) {
        return layer_of(*item) == layer.name && grants(*item);
      });
      if (!layer.guards_only && !granted) ungranted.insert(layer.name);
    }
    result_.first = Verdict::Permit;
    for (const ItemAnswer* item : live_)
      result_.first = std::max(result_.first, verdict_of(outcome(*item)));
    if (!ungranted.empty()) result_.first = Verdict::Deny;
    if (result_.first == Verdict::Permit)
      name_live([&](const ItemAnswer& item) { return outcome(item) == VerdictWord::Permit; });
    if (result_.first != Verdict::Deny) return;
    for (const compiler::LayerInfo& layer : bundle_.layers) {
      name_live([&](const ItemAnswer& item) {
        return layer_of(item) == layer.name && outcome(item) == VerdictWord::Deny;
      });
      if (ungranted.contains(layer.name))
        result_.by.push_back("engine.default." + std::string(layer.name));
    }
  }

  void wait() {
    const auto any = [&](WaitState state) {
      return std::ranges::any_of(
          live_, [=](const ItemAnswer* item) { return item->wait && *item->wait == state; });
    };
    for (ItemAnswer* item : live_) {
      if (waits(*item)) judge(*item);
    }
    const auto is = [](WaitState state) {
      return [=](const ItemAnswer& item) { return item.wait && *item.wait == state; };
    };
    if (any(WaitState::Refused)) {
      result_.verdict = Verdict::Deny;
      return name_live(is(WaitState::Refused));
    }
    if (any(WaitState::Expired)) {
      result_.verdict = Verdict::Deny;
      result_.fault = Fault::Expired;
      return name_live(is(WaitState::Expired));
    }
    result_.verdict = Verdict::Permit;
    for (const ItemAnswer* item : live_) {
      if (item->wait && *item->wait == WaitState::Open)
        result_.verdict = std::max(result_.verdict, verdict_of(outcome(*item)));
    }
    if (result_.verdict == Verdict::Permit) {
      return name_live([&](const ItemAnswer& item) {
        return outcome(item) == VerdictWord::Permit || waits(item);
      });
    }
    name_live([&](const ItemAnswer& item) {
      return item.wait && *item.wait == WaitState::Open &&
             verdict_of(outcome(item)) == result_.verdict;
    });
  }

  void judge(ItemAnswer& item) {
    WaitAnswer answer = judge_wait(bundle_, info(item), request_, hashes_);
    item.wait = answer.state;
    item.because = std::move(answer.because);
    for (const auto& [person, grant] : answer.used) {
      approvers_.emplace(grant->role, person);
      result_.consume.insert(grant->id);
    }
    if (answer.state != WaitState::Open) return;
    AwaitedItem awaited;
    awaited.item = item.name;
    awaited.verdict = verdict_of(outcome(item));
    awaited.within_ms =
        milliseconds(bundle_, bundle_.policy(info(item)).module, info(item).verdict->within);
    awaited.deadline = answer.deadline;
    for (const ast::Party& party : info(item).verdict->parties) {
      Party& own = awaited.parties.emplace_back();
      own.role = party_name(party);
      own.need = party.need;
      for (const auto& [person, grant] : answer.used) {
        if (std::ranges::find(party.seats, grant->role, &ast::Name::text) != party.seats.end())
          own.have.insert(grant->by);
      }
    }
    std::ranges::sort(awaited.parties, {}, &Party::role);
    result_.awaiting.push_back(std::move(awaited));
  }

  void enforce_asserts() {
    matcher_.set_approvers(approvers_);
    std::vector<std::string> violated;
    for (ItemAnswer& item : result_.items) {
      if (info(item).kind != ItemKind::Assert) continue;
      item.clauses = matcher_.clauses(info(item));
      if (result_.before_asserts == Verdict::Deny) continue;
      item.matches = matcher_.matches(info(item));
      if (item.matches && forbids(info(item).forbidden(), result_.verdict))
        violated.push_back(item.name);
    }
    if (violated.empty()) return;
    result_.verdict = Verdict::Deny;
    result_.fault = Fault::Assert;
    result_.by = std::move(violated);
  }

  // Of a denial only what the denying items want to be told.
  void duties() {
    const bool denied = result_.verdict == Verdict::Deny;
    Duties& into = result_.duties;
    for (const ItemAnswer* item : live_) {
      const bool names = std::ranges::find(result_.by, item->name) != result_.by.end();
      if (denied && !names) continue;
      for (const ast::Duty& duty : info(*item).clauses->require) {
        const std::string parameter(duty.parameter.text);
        const bool told = duty.kind == DutyKind::Log || duty.kind == DutyKind::Notify;
        if (denied && !told) continue;
        switch (duty.kind) {
          case DutyKind::Log: {
            const auto level = static_cast<LogLevel>(std::ranges::find(kLogLevelNames, parameter) -
                                                     std::begin(kLogLevelNames));
            into.log = std::max(into.log.value_or(level), level);
            break;
          }
          case DutyKind::Notify: into.notify.insert(parameter); break;
          case DutyKind::Redact: into.redact.insert(parameter); break;
          case DutyKind::DryRun: into.dry_run = true; break;
          case DutyKind::Snapshot: into.snapshot = true; break;
          case DutyKind::StepUp: into.step_up = true; break;
          case DutyKind::Delay:
            into.delay_ms =
                std::max(into.delay_ms,
                         milliseconds(bundle_, bundle_.policy(info(*item)).module, duty.time));
            break;
        }
      }
    }
  }

  void reserve() {
    for (const ItemAnswer& item : result_.items) {
      if (info(item).kind != ItemKind::Limit || !matcher_.applies(info(item))) continue;
      const LimitSum sum = matcher_.sum_of(info(item));
      ReserveLine line{matcher_.key_of(info(item)), sum.amount, std::nullopt};
      // A limit that is passed and still permits waits no longer. The format has 64 bits.
      if (!sum.exceeded()) line.max = std::min(sum.maximum, Wide{INT64_MAX});
      result_.reserve.push_back(std::move(line));
    }
  }

  template <typename Wanted>
  void name_live(Wanted&& wanted) {
    for (const ItemAnswer* item : live_) {
      if (wanted(*item)) result_.by.push_back(item->name);
    }
  }

  const TypedBundle& bundle_;
  const Request& request_;
  const Hashes& hashes_;
  Matcher matcher_;
  Answer result_;
  std::vector<ItemAnswer*> live_;
  Approvers approvers_;
};

}  // namespace

std::vector<LimitKey> limit_keys(const TypedBundle& bundle, const Request& request) {
  Matcher matcher(bundle, request);
  std::vector<LimitKey> keys;
  for (const ItemIndex index : items_of(bundle, request.tool)) {
    const ItemInfo& item = bundle.item(index);
    if (item.kind == ItemKind::Limit && matcher.applies(item)) keys.push_back(matcher.key_of(item));
  }
  return keys;
}

Answer decide(const TypedBundle& bundle, const Request& request, const Hashes& hashes) {
  Answer fault;
  for (const LimitKey& key : limit_keys(bundle, request)) {
    if (request.counters.contains(key.limit)) continue;
    fault.fault = Fault::MissingFact;
    fault.at = "limits." + key.limit;
    return fault;
  }
  if (engine_fact(bundle, request, "control", "halted").integer != 0) {
    fault.fault = Fault::Halted;
    return fault;
  }
  return Judge(bundle, request, hashes).answer();
}

}  // namespace remit::oracle
