#include "tests/gateway/desk.h"

#include <fstream>
#include <iterator>

namespace gateway {

std::string Desk::text_of(const std::string& file) {
  std::ifstream stream("examples/gateway/" + file);
  EXPECT_TRUE(stream.good()) << "run from the root of the repository: " << file;
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

remit::Engine Desk::engine_of(const std::string& from, const std::string& to,
                              const std::string& more) {
  std::string rules = text_of("policy/desk.rule");
  if (!from.empty()) {
    const std::size_t at = rules.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    rules.replace(at, from.size(), to);
  }
  const auto compiled =
      remit::compile({{"schema.rule", text_of("policy/schema.rule")}, {"desk.rule", rules}},
                     text_of("policy/remit.toml") + more);
  for (const auto& message : compiled.messages) ADD_FAILURE() << message.rendered;
  auto engine =
      remit::Engine::load(compiled.image, remit::Trust::unsigned_image(), {.duties = kDuties});
  EXPECT_TRUE(engine.has_value());
  return *engine;
}

}  // namespace gateway
