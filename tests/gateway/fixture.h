// An empty store on the server that scripts/with_postgres.py started.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "examples/gateway/connection.h"
#include "examples/gateway/postgres_store.h"

namespace gateway {

// Fails the test with what the store said.
template <typename Answer>
Answer must(StoreResult<Answer> asked) {
  if (!asked) ADD_FAILURE() << name(asked.error().kind) << ": " << asked.error().message;
  return asked ? std::move(*asked) : Answer{};
}

class OnPostgres : public testing::Test {
 protected:
  static constexpr std::int64_t kNow = 1'764'000'000'000;  // 2025-11-24T16:00:00Z
  static constexpr std::int64_t kMinute = 60'000;
  static constexpr std::int64_t kDay = 24 * 60 * kMinute;

  void SetUp() override {
    ASSERT_NE(std::getenv("PGHOST"), nullptr) << "run by scripts/with_postgres.py";
    sql("DROP SCHEMA IF EXISTS gateway CASCADE");
    ASSERT_TRUE(store.install().has_value());
  }

  // Runs statements beside the store, as somebody who can reach its tables.
  void sql(const std::string& statements) {
    auto done = beside.run_script(statements);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }
  std::int64_t number(const std::string& query) {
    auto rows = beside.run(query.c_str(), {});
    if (!rows || rows->size() != 1) {
      ADD_FAILURE() << query << ": " << (rows ? "no row" : rows.error().message);
      return -1;
    }
    return rows->integer(0, 0).value_or(-1);
  }
  // A granted approval for a call, by its id.
  void approve(const std::string& id, const std::string& call) {
    sql("INSERT INTO gateway.call VALUES ('" + call + "', 'agent', '" + call +
        "', '', 0) ON CONFLICT DO NOTHING;"
        "INSERT INTO gateway.wait (call_id, item, verdict, digest, requirement, tenant, parties,"
        " because, cost, asked_at, within_ms) VALUES ('" +
        call + "', '" + id +
        "', 'queue', '', '', 't1', '[]', '', 0, 0, 1);"
        "INSERT INTO gateway.approval (id, wait_id, by_person, tenant, role, granted, cost, at)"
        " SELECT '" +
        id + "', max(id), 'lee', 't1', 'lead', true, 0, 0 FROM gateway.wait");
  }

  static LimitKey counter(std::string limit, std::int64_t window_ms = kDay,
                          std::string key = R"(["t1"])") {
    LimitKey counter;
    counter.limit = std::move(limit);
    counter.key = std::move(key);
    counter.window_ms = window_ms;
    return counter;
  }
  static LimitKey counter(std::string limit, Window window, bool in_tenant_zone = true) {
    LimitKey made = counter(std::move(limit), 0);
    made.window_kind = window;
    made.in_tenant_zone = in_tenant_zone;
    return made;
  }
  static Reservation line(std::int64_t amount, std::optional<std::int64_t> max,
                          std::string limit = "shop.refunds.daily", std::int64_t window_ms = kDay) {
    return {counter(std::move(limit), window_ms), amount, max};
  }
  std::int64_t used(std::int64_t now_ms, const std::string& limit = "shop.refunds.daily",
                    std::int64_t window_ms = kDay, const std::string& zone = "UTC") {
    return used(now_ms, counter(limit, window_ms), zone);
  }
  std::int64_t used(std::int64_t now_ms, const LimitKey& key, const std::string& zone = "UTC") {
    const auto counters = must(store.used("", {&key, 1}, zone, now_ms));
    return counters.empty() ? -1 : counters.front().used;
  }
  ReserveOutcome reserve(const std::string& call, const std::vector<Reservation>& lines,
                         const std::vector<std::string>& approvals = {}, std::int64_t now_ms = kNow,
                         std::int64_t lease_ms = kMinute) {
    return must(store.reserve(call, lines, approvals, "UTC", now_ms, now_ms + lease_ms)).outcome;
  }
  BeginOutcome begin(const std::string& call, std::int64_t now_ms = kNow) {
    return must(store.begin(call, now_ms)).outcome;
  }

  PostgresStore store{{}};
  Connection beside{"", 10'000};
};

}  // namespace gateway
