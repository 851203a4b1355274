// A shadow candidate: its engine, its share of the decisions, and what it said otherwise.
//
// Any number of threads call `has_turn` and `compare`, each with facts of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/engine.h>
#include <remit/shadow.h>
#include "vm/reload/subject.h"

namespace remit::vm {

class Shadow {
 public:
  // `image` is what `engine` was loaded from.
  Shadow(const Engine& engine, std::vector<std::byte> image, const ShadowOptions& options);

  [[nodiscard]] const Engine& engine() const { return engine_; }
  // Differs between any two in this process; never 0.
  [[nodiscard]] std::uint64_t number() const { return engine_.generation(); }
  // The image, to load it anew.
  [[nodiscard]] const std::vector<std::byte>& image() const { return image_; }

  // Counts a decision of the active engine. Whether the shadow decides it too: of every `of` that
  // begin at a multiple of `of`, `decisions` do, evenly spread.
  [[nodiscard]] bool has_turn() noexcept;

  // Decides what `active` decided on `facts` again, on `own`, and counts what differs.
  void compare(const Engine& active, const Facts& facts, const Decision& decision,
               std::optional<std::string_view> text, Facts& own);
  void skip() noexcept;

  [[nodiscard]] ShadowReport report() const;

 private:
  struct Sides {
    std::uint64_t active = 0, candidate = 0;
  };
  // By name, with a row for those beyond `rows_max`.
  template <typename Count>
  struct Table {
    std::map<std::string, Count, std::less<>> rows;
    Count other{};

    Count& at(std::string_view name, std::size_t rows_max);
  };
  // The answers of both sides to one request.
  struct Both {
    const Decision& active;
    const Decision& candidate;
    std::vector<std::string> active_by, candidate_by;
  };

  void count(const Both& both, const Subject& subject);
  [[nodiscard]] bool wants_sample() noexcept;

  const Engine engine_;
  const std::vector<std::byte> image_;
  const ShadowOptions options_;  // without its key
  const std::vector<std::byte> withhold_key_;
  std::atomic<std::uint64_t> observed_{0};
  std::atomic<std::size_t> samples_begun_{0};

  mutable std::mutex counts_;  // of all below; only deciders whose turn it is take it
  ShadowReport totals_;        // its numbers and samples
  std::size_t sample_bytes_ = 0;
  Table<Sides> items_;
  Table<std::uint64_t> tools_, tenants_;
};

}  // namespace remit::vm
