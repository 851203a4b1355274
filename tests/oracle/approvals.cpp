#include "tests/oracle/approvals.h"

#include <algorithm>
#include <optional>
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
    find_start();
  }

  WaitAnswer answer() {
    bool refused = false;
    for (const Approval& record : request_.approvals) {
      if (record.digest != hashes_.digest || record.kind != "human") continue;
      if (!record.granted)
        refused = refusal_concerns(record) || refused;
      else if (grant_counts(record))
        use(record);
    }
    if (refused)
      result_.state = WaitState::Refused;
    else if (seats_are_taken())
      result_.state = WaitState::Released;
    else if (start_ && now_ > *start_ + within_)
      result_.state = WaitState::Expired;
    say_how_it_began();
    return std::move(result_);
  }

 private:
  // Everybody in the delegation chain, as written.
  void find_chain() {
    written_.insert(engine_fact(bundle_, request_, "actor", "id").text);
    for (const Datum& person : engine_fact(bundle_, request_, "actor", "requesters").items)
      written_.insert(person.text);
    const Datum& principal = engine_fact(bundle_, request_, "actor", "on_behalf_of");
    if (!principal.absent) {
      const auto record =
          std::ranges::find(bundle_.records, "principal", &compiler::RecordInfo::name);
      const auto id = std::ranges::find(record->fields, "id", &compiler::FieldInfo::name);
      written_.insert(principal.items[static_cast<std::size_t>(id - record->fields.begin())].text);
    }
    for (const std::string& person : written_) chain_.insert(folded(person));
  }

  // The least of first_asked and of asked_at of all records with this digest.
  void find_start() {
    std::set<Wide> moments;
    const Datum& first = engine_fact(bundle_, request_, "call", "first_asked");
    if (!first.absent) first_asked_ = first.integer;
    if (first_asked_) moments.insert(*first_asked_);
    for (const Approval& record : request_.approvals) {
      if (record.digest == hashes_.digest) moments.insert(record.asked_at);
    }
    if (!moments.empty()) start_ = *moments.begin();
  }

  void because(std::string_view reason, bool so) {
    if (so) result_.because.insert(reason);
  }

  [[nodiscard]] bool is_platform(const std::string& role) const {
    const auto roles = std::ranges::find(bundle_.enums, "role", &compiler::EnumInfo::name);
    const auto value = std::ranges::find(roles->values, role, &compiler::EnumValueInfo::name);
    return value != roles->values.end() && value->platform;
  }

  [[nodiscard]] bool speaks_for_the_tenant(const Approval& record) const {
    return record.tenant == tenant_ || is_platform(record.role);
  }
  [[nodiscard]] bool has_this_requirement(const Approval& record) const {
    const auto requirement = hashes_.requirements.find(name_);
    return requirement != hashes_.requirements.end() && record.requirement == requirement->second;
  }

  // Of a human, for this action.
  bool refusal_concerns(const Approval& record) {
    const bool asked_for_it = chain_.contains(folded(record.by));
    const bool seated = seats_.contains(record.role), here = speaks_for_the_tenant(record);
    if (!asked_for_it && !(seated && here)) return false;
    because("refused by who asked", written_.contains(record.by));
    because("refused by a chain respelled", asked_for_it && !written_.contains(record.by));
    because("refused by another tenant", !here);
    because("refused without a seat", !seated);
    because("refused by a fast clock", record.at > now_ || record.asked_at > record.at);
    because("refused under another wording", !has_this_requirement(record));
    because("refused long ago",
            now_ > record.asked_at + within_ || (record.expires && now_ > *record.expires));
    return true;
  }

  // Of a human, for this action. A grant gives the action a start, so there is one.
  bool grant_counts(const Approval& record) {
    const bool good = has_this_requirement(record) && seats_.contains(record.role) &&
                      speaks_for_the_tenant(record) && record.asked_at <= record.at &&
                      record.at <= now_ && (!record.expires || now_ <= *record.expires) &&
                      cost_ <= record.cost && now_ <= record.asked_at + within_ &&
                      !written_.contains(record.by);
    const bool in_time = now_ <= *start_ + within_;
    const bool in_chain = chain_.contains(folded(record.by));
    const bool by_first = first_asked_ && now_ > *first_asked_ + within_;
    because("kept from the chain respelled", good && in_time && in_chain);
    because("lapsed by first_asked", good && !in_chain && by_first);
    because("lapsed by an older record", good && !in_chain && !in_time && !by_first);
    return good && in_time && !in_chain;
  }

  void use(const Approval& grant) {
    const Approval*& used = result_.used[folded(grant.by)];
    because("one person respelled", used != nullptr && used->by != grant.by);
    if (used == nullptr || std::pair(grant.at, grant.id) < std::pair(used->at, used->id))
      used = &grant;
  }

  [[nodiscard]] bool seats_are_taken() const {
    std::map<std::string, std::size_t> taken;
    for (const auto& [person, grant] : result_.used) ++taken[grant->role];
    return std::ranges::all_of(seats_,
                               [&](const auto& seat) { return taken[seat.first] >= seat.second; });
  }

  void say_how_it_began() {
    const bool by_first = first_asked_ && now_ > *first_asked_ + within_;
    because("expired by a record", result_.state == WaitState::Expired && !by_first);
    because("never asked", !start_);
  }

  const TypedBundle& bundle_;
  const Request& request_;
  const Hashes& hashes_;
  std::string name_, tenant_;
  std::map<std::string, std::size_t> seats_;  // by role
  std::set<std::string> written_, chain_;     // who asked: as written, and folded
  Wide within_ = 0, now_ = 0, cost_ = 0;
  std::optional<Wide> first_asked_, start_;
  WaitAnswer result_;
};

}  // namespace

std::string folded(std::string text) {
  constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
  for (char& c : text) {
    if (const auto letter = kUpper.find(c); letter != std::string_view::npos) c = kLower[letter];
  }
  return text;
}

WaitAnswer judge_wait(const TypedBundle& bundle, const ItemInfo& item, const Request& request,
                      const Hashes& hashes) {
  return Wait(bundle, item, request, hashes).answer();
}

}  // namespace remit::oracle
