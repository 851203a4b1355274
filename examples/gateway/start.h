// What is checked once, before a gateway answers anybody.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>

#include <remit/engine.h>

#include "examples/gateway/directory.h"
#include "examples/gateway/store.h"

namespace gateway {

// Loads the policy. Its version must not be lower than the store's least, which it then becomes, so
// that no older image comes back, even if it is signed; a store that keeps none is an error. The
// image must take the facts of the directory, currency included. The error is a sentence.
[[nodiscard]] std::expected<remit::Engine, std::string> load_policy(
    std::span<const std::byte> image, const remit::Trust& trust, remit::LoadOptions options,
    Store& store, const Directory& directory);

}  // namespace gateway
