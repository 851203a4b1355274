// Lines of the decision log for tests: made, and decided again.
#pragma once

#include <remit/log.h>
#include <remit/replay.h>
#include "tests/unit/vm/bundles.h"

namespace remit::test {

inline std::vector<std::byte> key_of(char c) { return std::vector<std::byte>(32, std::byte(c)); }

inline Replayed again(const Engine& engine, const std::string& line) {
  const auto parts = read_log_line(line);
  EXPECT_TRUE(parts) << line;
  Replay replay(engine);
  return replay.compare(*parts);
}

inline std::string logged(const Engine& engine, std::string_view request,
                          const LogOptions& options = {}) {
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request, facts);
  return LogChain().append(log_entry(engine, facts, decision, request, options).value());
}

inline std::string value_of(const std::string& record, std::string_view key) {
  const std::size_t at = record.find(key);
  EXPECT_NE(at, std::string::npos) << key << " not in " << record;
  return record.substr(at + key.size(), record.find('"', at + key.size()) - at - key.size());
}

// `request` with a grant by `by` of what `engine` waits for.
inline std::string approved(const Engine& engine, std::string request, const std::string& role) {
  const std::string record = engine.decide_json(std::string_view(request));
  const std::string approval =
      R"("approvals":[{"id":"ap-1","by":"lee","kind":"human","tenant":"t1","role":")" + role +
      R"(","verdict":"granted","digest":")" + value_of(record, "\"digest\":\"") +
      R"(","requirement":")" + value_of(record, "\"requirement\":\"") +
      R"(","cost":"USD 0.10","asked_at":"2026-11-20T09:00:00Z","at":"2026-11-20T09:10:00Z"}],)";
  return request.insert(1, approval);
}

}  // namespace remit::test
