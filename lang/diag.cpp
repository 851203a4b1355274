#include "lang/diag.h"

#include <algorithm>
#include <tuple>

namespace remit::lang {

const std::vector<DiagnosticInfo>& all_diagnostics() {
  static const std::vector<DiagnosticInfo> kRows = {
#define REMIT_DIAGNOSTIC(code, severity, title) {Code::code, Severity::severity, #code, title},
#include "lang/diagnostics.def"
#undef REMIT_DIAGNOSTIC
  };
  return kRows;
}

const DiagnosticInfo& info(Code code) { return all_diagnostics()[static_cast<std::size_t>(code)]; }

std::optional<Code> find_code(std::string_view name) {
  for (const DiagnosticInfo& row : all_diagnostics()) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

Diagnostic& Diagnostics::report(Code code, Span span, std::string message) {
  // Recovery may look at the same place again soon after; older duplicates do not arise.
  const std::size_t recent = std::min<std::size_t>(list_.size(), 8);
  for (auto earlier = list_.rbegin();
       earlier != list_.rbegin() + static_cast<std::ptrdiff_t>(recent); ++earlier) {
    if (earlier->has_place && earlier->code == code && earlier->span == span) {
      duplicate_ = Diagnostic{};
      return duplicate_;
    }
  }
  Diagnostic& added = list_.emplace_back();
  added.code = code;
  added.span = span;
  added.message = std::move(message);
  if (info(code).severity == Severity::Error) ++errors_;
  return added;
}

Diagnostic& Diagnostics::report(Code code, std::string message) {
  Diagnostic& added = list_.emplace_back();
  added.code = code;
  added.has_place = false;
  added.message = std::move(message);
  if (info(code).severity == Severity::Error) ++errors_;
  return added;
}

std::vector<const Diagnostic*> Diagnostics::sorted() const {
  std::vector<const Diagnostic*> order;
  for (const Diagnostic& diagnostic : list_) order.push_back(&diagnostic);
  std::ranges::stable_sort(order, {}, [](const Diagnostic* d) {
    return std::tuple(!d->has_place, static_cast<std::uint32_t>(d->span.file), d->span.begin,
                      d->span.end);
  });
  return order;
}

}  // namespace remit::lang
