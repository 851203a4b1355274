#include "compiler/check/expr/patterns.h"

#include "stdlib/pattern.h"

namespace remit::compiler {

void Patterns::check(const ast::Literal& pattern, const Reporter& reporter) {
  if (const auto problem = stdlib::check_pattern(pattern.text)) {
    const auto at = pattern.span.begin + 3 + static_cast<std::uint32_t>(problem->offset);
    reporter.report(Code::E0109, Span{pattern.span.file, at, at + 1}, problem->message)
        .help("patterns are a subset that every engine reads alike; see the page of this error");
    return;
  }
  if (!compiled_.insert(pattern.text).second) return;
  const auto compiled = stdlib::CompiledPattern::compile(pattern.text);
  if (!compiled) {
    reporter.report(Code::E0109, pattern.span, "the pattern needs more memory than allowed")
        .help("use smaller repeat counts");
    return;
  }
  const std::size_t before = instructions_;
  instructions_ += compiled->program_size();
  if (before <= stdlib::kPatternsInstructionsMax &&
      instructions_ > stdlib::kPatternsInstructionsMax) {
    reporter
        .report(Code::E1102, pattern.span,
                "with this one, the patterns of the bundle are too large")
        .help("use smaller repeat counts, or fewer patterns");
  }
}

}  // namespace remit::compiler
