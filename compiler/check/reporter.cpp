#include "compiler/check/reporter.h"

#include <utility>

#include <fmt/format.h>

#include "lang/suggest.h"

namespace remit::compiler {

namespace {

constexpr std::size_t kSuggestionsMax = 500;

}  // namespace

Diagnostic& Reporter::report(Code code, Span span, std::string message) const {
  return diags_->report(code, span, std::move(message));
}

Diagnostic& Reporter::report(Code code, std::string message) const {
  return diags_->report(code, std::move(message));
}

void Reporter::suggest(Diagnostic& diagnostic, std::string_view name, Span span,
                       const std::vector<std::string_view>& candidates,
                       std::string_view prefix) const {
  // Each suggestion takes time, and in a file with so many mistakes one more is no help.
  if (diags_->error_count() > kSuggestionsMax) return;
  const auto nearest = lang::nearest_name(name, candidates);
  if (!nearest) return;
  const std::string text = fmt::format("{}{}", prefix, *nearest);
  diagnostic.label(fmt::format("did you mean `{}`?", text))
      .help(fmt::format("write `{}`", text))
      .fix(span, text);
}

}  // namespace remit::compiler
