// The two phases: counters, reservations, execution.
#include "examples/gateway/postgres_store.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "examples/gateway/schema.h"

namespace gateway {
namespace {

using Json = nlohmann::json;

std::unexpected<StoreError> invalid_answer(std::string message) {
  return std::unexpected(StoreError{StoreError::Kind::InvalidAnswer, std::move(message)});
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json counter_json(const LimitKey& counter) {
  return {{"limit", counter.limit},
          {"key", counter.key},
          {"period", spelling(counter.window_kind)},
          {"window_ms", counter.window_ms},
          {"utc", !counter.in_tenant_zone}};
}

// The value that the store named, of those that it may name.
template <typename Outcome, std::size_t N>
std::optional<Outcome> outcome_of(const std::array<std::pair<std::string_view, Outcome>, N>& names,
                                  std::string_view name) {
  const auto found = std::ranges::find(names, name, [](const auto& row) { return row.first; });
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

constexpr std::array<std::pair<std::string_view, ReserveOutcome>, 5> kReserveOutcomes = {{
    {"reserved", ReserveOutcome::Reserved},
    {"limit_passed", ReserveOutcome::LimitPassed},
    {"approval_used", ReserveOutcome::ApprovalUsed},
    {"other_terms", ReserveOutcome::OtherTerms},
    {"already_began", ReserveOutcome::AlreadyBegan},
}};

constexpr std::array<std::pair<std::string_view, BeginOutcome>, 6> kBeginOutcomes = {{
    {"began", BeginOutcome::Began},
    {"lease_passed", BeginOutcome::LeasePassed},
    {"not_reserved", BeginOutcome::NotReserved},
    {"already_began", BeginOutcome::AlreadyBegan},
    {"refused", BeginOutcome::Refused},
    {"expired", BeginOutcome::Expired},
}};

// A sum beyond 64 bits counts as the largest: a cap can then only refuse.
std::optional<std::int64_t> sum_of(const Rows& rows, int row, int column) {
  if (auto exact = rows.integer(row, column)) return exact;
  const std::string digits = rows.text(row, column);
  const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
  return number ? std::optional(std::numeric_limits<std::int64_t>::max()) : std::nullopt;
}

// Whether the word in the only field of the only row is `wanted`.
StoreResult<bool> said(const StoreResult<Rows>& rows, std::string_view wanted) {
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() != 1) return invalid_answer("an answer without a row");
  return rows->text(0, 0) == wanted;
}

}  // namespace

StoreResult<void> PostgresStore::install() { return connection_.run_script(kSchema); }

StoreResult<std::vector<Counter>> PostgresStore::used(std::string_view call,
                                                      std::span<const LimitKey> keys,
                                                      std::string_view zone, std::int64_t now_ms) {
  Json asked = Json::array();
  for (const LimitKey& key : keys) {
    asked.push_back(counter_json(key));
    asked.back()["n"] = asked.size();  // the order of the answer
  }
  auto rows = connection_.run(
      "SELECT of_limit, of_key, used, lowest, as_of FROM gateway.used($1, $2, $3, $4)",
      {std::string(call), json_text(asked), std::string(zone), std::to_string(now_ms)});
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() != static_cast<int>(keys.size())) {
    return invalid_answer("asked for " + std::to_string(keys.size()) + " counters, got " +
                          std::to_string(rows->size()));
  }
  std::vector<Counter> counters;
  for (int row = 0; row < rows->size(); ++row) {
    const LimitKey& key = keys[static_cast<std::size_t>(row)];
    const auto used = sum_of(*rows, row, 2);
    const auto as_of = rows->integer(row, 4);
    if (rows->text(row, 0) != key.limit || rows->text(row, 1) != key.key || !used || !as_of) {
      return invalid_answer("the counter of " + key.limit + " is not what was asked for");
    }
    if (*used < 0 || rows->integer(row, 3).value_or(0) < 0) {
      return invalid_answer("the counter of " + key.limit + " is negative or has a negative line");
    }
    counters.push_back({key.limit, *used, *as_of});
  }
  return counters;
}

StoreResult<Reserved> PostgresStore::reserve(std::string_view call,
                                             std::span<const Reservation> lines,
                                             std::span<const std::string> approvals,
                                             std::string_view zone, std::int64_t now_ms,
                                             std::int64_t lease_until_ms) {
  Json asked = Json::array();
  for (const Reservation& line : lines) {
    Json row = counter_json(line.counter);
    row["amount"] = line.amount;
    row["max"] = line.max ? Json(*line.max) : Json();
    asked.push_back(std::move(row));
  }
  auto rows = connection_.run(
      "SELECT outcome, what FROM gateway.reserve($1, $2, $3, $4, $5, $6)",
      {std::string(call), json_text(asked),
       json_text(Json(std::vector<std::string>(approvals.begin(), approvals.end()))),
       std::string(zone), std::to_string(now_ms), std::to_string(lease_until_ms)});
  if (!rows) return std::unexpected(rows.error());
  const auto outcome =
      rows->size() == 1 ? outcome_of(kReserveOutcomes, rows->text(0, 0)) : std::nullopt;
  if (!outcome) return invalid_answer("an unknown answer to reserve");
  return Reserved{*outcome, rows->text(0, 1)};
}

StoreResult<Begun> PostgresStore::begin(std::string_view call, std::int64_t now_ms) {
  auto rows = connection_.run("SELECT outcome, at FROM gateway.begin_action($1, $2)",
                              {std::string(call), std::to_string(now_ms)});
  if (!rows) return std::unexpected(rows.error());
  const auto outcome =
      rows->size() == 1 ? outcome_of(kBeginOutcomes, rows->text(0, 0)) : std::nullopt;
  if (!outcome) return invalid_answer("an unknown answer to begin");
  return Begun{*outcome, rows->integer(0, 1).value_or(0)};
}

StoreResult<bool> PostgresStore::settle(std::string_view call, Effect effect,
                                        std::string_view result) {
  return said(connection_.run("SELECT gateway.settle($1, $2, $3)",
                              {std::string(call), effect == Effect::Happened ? "true" : "false",
                               std::string(result)}),
              "settled");
}

StoreResult<bool> PostgresStore::release(std::string_view call) {
  return said(connection_.run("SELECT gateway.release($1)", {{std::string(call)}}), "released");
}

StoreResult<std::int64_t> PostgresStore::sweep(std::int64_t now_ms) {
  auto rows = connection_.run("SELECT gateway.sweep($1)", {{std::to_string(now_ms)}});
  if (!rows) return std::unexpected(rows.error());
  const auto count = rows->size() == 1 ? rows->integer(0, 0) : std::nullopt;
  if (!count) return invalid_answer("an unknown answer to sweep");
  return *count;
}

StoreResult<std::optional<Progress>> PostgresStore::progress(std::string_view call) {
  auto rows = connection_.run(
      "SELECT state, began_at IS NOT NULL, result FROM gateway.action WHERE call_id = $1",
      {{std::string(call)}});
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() == 0) return std::nullopt;
  return Progress{rows->text(0, 0), rows->boolean(0, 1), rows->text(0, 2)};
}

StoreResult<std::optional<std::int64_t>> PostgresStore::least_version() {
  auto rows = connection_.run("SELECT version FROM gateway.least_version", {});
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() == 0) return std::nullopt;
  const auto version = rows->integer(0, 0);
  if (!version) return invalid_answer("a least version that is not a number");
  return version;
}

StoreResult<void> PostgresStore::accept_from(std::int64_t version) {
  auto rows = connection_.run(
      "INSERT INTO gateway.least_version AS l (version) VALUES ($1) ON CONFLICT (only_row)"
      " DO UPDATE SET version = greatest(l.version, excluded.version)",
      {{std::to_string(version)}});
  if (!rows) return std::unexpected(rows.error());
  return {};
}

}  // namespace gateway
