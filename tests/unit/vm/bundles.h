// Small bundles for tests: one policy over one shop.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <remit/compile.h>
#include <remit/engine.h>
#include "tests/unit/vm/shop.h"

namespace remit::test {

inline Engine engine(const std::vector<std::string>& files, const std::string& manifest = {},
                     LoadOptions options = {}) {
  std::vector<SourceText> sources{{"schema.rule", kShop}};
  for (std::size_t i = 0; i < files.size(); ++i)
    sources.push_back({"file" + std::to_string(i) + ".rule", files[i]});
  const CompileResult result = compile(sources, manifest);
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  options.allow_dev = true;
  auto loaded = Engine::load(result.image, Trust::unsigned_image(), options);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().code() << ": " << loaded.error().message;
    std::abort();
  }
  return *loaded;
}

}  // namespace remit::test
