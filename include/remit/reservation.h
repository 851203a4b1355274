// Limits between an engine, which has no memory, and a host that keeps counters
// (docs/guide/limits.md).
//
// Before deciding the host asks which counters matter (Engine::limit_keys), fetches them, and puts
// them into the request. After a permit it reserves every line or none (Engine::terms): if
// some counter has moved so that a line does not fit, it fetches again and asks again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <remit/type.h>
#include <remit/typed_value.h>
#include <remit/window.h>

namespace remit::inline v0 {

// A counter: its identity is `limit` and `key`.
struct LimitKey {
  std::string limit;  // full name: `shop.refunds.per_tenant`
  // The canonical text by which a store knows it, a JSON array of wire values: `["t1","cus-42"]`.
  std::string key;
  std::vector<TypedValue> parts;  // the same as values
  TypeKind kind{};                // what it counts: Int, Money (micros) or Duration (ms)
  // What of it counts, as text and as values: `1d`, `calendar month`, `ever`.
  std::string window;
  Window window_kind{};
  std::int64_t window_ms = 0;  // of one that slides; else 0
  // Of a period of the calendar: of the tenant's time zone, since `tenant.id` is among the keys;
  // else of UTC.
  bool in_tenant_zone = false;
};

// A line to reserve: add `amount` to the counter, if the sum then is at most `max`.
struct Reservation {
  LimitKey counter;
  std::int64_t amount = 0;
  // Nothing where an approval released the limit. A maximum above 2^63-1 is given as that.
  std::optional<std::int64_t> max;
};

// What a permit is bound to: all of it is taken in one step, or nothing is and nothing runs.
struct Terms {
  std::vector<Reservation> reserve;
  std::vector<std::string> consume;  // the ids of the approvals that it used, bytewise
};

}  // namespace remit::inline v0
