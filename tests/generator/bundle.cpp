#include "tests/generator/bundle.h"

#include <stdexcept>

#include <fmt/format.h>

#include "compiler/bundle.h"
#include "tests/generator/policy.h"
#include "tests/generator/schema.h"

namespace remit::generator {

Bundle generate_bundle(Random& random) {
  Bundle result;
  result.sources.push_back({"schema.rule", generate_schema(random)});
  const auto schema = compiler::compile_bundle(result.sources, {});
  if (!schema->typed) throw std::logic_error(result.sources[0].text);

  static constexpr std::string_view kLayers[] = {"main", "base", "extra"};
  const std::size_t layers = 1 + random.below(std::size(kLayers));
  for (std::size_t i = 0; i < layers; ++i) {
    const bool guards_only = i > 0 && random.percent(40);
    const bool machine = i > 0 && random.percent(20);
    const Layer& layer =
        result.layers.emplace_back(Layer{std::string(kLayers[i]), guards_only, machine});
    const std::size_t policies = 1 + random.below(2);
    for (std::size_t p = 0; p < policies; ++p) {
      const std::string name = fmt::format("{}.p{}", layer.name, p);
      Policy policy(*schema->typed, random, name, guards_only, machine);
      result.sources.push_back({name + ".rule", policy.text(layer.name)});
    }
  }
  result.manifest = manifest_of(result.layers);
  return result;
}

std::string manifest_of(const std::vector<Layer>& layers) {
  std::vector<std::string> names, machine;
  for (const Layer& layer : layers) {
    names.push_back(fmt::format("\"{}\"", layer.name));
    if (layer.machine) machine.push_back(names.back());
  }
  return fmt::format("name = \"generated\"\nlayers = [{}]\nmachine = [{}]\nmax_steps = 1000000\n",
                     fmt::join(names, ", "), fmt::join(machine, ", "));
}

}  // namespace remit::generator
