// `remit check [PATH…]`

#include <chrono>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "compiler/rule_tests/fixtures_review.h"
#include "stdlib/text.h"

namespace remit::cli {

int run_check(const Arguments& arguments, Console& console) {
  const auto started = std::chrono::steady_clock::now();
  const auto compiled = compile_paths(arguments.all("PATH"), true);
  if (!compiled) {
    console.error(compiled.error());
    return kUsage;
  }
  compiler::review_fixtures(**compiled);
  const compiler::CompiledBundle& bundle = **compiled;
  print_diagnostics(bundle, console, false);
  const std::size_t errors = bundle.diags.error_count(), warnings = bundle.diags.warning_count();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - started)
                      .count();
  std::string summary = fmt::format("{}, {} in {} ({} ms)", stdlib::counted(errors, "error"),
                                    stdlib::counted(warnings, "warning"),
                                    stdlib::counted(bundle.modules.size(), "file"), ms);
  const auto sorted = bundle.diags.sorted();
  if (!sorted.empty())
    summary += fmt::format(" · remit explain {}", lang::info(sorted.front()->code).name);
  console.talk(summary + '\n');
  const bool findings = errors > 0 || (warnings > 0 && arguments.has("--strict"));
  return findings ? kFindings : kFine;
}

}  // namespace remit::cli
