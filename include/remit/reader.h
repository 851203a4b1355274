// How a thread decides with a Reloader: the active engine, with facts and slots that fit it.
//
//     struct Slots {                                   // looked up again for each engine
//       explicit Slots(const remit::Engine& engine)
//           : amount(engine.slot("payments.refund", "args.amount").value_or(remit::SlotId())) {}
//       remit::SlotId amount;
//     };
//     remit::Reader<Slots> reader(reloader);           // one in each thread
//     …
//     const auto turn = reader.at(now_ms);             // for each request
//     turn.facts.reset("payments.refund");
//     turn.facts.set(turn.slots.amount, remit::money(20));
//     const remit::Decision decision = turn.engine.decide(turn.facts);
//
// Facts and slots belong to one load of an image. A turn has all three of the same load, and they
// change together: so take a turn for each request, and keep no slot beside it. Facts and slots of
// another load are never decided as if they fitted: they deny (<remit/facts.h>).
//
// While no other engine became active, `at` is one atomic load and a comparison of the clock; it
// takes no lock and allocates nothing. After a change it copies one pointer under a mutex which no
// load ever holds, and makes Slots and Facts anew.
//
// A Reader belongs to one thread at a time. It keeps its engine alive until its next `at`: a
// thread that stops deciding destroys its Reader. It may outlive the Reloader.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <remit/api.h>
#include <remit/decision.h>
#include <remit/engine.h>
#include <remit/facts.h>
#include <remit/reloader.h>

namespace remit::inline v0 {

// The engine that was active when this was made. For bindings; a C++ host has a Reader.
class REMIT_API ActiveEngine {
 public:
  explicit ActiveEngine(const Reloader& reloader);
  // The one that is active by now.
  [[nodiscard]] ActiveEngine next() const;

  // No other engine became active since. One atomic load.
  [[nodiscard]] bool is_current() const noexcept;
  // Retires the engine if its bundle has expired by `now_ms`.
  void expire(std::int64_t now_ms) const noexcept;
  [[nodiscard]] const Engine& engine() const { return engine_; }

 private:
  friend class ShadowReader;
  explicit ActiveEngine(std::shared_ptr<Reloader::State> state);
  std::shared_ptr<Reloader::State> reloader_;
  Engine engine_;
  std::uint64_t generation_;
  std::optional<std::int64_t> expires_ms_;
};

// What a thread needs to let the shadow decide: its facts, made anew for each shadow.
class REMIT_API ShadowReader {
 public:
  ShadowReader();
  ShadowReader(ShadowReader&&) noexcept;
  ShadowReader& operator=(ShadowReader&&) noexcept;
  ~ShadowReader();

  // Lets the shadow, if there is one and it is its turn, decide what `engine` decided on `facts`.
  // `text` is the request as it was received, if the host has it. Changes no decision.
  void observe(const ActiveEngine& active, const Facts& facts, const Decision& decision,
               std::optional<std::string_view> text) noexcept;

 private:
  struct Own;
  std::unique_ptr<Own> own_;  // null until there was a shadow
};

// The host binds no slots.
struct NoSlots {
  explicit NoSlots(const Engine& /*engine*/) {}
};

template <typename Slots = NoSlots>
  requires std::constructible_from<Slots, const Engine&>
class Reader {
 public:
  explicit Reader(const Reloader& reloader) : now_(take(ActiveEngine(reloader))) {}

  // Good until the next call of `at`.
  struct Turn {
    const Engine& engine;
    Facts& facts;        // of `engine`, as the request before left them
    const Slots& slots;  // of `engine`
    bool changed;        // another engine than in the turn before
  };

  // The active engine at the host's clock. If Slots or memory throws, there is no turn, and the
  // next call tries again.
  [[nodiscard]] Turn at(std::int64_t now_ms) {
    const bool changed = !now_->active.is_current();
    if (changed) now_ = take(now_->active.next());
    now_->active.expire(now_ms);
    return {now_->active.engine(), now_->facts, now_->slots, changed};
  }

  // The shadow's turn, if there is one: to be called after the answer was given, with the decision
  // of the last turn on its facts. See <remit/shadow.h>.
  void observe(const Decision& decision,
               std::optional<std::string_view> text = std::nullopt) noexcept {
    shadow_.observe(now_->active, now_->facts, decision, text);
  }

 private:
  struct Now {
    explicit Now(ActiveEngine current)
        : active(std::move(current)), slots(active.engine()), facts(active.engine().facts({})) {}
    ActiveEngine active;
    Slots slots;
    Facts facts;
  };
  static std::unique_ptr<Now> take(ActiveEngine active) {
    return std::make_unique<Now>(std::move(active));
  }

  std::unique_ptr<Now> now_;
  ShadowReader shadow_;
};

}  // namespace remit::inline v0
