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
    for (const ast::Party& party : item.verdict->parties) {
      needed_[party_name(party)] = static_cast<std::size_t>(party.need);
      for (const ast::Name& seat : party.seats) seats_[std::string(seat.text)] = party_name(party);
    }
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
    if (start_) result_.deadline = *start_ + within_;
    say_how_it_began();
    return std::move(result_);
  }

 private:
  // Everybody in the delegation chain, those of it who can have asked, and the owners: as written.
  void find_chain() {
    actor_ = engine_fact(bundle_, request_, "actor", "id").text;
    for (const Datum& person : engine_fact(bundle_, request_, "target", "owners").items) {
      owners_.insert(person.text);
      owners_alike_.insert(folded(person.text));
    }
    for (const Datum& person : engine_fact(bundle_, request_, "actor", "requesters").items)
      asked_.insert(person.text);
    const Datum& principal = engine_fact(bundle_, request_, "actor", "on_behalf_of");
    if (!principal.absent) {
      const auto record =
          std::ranges::find(bundle_.records, "principal", &compiler::RecordInfo::name);
      const auto id = std::ranges::find(record->fields, "id", &compiler::FieldInfo::name);
      asked_.insert(principal.items[static_cast<std::size_t>(id - record->fields.begin())].text);
    }
    written_ = asked_;
    written_.insert(actor_);
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
    const bool owns = owners_alike_.contains(folded(record.by));
    const bool may = record.role != "requester" && (record.role != "owner" || owns);
    because("refused as requester by another",
            seated && here && !may && !asked_for_it && record.role == "requester");
    because("refused as owner by another",
            seated && here && !may && !asked_for_it && record.role == "owner");
    if (!asked_for_it && !(seated && here && may)) return false;
    because("refused by an owner", !asked_for_it && record.role == "owner");
    because("refused by an owner respelled",
            !asked_for_it && record.role == "owner" && !owners_.contains(record.by));
    because("refused by who asked, in its seat",
            asked_for_it && seated && record.role == "requester");
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

  // Whether the facts name who answers for the seat, and nothing else speaks against it.
  bool is_named(const Approval& record, bool else_good) {
    const bool in_chain = chain_.contains(folded(record.by));
    if (record.role == "requester") {
      const bool is_actor = folded(record.by) == folded(actor_);
      because("kept from who asked respelled",
              else_good && !is_actor && in_chain && !asked_.contains(record.by));
      because("kept from the actor", else_good && is_actor && asked_.contains(record.by));
      return asked_.contains(record.by) && !is_actor;
    }
    if (record.role == "owner") {
      const bool owns = owners_.contains(record.by);
      because("kept from an owner respelled",
              else_good && !owns && !in_chain && owners_alike_.contains(folded(record.by)));
      because("kept from an owner who asked", else_good && owns && in_chain);
      return owns && !in_chain;
    }
    return true;
  }

  // Of a human, for this action. A grant gives the action a start, so there is one.
  bool grant_counts(const Approval& record) {
    const bool else_good = has_this_requirement(record) && seats_.contains(record.role) &&
                           speaks_for_the_tenant(record) && record.asked_at <= record.at &&
                           record.at <= now_ && (!record.expires || now_ <= *record.expires) &&
                           cost_ <= record.cost && now_ <= record.asked_at + within_;
    const bool in_time = now_ <= *start_ + within_;
    if (record.role == "requester" || record.role == "owner")
      return is_named(record, else_good && in_time) && else_good && in_time;
    const bool good = else_good && !written_.contains(record.by);
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
    for (const auto& [person, grant] : result_.used) ++taken[seats_.at(grant->role)];
    return std::ranges::all_of(
        needed_, [&](const auto& party) { return taken[party.first] >= party.second; });
  }

  void say_how_it_began() {
    const bool by_first = first_asked_ && now_ > *first_asked_ + within_;
    because("expired by a record", result_.state == WaitState::Expired && !by_first);
    because("never asked", !start_);
    if (result_.state != WaitState::Released) return;
    std::map<std::string, std::set<std::string>> roles;  // that were used, by party
    for (const auto& [person, grant] : result_.used) {
      because("confirmed by who asked", grant->role == "requester");
      because("agreed by an owner", grant->role == "owner");
      const std::string& party = seats_.at(grant->role);
      because("one of several roles", party != grant->role);
      roles[party].insert(grant->role);
    }
    for (const auto& [party, used] : roles) because("two roles of one party", used.size() > 1);
  }

  const TypedBundle& bundle_;
  const Request& request_;
  const Hashes& hashes_;
  std::string name_, tenant_, actor_;
  std::map<std::string, std::string> seats_;     // to the party that each is of
  std::map<std::string, std::size_t> needed_;    // by party
  std::set<std::string> asked_, written_;        // for whom the actor works; with the actor
  std::set<std::string> chain_;                  // the same folded
  std::set<std::string> owners_, owners_alike_;  // the second folded
  Wide within_ = 0, now_ = 0, cost_ = 0;
  std::optional<Wide> first_asked_, start_;
  WaitAnswer result_;
};

}  // namespace

std::string party_name(const ast::Party& party) {
  std::set<std::string_view> seats;
  for (const ast::Name& seat : party.seats) seats.insert(seat.text);
  std::string name;
  for (const std::string_view seat : seats) name.append(name.empty() ? "" : "|").append(seat);
  return name;
}

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
