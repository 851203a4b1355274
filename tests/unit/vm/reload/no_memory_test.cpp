// Where the machine has no memory left, a candidate is refused, and the last good one goes on.
#include <gtest/gtest.h>

#include "tests/unit/vm/allocations.h"
#include "tests/unit/vm/reload/reloads.h"

namespace remit {
namespace {

using test::allocations;
using test::kNow;

// A store that allocates nothing.
VersionStore quiet_store() {
  return {.read = [] { return std::optional<std::int64_t>(1); },
          .write = [](std::int64_t) { return std::expected<void, std::string>(); }};
}

TEST(NoMemory, IsARefusalWhicheverAllocationOfALoadFails) {
  const ReloadOptions options{
      .trust = Trust::keys({test::ours().open}),
      .versions = quiet_store(),
      .steps_max = 100'000,
      .canaries = {{.name = "small", .request = test::refund_of(20), .verdict = Verdict::Permit}}};
  Reloader reloader = test::started(options);
  const std::uint64_t first = reloader.status().generation;
  const test::Bytes candidate = test::signed_image({.version = 2, .cap = 90});
  std::size_t failed = 0;
  for (;; ++failed) {
    std::expected<void, ReloadError> done;
    allocations().fails_from_then_on = true;
    allocations().fails_after = failed;
    done = reloader.load(candidate, kNow);
    allocations().fails_after = test::Allocations::kNever;
    if (done) break;
    ASSERT_EQ(done.error().fault, ReloadFault::NoMemory) << failed;
    ASSERT_EQ(reloader.status().generation, first) << failed;
  }
  EXPECT_GT(failed, 100U);
  EXPECT_EQ(reloader.status().refusals, failed);
  EXPECT_EQ(test::decide(reloader, 70).verdict(), Verdict::Permit) << "the candidate, in the end";
}

}  // namespace
}  // namespace remit
