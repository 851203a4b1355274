// A store that is down, slow or wrong says so, in time, and has reserved nothing.
#include <chrono>
#include <cstring>
#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/gateway/fixture.h"

namespace gateway {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = StoreError::Kind;

constexpr int kTimeoutMs = 200;
// The deadline of the server and the grace of the client, and what a busy machine adds.
constexpr auto kPatience = std::chrono::milliseconds(kTimeoutMs + 500 + 2000);

class BadStore : public OnPostgres {
 protected:
  // Asks everything of a store; every answer must be an error of this kind, and come in time.
  void expect_errors(PostgresStore& bad, Kind kind) {
    const LimitKey key = counter("shop.refunds.daily");
    const auto expect_error = [&](const char* what, auto&& ask) {
      const auto began = Clock::now();
      const auto answer = ask();
      EXPECT_LT(Clock::now() - began, kPatience) << what;
      ASSERT_FALSE(answer.has_value()) << what;
      EXPECT_EQ(answer.error().kind, kind) << what << ": " << answer.error().message;
      EXPECT_FALSE(answer.error().message.empty()) << what;
    };
    expect_error("used", [&] { return bad.used("c-1", {&key, 1}, "UTC", kNow); });
    expect_error("reserve", [&] {
      return bad.reserve("c-1", std::vector{line(1, 9)}, {}, "UTC", kNow, kNow + kMinute);
    });
  }
};

TEST_F(BadStore, ThatIsDownIsDown) {
  PostgresStore bad({.where = "host=/nonexistent", .timeout_ms = kTimeoutMs});
  expect_errors(bad, Kind::Down);
}

TEST_F(BadStore, ThatIsLockedIsSlowAndReservesNothing) {
  sql("BEGIN; LOCK TABLE gateway.line IN ACCESS EXCLUSIVE MODE");
  PostgresStore bad({.where = "", .timeout_ms = kTimeoutMs});
  expect_errors(bad, Kind::Slow);
  sql("ROLLBACK");
  EXPECT_EQ(number("SELECT count(*) FROM gateway.action"), 0);
  EXPECT_EQ(used(kNow), 0);
}

// A server that accepts and says nothing: only the client's own deadline ends the wait.
TEST_F(BadStore, ThatIsSilentIsSlow) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("silent-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / ".s.PGSQL.5432").c_str(), sizeof address.sun_path - 1);
  const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listening, 8), 0);
  PostgresStore bad({.where = "host=" + folder.string(), .timeout_ms = kTimeoutMs});
  expect_errors(bad, Kind::Slow);
  close(listening);
  std::filesystem::remove_all(folder);
}

TEST_F(BadStore, WithANegativeLineGivesAnInvalidAnswer) {
  ASSERT_EQ(reserve("c-0", {line(5, 9)}), ReserveOutcome::Reserved);
  sql("ALTER TABLE gateway.line DROP CONSTRAINT line_amount_check;"
      "UPDATE gateway.line SET amount = -5");
  expect_errors(store, Kind::InvalidAnswer);
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 1);
}

TEST_F(BadStore, WithANegativeLineAmongOthersGivesAnInvalidAnswer) {
  reserve("c-0", {line(5, 9)});
  reserve("c-2", {line(3, 9)});
  sql("ALTER TABLE gateway.line DROP CONSTRAINT line_amount_check;"
      "UPDATE gateway.line SET amount = -2 WHERE call_id = 'c-2'");  // the sum is positive
  expect_errors(store, Kind::InvalidAnswer);
}

TEST_F(BadStore, WithoutItsTablesIsNotInstalled) {
  sql("DROP SCHEMA gateway CASCADE");
  expect_errors(store, Kind::NotInstalled);
}

TEST_F(BadStore, ThatAnswersWithAnUnknownWordGivesAnInvalidAnswer) {
  sql("CREATE OR REPLACE FUNCTION gateway.begin_action(for_call text, now_ms bigint,"
      " OUT outcome text, OUT at bigint) LANGUAGE sql AS $$ SELECT 'surely', 1::bigint $$");
  const auto begun = store.begin("c-1", kNow);
  ASSERT_FALSE(begun.has_value());
  EXPECT_EQ(begun.error().kind, Kind::InvalidAnswer);
}

TEST_F(BadStore, ThatComesBackIsUsedAgain) {
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gateway'"
      " AND pid <> pg_backend_pid()");
  EXPECT_FALSE(store.sweep(kNow).has_value());
  EXPECT_TRUE(store.sweep(kNow).has_value());
}

TEST_F(BadStore, ATextWithANulByteIsNotCut) {
  EXPECT_FALSE(store.begin(std::string_view("c-1\0x", 5), kNow).has_value());
}

}  // namespace
}  // namespace gateway
