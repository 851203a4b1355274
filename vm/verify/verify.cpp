#include "vm/verify/program.h"

#include "vm/image/load_fault.h"
#include "vm/image/serialize.h"
#include "vm/verify/parts.h"

namespace remit::vm {

namespace {

std::expected<std::vector<stdlib::CompiledPattern>, LoadError> compile_patterns(
    const Image& image) {
  std::vector<stdlib::CompiledPattern> patterns;
  std::size_t size = 0;
  for (const StringId id : image.patterns) {
    const std::string& text = image[id];
    auto pattern = stdlib::CompiledPattern::compile(text);
    if (!pattern) return std::unexpected(load_error(LoadFault::BadPattern, 0, text));
    size += pattern->program_size();
    if (size > stdlib::kPatternsInstructionsMax)
      return std::unexpected(load_error(LoadFault::PatternsTooLarge, 0));
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

}  // namespace

// Each check assumes what the ones before it have shown.
std::expected<std::vector<std::int64_t>, LoadError> Program::check() {
  for (const auto check : {verify_rows, verify_tables, verify_reserved, verify_slots, verify_names,
                           verify_constants}) {
    if (const auto ok = check(image_); !ok) return std::unexpected(ok.error());
  }
  layout_ = make_layout(image_);
  if (const auto ok = verify_meaning(image_, layout_, engine_slots_); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_debug(image_); !ok) return std::unexpected(ok.error());
  auto patterns = compile_patterns(image_);
  if (!patterns) return std::unexpected(patterns.error());
  patterns_ = std::move(*patterns);
  CodeCosts costs;
  if (const auto ok = verify_code(image_, layout_, patterns_, costs); !ok)
    return std::unexpected(ok.error());
  return bounds_of(image_, engine_slots_.tenant_id, costs);
}

std::expected<Program, LoadError> verify(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  return verify(*blocks);
}

std::expected<Program, LoadError> verify(const Blocks& blocks) {
  auto image = parse(blocks);
  if (!image) return std::unexpected(image.error());
  Program program;
  program.image_ = std::move(*image);
  program.hash_ = blocks.seal.image;
  const auto bounds = program.check();
  if (!bounds) return std::unexpected(bounds.error());
  if (const auto ok = verify_bounds(program.image_, *bounds); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_required(program.image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_clauses(program.image_, program.layout_, program.patterns_); !ok)
    return std::unexpected(ok.error());
  return program;
}

std::expected<std::vector<std::int64_t>, LoadError> step_bounds(const Image& image) {
  Program program;
  program.image_ = image;
  return program.check();
}

}  // namespace remit::vm
