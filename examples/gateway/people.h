// The side of the people: what waits, and their answers.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "examples/gateway/directory.h"
#include "examples/gateway/store.h"

namespace gateway {

// What somebody can still answer, for a terminal.
[[nodiscard]] StoreResult<std::string> list_pending(Store& store, std::int64_t now_ms);

struct KeptAnswer {
  std::string id;
  // Why it will not count, as far as the host can tell now; empty: it will, and a refusal has.
  std::string will_not_count;
};

// Keeps what a person said to a wait. The directory must know the person in that role; as
// `requester` those answer for whom the agent works, as `owner` those who own the target. Whether a
// grant counts (not by who asked but as requester, in time, of the right tenant) is for the engine
// to say, and here only foreseen; a refusal by who asked, or from a seat that is asked, ends the
// call here. The error is a sentence.
[[nodiscard]] std::expected<KeptAnswer, std::string> answer_wait(
    Store& store, const Directory& directory, std::int64_t wait, const std::string& by,
    const std::string& role, bool granted, std::int64_t now_ms);

}  // namespace gateway
