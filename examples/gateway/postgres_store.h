// The store on PostgreSQL: each operation is one call of a function of schema.sql.
//
// For the gateway and its tests. One thread at a time; give each its own. Of an answer nothing is
// believed that cannot be: a negative counter, an unknown word or a missing field is a StoreError.
#pragma once

#include <string>

#include "examples/gateway/connection.h"
#include "examples/gateway/store.h"

namespace gateway {

struct StorePlace {
  std::string where;      // as libpq takes it; empty: PGHOST and so on
  int timeout_ms = 2000;  // of connecting and of every operation
};

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(StorePlace place)
      : connection_(std::move(place.where), place.timeout_ms) {}

  // Makes the tables and functions; does nothing where they are there.
  [[nodiscard]] StoreResult<void> install();

  StoreResult<Call> submit(std::string_view agent, std::string_view proposal_id,
                           std::string_view proposal) override;
  StoreResult<void> refuse(std::string_view call, std::int64_t now_ms) override;
  StoreResult<void> expire(std::string_view call, std::int64_t now_ms) override;
  StoreResult<std::optional<Progress>> progress(std::string_view call) override;
  StoreResult<std::vector<Counter>> used(std::string_view call, std::span<const LimitKey> keys,
                                         std::string_view zone, std::int64_t now_ms) override;
  StoreResult<Reserved> reserve(std::string_view call, std::span<const Reservation> lines,
                                std::span<const std::string> approvals, std::string_view zone,
                                std::int64_t now_ms, std::int64_t lease_until_ms) override;
  StoreResult<Begun> begin(std::string_view call, std::int64_t now_ms) override;
  StoreResult<bool> settle(std::string_view call, Effect effect, std::string_view result) override;
  StoreResult<bool> release(std::string_view call) override;
  StoreResult<std::int64_t> sweep(std::int64_t now_ms) override;
  StoreResult<std::int64_t> keep_wait(const Wait& wait) override;
  StoreResult<void> waits_only_for(std::string_view call,
                                   std::span<const std::int64_t> waits) override;
  StoreResult<std::optional<Wait>> wait(std::int64_t id) override;
  StoreResult<std::vector<Wait>> pending(std::int64_t now_ms) override;
  StoreResult<std::string> answer_wait(std::int64_t wait, const Answer& answer) override;
  StoreResult<std::vector<Answer>> answers(std::string_view call) override;
  StoreResult<std::optional<std::int64_t>> least_version() override;
  StoreResult<void> accept_from(std::int64_t version) override;

 private:
  StoreResult<std::vector<Wait>> waits(const char* statement,
                                       const std::vector<Parameter>& parameters);

  Connection connection_;
};

}  // namespace gateway
