#include "examples/gateway/connection.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <utility>

#include <libpq-fe.h>
#include <poll.h>

namespace gateway {
namespace {

// The client waits this much longer than the server, whose answer says more than silence.
constexpr int kGraceMs = 500;

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Whether the socket became ready before the deadline.
bool ready(const pg_conn* connection, short events, std::int64_t deadline) {
  while (true) {
    const std::int64_t left = deadline - steady_ms();
    if (left <= 0) return false;
    pollfd waiting = {.fd = PQsocket(connection), .events = events, .revents = 0};
    const int found = poll(&waiting, 1, static_cast<int>(left));
    if (found > 0) return true;
    if (found < 0 && errno != EINTR) return false;
  }
}

std::string first_line(const char* message) {
  const std::string_view text = message == nullptr ? "" : message;
  return std::string(text.substr(0, text.find('\n')));
}

// What an SQLSTATE means for the caller: PostgreSQL, appendix A.
StoreError::Kind kind_of(std::string_view state) {
  // A table, function or schema does not exist.
  if (state == "42P01" || state == "42883" || state == "3F000") {
    return StoreError::Kind::NotInstalled;
  }
  if (state == "57014" || state == "55P03") return StoreError::Kind::Slow;  // timeouts
  if (state.starts_with("08") || state.starts_with("53") || state.starts_with("57P")) {
    return StoreError::Kind::Down;
  }
  return StoreError::Kind::InvalidAnswer;
}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }
int Rows::size() const { return PQntuples(result_.get()); }
bool Rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}
std::string Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}
std::optional<std::int64_t> Rows::integer(int row, int column) const {
  const std::string digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return {};
  return value;
}

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(std::string where, int timeout_ms)
    : where_(std::move(where)), timeout_ms_(timeout_ms) {}

// A connection on which something went wrong is not used again: an answer may still be under way.
std::unexpected<StoreError> Connection::failed(StoreError::Kind kind, std::string message) {
  connection_.reset();
  return std::unexpected(StoreError{kind, std::move(message)});
}

StoreResult<void> Connection::connect(Deadline deadline) {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return {};
  const std::string options = "-c statement_timeout=" + std::to_string(timeout_ms_) +
                              " -c client_min_messages=warning"
                              " -c default_transaction_isolation=read\\ committed";
  const char* names[] = {"dbname", "options", "fallback_application_name", nullptr};
  const char* values[] = {where_.c_str(), options.c_str(), "gateway", nullptr};
  connection_.reset(PQconnectStartParams(names, values, 1));
  if (!connection_) return failed(StoreError::Kind::Down, "no memory for a connection");
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);  // not ours to print
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) break;
    if (!ready(connection_.get(), state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
      return failed(StoreError::Kind::Slow, "no connection within the deadline");
    }
    state = PQconnectPoll(connection_.get());
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    return failed(StoreError::Kind::Down, first_line(PQerrorMessage(connection_.get())));
  }
  return {};
}

// The last result of what was sent.
StoreResult<Rows> Connection::answer(Deadline deadline) {
  Rows last(nullptr);
  while (true) {
    while (PQisBusy(connection_.get()) != 0) {
      if (!ready(connection_.get(), POLLIN, deadline)) {
        return failed(StoreError::Kind::Slow, "no answer within the deadline");
      }
      if (PQconsumeInput(connection_.get()) == 0) {
        return failed(StoreError::Kind::Down, first_line(PQerrorMessage(connection_.get())));
      }
    }
    pg_result* const result = PQgetResult(connection_.get());
    if (result == nullptr) return last;
    last = Rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const auto kind = code == nullptr ? StoreError::Kind::Down : kind_of(code);
      const std::string repair =
          kind == StoreError::Kind::NotInstalled
              ? "the tables of the gateway do not exist; `gateway init` makes them: "
              : "";
      return failed(kind, repair + first_line(PQresultErrorMessage(result)));
    }
  }
}

StoreResult<Rows> Connection::run(const char* statement, const std::vector<Parameter>& parameters) {
  const Deadline deadline = steady_ms() + timeout_ms_ + kGraceMs;
  if (auto connected = connect(deadline); !connected) return std::unexpected(connected.error());
  std::vector<const char*> values;
  for (const Parameter& parameter : parameters) {
    if (parameter && parameter->contains('\0')) {  // libpq would cut the text there
      return std::unexpected(StoreError{StoreError::Kind::InvalidAnswer, "a text with a NUL byte"});
    }
    values.push_back(parameter ? parameter->c_str() : nullptr);
  }
  if (PQsendQueryParams(connection_.get(), statement, static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 0) {
    return failed(StoreError::Kind::Down, first_line(PQerrorMessage(connection_.get())));
  }
  return answer(deadline);
}

StoreResult<void> Connection::run_script(const std::string& statements) {
  const Deadline deadline = steady_ms() + timeout_ms_ + kGraceMs;
  if (auto connected = connect(deadline); !connected) return std::unexpected(connected.error());
  if (PQsendQuery(connection_.get(), statements.c_str()) == 0) {
    return failed(StoreError::Kind::Down, first_line(PQerrorMessage(connection_.get())));
  }
  if (auto done = answer(deadline); !done) return std::unexpected(done.error());
  return {};
}

}  // namespace gateway
