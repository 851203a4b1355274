#include "tests/generator/approvals.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "tests/generator/pools.h"
#include "tests/oracle/approvals.h"
#include "tests/oracle/match.h"

namespace remit::generator {

using compiler::ItemIndex;
using oracle::Approval;

namespace {

constexpr std::string_view kSeats[] = {"lead", "finance", "staff", "requester", "owner"};
constexpr std::string_view kKinds[] = {"agent", "service", "integration", "api_key"};
constexpr std::int64_t kLastMoment = 253'402'300'799'999;  // of the year 9999

template <typename T>
void shuffle(std::vector<T>& list, Random& random) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
}

}  // namespace

std::int64_t Approvals::number(std::string_view root, std::string_view field) const {
  return static_cast<std::int64_t>(oracle::engine_fact(bundle_, request_, root, field).integer);
}

// Of any order, so that it says nothing of who came first.
std::string Approvals::new_id() {
  while (true) {
    std::string id = fmt::format("ap-{}", random_.below(10'000));
    if (ids_.insert(id).second) return id;
  }
}

Approval Approvals::grant(ItemIndex index, std::string_view role, std::string_view person) {
  const compiler::ItemInfo& item = bundle_.item(index);
  const std::int64_t now = number("clock", "now");
  Approval record;
  record.id = new_id();
  record.by = person;
  record.kind = "human";
  record.tenant = oracle::engine_fact(bundle_, request_, "tenant", "id").text;
  record.role = role;
  record.digest = hashes_.digest;
  record.requirement = hashes_.requirements.at(bundle_.full_name(item));
  record.cost = number("spend", "cost");
  const std::int64_t longest = std::min(item.within_ms, oldest_ms_);
  const std::int64_t waited = random_.percent(30)   ? 0
                              : random_.percent(40) ? longest
                                                    : random_.between(0, longest);
  const std::int64_t asked_at = std::max<std::int64_t>(0, now - waited);
  record.asked_at = asked_at;
  record.at = random_.percent(30)   ? asked_at
              : random_.percent(40) ? now
                                    : random_.between(asked_at, now);
  if (random_.percent(30))
    record.expires = std::min(kLastMoment, now + random_.between(0, 1) * 60'000);
  return record;
}

Approval Approvals::refusal(ItemIndex index) {
  const std::int64_t now = number("clock", "now");
  const std::string_view seat = some_seat(index);
  const std::vector<std::string> people = people_for(seat);
  const bool is_named = !people.empty() && random_.percent(90);
  Approval record =
      grant(index, seat, is_named ? random_.pick(people) : std::string(random_.pick(kPeople)));
  if (random_.percent(20)) record.by = respelled(record.by);
  record.granted = false;
  if (random_.percent(30)) {
    record.by = random_.pick(chain());
    if (random_.percent(50)) record.by = respelled(record.by);
    if (random_.percent(30)) record.tenant = random_.pick(kIds);
    if (random_.percent(30)) record.role = random_.percent(50) ? "nobody" : random_.pick(kSeats);
  }
  if (random_.percent(30)) record.at = now + random_.between(1, 2);
  if (random_.percent(20)) record.asked_at = record.at + 1;
  if (random_.percent(10)) record.at = record.asked_at = 0;
  if (random_.percent(20)) record.expires = random_.between(0, 1) * now;
  if (random_.percent(30)) record.requirement = std::string(64, '0');
  if (random_.percent(20)) record.cost = 0;
  record.asked_at = std::min<Wide>(record.asked_at, kLastMoment);
  record.at = std::min<Wide>(record.at, kLastMoment);
  return record;
}

std::vector<std::string> Approvals::asked() const {
  const auto fact = [&](std::string_view field) -> const oracle::Datum& {
    return oracle::engine_fact(bundle_, request_, "actor", field);
  };
  std::vector<std::string> people;
  for (const oracle::Datum& person : fact("requesters").items) people.push_back(person.text);
  // The first field of a principal is its id.
  const oracle::Datum& principal = fact("on_behalf_of");
  if (!principal.absent) people.push_back(principal.items[0].text);
  return people;
}

std::vector<std::string> Approvals::owners() const {
  std::vector<std::string> people;
  for (const oracle::Datum& person :
       oracle::engine_fact(bundle_, request_, "target", "owners").items)
    people.push_back(person.text);
  return people;
}

std::vector<std::string> Approvals::chain() const {
  std::vector<std::string> people = asked();
  people.push_back(oracle::engine_fact(bundle_, request_, "actor", "id").text);
  return people;
}

std::vector<std::string> Approvals::people_for(std::string_view seat) {
  std::vector<std::string> people(std::begin(kPeople), std::end(kPeople));
  std::set<std::string> taken;
  const auto take = [&](const std::string& person) {
    return taken.insert(oracle::folded(person)).second;
  };
  if (seat == "requester") {
    people = asked();
    take(oracle::engine_fact(bundle_, request_, "actor", "id").text);
  } else if (seat == "owner") {
    people = owners();
    for (const std::string& person : chain()) take(person);
  }
  std::erase_if(people, [&](const std::string& person) { return !take(person); });
  shuffle(people, random_);
  return people;
}

std::string_view Approvals::some_seat(ItemIndex index) {
  return random_.pick(random_.pick(bundle_.item(index).verdict->parties).seats).text;
}

std::string Approvals::respelled(std::string id) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::vector<char*> letters;
  for (char& c : id) {
    if (is_letter(c)) letters.push_back(&c);
  }
  if (letters.empty()) return id;
  char* const one = random_.pick(letters);
  for (char* letter : letters) {
    if (letter == one || random_.percent(50)) *letter ^= 0x20;
  }
  return id;
}

void Approvals::keep_in_time(const std::vector<ItemIndex>& waits) {
  for (const ItemIndex index : waits)
    oldest_ms_ = std::min(oldest_ms_, bundle_.item(index).within_ms);
}

std::vector<Approval> Approvals::releasing(const std::vector<ItemIndex>& waits) {
  keep_in_time(waits);
  std::vector<Approval> records;
  for (const ItemIndex index : waits) {
    std::set<std::string> seated;
    for (const ast::Party& party : bundle_.item(index).verdict->parties) {
      for (std::int64_t needed = 0; needed < party.need; ++needed) {
        const std::string_view seat = random_.pick(party.seats).text;
        std::vector<std::string> people = people_for(seat);
        std::erase_if(people, [&](const std::string& p) { return seated.contains(p); });
        if (people.empty()) continue;
        records.push_back(grant(index, seat, people.back()));
        seated.insert(people.back());
      }
    }
  }
  shuffle(records, random_);
  return records;
}

// What nobody can rest on, and still says how long ago the action was asked about.
Approval Approvals::from_before(Approval record, ItemIndex item) {
  record.id = new_id();
  if (random_.percent(50)) record.requirement = std::string(64, '0');
  if (random_.percent(50)) record.kind = random_.pick(kKinds);
  const Wide asked_at = number("clock", "now") - bundle_.item(item).within_ms;
  record.asked_at = std::clamp<Wide>(asked_at + random_.between(-1, 1), 0, kLastMoment);
  return record;
}

// Of a seat that is no role, if the item has one: by the actor, or by whom the facts name, who may
// be of the chain or be spelled otherwise.
Approval Approvals::by_somebody_named(ItemIndex index) {
  std::string_view seat = some_seat(index);
  for (int tries = 0; tries < 4 && seat != "requester" && seat != "owner"; ++tries)
    seat = some_seat(index);
  std::vector<std::string> people = seat == "owner" ? owners() : asked();
  if (people.empty() || (seat == "requester" && random_.percent(60)))
    people = {oracle::engine_fact(bundle_, request_, "actor", "id").text};
  Approval record = grant(index, seat, random_.pick(people));
  if (random_.percent(30)) record.by = respelled(record.by);
  record.granted = random_.percent(70);
  return record;
}

std::vector<Approval> Approvals::any(const std::vector<ItemIndex>& waits) {
  if (random_.percent(90)) keep_in_time(waits);
  std::vector<Approval> records;
  if (random_.percent(70)) records = releasing(waits);
  const std::size_t more = random_.below(5);
  for (std::size_t i = 0; i < more; ++i) {
    const std::string_view seat = random_.pick(kSeats);
    const std::vector<std::string> people = people_for(seat);
    if (!people.empty()) records.push_back(grant(random_.pick(waits), seat, people.front()));
  }
  for (Approval& record : records) {
    while (random_.percent(12)) disturb(record, random_.pick(waits));
  }
  // The same person once more, earlier or later.
  if (!records.empty() && random_.percent(30)) {
    Approval again = random_.pick(records);
    again.id = new_id();
    again.at = std::clamp<Wide>(again.at + random_.between(-1, 1), 0, kLastMoment);
    if (random_.percent(40)) again.role = random_.pick(kSeats);
    if (random_.percent(40)) again.by = respelled(again.by);
    records.push_back(std::move(again));
  }
  if (random_.percent(10)) records.push_back(refusal(random_.pick(waits)));
  if (random_.percent(30)) records.push_back(by_somebody_named(random_.pick(waits)));
  if (!records.empty() && random_.percent(10))
    records.push_back(from_before(random_.pick(records), random_.pick(waits)));
  if (records.size() > limits::kApprovalsMax) records.resize(limits::kApprovalsMax);
  shuffle(records, random_);
  return records;
}

void Approvals::disturb(Approval& record, ItemIndex item) {
  switch (random_.below(8)) {
    case 0:
    case 1: return disturb_time(record, bundle_.item(item).within_ms);
    case 2:
    case 3: return disturb_person(record);
    case 4: return disturb_amount(record);
    case 5: record.granted = false; return;
    case 6:
      record.requirement = random_.percent(70)
                               ? hashes_.requirements.at(bundle_.full_name(bundle_.item(item)))
                               : record.digest;
      return;
    default: record.digest.back() = record.digest.back() == '0' ? '1' : '0'; return;
  }
}

void Approvals::disturb_time(Approval& record, std::int64_t within) {
  const std::int64_t now = number("clock", "now");
  const std::int64_t step = random_.between(-1, 1);
  switch (random_.below(4)) {
    case 0:  // asked as long ago as a grant may be old
      record.asked_at = now - within + step;
      break;
    case 1: record.asked_at = record.at + step; break;
    case 2: record.at = now + step; break;
    default: record.expires = now + step; break;
  }
  record.asked_at = std::clamp<Wide>(record.asked_at, 0, kLastMoment);
  record.at = std::clamp<Wide>(record.at, 0, kLastMoment);
  if (record.expires) record.expires = std::clamp<Wide>(*record.expires, 0, kLastMoment);
}

void Approvals::disturb_person(Approval& record) {
  switch (random_.below(7)) {
    case 0: record.kind = random_.pick(kKinds); return;
    case 1: record.tenant = random_.pick(kIds); return;
    case 2: record.role = random_.percent(25) ? "nobody" : random_.pick(kSeats); return;
    case 3: record.by = random_.percent(50) ? random_.pick(kPeople) : random_.pick(kIds); return;
    case 4: record.by = respelled(record.by); return;
    case 5: {
      const std::vector<std::string> people = owners();
      if (!people.empty()) record.by = random_.pick(people);
      return;
    }
    default:
      record.by = random_.pick(chain());
      if (random_.percent(50)) record.by = respelled(record.by);
      return;
  }
}

void Approvals::disturb_amount(Approval& record) {
  const Wide cost = record.cost + random_.between(-1, 1);
  record.cost = random_.percent(20) ? 0 : std::clamp<Wide>(cost, 0, INT64_MAX);
}

}  // namespace remit::generator
