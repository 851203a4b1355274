// Compiles `compile SOURCE… IMAGE` in process and writes the image.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include <remit/compile.h>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<remit::SourceText> sources;
  for (int i = 1; i < argc - 1; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    sources.push_back({argv[i], {std::istreambuf_iterator<char>(file), {}}});
  }
  const remit::CompileResult result = remit::compile(sources);
  for (const remit::CompileMessage& message : result.messages) {
    std::fprintf(stderr, "%s", message.rendered.c_str());
  }
  if (result.image.empty()) return 1;
  std::ofstream file(argv[argc - 1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(result.image.data()),
             static_cast<std::streamsize>(result.image.size()));
  return file ? 0 : 1;
}
