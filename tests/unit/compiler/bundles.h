// Small bundles for tests: one policy over one shop.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <remit/compile.h>
#include <remit/engine.h>

namespace remit::test {

inline const std::string kShop = R"(edition 1
schema shop.schema

currency USD

enum role    { support_lead, finance_manager }
enum signal  { velocity }
enum channel { desk, security }
enum plan    { free, pro, enterprise }

extend tenant  { plan: plan, home: set<host>(8) }
extend context { freeze: bool, incident: id? }

record payee { account: id, amount: money, label: string(20)? }

tool shop.refund {
  effect write_irreversible
  reads  internal
  args {
    order: id, amount: money as minor, site: url?, dry: bool = false, blob: opaque(40)?,
    tags: set<id>(4)?, note: string(64)?
  }
  result { card }
}
tool shop.payout {
  effect write_irreversible
  args   { payees: list<payee>(0..=10), to: email, file: path }
}
)";

inline std::string policy(const std::string& items,
                          const std::string& header = "policy shop.policy") {
  return "edition 1\n" + header + "\n\n" + items;
}

inline Engine engine(const std::vector<std::string>& files, const std::string& manifest = {}) {
  std::vector<SourceText> sources{{"schema.rule", kShop}};
  for (std::size_t i = 0; i < files.size(); ++i)
    sources.push_back({"file" + std::to_string(i) + ".rule", files[i]});
  const CompileResult result = compile(sources, manifest);
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  LoadOptions options;
  options.allow_dev = true;
  auto loaded = Engine::load(result.image, options);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().code << ": " << loaded.error().message;
    std::abort();
  }
  return *loaded;
}

inline const std::string kFacts =
    R"("call":{"id":"c-1"},"actor":{"id":"agent-1","kind":"agent","version":"1","autonomy":"draft","requesters":["ana"]},)"
    R"("tenant":{"id":"t1","plan":"pro","home":["acme.example"]},"target":{"tenants":["t1"],"class":"internal","owners":[]},)"
    R"("risk":{"score":10,"signals":["velocity"]},"spend":{"cost":"USD 0.10"},)"
    R"("context":{"environment":"production","freeze":false,"source_ip":"10.1.2.3"},)"
    R"("clock":{"now":"2026-11-20T09:30:00Z","weekday":"fri","time":"09:30"})";

inline std::string refund(const std::string& args = R"("order":"o-1","amount":2000)") {
  return R"({"tool":"shop.refund","args":{)" + args + "}," + kFacts + "}";
}

inline std::string payout(const std::string& payees) {
  return R"({"tool":"shop.payout","args":{"to":"x@eu.acme.example","file":"/t1/a","payees":[)" +
         payees + "]}," + kFacts + "}";
}

}  // namespace remit::test
