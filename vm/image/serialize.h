// The rows of an image to bytes and back. Layout: docs/reference/file-format.md.
//
// `serialize` writes any Image; `parse` reads one and checks what can be said of bytes: versions,
// sections, enumerators, and that writing it again gives the same. It does not look at what the
// rows mean.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <vector>

#include <remit/fault.h>
#include "vm/image/container.h"
#include "vm/image/image.h"

namespace remit::vm {

// A whole file, sealed and unsigned.
[[nodiscard]] std::vector<std::byte> serialize(const Image& image);

[[nodiscard]] std::expected<Image, LoadError> parse(const Blocks& blocks);
[[nodiscard]] std::expected<Image, LoadError> parse(std::span<const std::byte> file);

}  // namespace remit::vm
