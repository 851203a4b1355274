// Writes random bundles as folders, for programs that read folders.
//
//   write_bundles FOLDER FIRST COUNT      FOLDER/SEED/ for each seed from FIRST
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include "tests/generator/bundle.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "write_bundles FOLDER FIRST COUNT\n");
    return 2;
  }
  const std::uint64_t first = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t count = std::strtoull(argv[3], nullptr, 10);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    remit::generator::Random random(seed);
    const remit::generator::Bundle bundle = remit::generator::generate_bundle(random);
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / std::to_string(seed);
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
      return static_cast<bool>(std::ofstream(folder / name, std::ios::binary) << text);
    };
    bool written = write("remit.toml", bundle.manifest);
    for (const remit::SourceText& source : bundle.sources)
      written = written && write(source.path, source.text);
    if (!written) {
      fmt::print(stderr, "{}: cannot be written\n", folder.string());
      return 1;
    }
  }
  return 0;
}
