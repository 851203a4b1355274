// What is still possible for a tool, while little of a request is known: made by Engine::possible.
//
// It is for choosing the tools that an agent is offered. It decides nothing: a call that is
// proposed is decided with all its facts, whatever stood here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <remit/fault.h>

namespace remit::inline v0 {

// A *completion* of the known facts is a request for the tool that holds them, whatever else is
// unknown: other facts, arguments, counters. Facts that are required are there, each value is one
// of its type, and no person has answered yet.
struct ToolPossibility {
  std::string_view tool;  // wire name; valid while the engine or a copy of it lives
  // Some completion is permitted at once.
  bool permit = false;
  // Some completion waits for people (a queue or an escalation), and is permitted if they agree.
  bool wait = false;
  // Of `wait`: the roles, sorted, that some completion waits for, `requester` and `owner` among
  // them. Not each of them is asked each time. Valid as `tool`.
  std::vector<std::string_view> roles;
  // Both flags and `roles` are what trying all completions would give. Otherwise they may say more
  // than that, never less.
  bool exact = true;
  // Of `never`: why every completion is denied before any rule is asked. NoBundle: the engine is
  // retired, or the facts are of another load. InvalidRequest: a value that failed to bind, as any
  // does to facts of no tool.
  Fault fault = Fault::None;
  // Of `never`: what denies every completion, at once or after people agreed, as in a decision
  // record: full names of items, and `engine.default.LAYER` of a layer that never grants. Empty
  // where different completions are denied by different items.
  std::vector<std::string> by;

  // No completion is permitted, now or after people agreed. It is never said wrongly.
  [[nodiscard]] bool never() const { return !permit && !wait; }
};

}  // namespace remit::inline v0
