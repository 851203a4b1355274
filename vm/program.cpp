#include "vm/program.h"

#include "vm/load_fault.h"
#include "vm/required.h"
#include "vm/serialize.h"
#include "vm/verify.h"

namespace remit::vm {

namespace {

Verified verify_required(const Image& image) {
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const Range range = image.tools[i].required;
    const auto first = image.required_slots.begin() + range.first;
    const std::vector<std::uint32_t> listed(first, first + range.count);
    if (listed == required_slots(image, static_cast<ToolId>(i))) continue;
    return std::unexpected(load_error(
        LoadFault::BadRequired, 0, image.strings[static_cast<std::size_t>(image.tools[i].name)]));
  }
  return {};
}

std::expected<std::vector<stdlib::CompiledPattern>, LoadError> compile_patterns(
    const Image& image) {
  std::vector<stdlib::CompiledPattern> patterns;
  for (const StringId id : image.patterns) {
    const std::string& text = image.strings[static_cast<std::size_t>(id)];
    auto pattern = stdlib::CompiledPattern::compile(text);
    if (!pattern) return std::unexpected(load_error(LoadFault::BadPattern, 0, text));
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

Verified verify_bounds(const Image& image, const std::vector<std::int64_t>& bounds) {
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const ToolRow& tool = image.tools[i];
    const std::string& name = image.strings[static_cast<std::size_t>(tool.name)];
    if (bounds[i] != tool.steps_bound)
      return std::unexpected(load_error(LoadFault::BadCost, 0,
                                        name + " takes " + std::to_string(bounds[i]) +
                                            ", the file says " + std::to_string(tool.steps_bound)));
    if (bounds[i] > image.steps_max)
      return std::unexpected(load_error(LoadFault::CostTooHigh, 0, name));
  }
  return {};
}

}  // namespace

std::expected<std::vector<std::int64_t>, LoadError> Program::check() {
  if (const auto ok = verify_rows(image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_tables(image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_slots(image_); !ok) return std::unexpected(ok.error());
  layout_ = make_layout(image_);
  if (const auto ok = verify_meaning(image_, layout_, engine_slots_); !ok)
    return std::unexpected(ok.error());
  auto patterns = compile_patterns(image_);
  if (!patterns) return std::unexpected(patterns.error());
  patterns_ = std::move(*patterns);
  return verify_code(image_, layout_);
}

std::expected<Program, LoadError> verify(std::span<const std::byte> file) {
  auto image = parse(file);
  if (!image) return std::unexpected(image.error());
  Program program;
  program.image_ = std::move(*image);
  program.hash_ = *image_hash(file);
  const auto bounds = program.check();
  if (!bounds) return std::unexpected(bounds.error());
  if (const auto ok = verify_bounds(program.image_, *bounds); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_required(program.image_); !ok) return std::unexpected(ok.error());
  return program;
}

std::expected<std::vector<std::int64_t>, LoadError> step_bounds(const Image& image) {
  Program program;
  program.image_ = image;
  return program.check();
}

}  // namespace remit::vm
