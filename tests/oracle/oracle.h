// The oracle: a second opinion on what a bundle decides.
//
// It walks the typed trees of the source as the language reference reads: no IR, no bytecode, no
// slots, no bits, defs called as functions, sets as lists, hosts as labels. It shares no evaluation
// code with the engine, is as slow as it likes, and answers only requests that decode.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <remit/decision.h>
#include "compiler/typed.h"
#include "tests/oracle/datum.h"

namespace remit::oracle {

// What a condition says conjunct by conjunct: those of `applies when`, of `when`, and of `unless`
// negated. Nothing for one that reads what is absent.
using Clauses = std::vector<std::optional<bool>>;

struct ItemAnswer {
  std::string name;  // `policy.item`
  Clauses clauses;
  bool matches = false;
  bool lifted = false;
};

struct Answer {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;
  std::vector<ItemAnswer> items;  // of the tool's scope, canonical order
  std::vector<std::string> by;
};

[[nodiscard]] Answer decide(const compiler::TypedBundle& bundle, const Request& request);

}  // namespace remit::oracle
