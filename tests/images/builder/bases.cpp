#include "tests/images/builder/bases.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/generator/bundle.h"
#include "tests/images/builder/build.h"
#include "vm/image/serialize.h"

namespace remit::images {

namespace {

constexpr std::uint64_t kGenerated = 160;
constexpr std::size_t kGeneratedKept = 20;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Draft example(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".rule") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<SourceText> sources;
  for (const auto& path : paths) sources.push_back({path.filename().string(), text_of(path)});
  return compiled(sources, text_of(folder / "remit.toml"));
}

}  // namespace

std::vector<Draft> bases() {
  struct Generated {
    std::size_t size;
    std::uint64_t seed;
    vm::Image image;
  };
  std::vector<Generated> generated;
  for (std::uint64_t seed = 0; seed < kGenerated; ++seed) {
    generator::Random random(seed);
    const generator::Bundle bundle = generator::generate_bundle(random);
    const CompileResult result = compile(bundle.sources, bundle.manifest);
    generated.push_back({result.image.size(), seed, *vm::parse(result.image)});
  }
  std::sort(generated.begin(), generated.end(), [](const Generated& a, const Generated& b) {
    return std::pair(a.size, a.seed) < std::pair(b.size, b.seed);
  });
  std::vector<Draft> drafts{small()};
  drafts.push_back(example(std::filesystem::path(REMIT_EXAMPLES) / "quickstart"));
  // The smallest, and those that bring an opcode that none of the smaller ones has.
  std::array<bool, vm::kOpcodeCount> seen{};
  for (std::size_t i = 0; i < generated.size(); ++i) {
    const bool kept = i < kGeneratedKept;
    bool is_new = false;
    for (const vm::Instruction& in : generated[i].image.code)
      is_new = is_new || !seen[static_cast<std::size_t>(in.opcode)];
    if (!kept && !is_new) continue;
    for (const vm::Instruction& in : generated[i].image.code)
      seen[static_cast<std::size_t>(in.opcode)] = true;
    drafts.push_back(draft_of(generated[i].image));
  }
  return drafts;
}

}  // namespace remit::images
