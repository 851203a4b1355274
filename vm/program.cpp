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

}  // namespace

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
  if (const auto ok = verify_rows(program.image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_tables(program.image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_reserved(program.image_); !ok) return std::unexpected(ok.error());
  if (const auto ok = verify_slots(program.image_); !ok) return std::unexpected(ok.error());
  program.layout_ = make_layout(program.image_);
  if (const auto ok = verify_meaning(program.image_, program.layout_, program.engine_slots_); !ok)
    return std::unexpected(ok.error());
  auto patterns = compile_patterns(program.image_);
  if (!patterns) return std::unexpected(patterns.error());
  program.patterns_ = std::move(*patterns);
  if (const auto ok = verify_code(program.image_, program.layout_); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = verify_required(program.image_); !ok) return std::unexpected(ok.error());
  return program;
}

}  // namespace remit::vm
