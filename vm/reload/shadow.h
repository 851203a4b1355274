// A shadow candidate: its engine, its share of the decisions, and what it said otherwise.
//
// Any number of threads call `has_turn` and `compare`, each with facts of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
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
  // Counts a comparison with `active` that was not made.
  void skip(const Engine& active) noexcept;

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

  // What was counted against one active engine.
  struct Counts {
    std::uint64_t observed_before = 0;
    ShadowReport totals;  // its numbers
    // Pointers, so that whoever reports does not hold up deciders while texts are copied.
    std::vector<std::shared_ptr<const ShadowReport::Sample>> samples;
    std::size_t samples_begun = 0;
    std::size_t sample_bytes = 0;
    Table<Sides> items;
    Table<std::uint64_t> tools, tenants;
  };

  // Of the candidate's side of a difference, whose other side is `ours`.
  [[nodiscard]] std::optional<LogEntry> entry_of(const Engine& active, const Facts& own,
                                                 const Decision& theirs,
                                                 std::optional<std::string_view> text,
                                                 const LogEntry& ours) const;
  // Begins the counts anew if `active` replaced the engine that they are about; false if it was
  // replaced itself. Under `counting_`.
  [[nodiscard]] bool is_counted(const Engine& active);
  void count_same(const Engine& active);
  // Whether a sample of it is wanted.
  [[nodiscard]] bool count_difference(const Engine& active, const Both& both,
                                      const Subject& subject);
  // The report but for what never changes and the samples. Under `counting_`.
  [[nodiscard]] ShadowReport numbers() const;
  void keep_sample(const Engine& active, LogEntry ours, LogEntry theirs);

  const Engine engine_;
  const std::vector<std::byte> image_;
  const ShadowOptions options_;  // without its key
  const std::vector<std::byte> withhold_key_;
  std::atomic<std::uint64_t> observed_{0};

  mutable std::mutex counting_;  // of `counts_`; only deciders whose turn it is take it
  Counts counts_;
};

}  // namespace remit::vm
