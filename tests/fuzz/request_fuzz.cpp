// Requests: whatever the bytes, a decision with a record and an explanation; never a permit that
// the canonical form of the same request does not get.
#include <cstdlib>
#include <string>

#include <remit/compile.h>
#include <remit/engine.h>
#include "tests/unit/vm/shop.h"

namespace {

remit::Engine made(const std::string& items) {
  const remit::CompileResult result = remit::compile(
      {{"schema.rule", remit::test::kShop}, {"policy.rule", remit::test::policy(items)}});
  auto loaded =
      remit::Engine::load(result.image, remit::Trust::unsigned_image(), {.allow_dev = true});
  if (!loaded) std::abort();
  return *loaded;
}

void decide(const remit::Engine& engine, std::string_view request) {
  remit::Facts facts = engine.facts({});
  (void)engine.limit_keys_json(request, facts);
  const remit::Decision decision = engine.decide_json(request, facts);
  if (engine.record(facts, decision, true).value().empty()) std::abort();
  if (to_text(engine.explain(facts, decision).value()).empty()) std::abort();
  if (decision.fault() != remit::Fault::None) return;
  const std::string canonical = engine.canonical_request(facts, decision).value_or(std::string());
  const std::string first = engine.record(facts, decision, true).value();
  const remit::Decision again = engine.decide_json(canonical, facts);
  if (engine.record(facts, again, true).value() != first) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const remit::Engine plain = made(remit::test::kItems), desk = made(remit::test::kDesk);
  const std::string_view request(reinterpret_cast<const char*>(data), size);
  decide(plain, request);
  decide(desk, request);
  return 0;
}
