// Engine::load: untrusted bytes to an engine, or why there is none.

#include <remit/engine.h>

#include <algorithm>
#include <new>

#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/engine/state.h"
#include "vm/engine/trust.h"
#include "vm/image/load_fault.h"
#include "vm/verify/program.h"

namespace remit::inline v0 {

namespace {

using Loaded = std::expected<void, LoadError>;

Loaded meets_host(const vm::Program& program, const Trust& trust, const LoadOptions& options) {
  const vm::Image& image = program.image();
  const auto refuse = [](LoadFault fault, std::string_view detail) {
    return std::unexpected(vm::load_error(fault, 0, detail));
  };
  if (image.dev && (TrustAccess::requires_signature(trust) || !options.allow_dev))
    return refuse(LoadFault::DevImage, {});
  if (image.version < options.version_min)
    return refuse(LoadFault::OldVersion, std::to_string(image.version));
  if (options.now_ms && image.expires_ms != vm::kNever && *options.now_ms >= image.expires_ms)
    return refuse(LoadFault::Expired, stdlib::format_timestamp(image.expires_ms));
  for (const std::string_view expected : options.expected_policies) {
    const bool found = std::ranges::any_of(
        image.policies, [&](const vm::PolicyRow& p) { return image[p.name] == expected; });
    if (!found) return refuse(LoadFault::MissingPolicy, expected);
  }
  for (const vm::DutyRow& duty : image.duties) {
    const std::string_view name = spelling(duty.kind);
    if (options.duties && std::ranges::find(*options.duties, name) == options.duties->end())
      return refuse(LoadFault::UnregisteredDuty, name);
  }
  if (options.meter && !vm::may_meter(options.meter_tenants, image.tools.size()))
    return refuse(LoadFault::MeterTooLarge, std::to_string(options.meter_tenants) + " tenants of " +
                                                stdlib::counted(image.tools.size(), "tool"));
  return {};
}

// `signer` becomes the key of the signature, if one was needed.
std::expected<vm::Linked, LoadError> linked(std::span<const std::byte> image, const Trust& trust,
                                            const LoadOptions& options,
                                            std::optional<vm::KeyId>& signer) {
  if (const auto ok = TrustAccess::check_keys(trust); !ok) return std::unexpected(ok.error());
  if (image.size() > options.image_bytes_max)
    return std::unexpected(vm::load_error(LoadFault::TooLarge, options.image_bytes_max));
  // One copy, so that bytes which change while they are read cannot be two things.
  const std::vector<std::byte> bytes(image.begin(), image.end());
  const auto blocks = vm::split(bytes);
  if (!blocks) return std::unexpected(blocks.error());
  if (const auto ok = TrustAccess::check_signature(trust, *blocks); !ok)
    return std::unexpected(ok.error());
  if (TrustAccess::requires_signature(trust)) signer = blocks->signature->key;
  auto program = vm::verify(*blocks);
  if (!program) return std::unexpected(program.error());
  if (const auto ok = meets_host(*program, trust, options); !ok) return std::unexpected(ok.error());
  return vm::link(std::move(*program));
}

}  // namespace

std::expected<Engine, LoadError> Engine::load(std::span<const std::byte> image, const Trust& trust,
                                              const LoadOptions& options) {
  try {
    std::optional<vm::KeyId> signer;
    auto made = linked(image, trust, options, signer);
    if (!made) return std::unexpected(std::move(made.error()));
    auto state = std::make_shared<State>();
    state->signer = signer;
    state->linked = std::make_shared<const vm::Linked>(std::move(*made));
    if (options.meter)
      state->meter = std::make_unique<vm::Meter>(*state->linked, options.meter_tenants);
    return Engine(std::move(state));
  } catch (const std::bad_alloc&) {
    // Both texts are so short that a string holds them in itself.
    return std::unexpected(vm::load_error(LoadFault::NoMemory, 0));
  }
}

}  // namespace remit::inline v0
