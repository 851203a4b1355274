// Bundles to reload, and a version store in memory.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include <remit/compile.h>
#include <remit/reader.h>
#include <remit/reloader.h>
#include "tests/unit/vm/keys.h"
#include "tests/unit/vm/shop.h"

namespace remit::test {

inline constexpr std::int64_t kNow = 1'795'167'000'000;      // 2026-11-20T09:30:00Z
inline constexpr std::int64_t kExpires = 1'798'761'600'000;  // 2027-01-01T00:00:00Z

// Permits refunds up to `cap` dollars.
struct Bundle {
  std::int64_t version = 1;
  int cap = 50;
  bool expires = false;
  std::string items{};  // more of them
  std::string schema = kShop;
};

inline Bytes image(const Bundle& bundle = {}) {
  const std::string items = "rule small on shop.refund {\n  permit\n  when args.amount <= USD " +
                            std::to_string(bundle.cap) + " and tenant.id in target.tenants\n}\n" +
                            bundle.items;
  const std::string manifest =
      "name = \"shop\"\nlayers = [\"main\"]\nversion = " + std::to_string(bundle.version) + "\n" +
      (bundle.expires ? "expires = \"2027-01-01T00:00:00Z\"\n" : "");
  const CompileResult result =
      compile({{"schema.rule", bundle.schema}, {"policy.rule", policy(items)}}, manifest);
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  return result.image;
}

inline Bytes signed_image(const Bundle& bundle = {}) { return signed_by(ours(), image(bundle)); }

// A request to refund so many dollars.
inline std::string refund_of(int dollars) {
  return refund(R"("order":"o-1","amount":)" + std::to_string(dollars * 100));
}

// What a host keeps outside.
struct Store {
  std::optional<std::int64_t> kept = 1;
  std::vector<std::int64_t> written{};
  std::string unreadable{};
  std::string unwritable{};

  VersionStore callbacks() {
    return {.read = [this]() -> std::expected<std::optional<std::int64_t>, std::string> {
              if (!unreadable.empty()) return std::unexpected(unreadable);
              return kept;
            },
            .write = [this](std::int64_t version) -> std::expected<void, std::string> {
              if (!unwritable.empty()) return std::unexpected(unwritable);
              written.push_back(version);
              kept = version;
              return {};
            }};
  }
};

inline ReloadOptions options(Store& store) {
  return {.trust = Trust::keys({ours().open}), .versions = store.callbacks(), .steps_max = 100'000};
}

inline Reloader started(const ReloadOptions& options, const Bytes& first = signed_image()) {
  auto reloader = Reloader::start(options, first, kNow);
  if (!reloader) {
    ADD_FAILURE() << to_text(reloader.error());
    std::abort();
  }
  return *reloader;
}

// The verdict of whoever is active, by a reader of its own.
inline Decision decide(const Reloader& reloader, int dollars, std::int64_t now_ms = kNow) {
  Reader<> reader(reloader);
  const auto turn = reader.at(now_ms);
  return turn.engine.decide_json(refund_of(dollars), turn.facts);
}

// Why a candidate is refused; nothing if it is not.
inline std::optional<ReloadFault> refusal(const std::expected<void, ReloadError>& done) {
  return done ? std::nullopt : std::optional(done.error().fault);
}

}  // namespace remit::test
