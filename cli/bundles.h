// Bundles for the verbs: from paths to compiled sources, from sources or an image to an engine.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <remit/engine.h>
#include "cli/console.h"
#include "cli/files.h"
#include "compiler/bundle.h"

namespace remit::cli {

// Reads and compiles. A path that cannot be read is a message; everything wrong inside is in the
// diagnostics.
[[nodiscard]] OrMessage<std::unique_ptr<compiler::CompiledBundle>> compile_paths(
    std::span<const std::string> paths, bool images);

// Prints the diagnostics as `check` does, to standard output or, as talk, to standard error.
void print_diagnostics(const compiler::CompiledBundle& bundle, Console& console, bool as_talk);

// An engine for BUNDLE, counting what it decides if `meter`, signed by `key_file` if there is one:
// a .remit image, or sources that compile without errors. Reports what is wrong and gives the exit
// code in `exit_code`.
[[nodiscard]] std::optional<Engine> open_engine(const std::string& path,
                                                std::optional<std::string_view> key_file,
                                                Console& console, int& exit_code,
                                                bool meter = false);

// What is said of an image that was refused: by which check and, where there is one, at which byte.
[[nodiscard]] std::string refusal_text(const std::string& path, const LoadError& error);

// Says so if a bundle has expired by this machine's clock. Nothing is refused: a service decides by
// the clock that it gives to Engine::load.
void warn_if_expired(std::int64_t expires_ms, const std::string& path, Console& console);

// The bytes of a key file, raw or hex.
[[nodiscard]] OrMessage<std::vector<std::byte>> read_key(const std::string& path,
                                                         std::size_t bytes);
// An Ed25519 public key.
[[nodiscard]] OrMessage<std::vector<std::byte>> read_public_key(const std::string& path);

}  // namespace remit::cli
