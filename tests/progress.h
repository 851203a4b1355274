// A word now and then from a test that takes minutes, so that nobody takes it for one that hangs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace remit {

class Progress {
 public:
  explicit Progress(const char* what) : what_(what) {}

  // Any thread; says how much is done if nothing was said for half a minute.
  void tick(std::uint64_t done) {
    std::int64_t said = said_s_.load(std::memory_order_relaxed);
    const std::int64_t now = now_s();
    if (now - said < kEveryS || !said_s_.compare_exchange_strong(said, now)) return;
    std::fprintf(stderr, "%llu %s\n", static_cast<unsigned long long>(done), what_);
  }

 private:
  static constexpr std::int64_t kEveryS = 30;

  static std::int64_t now_s() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
  }

  const char* what_;
  std::atomic<std::int64_t> said_s_ = now_s();
};

}  // namespace remit
