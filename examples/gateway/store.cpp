#include "examples/gateway/store.h"

namespace gateway {

std::string_view name(StoreError::Kind kind) {
  switch (kind) {
    case StoreError::Kind::Down: return "store.down";
    case StoreError::Kind::Slow: return "store.slow";
    case StoreError::Kind::NotInstalled: return "store.not_installed";
    case StoreError::Kind::InvalidAnswer: return "store.invalid_answer";
    case StoreError::Kind::Stale: return "store.stale";
  }
  return "store.invalid_answer";
}

std::optional<StoreError> unbelievable(std::span<const Counter> counters,
                                       std::span<const LimitKey> keys, std::int64_t oldest_ms) {
  if (counters.size() != keys.size()) {
    return StoreError{StoreError::Kind::InvalidAnswer, "not one counter for each key"};
  }
  for (std::size_t at = 0; at < keys.size(); ++at) {
    const Counter& counter = counters[at];
    if (counter.limit != keys[at].limit || counter.used < 0) {
      return StoreError{StoreError::Kind::InvalidAnswer, "no counter of " + keys[at].limit};
    }
    if (counter.as_of_ms < oldest_ms) {
      return StoreError{StoreError::Kind::Stale, "the counter of " + counter.limit + " is old"};
    }
  }
  return std::nullopt;
}

}  // namespace gateway
