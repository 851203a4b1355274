// From untrusted bytes to an engine that may become active, or why not.
#pragma once

#include <cstdint>
#include <expected>
#include <span>

#include <remit/reloader.h>

namespace remit::vm {

// The version that the host's store says.
[[nodiscard]] std::expected<std::int64_t, ReloadError> kept_version(const VersionStore& store);

// Every check of a candidate that is not about the store, in the order of <remit/reloader.h>.
[[nodiscard]] std::expected<Engine, ReloadError> load_candidate(const ReloadOptions& options,
                                                                std::span<const std::byte> image,
                                                                std::int64_t version_min,
                                                                std::int64_t now_ms);

// No decision may take more steps than `steps_max`.
[[nodiscard]] std::expected<void, ReloadError> check_steps(const Engine& engine,
                                                           std::int64_t steps_max);

// Keeps a version in the host's store.
[[nodiscard]] std::expected<void, ReloadError> keep_version(const VersionStore& store,
                                                            std::int64_t version);

}  // namespace remit::vm
