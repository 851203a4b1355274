#include "vm/reload/options.h"

#include <algorithm>
#include <unordered_set>

#include "stdlib/text.h"
#include "vm/engine/trust.h"
#include "vm/image/load_fault.h"
#include "vm/metrics/meter.h"

namespace remit::vm {

namespace {

using Checked = std::expected<void, ReloadError>;

std::unexpected<ReloadError> bad(std::string detail) {
  return std::unexpected(ReloadError{ReloadFault::BadOption, std::move(detail)});
}

// A number, with what it may be.
Checked within(std::string_view option, std::int64_t number, std::int64_t least,
               std::int64_t most) {
  if (least <= number && number <= most) return {};
  return bad(std::string(option) + " is " + std::to_string(number) + "; it is " +
             std::to_string(least) + " to " + std::to_string(most));
}

bool is_verdict(Verdict verdict) {
  return std::ranges::find(kVerdicts, verdict) != kVerdicts.end();
}

Checked check_canary(const Canary& canary) {
  const std::string which = "canaries: " + stdlib::quote(canary.name);
  if (canary.name.empty()) return bad("canaries: one has no name");
  if (canary.request.empty()) return bad(which + " has no request");
  if (canary.request.size() > limits::kRequestBytesMax)
    return bad(which + " has a request of " + stdlib::counted(canary.request.size(), "byte") +
               ", at most " + std::to_string(limits::kRequestBytesMax));
  if (!is_verdict(canary.verdict)) return bad(which + " expects no verdict that there is");
  if (canary.fault != Fault::None && canary.verdict != Verdict::Deny)
    return bad(which + " expects a fault and a " + std::string(name(canary.verdict)) +
               "; every fault is a deny");
  return {};
}

Checked check_canaries(const std::vector<Canary>& canaries) {
  if (canaries.size() > limits::kCanariesMax)
    return bad("canaries: there are " + std::to_string(canaries.size()) + ", at most " +
               std::to_string(limits::kCanariesMax));
  std::unordered_set<std::string_view> names;
  for (const Canary& canary : canaries) {
    if (const auto ok = check_canary(canary); !ok) return ok;
    if (!names.insert(canary.name).second)
      return bad("canaries: the name " + stdlib::quote(canary.name) + " stands twice");
  }
  return {};
}

}  // namespace

Checked check_keys(const Trust& trust) {
  const auto ok = TrustAccess::check_keys(trust);
  if (ok) return {};
  return std::unexpected(ReloadError{ReloadFault::BadKey, detail_of(ok.error())});
}

Checked check_options(const ReloadOptions& options) {
  if (!options.versions.read) return bad("versions.read is missing");
  if (!options.versions.write) return bad("versions.write is missing");
  if (const auto ok = within("steps_max", options.steps_max, 1, limits::kStepsMax); !ok) return ok;
  if (options.image_bytes_max == 0) return bad("image_bytes_max is 0");
  if (options.refusals_kept == 0 || options.refusals_kept > limits::kRefusalsKeptMax)
    return bad("refusals_kept is " + std::to_string(options.refusals_kept) + "; it is 1 to " +
               std::to_string(limits::kRefusalsKeptMax));
  if (options.meter && !may_meter(options.meter_tenants, 0))
    return bad("meter_tenants is " + std::to_string(options.meter_tenants) + ", at most " +
               std::to_string(limits::kMeterTenantsMax));
  if (options.allow_dev && TrustAccess::requires_signature(options.trust))
    return bad("allow_dev is set, and a signature is required: a dev image has none");
  if (const auto ok = check_canaries(options.canaries); !ok) return ok;
  return check_keys(options.trust);
}

Checked check_options(const ShadowOptions& options, std::int64_t steps_max) {
  if (const auto ok = within("shadow.of", options.of, 1, limits::kShadowShareMax); !ok) return ok;
  if (const auto ok = within("shadow.decisions", options.decisions, 1, options.of); !ok) return ok;
  if (options.steps_max) {
    if (const auto ok = within("shadow.steps_max", *options.steps_max, 1, steps_max); !ok)
      return ok;
  }
  if (options.rows_max == 0 || options.rows_max > limits::kShadowRowsMax)
    return bad("shadow.rows_max is " + std::to_string(options.rows_max) + "; it is 1 to " +
               std::to_string(limits::kShadowRowsMax));
  if (options.samples_max > limits::kShadowSamplesMax)
    return bad("shadow.samples_max is " + std::to_string(options.samples_max) + ", at most " +
               std::to_string(limits::kShadowSamplesMax));
  return {};
}

}  // namespace remit::vm
