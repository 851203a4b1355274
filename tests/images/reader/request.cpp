#include "tests/images/reader/request.h"

#include <algorithm>

#include "stdlib/hash.h"
#include "tests/generator/pools.h"

namespace remit::images {

using generator::Random;
using vm::Image;

namespace {

constexpr std::uint32_t kElementsMax = 4;
// A request of more values is cut short, and then cannot be read: most would be too long, and
// memory is for two threads.
constexpr std::size_t kValuesMax = std::size_t{1} << 14;

std::string_view text(const Image& image, vm::StringId id) { return image[id]; }

class Maker {
 public:
  Maker(const Image& image, Random& random) : image_(image), random_(random) {}

  [[nodiscard]] bool possible() const { return !impossible_; }
  std::vector<Datum> fields(vm::RangeOf<vm::FieldRow> range) {
    std::vector<Datum> result;
    for (const vm::FieldRow& row : image_.rows(range)) result.push_back(field(row));
    return result;
  }

 private:
  Datum field(const vm::FieldRow& row) {
    const vm::TypeRow& type = image_[row.type];
    Datum datum;
    if (row.optional != 0 && random_.percent(40)) {
      datum.absent = true;
    } else if (row.default_row != vm::kNoRow && random_.percent(30)) {
      if (is_text(type.kind))
        datum.text = image_.strings[row.default_row];
      else
        datum.number = image_.integers[row.default_row];
    } else {
      datum = value(type, money_form(row).decimals);
    }
    return datum;
  }

  template <typename Pool>
  std::int64_t number(const Pool& pool, const vm::TypeRow& type, std::int64_t step = 1) {
    std::vector<std::int64_t> fitting;
    for (const std::int64_t number : pool) {
      const std::int64_t whole = number / step * step;
      if (whole >= type.low && whole <= type.high) fitting.push_back(whole);
    }
    // Numbers that the image itself has are where its conditions turn.
    if (!image_.integers.empty()) {
      const std::int64_t own = random_.pick(image_.integers) / step * step;
      if (own >= type.low && own <= type.high) fitting.push_back(own);
    }
    if (type.low % step == 0) fitting.push_back(type.low);
    if (type.high % step == 0) fitting.push_back(type.high);
    // Between two amounts that the wire can write there may be none.
    if (fitting.empty()) fitting.push_back(type.high / step * step);
    impossible_ = impossible_ || fitting.back() < type.low;
    return random_.pick(fitting);
  }

  template <typename Pool>
  std::string text_of(const Pool& pool) {
    return std::string(random_.pick(pool));
  }

  std::string string(std::int64_t bytes_max) {
    std::string text = text_of(generator::kStrings);
    // Texts of the image, so that comparisons come out both ways.
    if (random_.percent(30)) text = random_.pick(image_.strings);
    return static_cast<std::int64_t>(text.size()) <= bytes_max ? text : std::string();
  }

  // An amount has no more decimals than the wire has for it.
  Datum value(const vm::TypeRow& type, int decimals = stdlib::kMoneyDecimals) {
    Datum datum;
    ++values_;
    switch (type.kind) {
      case TypeKind::Bool: datum.number = random_.percent(50) ? 1 : 0; break;
      case TypeKind::Int: datum.number = number(generator::kInts, type); break;
      case TypeKind::Money:
        datum.number = number(generator::kMicros, type, stdlib::step_of(decimals));
        break;
      case TypeKind::Duration: datum.number = number(generator::kDurations, type); break;
      case TypeKind::Timestamp: datum.number = number(generator::kMoments, type); break;
      case TypeKind::TimeOfDay: datum.number = number(generator::kTimesOfDay, type); break;
      case TypeKind::Enum:
        if (is_empty(type))
          impossible_ = datum.absent = true;
        else
          datum.number = static_cast<Wide>(random_.below(image_.enum_of(type).values.count));
        break;
      case TypeKind::Tool:
        datum.number = static_cast<Wide>(random_.below(image_.tools.size()));
        break;
      case TypeKind::String: datum.text = string(type.high); break;
      case TypeKind::Id: datum.text = text_of(generator::kIds); break;
      case TypeKind::Host: datum.text = text_of(generator::kHosts); break;
      case TypeKind::Path: datum.text = text_of(generator::kPaths); break;
      case TypeKind::Email: datum.text = text_of(generator::kEmails); break;
      case TypeKind::Url: datum.text = text_of(generator::kUrls); break;
      case TypeKind::Ip: datum.text = text_of(generator::kIps); break;
      case TypeKind::Opaque: datum.text = type.high < 3 ? "1" : "[1]"; break;
      case TypeKind::Record: datum.items = fields(image_.record_of(type).fields); break;
      case TypeKind::Set:
      case TypeKind::List: collection(type, datum); break;
    }
    return datum;
  }

  // An enum without values has no elements to offer.
  [[nodiscard]] bool is_empty(const vm::TypeRow& type) const {
    return type.kind == TypeKind::Enum && image_.enum_of(type).values.count == 0;
  }

  void collection(const vm::TypeRow& type, Datum& datum) {
    const vm::TypeRow& element = image_.element_of(type);
    const auto low = static_cast<std::size_t>(type.low);
    if (is_empty(element)) {
      impossible_ = impossible_ || low > 0;
      return;
    }
    const std::size_t room = static_cast<std::size_t>(type.high - type.low);
    const std::size_t wanted = low + random_.below(std::min<std::size_t>(kElementsMax, room) + 1);
    constexpr std::size_t kTriesMax = 40;
    for (std::size_t i = 0; i < wanted + kTriesMax && datum.items.size() < wanted; ++i) {
      if (values_ >= kValuesMax) break;
      Datum one = value(element);
      if (type.kind == TypeKind::List || std::ranges::find(datum.items, one) == datum.items.end())
        datum.items.push_back(std::move(one));
    }
    // A set may want more elements than its type has values.
    impossible_ = impossible_ || datum.items.size() < low;
  }

  const Image& image_;
  Random& random_;
  std::size_t values_ = 0;
  bool impossible_ = false;
};

Datum* find(const Image& image, Request& request, std::string_view root, std::string_view field) {
  return const_cast<Datum*>(fact(image, request, root, field));
}

void set(const Image& image, Request& request, std::string_view root, std::string_view field,
         std::optional<std::int64_t> value) {
  Datum* datum = find(image, request, root, field);
  if (datum == nullptr) return;
  datum->absent = !value;
  datum->number = value.value_or(0);
}

bool in_scope(const Image& image, const vm::ItemRow& item, std::size_t tool) {
  const auto first = image.scope_tools.begin() + item.scope.first;
  return std::find(first, first + item.scope.count, static_cast<vm::ToolId>(tool)) !=
         first + item.scope.count;
}

bool waits(const vm::ItemRow& item) {
  return item.kind != ItemKind::Assert && item.parties.count > 0;
}

}  // namespace

const Datum* fact(const Image& image, const Request& request, std::string_view root,
                  std::string_view field) {
  for (std::size_t r = 0; r < image.roots.size(); ++r) {
    if (text(image, image.roots[r].name) != root) continue;
    for (std::uint32_t f = 0; f < image.roots[r].fields.count; ++f) {
      if (text(image, image.rows(image.roots[r].fields)[f].name) == field)
        return &request.roots[r][f];
    }
  }
  return nullptr;
}

std::string full_name(const Image& image, std::size_t item) {
  const vm::ItemRow& row = image.items[item];
  const vm::PolicyRow& policy = image[row.policy];
  return std::string(text(image, policy.name)) + '.' + std::string(text(image, row.name));
}

std::set<std::string> requesters(const Image& image, const Request& request) {
  std::set<std::string> people;
  const Datum *asked = fact(image, request, "actor", "requesters"),
              *principal = fact(image, request, "actor", "on_behalf_of");
  for (const Datum& person : asked->items) people.insert(person.text);
  // Its id is its first field.
  if (!principal->absent && !principal->items.empty()) people.insert(principal->items[0].text);
  people.erase(fact(image, request, "actor", "id")->text);
  return people;
}

std::set<std::string> owners(const Image& image, const Request& request) {
  std::set<std::string> people;
  for (const Datum& person : fact(image, request, "target", "owners")->items)
    people.insert(person.text);
  for (const std::string& person : requesters(image, request)) people.erase(person);
  people.erase(fact(image, request, "actor", "id")->text);
  return people;
}

std::string seat_name(const Image& image, const vm::SeatRow& seat) {
  if (seat.kind == vm::SeatKind::Requester) return "requester";
  if (seat.kind == vm::SeatKind::Owner) return "owner";
  for (const vm::EnumRow& row : image.enums) {
    if (text(image, row.name) == "role")
      return std::string(text(image, image.rows(row.values)[seat.role].name));
  }
  return {};
}

Request make_request(const Image& image, Random& random) {
  Maker maker(image, random);
  Request request;
  request.tool = random.below(image.tools.size());
  for (const vm::RootRow& root : image.roots) request.roots.push_back(maker.fields(root.fields));
  request.args = maker.fields(image.tools[request.tool].args);
  request.possible = maker.possible();
  set(image, request, "control", "halted", random.percent(1) ? 1 : 0);
  set(image, request, "call", "first_asked", std::nullopt);
  // Now and then a host fact is not there, required or not.
  if (random.percent(4) && !image.roots.empty()) {
    const std::size_t root = random.below(image.roots.size());
    const vm::RangeOf<vm::FieldRow> fields = image.roots[root].fields;
    const std::size_t field = fields.count == 0 ? 0 : random.below(fields.count);
    if (fields.count > 0 && image.rows(fields)[field].default_row == vm::kNoRow)
      request.roots[root][field].absent = true;
  }
  for (std::size_t i = 0; i < image.items.size(); ++i) {
    const vm::ItemRow& item = image.items[i];
    if (item.kind != ItemKind::Limit || !in_scope(image, item, request.tool)) continue;
    if (random.percent(2)) continue;
    request.counters[item.detail] = random.percent(60)   ? random.pick(generator::kMicros)
                                    : random.percent(90) ? random.between(0, 5)
                                                         : INT64_MAX;
  }
  return request;
}

// When people were asked is the same in all records, and is `call.first_asked` where that is there;
// nobody who asks answers.
void make_approvals(const Image& image, const std::string& digest, Request& request,
                    Random& random) {
  std::vector<std::size_t> waiting;
  std::int64_t within = INT64_MAX;
  for (std::size_t i = 0; i < image.items.size(); ++i) {
    if (!waits(image.items[i]) || !in_scope(image, image.items[i], request.tool)) continue;
    waiting.push_back(i);
    within = std::min(within, image.items[i].within_ms);
  }
  const Datum *now = fact(image, request, "clock", "now"),
              *tenant = fact(image, request, "tenant", "id"),
              *cost = fact(image, request, "spend", "cost");
  if (waiting.empty() || now->absent || tenant->absent || cost->absent) return;
  const auto ms = static_cast<std::int64_t>(now->number);
  std::int64_t asked = std::max<std::int64_t>(0, ms - random.between(0, within));
  if (random.percent(30)) {
    asked = std::max<std::int64_t>(0, ms - within - random.between(-1, 1));
    set(image, request, "call", "first_asked", asked);
  }
  int number = 0;
  for (const std::size_t wait : waiting) {
    const vm::ItemRow& item = image.items[wait];
    for (std::uint32_t p = item.parties.first; p < item.parties.end(); ++p) {
      const vm::PartyRow& party = image.parties[p];
      const auto seats = image.rows(party.seats);
      std::set<std::string> named;  // whom the facts name for the seat, or nobody
      if (seats[0].kind == vm::SeatKind::Requester) named = requesters(image, request);
      if (seats[0].kind == vm::SeatKind::Owner) named = owners(image, request);
      for (std::uint32_t need = 0; need < std::min(party.need, 4U); ++need) {
        if (request.approvals.size() >= 40 || random.percent(10)) continue;
        Answered& record = request.approvals.emplace_back();
        record.id = "r" + std::to_string(number);
        record.by = "p" + std::to_string(random.percent(90) ? number : 0);
        ++number;
        record.role = seat_name(image, seats[random.below(seats.size())]);
        if (!named.empty() && random.percent(90)) {
          record.by = *named.begin();
          named.erase(named.begin());
        }
        record.tenant = tenant->text;
        record.digest = digest;
        record.requirement = stdlib::to_hex(item.requirement);
        record.cost = static_cast<std::int64_t>(cost->number);
        record.asked_at = asked;
        record.at = random.between(asked, std::max(asked, ms));
        // A refusal that is good for one wait may be good for another, so there is one wait.
        if (waiting.size() == 1 && random.percent(4)) record.granted = false;
        const std::size_t flaw = record.granted ? random.below(40) : 40;
        if (flaw == 0) record.digest.replace(0, 4, "0000");
        if (flaw == 1) record.requirement.replace(0, 4, "0000");
        if (flaw == 2) record.human = false;
        if (flaw == 3) record.tenant = "elsewhere";
        if (flaw == 4 && record.cost > 0) --record.cost;
      }
    }
  }
}

}  // namespace remit::images
