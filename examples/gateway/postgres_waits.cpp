// Proposals, waits and the answers of people.
#include <utility>

#include <nlohmann/json.hpp>

#include "examples/gateway/postgres_store.h"

namespace gateway {
namespace {

constexpr const char* kWaitColumns =
    "SELECT w.id, w.call_id, w.item, w.verdict, w.digest, w.requirement, w.tenant, w.parties,"
    " w.because, w.cost, w.asked_at, w.within_ms, c.first_asked + w.within_ms, c.agent, s.state, "
    "w.owners"
    " FROM gateway.wait AS w JOIN gateway.call AS c USING (call_id)"
    " CROSS JOIN LATERAL gateway.wait_state(w.call_id, w.superseded) AS s (state) ";

std::unexpected<StoreError> invalid_answer(std::string message) {
  return std::unexpected(StoreError{StoreError::Kind::InvalidAnswer, std::move(message)});
}

// The column `parties`, and back: an array of `{"seats":[…],"need":…,"have":[…]}`.
std::string parties_json(const std::vector<remit::Party>& parties) {
  nlohmann::json json = nlohmann::json::array();
  for (const remit::Party& party : parties)
    json.push_back({{"seats", party.seats}, {"need", party.need}, {"have", party.have}});
  return json.dump();
}

std::optional<std::vector<remit::Party>> parties_of(const std::string& column) {
  std::vector<remit::Party> parties;
  try {  // the library throws; nothing past this function does
    for (const auto& party : nlohmann::json::parse(column))
      parties.push_back({party.at("seats"), party.at("need"), party.at("have")});
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  return parties;
}

std::optional<std::vector<std::string>> people_of(const std::string& column) {
  try {
    return nlohmann::json::parse(column).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Parameter text_or_null(const std::optional<std::int64_t>& value) {
  return value ? Parameter(std::to_string(*value)) : std::nullopt;
}

}  // namespace

StoreResult<Call> PostgresStore::submit(std::string_view agent, std::string_view proposal_id,
                                        std::string_view proposal) {
  auto rows = connection_.run(
      "SELECT call_id, first_asked, same, refused, expired FROM gateway.submit($1, $2, $3)",
      {std::string(agent), std::string(proposal_id), std::string(proposal)});
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() != 1 || rows->text(0, 0).empty()) return invalid_answer("a call without an id");
  const auto first_asked = rows->integer(0, 1);
  if (!rows->is_null(0, 1) && !first_asked)
    return invalid_answer("a call that was asked at no time");
  return Call{rows->text(0, 0), first_asked, rows->boolean(0, 2), rows->boolean(0, 3),
              rows->boolean(0, 4)};
}

StoreResult<void> PostgresStore::refuse(std::string_view call, std::int64_t now_ms) {
  auto rows =
      connection_.run("SELECT gateway.refuse($1, $2)", {std::string(call), std::to_string(now_ms)});
  if (!rows) return std::unexpected(rows.error());
  return {};
}

StoreResult<void> PostgresStore::expire(std::string_view call, std::int64_t now_ms) {
  auto rows =
      connection_.run("SELECT gateway.expire($1, $2)", {std::string(call), std::to_string(now_ms)});
  if (!rows) return std::unexpected(rows.error());
  return {};
}

// Asked again, a call may have become dearer: who agrees now agrees to the dearer one.
StoreResult<std::int64_t> PostgresStore::keep_wait(const Wait& wait) {
  auto rows = connection_.run(
      "WITH old AS (UPDATE gateway.wait SET cost = greatest(cost, $9), parties = $7::jsonb,"
      "  owners = $12::jsonb, superseded = false"
      "  WHERE call_id = $1 AND item = $2 AND digest = $4 AND requirement = $5 RETURNING id),"
      " new AS (INSERT INTO gateway.wait AS w (call_id, item, verdict, digest, requirement, tenant,"
      "  parties, because, cost, asked_at, within_ms, owners)"
      "  SELECT $1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9::bigint, $10::bigint, $11::bigint,"
      "  $12::jsonb"
      "  WHERE NOT EXISTS (SELECT FROM old)"
      "  ON CONFLICT (call_id, item, digest, requirement)"
      "  DO UPDATE SET cost = greatest(w.cost, excluded.cost), parties = excluded.parties,"
      "  owners = excluded.owners, superseded = false"
      "  RETURNING id),"
      " asked AS (UPDATE gateway.call SET first_asked = $10::bigint"
      "  WHERE call_id = $1 AND first_asked IS NULL)"
      " SELECT id FROM old UNION ALL SELECT id FROM new",
      {wait.call, wait.item, wait.verdict, wait.digest, wait.requirement, wait.tenant,
       parties_json(wait.parties), wait.because, std::to_string(wait.cost_micros),
       std::to_string(wait.asked_at_ms), std::to_string(wait.within_ms),
       nlohmann::json(wait.owners).dump()});
  if (!rows) return std::unexpected(rows.error());
  const auto id = rows->size() == 1 ? rows->integer(0, 0) : std::nullopt;
  if (!id) return invalid_answer("a wait without a number");
  return *id;
}

StoreResult<void> PostgresStore::waits_only_for(std::string_view call,
                                                std::span<const std::int64_t> waits) {
  std::string numbers = "{";
  for (const std::int64_t wait : waits) {
    numbers += (numbers.size() > 1 ? "," : "") + std::to_string(wait);
  }
  auto rows = connection_.run(
      "UPDATE gateway.wait SET superseded = true"
      " WHERE call_id = $1 AND NOT superseded AND id <> ALL ($2::bigint[])",
      {std::string(call), numbers + "}"});
  if (!rows) return std::unexpected(rows.error());
  return {};
}

StoreResult<std::vector<Wait>> PostgresStore::waits(const char* statement,
                                                    const std::vector<Parameter>& parameters) {
  auto rows = connection_.run((std::string(kWaitColumns) + statement).c_str(), parameters);
  if (!rows) return std::unexpected(rows.error());
  std::vector<Wait> waits;
  for (int row = 0; row < rows->size(); ++row) {
    const auto id = rows->integer(row, 0), cost = rows->integer(row, 9);
    const auto asked_at = rows->integer(row, 10), within = rows->integer(row, 11);
    const auto until = rows->integer(row, 12);
    auto parties = parties_of(rows->text(row, 7));
    auto owners = people_of(rows->text(row, 15));
    if (!id || !cost || !asked_at || !within || !until || !parties || !owners)
      return invalid_answer("a wait that lacks a field");
    waits.push_back({.id = *id,
                     .state = rows->text(row, 14),
                     .agent = rows->text(row, 13),
                     .call = rows->text(row, 1),
                     .item = rows->text(row, 2),
                     .verdict = rows->text(row, 3),
                     .digest = rows->text(row, 4),
                     .requirement = rows->text(row, 5),
                     .tenant = rows->text(row, 6),
                     .parties = std::move(*parties),
                     .owners = std::move(*owners),
                     .because = rows->text(row, 8),
                     .cost_micros = *cost,
                     .asked_at_ms = *asked_at,
                     .within_ms = *within,
                     .until_ms = *until});
  }
  return waits;
}

StoreResult<std::optional<Wait>> PostgresStore::wait(std::int64_t id) {
  auto found = waits("WHERE w.id = $1", {{std::to_string(id)}});
  if (!found) return std::unexpected(found.error());
  return found->empty() ? std::nullopt : std::optional(std::move(found->front()));
}

StoreResult<std::vector<Wait>> PostgresStore::pending(std::int64_t now_ms) {
  return waits("WHERE c.first_asked + w.within_ms >= $1 AND s.state = 'open' ORDER BY w.id",
               {{std::to_string(now_ms)}});
}

StoreResult<std::string> PostgresStore::answer_wait(std::int64_t wait, const Answer& answer) {
  auto rows =
      connection_.run("SELECT approval_id FROM gateway.answer($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                      {std::to_string(wait), answer.by, answer.tenant, answer.role,
                       answer.of_chain ? "true" : "false", answer.granted ? "true" : "false",
                       std::to_string(answer.cost_micros), std::to_string(answer.at_ms),
                       text_or_null(answer.expires_ms)});
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() != 1) return invalid_answer("an answer that was not kept");
  return rows->text(0, 0);
}

StoreResult<std::vector<Answer>> PostgresStore::answers(std::string_view call) {
  auto rows = connection_.run(
      "SELECT a.id, a.by_person, a.tenant, a.role, a.granted, w.digest, w.requirement, a.cost,"
      " w.asked_at, a.at, a.expires FROM gateway.approval AS a"
      " JOIN gateway.wait AS w ON w.id = a.wait_id"
      " WHERE w.call_id = $1 AND (a.used_by IS NULL OR a.used_by = $1) ORDER BY a.at, a.id",
      {{std::string(call)}});
  if (!rows) return std::unexpected(rows.error());
  std::vector<Answer> answers;
  for (int row = 0; row < rows->size(); ++row) {
    const auto cost = rows->integer(row, 7);
    const auto asked_at = rows->integer(row, 8), at = rows->integer(row, 9);
    const bool lasting = rows->is_null(row, 10);
    const auto expires = rows->integer(row, 10);
    if (!cost || !asked_at || !at || (!lasting && !expires)) {
      return invalid_answer("an approval that lacks a field");
    }
    answers.push_back({.id = rows->text(row, 0),
                       .by = rows->text(row, 1),
                       .tenant = rows->text(row, 2),
                       .role = rows->text(row, 3),
                       .granted = rows->boolean(row, 4),
                       .digest = rows->text(row, 5),
                       .requirement = rows->text(row, 6),
                       .cost_micros = *cost,
                       .asked_at_ms = *asked_at,
                       .at_ms = *at,
                       .expires_ms = expires});
  }
  return answers;
}

}  // namespace gateway
