#include <remit/reader.h>

#include <utility>

#include "vm/reload/state.h"

namespace remit::inline v0 {

ActiveEngine::ActiveEngine(const Reloader& reloader)
    : ActiveEngine(ReloaderAccess::state(reloader)) {}

ActiveEngine::ActiveEngine(std::shared_ptr<Reloader::State> state)
    : reloader_(std::move(state)),
      engine_(reloader_->active()),
      generation_(engine_.generation()),
      expires_ms_(engine_.expires_ms()) {}

ActiveEngine ActiveEngine::next() const { return ActiveEngine(reloader_); }

bool ActiveEngine::is_current() const noexcept {
  return reloader_->generation.load(std::memory_order_acquire) == generation_;
}

void ActiveEngine::expire(std::int64_t now_ms) const noexcept {
  if (expires_ms_ && now_ms >= *expires_ms_) engine_.retire();
}

struct ShadowReader::Own {
  explicit Own(std::shared_ptr<vm::Shadow> of)
      : shadow(std::move(of)), facts(shadow->engine().facts({})) {}
  std::shared_ptr<vm::Shadow> shadow;
  Facts facts;
};

ShadowReader::ShadowReader() = default;
ShadowReader::ShadowReader(ShadowReader&&) noexcept = default;
ShadowReader& ShadowReader::operator=(ShadowReader&&) noexcept = default;
ShadowReader::~ShadowReader() = default;

void ShadowReader::observe(const ActiveEngine& active, const Facts& facts, const Decision& decision,
                           std::optional<std::string_view> text) noexcept {
  Reloader::State& reloader = *active.reloader_;
  const std::uint64_t number = reloader.shadow_number.load(std::memory_order_acquire);
  if (number == 0 || (own_ && own_->shadow->number() != number)) own_.reset();
  if (number == 0) return;
  // The host's request is answered: whatever goes wrong here is a comparison less.
  try {
    if (!own_) {
      auto shadow = reloader.shadow();
      if (!shadow) return;
      own_ = std::make_unique<Own>(std::move(shadow));
    }
    if (own_->shadow->has_turn())
      own_->shadow->compare(active.engine(), facts, decision, text, own_->facts);
  } catch (...) {
    if (own_) own_->shadow->skip(active.engine());
  }
}

}  // namespace remit::inline v0
