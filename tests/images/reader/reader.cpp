#include "tests/images/reader/reader.h"

#include <algorithm>
#include <map>

#include "stdlib/hash.h"
#include "tests/images/reader/reader_code.h"

namespace remit::images {

namespace {

using vm::Image;
using vm::ItemRow;
using vm::VerdictClass;

int strictness(VerdictClass verdict) {
  // No verdict and permit forbid nothing.
  return std::max(0, static_cast<int>(verdict) - static_cast<int>(VerdictClass::Permit));
}
Verdict verdict_of(int strictness) {
  static constexpr Verdict kVerdicts[] = {Verdict::Permit, Verdict::Queue, Verdict::Escalate,
                                          Verdict::Deny};
  return kVerdicts[strictness];
}

bool may_wait(const ItemRow& item) {
  return item.kind != ItemKind::Assert &&
         (item.verdict == VerdictClass::Queue || item.verdict == VerdictClass::Escalate);
}

class Reading {
 public:
  Reading(const Image& image, const Request& request, const std::string& digest)
      : image_(image), request_(request), digest_(digest), code_(image, request) {
    for (std::uint32_t i = 0; i < image.items.size(); ++i) {
      const vm::RangeOf<vm::ToolId> scope = image.items[i].scope;
      for (const vm::ToolId tool : image.rows(scope)) {
        if (static_cast<std::size_t>(tool) == request.tool) scope_.push_back(i);
      }
    }
  }

  Answer run() {
    Answer answer;
    answer.fault = missing();
    if (answer.fault != Fault::None) return answer;
    for (const std::uint32_t i : scope_) {
      if (image_.items[i].kind != ItemKind::Assert && matches(image_.items[i], i))
        matched_.insert(i);
    }
    lift();
    int strictest = 0;
    if (!first(strictest)) {
      finish(answer, Verdict::Deny,
             [&](std::uint32_t i) { return image_.items[i].verdict == VerdictClass::Deny; });
      for (const std::uint32_t layer : ungranted_)
        answer.by.push_back("engine.default." + text(image_.layers[layer].name));
    } else if (strictest == 1 || strictest == 2) {
      waited(answer);
    } else {
      finish(answer, verdict_of(strictest), [&](std::uint32_t i) {
        return image_.items[i].verdict != VerdictClass::None &&
               strictness(image_.items[i].verdict) == strictest;
      });
    }
    if (answer.verdict != Verdict::Deny) asserts(answer);
    for (const std::uint32_t i : scope_) {
      ItemAnswer& item = answer.items.emplace_back();
      item.name = full_name(image_, i);
      item.matches = matched_.contains(i);
      item.lifted = item.matches && lifted_.contains(i);
      if (waits_.contains(i)) item.wait = waits_.at(i);
    }
    std::ranges::sort(answer.by);
    return answer;
  }

 private:
  [[nodiscard]] std::string text(vm::StringId id) const { return image_[id]; }
  [[nodiscard]] bool live(std::uint32_t i) const {
    return matched_.contains(i) && !lifted_.contains(i) && image_.items[i].kind != ItemKind::Assert;
  }
  [[nodiscard]] std::int64_t moment(std::string_view root, std::string_view field) const {
    return static_cast<std::int64_t>(fact(image_, request_, root, field)->number);
  }

  // Facts, then counters, then the kill switch.
  Fault missing() {
    const vm::RangeOf<std::uint32_t> required = image_.tools[request_.tool].required;
    for (const std::uint32_t slot : image_.rows(required)) {
      if (!code_.has(slot)) return Fault::MissingFact;
    }
    for (const std::uint32_t i : scope_) {
      const ItemRow& item = image_.items[i];
      if (item.kind == ItemKind::Limit && !request_.counters.contains(item.detail) &&
          applies(item) && conditions(item.when, item.unless))
        return Fault::MissingFact;
    }
    const Datum* halted = fact(image_, request_, "control", "halted");
    return !halted->absent && halted->number != 0 ? Fault::Halted : Fault::None;
  }

  // ---- conditions

  bool applies(const ItemRow& item) { return code_.holds(image_[item.policy].applies, true); }
  bool conditions(vm::CodeRange when, vm::CodeRange unless) {
    return code_.holds(when, true) && !code_.holds(unless, false);
  }

  bool matches(const ItemRow& item, std::uint32_t index) {
    if (!applies(item)) return false;
    if (is_row(item.kind)) return row_matches(image_.table_of(item), index);
    if (item.expires_ms != vm::kNever && moment("clock", "now") >= item.expires_ms) return false;
    if (!conditions(item.when, item.unless)) return false;
    if (item.kind != ItemKind::Limit) return true;
    const vm::LimitRow& limit = image_.limit_of(item);
    const Wide amount = limit.amount.count == 0 ? Wide{1} : code_.value(limit.amount).number;
    if (amount < 0) throw Untrue("a negative amount");
    return request_.counters.at(item.detail) + amount > code_.value(limit.maximum).number;
  }

  bool row_matches(const vm::TableRow& table, std::uint32_t index) {
    if (!conditions(table.when, table.unless)) return false;
    std::vector<Wide> values;
    for (const vm::InputRow& input : image_.rows(table.inputs))
      values.push_back(code_.value(input.code).number);
    if (image_.items[index].cells.count != 0) return takes(image_.items[index], values);
    // `otherwise`: no other row.
    for (std::uint32_t i = table.items.first; i < table.items.end(); ++i) {
      if (i != index && takes(image_.items[i], values)) return false;
    }
    return true;
  }

  [[nodiscard]] bool takes(const ItemRow& row, const std::vector<Wide>& values) const {
    for (std::uint32_t c = 0; c < row.cells.count; ++c) {
      const vm::CellRow& cell = image_.rows(row.cells)[c];
      bool named = cell.items.count == 0;
      for (const vm::CellItemRow& part : image_.rows(cell.items)) {
        const bool low = part.open_low != 0 || !(values[c] < part.low);
        const bool high = part.open_high != 0 || !(values[c] > part.high);
        named = named || (low && high);
      }
      if (named == (cell.negated != 0)) return false;
    }
    return true;
  }

  // ---- verdict

  void lift() {
    for (const std::uint32_t i : scope_) {
      const vm::RangeOf<ItemId> targets = image_.items[i].overrides;
      if (!matched_.contains(i)) continue;
      for (const ItemId target : image_.rows(targets))
        lifted_.insert(static_cast<std::uint32_t>(target));
    }
  }

  // Whether every layer that can grant does; and the strictest of what is live.
  bool first(int& strictest) {
    std::set<std::uint32_t> granted;
    for (const std::uint32_t i : scope_) {
      const ItemRow& item = image_.items[i];
      if (!live(i)) continue;
      strictest = std::max(strictest, strictness(item.verdict));
      const bool grants = item.verdict == VerdictClass::Permit || may_wait(item);
      if (grants && (item.kind == ItemKind::Rule || item.kind == ItemKind::Row))
        granted.insert(layer_of(item));
    }
    for (std::uint32_t layer = 0; layer < image_.layers.size(); ++layer) {
      if (image_.layers[layer].guards_only == 0 && !granted.contains(layer))
        ungranted_.insert(layer);
    }
    return ungranted_.empty();
  }
  [[nodiscard]] std::uint32_t layer_of(const ItemRow& item) const {
    return static_cast<std::uint32_t>(image_[item.policy].layer);
  }

  template <typename Decides>
  void finish(Answer& answer, Verdict verdict, Decides decides) {
    answer.verdict = verdict;
    answer.by.clear();
    for (const std::uint32_t i : scope_) {
      if (live(i) && decides(i)) answer.by.push_back(full_name(image_, i));
    }
  }

  void waited(Answer& answer) {
    bool refused = false, expired = false;
    int open = 0;
    for (const std::uint32_t i : scope_) {
      if (!live(i) || !may_wait(image_.items[i])) continue;
      const WaitState wait = waits_[i] = judge(image_.items[i]);
      refused = refused || wait == WaitState::Refused;
      expired = expired || wait == WaitState::Expired;
      if (wait == WaitState::Open) open = std::max(open, strictness(image_.items[i].verdict));
    }
    const auto in = [&](WaitState state) {
      return [this, state](std::uint32_t i) { return waits_.contains(i) && waits_[i] == state; };
    };
    if (refused) return finish(answer, Verdict::Deny, in(WaitState::Refused));
    if (expired) {
      answer.fault = Fault::Expired;
      return finish(answer, Verdict::Deny, in(WaitState::Expired));
    }
    if (open > 0) {
      return finish(answer, verdict_of(open), [&](std::uint32_t i) {
        return waits_.contains(i) && waits_[i] == WaitState::Open &&
               strictness(image_.items[i].verdict) == open;
      });
    }
    finish(answer, Verdict::Permit, [&](std::uint32_t i) {
      return may_wait(image_.items[i]) || image_.items[i].verdict == VerdictClass::Permit;
    });
  }

  // Requests for this reader have one time at which people were asked, one spelling of a person,
  // and nobody who asks answers for others (request.h): what remains is who may, until when, and
  // for how much.
  WaitState judge(const ItemRow& item) {
    bool refused = false;
    const std::int64_t now = moment("clock", "now");
    std::map<vm::SeatRow, std::set<std::string>> people;
    std::map<std::string, std::pair<std::int64_t, const Answered*>> earliest;
    for (const Answered& record : request_.approvals) {
      if (!record.granted && takes_back(record)) refused = true;
      if (!concerns(item, record)) continue;
      if (!record.granted) refused = true;
      const bool counts = record.granted && now <= record.asked_at + item.within_ms &&
                          moment("spend", "cost") <= record.cost;
      if (!counts) continue;
      auto& [at, best] = earliest[record.by];
      if (best == nullptr || std::pair(record.at, record.id) < std::pair(at, best->id))
        best = &record, at = record.at;
    }
    for (const auto& [person, record] : earliest) {
      const vm::SeatRow seat = *seat_named(record.second->role);
      people[seat].insert(person);
      granted_.insert({person, seat});
    }
    if (refused) return WaitState::Refused;
    bool released = true;
    for (const vm::PartyRow& party : image_.rows(item.parties))
      released = released && seated(party, people) >= party.need;
    if (released) return WaitState::Released;
    const Datum* asked = fact(image_, request_, "call", "first_asked");
    const bool expired = !asked->absent && Wide{now} > asked->number + Wide{item.within_ms};
    return expired ? WaitState::Expired : WaitState::Open;
  }

  [[nodiscard]] bool has_seat(const vm::PartyRow& party, const vm::SeatRow& named) const {
    for (const vm::SeatRow& seat : image_.rows(party.seats))
      if (seat.kind == named.kind && seat.role == named.role) return true;
    return false;
  }
  [[nodiscard]] std::size_t seated(
      const vm::PartyRow& party, const std::map<vm::SeatRow, std::set<std::string>>& people) const {
    std::size_t count = 0;
    for (const auto& [seat, persons] : people) count += has_seat(party, seat) ? persons.size() : 0;
    return count;
  }
  [[nodiscard]] bool concerns(const ItemRow& item, const Answered& record) const {
    const auto named = seat_named(record.role);
    if (!named || !record.human || record.digest != digest_ ||
        record.requirement != stdlib::to_hex(item.requirement) || !may_sit(record, *named))
      return false;
    bool seat = false;
    for (const vm::PartyRow& party : image_.rows(item.parties))
      seat = seat || has_seat(party, *named);
    const bool platform = named->kind == vm::SeatKind::Role &&
                          image_.enum_values[first_role() + named->role].platform != 0;
    return seat && (platform || record.tenant == fact(image_, request_, "tenant", "id")->text);
  }
  [[nodiscard]] bool takes_back(const Answered& record) const {
    const auto asked = requesters(image_, request_);
    return record.human && record.digest == digest_ && asked.contains(record.by);
  }
  [[nodiscard]] bool may_sit(const Answered& record, const vm::SeatRow& seat) const {
    if (seat.kind == vm::SeatKind::Role) return true;
    const bool is_requester = seat.kind == vm::SeatKind::Requester;
    return (is_requester ? requesters(image_, request_) : owners(image_, request_))
        .contains(record.by);
  }
  [[nodiscard]] std::uint32_t first_role() const {
    for (const vm::EnumRow& row : image_.enums)
      if (text(row.name) == "role") return row.values.first;
    throw Untrue("no enum `role`");
  }
  [[nodiscard]] std::optional<vm::SeatRow> seat_named(const std::string& name) const {
    if (name == "requester") return vm::SeatRow{vm::SeatKind::Requester, 0};
    if (name == "owner") return vm::SeatRow{vm::SeatKind::Owner, 0};
    for (const vm::EnumRow& row : image_.enums) {
      for (std::uint32_t v = 0; text(row.name) == "role" && v < row.values.count; ++v)
        if (text(image_.rows(row.values)[v].name) == name)
          return vm::SeatRow{vm::SeatKind::Role, v};
    }
    return std::nullopt;
  }

  void asserts(Answer& answer) {
    code_.set_granted(granted_);
    std::vector<std::string> violated;
    for (const std::uint32_t i : scope_) {
      const ItemRow& item = image_.items[i];
      if (item.kind != ItemKind::Assert || !applies(item) || !conditions(item.when, item.unless))
        continue;
      matched_.insert(i);
      if (answer.verdict <= verdict_of(strictness(item.verdict)))
        violated.push_back(full_name(image_, i));
    }
    if (violated.empty()) return;
    answer.verdict = Verdict::Deny;
    answer.fault = Fault::Assert;
    answer.by = violated;
  }

  const Image& image_;
  const Request& request_;
  const std::string& digest_;
  CodeReader code_;
  std::vector<std::uint32_t> scope_;
  std::set<std::uint32_t> matched_, lifted_, ungranted_;
  std::map<std::uint32_t, WaitState> waits_;
  Granted granted_;
};

}  // namespace

Answer read(const Image& image, const Request& request, const std::string& digest) {
  return Reading(image, request, digest).run();
}

}  // namespace remit::images
