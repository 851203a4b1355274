// Source text: whatever the bytes, the parser and the checker answer with diagnostics, and what the
// formatter writes it leaves alone the second time.
#include <cstdlib>
#include <string>

#include "compiler/bundle.h"
#include "lang/printer.h"
#include "lang/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto bundle = remit::compiler::compile_bundle({{"fuzz.rule", text}}, {});
  for (const remit::lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    if (remit::lang::render(*diagnostic, bundle->sources, true).empty()) std::abort();
  }
  if (const auto once = remit::lang::format(text)) {
    if (remit::lang::format(*once) != once) std::abort();
  }
  return 0;
}
