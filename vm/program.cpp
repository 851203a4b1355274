#include "vm/program.h"

#include "vm/load_fault.h"
#include "vm/serialize.h"
#include "vm/verify.h"

namespace remit::vm {

namespace {

std::expected<std::vector<stdlib::CompiledPattern>, LoadError> compile_patterns(
    const Image& image) {
  std::vector<stdlib::CompiledPattern> patterns;
  std::size_t size = 0;
  for (const StringId id : image.patterns) {
    const std::string& text = image.strings[static_cast<std::size_t>(id)];
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

std::expected<Program, LoadError> verify(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  return verify(*blocks);
}

std::expected<Program, LoadError> verify(const Blocks& blocks) {
  auto parsed = parse(blocks);
  if (!parsed) return std::unexpected(parsed.error());
  Program program;
  program.image_ = std::move(*parsed);
  program.hash_ = blocks.seal.image;
  const Image& image = program.image_;
  for (const auto check : {verify_rows, verify_tables, verify_reserved, verify_slots, verify_names,
                           verify_constants}) {
    if (const auto ok = check(image); !ok) return std::unexpected(ok.error());
  }
  program.layout_ = make_layout(image);
  if (const auto ok = verify_meaning(image, program.layout_, program.engine_slots_); !ok)
    return std::unexpected(ok.error());
  auto patterns = compile_patterns(image);
  if (!patterns) return std::unexpected(patterns.error());
  program.patterns_ = std::move(*patterns);
  CodeCosts costs;
  if (const auto ok = verify_code(image, program.layout_, costs); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_bounds(image, program.engine_slots_.tenant_id, costs); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_required(image); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_clauses(image, program.layout_); !ok)
    return std::unexpected(ok.error());
  return program;
}

}  // namespace remit::vm
