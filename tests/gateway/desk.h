// The gateway with its example policy, a clock that stands still, a tool that only counts, and a
// store in which any operation can be made to fail.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <remit/compile.h>

#include "examples/gateway/gateway.h"
#include "examples/gateway/people.h"
#include "tests/gateway/fixture.h"

namespace gateway {

class CountingTool final : public Tool {
 public:
  ToolResult run(std::string_view, const remit::Action& action) override {
    runs.push_back(remit::to_json(action));
    return {"done", effect};
  }
  void notify(std::string_view channel, std::string_view) override {
    notified.emplace_back(channel);
  }

  std::vector<std::string> runs, notified;
  Effect effect = Effect::Happened;
};

// What goes wrong with the next operation of a name, before it or after it has taken place.
enum class Failure : std::uint8_t { None, Before, After };

// Passes on to a store, unless it is told to fail.
class UnreliableStore final : public Store {
 public:
  explicit UnreliableStore(Store& store) : store_(store) {}

  std::map<std::string, Failure> failures;
  std::function<void(std::vector<Counter>&)> lie;  // about the counters
  std::function<void(const std::string&)> after;   // an operation of a name has taken place

  StoreResult<Call> submit(std::string_view agent, std::string_view id,
                           std::string_view proposal) override {
    return perhaps("submit", [&] { return store_.submit(agent, id, proposal); });
  }
  StoreResult<void> refuse(std::string_view call, std::int64_t at_ms) override {
    return perhaps("refuse", [&] { return store_.refuse(call, at_ms); });
  }
  StoreResult<void> expire(std::string_view call, std::int64_t at_ms) override {
    return perhaps("expire", [&] { return store_.expire(call, at_ms); });
  }
  StoreResult<std::optional<Progress>> progress(std::string_view call) override {
    return perhaps("progress", [&] { return store_.progress(call); });
  }
  StoreResult<std::vector<Counter>> used(std::string_view call, std::span<const LimitKey> keys,
                                         std::string_view zone, std::int64_t now_ms) override {
    auto counters = perhaps("used", [&] { return store_.used(call, keys, zone, now_ms); });
    if (counters && lie) lie(*counters);
    return counters;
  }
  StoreResult<Reserved> reserve(std::string_view call, std::span<const Reservation> lines,
                                std::span<const std::string> approvals, std::string_view zone,
                                std::int64_t now_ms, std::int64_t lease_until_ms) override {
    return perhaps("reserve", [&] {
      return store_.reserve(call, lines, approvals, zone, now_ms, lease_until_ms);
    });
  }
  StoreResult<Begun> begin(std::string_view call, std::int64_t now_ms) override {
    return perhaps("begin", [&] { return store_.begin(call, now_ms); });
  }
  StoreResult<bool> settle(std::string_view call, Effect effect, std::string_view result) override {
    return perhaps("settle", [&] { return store_.settle(call, effect, result); });
  }
  StoreResult<bool> release(std::string_view call) override { return store_.release(call); }
  StoreResult<std::int64_t> sweep(std::int64_t now_ms) override {
    return perhaps("sweep", [&] { return store_.sweep(now_ms); });
  }
  StoreResult<std::int64_t> keep_wait(const Wait& wait) override {
    return perhaps("keep_wait", [&] { return store_.keep_wait(wait); });
  }
  StoreResult<void> waits_only_for(std::string_view call,
                                   std::span<const std::int64_t> waits) override {
    return perhaps("waits_only_for", [&] { return store_.waits_only_for(call, waits); });
  }
  StoreResult<std::optional<Wait>> wait(std::int64_t id) override {
    return perhaps("wait", [&] { return store_.wait(id); });
  }
  StoreResult<std::vector<Wait>> pending(std::int64_t now_ms) override {
    return store_.pending(now_ms);
  }
  StoreResult<std::string> answer_wait(std::int64_t wait, const Answer& answer) override {
    return store_.answer_wait(wait, answer);
  }
  StoreResult<std::vector<Answer>> answers(std::string_view call) override {
    return perhaps("answers", [&] { return store_.answers(call); });
  }
  StoreResult<std::optional<std::int64_t>> least_version() override {
    return store_.least_version();
  }
  StoreResult<void> accept_from(std::int64_t version) override {
    return store_.accept_from(version);
  }

 private:
  template <typename Ask>
  auto perhaps(const std::string& name, const Ask& ask) -> decltype(ask()) {
    const Failure failure = std::exchange(failures[name], Failure::None);
    if (failure == Failure::After) (void)ask();
    if (failure != Failure::None) {
      return std::unexpected(StoreError{StoreError::Kind::Slow, name + " was made to fail"});
    }
    auto answer = ask();
    if (after) after(name);
    return answer;
  }

  Store& store_;
};

class Desk : public OnPostgres {
 protected:
  static constexpr std::int64_t kHour = 60 * kMinute;

  void SetUp() override {
    OnPostgres::SetUp();
    directory = *read_directory(text_of("directory.json"));
  }
  void TearDown() override { std::fclose(log_file); }

  static std::string text_of(const std::string& file);
  // The example policy, with `from` replaced by `to` in its rules.
  // `more` is added to the manifest.
  static remit::Engine engine_of(const std::string& from = "", const std::string& to = "",
                                 const std::string& more = "");

  Host host(const remit::Engine& deciding, Store& keeping, DecisionLog& logging) {
    return {.engine = deciding,
            .directory = directory,
            .store = keeping,
            .log = logging,
            .tool = tool,
            .clock = [this] { return now_ms; },
            .report = [this](std::string_view text) { reports.emplace_back(text); }};
  }
  Host host(const remit::Engine& deciding) { return host(deciding, unreliable, log); }
  Host host(Store& keeping) { return host(engine, keeping, log); }
  static std::string refund(const std::string& id, int cents, const std::string& agent = "agent-7",
                            const std::string& order = "o-1") {
    return R"({"id":")" + id + R"(","agent":")" + agent +
           R"(","tool":"payments.refund","args":{"order":")" + order + R"(","amount":)" +
           std::to_string(cents) + "}}";
  }
  Reply propose(const std::string& line) { return Gateway(host(engine)).propose(line); }

  // Lee, a support lead of the tenant, agrees.
  void approve(std::int64_t wait, const std::string& by = "lee",
               const std::string& role = "support_lead", bool granted = true) {
    const auto kept = answer_wait(store, directory, wait, by, role, granted, now_ms);
    EXPECT_TRUE(kept.has_value()) << kept.error();
  }
  // Why what somebody agrees to, or refuses, will not count; empty if it will.
  std::string noted(std::int64_t wait, const std::string& by,
                    const std::string& role = "support_lead", bool granted = true) {
    const auto kept = answer_wait(store, directory, wait, by, role, granted, now_ms);
    return kept ? kept->will_not_count : kept.error();
  }
  std::int64_t reserved() { return number("SELECT count(*) FROM gateway.line"); }

  std::int64_t now_ms = kNow;
  Directory directory;
  remit::Engine engine = engine_of();
  std::FILE* log_file = std::tmpfile();
  DecisionLog log{log_file};
  CountingTool tool;
  UnreliableStore unreliable{store};
  std::vector<std::string> reports;
};

}  // namespace gateway
