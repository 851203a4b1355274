#include "vm/verify/program.h"

#include "vm/image/load_fault.h"
#include "vm/image/serialize.h"
#include "vm/verify/parts.h"

namespace remit::vm {

namespace {

std::vector<stdlib::CompiledPattern> compile_patterns(const Image& image) {
  std::vector<stdlib::CompiledPattern> patterns;
  std::size_t size = 0;
  for (const StringId id : image.patterns) {
    auto pattern = stdlib::CompiledPattern::compile(image[id]);
    if (!pattern) fail(LoadFault::BadPattern, image[id]);
    size += pattern->program_size();
    require(size <= stdlib::kPatternsInstructionsMax, LoadFault::PatternsTooLarge);
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

}  // namespace

// Each check assumes what the ones before it have shown.
std::vector<std::int64_t> Program::check() {
  for (const auto check : {verify_rows, verify_pools, verify_tables, verify_reserved, verify_slots,
                           verify_names, verify_constants})
    passed(check(image_));
  layout_ = make_layout(image_);
  passed(verify_meaning(image_, layout_, engine_slots_));
  passed(verify_debug(image_));
  patterns_ = compile_patterns(image_);
  CodeCosts costs;
  passed(verify_code(image_, layout_, patterns_, costs, code_notes_));
  return bounds_of(image_, engine_slots_.tenant_id, costs);
}

std::expected<Program, LoadError> verify(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  return verify(*blocks);
}

std::expected<Program, LoadError> verify(const Blocks& blocks) {
  return checked([&] {
    Program program;
    program.image_ = passed(parse(blocks));
    program.hash_ = blocks.seal.image;
    const std::vector<std::int64_t> bounds = program.check();
    passed(verify_bounds(program.image_, bounds));
    passed(verify_required(program.image_));
    passed(verify_clauses(program.image_, program.layout_, program.patterns_, program.code_notes_));
    program.code_notes_.sort();
    return program;
  });
}

std::expected<std::vector<std::int64_t>, LoadError> step_bounds(const Image& image) {
  return checked([&] {
    Program program;
    program.image_ = image;
    return program.check();
  });
}

}  // namespace remit::vm
