#include "compiler/root_causes.h"

#include <array>
#include <cstddef>

namespace remit::compiler {

namespace {

using lang::Cause;
using lang::Diagnostic;

class FollowUps {
 public:
  FollowUps(const lang::Diagnostics& diags, const std::vector<Stage>& stages) : stages_(stages) {
    for (const Diagnostic* diagnostic : diags.sorted()) {
      const Cause cause = diagnostic->cause;
      if (cause == Cause::Files) files_are_missing_ = true;
      if (!diagnostic->has_place) continue;
      const Stage stage = stage_of(*diagnostic);
      if (cause == Cause::Text || stage == Stage::Manifest) unread_[index(stage)] = true;
      if (cause == Cause::Missing) missing_[index(stage)] = true;
    }
  }

  // Something is missed that a text which could not be read might have declared, or that an
  // earlier stage misses too.
  [[nodiscard]] bool contain(const Diagnostic& diagnostic) const {
    if (diagnostic.cause != Cause::Missing && diagnostic.cause != Cause::Values) return false;
    if (files_are_missing_) return true;
    // Of the bundle as a whole: a layer without a policy, no grant at all.
    if (!diagnostic.has_place) return any(unread_, Stage::Policy);
    const Stage stage = stage_of(diagnostic);
    // A layer is one of the manifest.
    if (diagnostic.code == lang::Code::E1206 && stage != Stage::Manifest &&
        unread_[index(Stage::Manifest)])
      return true;
    // Where the bundle has no currency, only schemas might have declared one.
    if (diagnostic.code == lang::Code::E1205) return any(unread_, Stage::Schema);
    switch (stage) {
      case Stage::Manifest: return false;
      case Stage::Schema: return any(unread_, Stage::Schema);
      case Stage::Policy: return any(unread_, Stage::Schema) || any(missing_, Stage::Schema);
      case Stage::Tests: return any(unread_, Stage::Tests) || any(missing_, Stage::Policy);
    }
    return false;
  }

 private:
  using Stages = std::array<bool, 4>;

  [[nodiscard]] static std::size_t index(Stage stage) { return static_cast<std::size_t>(stage); }
  // One of those from the schema to `last`.
  [[nodiscard]] static bool any(const Stages& stages, Stage last) {
    for (std::size_t at = index(Stage::Schema); at <= index(last); ++at) {
      if (stages[at]) return true;
    }
    return false;
  }
  [[nodiscard]] Stage stage_of(const Diagnostic& diagnostic) const {
    return stages_[static_cast<std::size_t>(diagnostic.span.file)];
  }

  const std::vector<Stage>& stages_;
  bool files_are_missing_ = false;
  Stages unread_{};   // some text is no text of the language
  Stages missing_{};  // something that is named is not there
};

}  // namespace

void keep_root_causes(lang::Diagnostics& diags, const std::vector<Stage>& stages) {
  const FollowUps follow_ups(diags, stages);
  diags.leave_out([&](const Diagnostic& diagnostic) { return follow_ups.contain(diagnostic); });
  std::vector<std::uint32_t> ranks;
  for (const Stage stage : stages) ranks.push_back(static_cast<std::uint32_t>(stage));
  diags.rank_files(std::move(ranks));
  diags.join_repeats();
}

}  // namespace remit::compiler
