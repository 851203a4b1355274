// Images: whatever the bytes, once the hash is right, refused or run without harm.
#include <cstdlib>
#include <string>
#include <vector>

#include <remit/engine.h>
#include "tests/unit/vm/shop.h"
#include "vm/image/container.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> image(reinterpret_cast<const std::byte*>(data),
                               reinterpret_cast<const std::byte*>(data) + size);
  remit::vm::reseal(image);
  const auto engine =
      remit::Engine::load(image, remit::Trust::unsigned_image(), {.allow_dev = true});
  if (!engine) return 0;
  remit::Facts facts = engine->facts({});
  for (const std::string& request : {remit::test::refund(), remit::test::payout("")}) {
    const remit::Decision decision = engine->decide_json(request, facts);
    if (engine->record(facts, decision, true).value().empty()) std::abort();
    if (to_text(engine->explain(facts, decision).value()).empty()) std::abort();
  }
  return 0;
}
