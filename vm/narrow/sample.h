// A request of a case: values for what is unknown, so that the engine itself can decide it.
#pragma once

#include <cstdint>
#include <optional>

#include "vm/decide/facts_state.h"
#include "vm/narrow/arena.h"
#include "vm/narrow/outlook.h"
#include "vm/narrow/unknowns.h"

namespace remit::vm {

// Which of the values of a case: the lowest, with all absent that may be; or the highest, with all
// there that may be.
enum class Corner : std::uint8_t { Low, High };

class Sampler {
 public:
  // `facts` is a workspace: facts of the image, for any tool.
  Sampler(const Unknowns& unknowns, Facts::State& facts);

  // What one request of the case comes to, before people have answered; nothing if no value was
  // found for some unknown. The case has been settled.
  [[nodiscard]] std::optional<Prospect> decide(const Domains& domains, Corner corner);
  // How often the asserts of a request are asked at most.
  [[nodiscard]] std::uint32_t choices() const { return choices_; }

 private:
  [[nodiscard]] bool agreed();
  [[nodiscard]] bool agreed(std::uint32_t choice);
  [[nodiscard]] std::optional<Value> value(const FieldRow& field, const Domain& domain,
                                           Corner corner);
  [[nodiscard]] std::optional<Value> text(const TypeRow& type, const Domain& domain);
  [[nodiscard]] std::optional<Value> collection(const TypeRow& type, std::int64_t count,
                                                Corner corner);
  [[nodiscard]] std::optional<Value> element(const TypeRow& type, std::int64_t number);
  [[nodiscard]] bool record(std::uint32_t number, Value* into, Corner corner);

  const Unknowns& unknowns_;
  Facts::State& facts_;
  const Linked& linked_;
  const Image& image_;
  SampleArena arena_;
  std::uint32_t choices_ = 1;  // seats of the widest party of the tool
};

}  // namespace remit::vm
