// Runs the tests of a bundle through the production decoder and engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <remit/explanation.h>
#include "compiler/bundle.h"

namespace remit::compiler {

struct TestResult {
  std::string title;
  std::string file;
  std::uint32_t line = 0;
  bool passed = false;
  std::string request;   // the JSON that was decided
  std::string expected;  // `permit by small_refund`
  std::string actual;
  Explanation explanation;  // of a failed test
};

struct TestRun {
  std::vector<TestResult> results;
  std::size_t matched = 0;             // rules, guards, rows and limits that matched in some test
  std::vector<std::string> unmatched;  // those that did in none, and do not allow it
  std::vector<std::string> idle;       // the places of an `@allow("W1313", …)` for nothing
};

// `bundle` compiled without errors. Only tests whose title contains `filter`.
[[nodiscard]] TestRun run_tests(const CompiledBundle& bundle, std::string_view filter);

}  // namespace remit::compiler
