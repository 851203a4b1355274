// How the phases of the checker say what is wrong: a diagnostic, with the nearest name as its
// repair.
//
// Cheap to copy. A worker of a phase derives from it privately, so that it says `report` itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

using lang::Code;
using lang::Diagnostic;
using lang::Span;

class Reporter {
 public:
  Reporter(const lang::SourceMap& sources, lang::Diagnostics& diags)
      : sources_(&sources), diags_(&diags) {}

  // The reference, for whoever has more to say, is good until the next report.
  // NOLINTBEGIN(modernize-use-nodiscard)
  Diagnostic& report(Code code, Span span, std::string message) const;
  // For a problem without a place in a file.
  Diagnostic& report(Code code, std::string message) const;
  // NOLINTEND(modernize-use-nodiscard)
  // Offers the nearest of `candidates`, after `prefix`, instead of what stands at `span`.
  void suggest(Diagnostic& diagnostic, std::string_view name, Span span,
               const std::vector<std::string_view>& candidates, std::string_view prefix = {}) const;

  // What the author wrote there.
  [[nodiscard]] std::string_view quoted(Span span) const { return sources_->text(span); }
  [[nodiscard]] std::size_t error_count() const { return diags_->error_count(); }
  [[nodiscard]] bool has_errors() const { return diags_->has_errors(); }

 private:
  const lang::SourceMap* sources_;
  lang::Diagnostics* diags_;
};

// The names of what has some, as candidates.
[[nodiscard]] std::vector<std::string_view> names_of(const auto& named) {
  std::vector<std::string_view> names;
  for (const auto& one : named) names.push_back(one.name);
  return names;
}

}  // namespace remit::compiler
