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
  std::vector<std::string> unmatched;  // rules, guards, rows and limits that matched in no test
};

// `bundle` compiled without errors. Only tests whose title contains `filter`.
[[nodiscard]] TestRun run_tests(const CompiledBundle& bundle, std::string_view filter);

}  // namespace remit::compiler
