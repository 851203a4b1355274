#include "vm/decide/bind_records.h"

#include <algorithm>
#include <utility>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::vm {

namespace {

// 64 lower-case hex digits.
bool read_hash(std::string_view text, Hash& into) {
  const bool is_one = text.size() == 2 * into.size() && stdlib::is_hex(text);
  const auto bytes = is_one ? stdlib::from_hex(text) : std::nullopt;
  if (!bytes) return false;
  std::ranges::transform(*bytes, into.begin(),
                         [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
  return true;
}

bool is_timestamp(std::int64_t ms) { return ms >= 0 && ms <= stdlib::kTimestampMax; }

}  // namespace

std::optional<std::size_t> counter_index(const Linked& linked, ToolId tool,
                                         std::string_view limit) {
  const auto row = linked.limit_names.find(std::string(limit));
  if (row == linked.limit_names.end()) return std::nullopt;
  const auto& limits = linked.plan_of(tool).limits;
  const auto at = std::ranges::lower_bound(limits, row->second);
  if (at == limits.end() || *at != row->second) return std::nullopt;
  return static_cast<std::size_t>(at - limits.begin());
}

std::string_view add_approval(Facts::State& facts, const Approval& approval) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const bool twice =
      std::ranges::find(facts.approvals, approval.id, &ApprovalRecord::id) != facts.approvals.end();
  if (facts.approvals.size() >= limits::kApprovalsMax || twice || !stdlib::is_id(approval.id))
    return "id";
  if (!stdlib::is_id(approval.by)) return "by";
  ApprovalRecord record;
  const auto kind = linked.ordinal(linked.actor_kinds, approval.kind);
  if (!kind) return "kind";
  if (!stdlib::is_id(approval.tenant)) return "tenant";
  if (!stdlib::is_word(approval.role)) return "role";
  if (!read_hash(approval.digest, record.digest)) return "digest";
  if (!read_hash(approval.requirement, record.requirement)) return "requirement";
  if (approval.cost_micros < 0) return "cost";
  if (!is_timestamp(approval.asked_at_ms)) return "asked_at";
  if (!is_timestamp(approval.at_ms)) return "at";
  if (approval.expires_ms && !is_timestamp(*approval.expires_ms)) return "expires";
  for (const auto& [text, into] : {std::pair(approval.id, &record.id),
                                   {approval.by, &record.by},
                                   {approval.tenant, &record.tenant},
                                   {approval.role, &record.role_name}}) {
    const auto copy = facts.arena.copy(text);
    if (!copy) return "id";
    *into = *copy;
  }
  record.kind = *kind;
  if (const auto named = stdlib::named_seat(approval.role)) {
    record.seat = {*named, 0};
  } else if (const auto role = linked.ordinal(linked.roles, approval.role)) {
    record.seat.role = *role;
    const RangeOf<EnumValueRow> values = image[linked.roles].values;
    record.role_is_platform = image.rows(values)[*role].platform != 0;
  }
  // A number that no other person has; those alike have one.
  const auto same = std::ranges::find_if(
      facts.approvals, [&](const ApprovalRecord& other) { return alike(other.by, record.by); });
  record.person = same != facts.approvals.end()
                      ? same->person
                      : static_cast<std::uint32_t>(facts.approvals.size());
  record.granted = approval.granted;
  record.cost_micros = approval.cost_micros;
  record.asked_at_ms = approval.asked_at_ms;
  record.at_ms = approval.at_ms;
  record.expires_ms = approval.expires_ms.value_or(kNever);
  // In the order of their ids, so that the order in which they came shows nowhere.
  facts.approvals.insert(
      std::ranges::lower_bound(facts.approvals, record.id, {}, &ApprovalRecord::id), record);
  return {};
}

}  // namespace remit::vm
