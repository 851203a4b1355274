// Images to bytes and back. Layout: docs/reference/file-format.md.
//
// `serialize` writes any Image; `parse` reads one and checks the container: magic, lengths, hash,
// sections, enumerators, and that writing it again gives the same bytes. It does not look at what
// the rows mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include <remit/fault.h>
#include "vm/image.h"

namespace remit::vm {

[[nodiscard]] std::vector<std::byte> serialize(const Image& image);

// The bytes that the image hash and the signature cover: all before the debug section.
[[nodiscard]] std::expected<std::span<const std::byte>, LoadError> body_of(
    std::span<const std::byte> file);

[[nodiscard]] std::expected<Image, LoadError> parse(std::span<const std::byte> file);

// `file` with a signature trailer, in place of one that it may have.
[[nodiscard]] std::expected<std::vector<std::byte>, LoadError> sign(
    std::span<const std::byte> file, std::span<const std::byte> secret_key);
// Is there a signature of the body by this key?
[[nodiscard]] std::expected<void, LoadError> check_signature(std::span<const std::byte> file,
                                                             std::span<const std::byte> public_key);

// SHA-256 of the body.
[[nodiscard]] std::expected<Hash, LoadError> image_hash(std::span<const std::byte> file);

// Puts the right hash into the header of a changed body; for tests that change images.
void repair_hash(std::vector<std::byte>& file);

}  // namespace remit::vm
