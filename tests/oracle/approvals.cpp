#include "tests/oracle/approvals.h"

#include <algorithm>
#include <utility>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/match.h"

namespace remit::oracle {

using compiler::ItemInfo;
using compiler::TypedBundle;

namespace {

class Wait {
 public:
  Wait(const TypedBundle& bundle, const ItemInfo& item, const Request& request,
       const Hashes& hashes)
      : bundle_(bundle), request_(request), hashes_(hashes), name_(bundle.full_name(item)) {
    for (const ast::Party& party : item.verdict->parties)
      seats_[std::string(party.role.text)] = static_cast<std::size_t>(party.need);
    within_ = milliseconds(bundle, bundle.policy(item).module, item.verdict->within);
    now_ = engine_fact(bundle, request, "clock", "now").integer;
    cost_ = engine_fact(bundle, request, "spend", "cost").integer;
    tenant_ = engine_fact(bundle, request, "tenant", "id").text;
    find_chain();
  }

  WaitAnswer answer() const {
    WaitAnswer result;
    bool refused = false;
    for (const Approval& record : request_.approvals) {
      if (!concerns(record)) continue;
      if (!record.granted) {
        refused = true;
      } else if (counts(record)) {
        const Approval*& used = result.used[record.by];
        if (used == nullptr || std::pair(record.at, record.id) < std::pair(used->at, used->id))
          used = &record;
      }
    }
    const Datum& first = engine_fact(bundle_, request_, "call", "first_asked");
    if (refused)
      result.state = WaitState::Refused;
    else if (seats_are_taken(result))
      result.state = WaitState::Released;
    else if (!first.absent && now_ > first.integer + within_)
      result.state = WaitState::Expired;
    return result;
  }

 private:
  // Everybody in the delegation chain.
  void find_chain() {
    chain_.insert(engine_fact(bundle_, request_, "actor", "id").text);
    for (const Datum& person : engine_fact(bundle_, request_, "actor", "requesters").items)
      chain_.insert(person.text);
    const Datum& principal = engine_fact(bundle_, request_, "actor", "on_behalf_of");
    if (principal.absent) return;
    const auto record =
        std::ranges::find(bundle_.records, "principal", &compiler::RecordInfo::name);
    const auto id = std::ranges::find(record->fields, "id", &compiler::FieldInfo::name);
    chain_.insert(principal.items[static_cast<std::size_t>(id - record->fields.begin())].text);
  }

  [[nodiscard]] bool is_platform(const std::string& role) const {
    const auto roles = std::ranges::find(bundle_.enums, "role", &compiler::EnumInfo::name);
    const auto value = std::ranges::find(roles->values, role, &compiler::EnumValueInfo::name);
    return value != roles->values.end() && value->platform;
  }

  [[nodiscard]] bool concerns(const Approval& record) const {
    const auto requirement = hashes_.requirements.find(name_);
    return record.digest == hashes_.digest && requirement != hashes_.requirements.end() &&
           record.requirement == requirement->second && record.kind == "human" &&
           seats_.contains(record.role) && (record.tenant == tenant_ || is_platform(record.role)) &&
           !chain_.contains(record.by) && record.asked_at <= record.at && record.at <= now_;
  }

  [[nodiscard]] bool counts(const Approval& grant) const {
    return now_ <= grant.asked_at + within_ && (!grant.expires || now_ <= *grant.expires) &&
           cost_ <= grant.cost;
  }

  [[nodiscard]] bool seats_are_taken(const WaitAnswer& answer) const {
    std::map<std::string, std::size_t> taken;
    for (const auto& [person, grant] : answer.used) ++taken[grant->role];
    return std::ranges::all_of(seats_,
                               [&](const auto& seat) { return taken[seat.first] >= seat.second; });
  }

  const TypedBundle& bundle_;
  const Request& request_;
  const Hashes& hashes_;
  std::string name_, tenant_;
  std::map<std::string, std::size_t> seats_;  // by role
  std::set<std::string> chain_;
  Wide within_ = 0, now_ = 0, cost_ = 0;
};

}  // namespace

WaitAnswer judge_wait(const TypedBundle& bundle, const ItemInfo& item, const Request& request,
                      const Hashes& hashes) {
  return Wait(bundle, item, request, hashes).answer();
}

}  // namespace remit::oracle
