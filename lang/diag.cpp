#include "lang/diag.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace remit::lang {

const std::vector<DiagnosticInfo>& all_diagnostics() {
  static const std::vector<DiagnosticInfo> kRows = {
#define REMIT_DIAGNOSTIC(code, severity, cause, title) \
  {Code::code, Severity::severity, Cause::cause, #code, title},
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
  added.cause = info(code).cause;
  added.span = span;
  added.message = std::move(message);
  if (info(code).severity == Severity::Error) ++errors_;
  return added;
}

Diagnostic& Diagnostics::report(Code code, std::string message) {
  Diagnostic& added = list_.emplace_back();
  added.code = code;
  added.cause = info(code).cause;
  added.has_place = false;
  added.message = std::move(message);
  if (info(code).severity == Severity::Error) ++errors_;
  return added;
}

std::vector<const Diagnostic*> Diagnostics::sorted() const {
  std::vector<const Diagnostic*> order;
  for (const Diagnostic& diagnostic : list_) order.push_back(&diagnostic);
  std::ranges::stable_sort(order, {}, [&](const Diagnostic* d) {
    const auto file = static_cast<std::uint32_t>(d->span.file);
    const std::uint32_t rank = d->has_place && file < ranks_.size() ? ranks_[file] : 0;
    return std::tuple(d->has_place, rank, file, d->span.begin, d->span.end);
  });
  return order;
}

void Diagnostics::leave_out(const std::function<bool(const Diagnostic&)>& is_follow_up) {
  std::erase_if(list_, [&](const Diagnostic& diagnostic) {
    if (!is_follow_up(diagnostic)) return false;
    if (info(diagnostic.code).severity == Severity::Error) --errors_;
    return true;
  });
}

void Diagnostics::join_repeats() {
  std::map<std::pair<Code, std::string_view>, const Diagnostic*> first;
  std::map<const Diagnostic*, std::vector<Span>> also;
  std::set<const Diagnostic*> repeats;
  for (const Diagnostic* diagnostic : sorted()) {
    if (!diagnostic->has_place || diagnostic->cause != Cause::Missing) continue;
    const auto [at, is_new] =
        first.try_emplace({diagnostic->code, diagnostic->message}, diagnostic);
    if (is_new) continue;
    also[at->second].push_back(diagnostic->span);
    repeats.insert(diagnostic);
  }
  for (Diagnostic& diagnostic : list_) {
    if (const auto found = also.find(&diagnostic); found != also.end())
      diagnostic.also = std::move(found->second);
  }
  leave_out([&](const Diagnostic& diagnostic) { return repeats.contains(&diagnostic); });
}

}  // namespace remit::lang
