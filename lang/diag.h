// Diagnostics: what is wrong in an author's text, where, and how to fix it.
//
// Reporting never stops the work: report, recover, go on, so that one run shows every problem.
//
//     diags.report(Code::E0304, span, "`risk` has no field `scor`")
//         .label("did you mean `risk.score`?").help("write `risk.score`").fix(span, "risk.score");
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/source.h"

namespace remit::lang {

enum class Severity : std::uint8_t { Error, Warning };

// The codes of diagnostics.def.
enum class Code : std::uint16_t {
#define REMIT_DIAGNOSTIC(code, severity, cause, title) code,
#include "lang/diagnostics.def"
#undef REMIT_DIAGNOSTIC
};

// What kind of mistake it is, and so which others may be behind it (diagnostics.def).
enum class Cause : std::uint8_t { Files, Text, Missing, Values, Meaning };

struct DiagnosticInfo {
  Code code;
  Severity severity;
  Cause cause;
  std::string_view name;   // `E0304`
  std::string_view title;  // `unknown field`
};

[[nodiscard]] const DiagnosticInfo& info(Code code);
[[nodiscard]] std::optional<Code> find_code(std::string_view name);
// All rows, in the order of the table.
[[nodiscard]] const std::vector<DiagnosticInfo>& all_diagnostics();

struct Label {
  Span span;
  std::string text;
};

struct Fix {
  Span span;         // what to replace
  std::string text;  // with what
};

struct Diagnostic {
  Code code{};
  Cause cause = Cause::Meaning;  // as its row says
  Span span;                     // where; the excerpt marks it
  bool has_place = true;         // false for problems of the bundle as a whole
  std::string message;           // lower case, no full stop, the author's words in backticks
  std::string label_text;        // beside the mark
  std::vector<Label> secondary;  // other places that matter
  std::vector<Span> also;        // where the same mistake was made again
  std::vector<std::string> notes;
  std::string help_text;  // the repair
  std::optional<Fix> fix_text;

  Diagnostic& label(std::string text) { return label_text = std::move(text), *this; }
  Diagnostic& secondary_at(Span at, std::string text) {
    secondary.push_back({at, std::move(text)});
    return *this;
  }
  // Nothing else is behind this one, though something may be behind others of its code.
  Diagnostic& stands_alone() { return cause = Cause::Meaning, *this; }
  Diagnostic& note(std::string text) { return notes.push_back(std::move(text)), *this; }
  Diagnostic& help(std::string text) { return help_text = std::move(text), *this; }
  Diagnostic& fix(Span at, std::string text) { return fix_text = Fix{at, std::move(text)}, *this; }
};

class Diagnostics {
 public:
  // The reference is good until the next report. The same code at the same place is reported once.
  Diagnostic& report(Code code, Span span, std::string message);
  // For a problem without a place in a file.
  Diagnostic& report(Code code, std::string message);

  // What is about no file first, then in the order of files, then of places.
  [[nodiscard]] std::vector<const Diagnostic*> sorted() const;
  // Files of a lower rank come first; without ranks they come as they were added.
  void rank_files(std::vector<std::uint32_t> ranks) { ranks_ = std::move(ranks); }
  // Leaves out what `is_follow_up` says of: what another one is the cause of.
  void leave_out(const std::function<bool(const Diagnostic&)>& is_follow_up);
  // Of what is missing, and is missed at several places, one is kept and knows the others.
  void join_repeats();
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  [[nodiscard]] std::size_t warning_count() const { return list_.size() - errors_; }
  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] bool empty() const { return list_.empty(); }

 private:
  std::deque<Diagnostic> list_;
  std::vector<std::uint32_t> ranks_;  // by FileId
  Diagnostic duplicate_;              // takes what is said of a problem that was already reported
  std::size_t errors_ = 0;
};

}  // namespace remit::lang
