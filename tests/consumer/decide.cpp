// Decides one request: `decide IMAGE REQUEST` prints the verdict. Linked without a parser.
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include <remit/remit.h>

namespace {

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string image = contents(argv[1]);
  const auto engine = remit::Engine::load(std::as_bytes(std::span(image)), {.allow_dev = true});
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return 1;
  }
  remit::Facts facts = engine->facts("");
  const remit::Decision decision = engine->decide_json(contents(argv[2]), facts);
  std::printf("%s\n", std::string(remit::name(decision.verdict())).c_str());
}
