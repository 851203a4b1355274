// Where the fault of facts is.
#pragma once

#include <string>

#include <remit/engine.h>

namespace remit::test {

// Decides once more, which finds the same fault.
inline std::string place_of(const Engine& engine, Facts& facts) {
  return engine.answer(facts, engine.decide(facts)).value().at;
}

}  // namespace remit::test
