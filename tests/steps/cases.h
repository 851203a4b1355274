// Requests that make a step expensive: a condition for every opcode and every class of pattern,
// with the arguments at which it costs most for what it is counted as. scripts/steps.py measures
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/image/instruction.h"

namespace remit::steps {

struct StepsCase {
  std::string name;
  std::optional<vm::Opcode> opcode;  // which the condition is about
  std::string fields;                // the arguments of the tool, as in a schema
  std::string condition;             // holds for `members`, so that every repetition is evaluated
  std::string members;               // the arguments, as in JSON
  int times = 40;                    // how often the condition stands in the rule
};

[[nodiscard]] std::vector<StepsCase> steps_cases();

// Policies of many items, in which work might grow with one number times another.
struct PolicyCase {
  std::string name;
  std::string policy;  // what follows its name
  std::string host{};  // members of the request beside the usual ones, each with a comma before
  std::string verdict = "permit";
  bool refused = false;  // by as many people as a request may bring, none of whom has a seat
};

[[nodiscard]] std::vector<PolicyCase> policy_cases();

// Bodies on which a path of the decoder does most for each of their bytes, and for each value that
// they leave out.
struct BodyCase {
  std::string name;
  std::string fields;
  std::string members;
  std::int64_t left_out = 0;  // optional values of records that are absent
};

[[nodiscard]] std::vector<BodyCase> body_cases();

}  // namespace remit::steps
