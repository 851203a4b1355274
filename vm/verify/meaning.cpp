// Schema and policies: what rows say must be something that the language can say.

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <remit/limits.h>
#include "stdlib/time.h"
#include "vm/image/load_fault.h"
#include "vm/image/seats.h"
#include "vm/verify/parts.h"

namespace remit::vm {

namespace {

class MeaningChecker {
 public:
  MeaningChecker(const Image& image, const Layout& layout, EngineSlots& slots)
      : image_(image), layout_(layout), slots_(slots) {}

  void run() {
    prelude();
    tool_classes();
    results();
    for (std::size_t i = 0; i < image_.items.size(); ++i) item(image_.items[i]);
    requirements();
    overrides();
    granting_layer();
  }

 private:
  [[nodiscard]] std::string_view text(StringId id) const { return image_[id]; }

  std::uint32_t fact(std::string_view path, TypeKind kind, bool optional) {
    std::uint32_t found = kNoSlot;
    const std::size_t dot = path.find('.');
    for (const RootRow& root : image_.roots) {
      if (text(root.name) != path.substr(0, dot)) continue;
      for (const FieldRow& field : image_.rows(root.fields)) {
        const bool fits = image_[field.type].kind == kind && (field.optional != 0) == optional &&
                          field.sensitive == 0;
        if (text(field.name) == path.substr(dot + 1) && fits) found = field.slot;
      }
    }
    require(found != kNoSlot, LoadFault::MissingPrelude, path);
    return found;
  }

  void prelude() {
    slots_.call_id = fact("call.id", TypeKind::Id, false);
    slots_.call_first_asked = fact("call.first_asked", TypeKind::Timestamp, true);
    slots_.actor_id = fact("actor.id", TypeKind::Id, false);
    slots_.actor_kind = fact("actor.kind", TypeKind::Enum, false);
    slots_.actor_version = fact("actor.version", TypeKind::String, false);
    slots_.actor_on_behalf_of = fact("actor.on_behalf_of", TypeKind::Record, true);
    slots_.actor_on_behalf_of_id = slots_.actor_on_behalf_of + 1;
    slots_.actor_requesters = fact("actor.requesters", TypeKind::Set, false);
    slots_.target_owners = fact("target.owners", TypeKind::Set, false);
    slots_.spend_cost = fact("spend.cost", TypeKind::Money, false);
    slots_.tenant_id = fact("tenant.id", TypeKind::Id, false);
    slots_.context_environment = fact("context.environment", TypeKind::Enum, false);
    slots_.clock_now = fact("clock.now", TypeKind::Timestamp, false);
    slots_.control_halted = fact("control.halted", TypeKind::Bool, false);
    people(slots_.actor_requesters, "actor.requesters");
    people(slots_.target_owners, "target.owners");
    // Only a person approves, and at most what is asked for is granted.
    require(has_value("actor_kind", "human"), LoadFault::MissingPrelude, "actor_kind.human");
    const TypeRow& cost = image_[layout_.host[slots_.spend_cost].type];
    require(cost.low >= 0, LoadFault::MissingPrelude, "spend.cost");
    require(has_id_first(slots_.actor_on_behalf_of), LoadFault::MissingPrelude,
            "actor.on_behalf_of.id");
  }

  void people(std::uint32_t slot, std::string_view path) const {
    const TypeRow& type = image_[layout_.host[slot].type];
    require(image_.element_of(type).kind == TypeKind::Id, LoadFault::MissingPrelude, path);
  }

  // Whether the record in a slot begins with its `id`, which is there whenever the record is.
  [[nodiscard]] bool has_id_first(std::uint32_t slot) const {
    if (!layout_.is_host(slot + 1)) return false;
    const SlotInfo& first = layout_.host[slot + 1];
    return first.parent == slot && !first.optional && image_[first.type].kind == TypeKind::Id &&
           text(image_.fields[first.field].name) == "id" &&
           image_.fields[first.field].sensitive == 0;
  }

  std::size_t values_of(std::string_view name) {
    for (const EnumRow& row : image_.enums) {
      if (text(row.name) == name) return row.values.count;
    }
    require(false, LoadFault::MissingPrelude, name);
    return 0;
  }

  [[nodiscard]] bool has_value(std::string_view name, std::string_view value) const {
    return std::ranges::any_of(image_.enums, [&](const EnumRow& row) {
      const auto values = image_.rows(row.values);
      return text(row.name) == name && std::ranges::any_of(values, [&](const EnumValueRow& v) {
               return text(v.name) == value;
             });
    });
  }

  void tool_classes() {
    const std::size_t effects = values_of("effect"), classes = values_of("class");
    for (const ToolRow& tool : image_.tools) {
      require(tool.effect < effects && tool.reads < classes && tool.clearance < classes,
              LoadFault::BadReference, text(tool.name));
    }
    channels_ = values_of("channel");
    values_of("role");
    roles_ = image_.enums[layout_.enums.role];
    // Records and rules name a seat by one word.
    for (const EnumValueRow& role : image_.rows(roles_.values))
      require(!stdlib::named_seat(text(role.name)), LoadFault::ReservedName, text(role.name));
  }

  void item(const ItemRow& row) {
    const std::string_view name = text(row.name);
    const PolicyRow& policy = image_[row.policy];
    const bool wait = row.verdict == VerdictClass::Queue || row.verdict == VerdictClass::Escalate;
    require(can_have(row, row.verdict), LoadFault::BadVerdict, name);
    require(!may_grant(row.kind) || image_[policy.layer].guards_only == 0, LoadFault::BadVerdict,
            name);
    if (row.kind == ItemKind::Assert) return assertion(row);
    if (row.kind == ItemKind::Limit) limit(row);
    require(row.expires_ms == kNever ||
                (row.kind == ItemKind::Rule && row.verdict == VerdictClass::Permit &&
                 row.expires_ms >= 0 && row.expires_ms <= stdlib::kTimestampMax),
            LoadFault::BadVerdict, name);
    require(wait ? row.within_ms >= stdlib::kDeadlineMin && row.within_ms <= stdlib::kDeadlineMax
                 : row.within_ms == 0,
            LoadFault::BadVerdict, name);
    require(wait ? row.parties.count >= 1 &&
                       row.parties.count <= static_cast<std::uint32_t>(limits::kPartiesMax)
                 : row.parties.count == 0,
            LoadFault::BadVerdict, name);
    require(wait != (row.requirement == Hash{}), LoadFault::BadVerdict, name);
    if (wait) requirements_.push_back(row.requirement);
    if (wait) parties(row);
    const ToolSet scope = row.duties.count == 0 ? ToolSet() : tools_of(image_, row.scope);
    for (std::uint32_t i = row.duties.first; i < row.duties.end(); ++i) duty(row, i, scope);
  }

  // Whom an item asks. A seat stands in one party, so that a record belongs to one.
  void parties(const ItemRow& row) {
    const std::string_view name = text(row.name);
    std::vector<SeatRow> seats;
    std::uint32_t needed = 0;
    std::string last;
    for (const PartyRow& party : image_.rows(row.parties)) {
      require(party.need >= 1 && party.need <= static_cast<std::uint32_t>(limits::kNeedMax),
              LoadFault::BadVerdict, name);
      needed += party.need;
      seats_of(party, name);
      const auto own = image_.rows(party.seats);
      seats.insert(seats.end(), own.begin(), own.end());
      const std::string sorted_by = party_name(image_, roles_, party);
      require(last < sorted_by, LoadFault::PartyOrder, name);
      last = sorted_by;
    }
    // More could never be released: a request brings no more answers than this.
    require(needed <= limits::kApprovalsMax, LoadFault::BadVerdict, name);
    require(seats.size() <= static_cast<std::size_t>(limits::kSeatsMax), LoadFault::BadSeat, name);
    std::ranges::sort(seats);
    require(std::ranges::adjacent_find(seats) == seats.end(), LoadFault::BadSeat, name);
  }

  // Sorted by name; one that is no role stands alone, and the facts can name as many people for it
  // as are needed.
  void seats_of(const PartyRow& party, std::string_view item) {
    const auto seats = image_.rows(party.seats);
    require(!seats.empty(), LoadFault::BadSeat, item);
    for (std::size_t i = 0; i < seats.size(); ++i) {
      const bool is_role = seats[i].kind == SeatKind::Role;
      require(is_role ? seats[i].role < roles_.values.count
                      : seats[i].role == 0 && seats.size() == 1 &&
                            party.need <= people_max(seats[i].kind),
              LoadFault::BadSeat, item);
      if (i > 0)
        require(seat_name(image_, roles_, seats[i - 1]) < seat_name(image_, roles_, seats[i]),
                LoadFault::PartyOrder, item);
    }
  }

  // The most people that a request can name for a seat that is no role: the principal and all
  // requesters, or the owners.
  [[nodiscard]] std::uint32_t people_max(SeatKind kind) const {
    const bool is_owner = kind == SeatKind::Owner;
    const std::uint32_t slot = is_owner ? slots_.target_owners : slots_.actor_requesters;
    return static_cast<std::uint32_t>(image_[layout_.host[slot].type].high) + (is_owner ? 0 : 1);
  }

  // What an item of a kind can say; of an assert, what it can forbid.
  static bool can_have(const ItemRow& row, VerdictClass verdict) {
    switch (row.kind) {
      case ItemKind::Rule: return verdict != VerdictClass::None && verdict != VerdictClass::Deny;
      case ItemKind::Guard: return verdict != VerdictClass::Permit;
      case ItemKind::Row: {
        const bool otherwise = row.cells.count == 0;
        return !otherwise || verdict == VerdictClass::Deny || verdict == VerdictClass::None;
      }
      case ItemKind::GuardRow: return verdict != VerdictClass::Permit;
      case ItemKind::Limit: return verdict != VerdictClass::None && verdict != VerdictClass::Permit;
      case ItemKind::Assert: return verdict != VerdictClass::None && verdict != VerdictClass::Deny;
    }
    return false;
  }

  // An assert has a condition and nothing else.
  void assertion(const ItemRow& row) {
    const bool plain = row.when.count != 0 && row.unless.count == 0 && row.expires_ms == kNever &&
                       row.within_ms == 0 && row.parties.count == 0 && row.duties.count == 0 &&
                       row.overrides.count == 0 && row.because == kNoTemplate &&
                       row.advise == kNoTemplate && row.requirement == Hash{};
    require(plain, LoadFault::BadVerdict, text(row.name));
  }

  void limit(const ItemRow& row) {
    const LimitRow& limit = image_.limit_of(row);
    const bool amount = limit.kind == TypeKind::Int || limit.kind == TypeKind::Money ||
                        limit.kind == TypeKind::Duration;
    require(amount && (limit.amount.count != 0 || limit.kind == TypeKind::Int), LoadFault::BadType,
            text(row.name));
    require(limit.window == Window::Sliding
                ? limit.window_ms >= stdlib::kWindowMin && limit.window_ms <= stdlib::kWindowMax
                : limit.window_ms == 0,
            LoadFault::BadBound, text(row.name));
  }

  void duty(const ItemRow& row, std::uint32_t index, const ToolSet& scope) {
    const DutyRow& duty = image_.duties[index];
    const std::string_view name = text(row.name);
    const auto key = [](const DutyRow& d) { return std::tuple(d.kind, d.value, d.name); };
    if (index > row.duties.first)
      require(key(image_.duties[index - 1]) < key(duty), LoadFault::NotSorted, "duties");
    switch (parameter_of(duty.kind)) {
      case DutyParameter::None: require(duty.value == 0, LoadFault::BadDuty, name); break;
      case DutyParameter::Level:
        require(
            duty.value >= 0 && duty.value < static_cast<std::int64_t>(std::size(kLogLevelNames)),
            LoadFault::BadDuty, name);
        break;
      case DutyParameter::Channel:
        require(duty.value >= 0 && duty.value < static_cast<std::int64_t>(channels_),
                LoadFault::BadDuty, name);
        break;
      case DutyParameter::Time:
        require(duty.value >= 0 && duty.value <= stdlib::kDurationMax, LoadFault::BadDuty, name);
        break;
      case DutyParameter::Name: redact(row, duty, scope); break;
    }
  }

  void redact(const ItemRow& row, const DutyRow& duty, const ToolSet& scope) {
    require(duty.value == 0, LoadFault::BadDuty, text(row.name));
    require(results_.at(duty.name).includes(scope), LoadFault::BadDuty, text(row.name));
  }

  // Of each name that is redacted, the tools that have such a result.
  void results() {
    for (const DutyRow& duty : image_.duties) {
      if (parameter_of(duty.kind) == DutyParameter::Name) results_.try_emplace(duty.name);
    }
    for (std::size_t t = 0; t < image_.tools.size(); ++t) {
      const RangeOf<StringId> names = image_.tools[t].results;
      for (const StringId name : image_.rows(names)) {
        const auto redacted = results_.find(name);
        if (redacted != results_.end()) redacted->second.add(static_cast<ToolId>(t));
      }
    }
  }

  // Where no layer can grant, a request that nothing matches would be permitted. Only a layer under
  // test is such an image, and it is marked dev.
  void granting_layer() {
    const bool grants = std::ranges::any_of(
        image_.layers, [](const LayerRow& layer) { return layer.guards_only == 0; });
    require(grants || image_.dev, LoadFault::NoGrants, "layers");
  }

  // A requirement names its item, so two that are the same were forged: one approval would serve
  // both.
  void requirements() {
    std::ranges::sort(requirements_);
    require(std::ranges::adjacent_find(requirements_) == requirements_.end(), LoadFault::BadVerdict,
            "two waits have the same requirement");
  }

  // Only rules lift, only in their layer, and nothing that lifts is lifted.
  void overrides() {
    for (const ItemRow& row : image_.items) {
      if (row.overrides.count == 0) continue;
      const LayerId layer = image_[row.policy].layer;
      require(row.kind == ItemKind::Rule, LoadFault::BadOverride, text(row.name));
      for (const ItemId lifted : image_.rows(row.overrides)) {
        const ItemRow& target = image_[lifted];
        const bool fits = image_[target.policy].layer == layer && target.overrides.count == 0 &&
                          (target.kind == ItemKind::Rule || target.kind == ItemKind::Guard);
        require(fits, LoadFault::BadOverride, text(row.name));
      }
    }
  }

  const Image& image_;
  const Layout& layout_;
  EngineSlots& slots_;
  std::vector<Hash> requirements_;
  std::map<StringId, ToolSet> results_;
  EnumRow roles_;
  std::size_t channels_ = 0;
};

}  // namespace

Verified verify_meaning(const Image& image, const Layout& layout, EngineSlots& engine_slots) {
  return checked([&] { MeaningChecker(image, layout, engine_slots).run(); });
}

}  // namespace remit::vm
