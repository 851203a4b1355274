// One connection to PostgreSQL on which nothing waits longer than its deadline.
//
// For PostgresStore. Connects when it is first needed and again after a failure; a statement is
// sent once and never repeated. The server is told the same deadline, so that a statement whose
// client has given up ends too.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "examples/gateway/store.h"

struct pg_conn;
struct pg_result;

namespace gateway {

class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}
  [[nodiscard]] int size() const;
  [[nodiscard]] bool is_null(int row, int column) const;
  [[nodiscard]] std::string text(int row, int column) const;
  // Nothing if the field is null or not an integer of 64 bits.
  [[nodiscard]] std::optional<std::int64_t> integer(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const { return text(row, column) == "t"; }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// Text, or null.
using Parameter = std::optional<std::string>;

class Connection {
 public:
  // `where` is a connection string of libpq; what it leaves out is taken from PGHOST and so on.
  Connection(std::string where, int timeout_ms);

  [[nodiscard]] StoreResult<Rows> run(const char* statement,
                                      const std::vector<Parameter>& parameters);
  // Statements without parameters or answer, as in a schema file.
  [[nodiscard]] StoreResult<void> run_script(const std::string& statements);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  using Deadline = std::int64_t;  // ms of the steady clock

  [[nodiscard]] StoreResult<void> connect(Deadline deadline);
  [[nodiscard]] StoreResult<Rows> answer(Deadline deadline);
  [[nodiscard]] std::unexpected<StoreError> failed(StoreError::Kind kind, std::string message);

  std::string where_;
  int timeout_ms_;
  std::unique_ptr<pg_conn, Close> connection_;
};

}  // namespace gateway
