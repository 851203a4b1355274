// The options of a Reloader and of a shadow, before any image is looked at.
#pragma once

#include <expected>

#include <remit/reloader.h>

namespace remit::vm {

// The first option that is missing or out of range, by its name.
[[nodiscard]] std::expected<void, ReloadError> check_options(const ReloadOptions& options);
// `steps_max` is that of the Reloader.
[[nodiscard]] std::expected<void, ReloadError> check_options(const ShadowOptions& options,
                                                             std::int64_t steps_max);
[[nodiscard]] std::expected<void, ReloadError> check_keys(const Trust& trust);

}  // namespace remit::vm
