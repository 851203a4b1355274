// Seats of waits, for every phase in which one is named: policies, asserts and tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/reporter.h"
#include "compiler/check/typed_policy.h"
#include "compiler/check/typed_schema.h"

namespace remit::compiler {

// `support_lead`, `requester`; nothing if there is no such seat.
[[nodiscard]] std::optional<SeatInfo> find_seat(const Schema& schema, std::string_view name);
[[nodiscard]] std::string_view name_of(const Schema& schema, const SeatInfo& seat);
// Reports that `name` is no seat.
void report_unknown_seat(const Reporter& reporter, const Schema& schema, std::string_view name,
                         lang::Span place);

// The most people that a request can name for a seat that is no role.
[[nodiscard]] std::int64_t people_max(const Schema& schema, stdlib::SeatKind kind);

// A party as images, requirements and records have it: its seats by name, and named by all of them.
struct SortedParty {
  std::string name;  // `finance_manager|tenant_admin`
  std::uint32_t need = 1;
  std::vector<SeatInfo> seats;
};
// By name.
[[nodiscard]] std::vector<SortedParty> sorted_parties(const ItemInfo& item, const Schema& schema);

}  // namespace remit::compiler
