// The table of tenants: numbers are unique, kept, and as many as there is room for.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "vm/metrics/tenant_table.h"

namespace remit::vm {
namespace {

std::string tenant(std::size_t i) { return "tenant-" + std::to_string(i); }

TEST(TenantTable, GivesEveryTenantANumberUpToItsCapacity) {
  for (const std::size_t capacity : {0U, 1U, 2U, 3U, 1000U}) {
    TenantTable table(capacity);
    for (int round = 0; round < 2; ++round) {
      for (std::size_t i = 0; i < capacity; ++i) EXPECT_EQ(table.find_or_add(tenant(i)), i);
      EXPECT_EQ(table.find_or_add(tenant(capacity)), TenantTable::kNone);
    }
    EXPECT_EQ(table.all().size(), capacity);
  }
}

TEST(TenantTable, TellsApartWhatDiffersInOneByte) {
  TenantTable table(4);
  const std::string longest(limits::kIdBytesMax, 'a');
  EXPECT_EQ(table.find_or_add(longest), 0U);
  EXPECT_EQ(table.find_or_add(longest.substr(1)), 1U);
  EXPECT_EQ(table.find_or_add(longest.substr(1) + "b"), 2U);
  EXPECT_EQ(table.find_or_add(longest), 0U);
  const auto all = table.all();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].first, longest.substr(1));
  EXPECT_EQ(all[1].first, longest);
}

// Threads that meet the same new tenant agree on its number, and the numbers that the slower ones
// had taken for it are not lost.
TEST(TenantTable, LosesNoNumberToARace) {
  constexpr std::size_t kTenants = 2000, kThreads = 4;
  TenantTable table(kTenants);
  std::vector<std::vector<std::uint32_t>> seen(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kTenants; ++i) seen[t].push_back(table.find_or_add(tenant(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < kTenants; ++i) {
    numbers.push_back(table.find_or_add(tenant(i)));
    // While the last numbers were in other hands a tenant may have found none.
    for (const auto& thread : seen)
      EXPECT_TRUE(thread[i] == numbers[i] || thread[i] == TenantTable::kNone) << i;
  }
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < kTenants; ++i) EXPECT_EQ(numbers[i], i);
  EXPECT_EQ(table.find_or_add(tenant(kTenants)), TenantTable::kNone);
}

}  // namespace
}  // namespace remit::vm
