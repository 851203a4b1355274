#include "lang/render.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <utf8proc.h>

#include <remit/internal/characters.h>
#include "lang/display_width.h"
#include "stdlib/text.h"

namespace remit::lang {

namespace {

constexpr std::size_t kExcerptColumnsMax = 160;
constexpr std::size_t kExcerptColumnsBefore = 40;  // of a place far to the right

struct Painter {
  bool color;
  [[nodiscard]] std::string paint(std::string_view text, std::string_view code) const {
    return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  [[nodiscard]] std::string frame(std::string_view text) const { return paint(text, "34"); }
};

struct Mark {
  std::size_t from, to;  // bytes of the line
  std::string text;
  bool primary;
};

// Where a line begins to be shown: at its start, unless all that is marked lies far behind it. A
// line may be as long as a file, so only the part that is shown is read.
std::size_t first_shown(std::string_view line, const std::vector<Mark>& marks) {
  constexpr std::size_t kBytesMax = kExcerptColumnsMax * 4;
  const std::size_t nearest = std::ranges::min_element(marks, {}, &Mark::from)->from;
  const std::size_t far = kExcerptColumnsMax - kExcerptColumnsBefore;
  if (nearest <= kBytesMax && display_width(line.substr(0, nearest)) <= far) return 0;
  std::size_t at = nearest;
  for (std::size_t columns = 0; columns < kExcerptColumnsBefore && at > 0; ++columns) {
    do --at;
    while (at > 0 && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80);
  }
  return at;
}

// A line as a person sees it: long ones are cut, tabs are spaces, and what cannot be seen or must
// not reach a terminal is a `�`.
std::string shown(std::string_view line) {
  std::string text;
  std::size_t width = 0;
  while (!line.empty() && width < kExcerptColumnsMax) {
    const stdlib::CodePoint point = stdlib::first_code_point(line);
    const std::size_t size = std::max<std::size_t>(point.length, 1);
    const bool readable = point.length != 0 && !is_forbidden_character(point.value);
    const int columns =
        readable ? utf8proc_charwidth(static_cast<utf8proc_int32_t>(point.value)) : 0;
    const bool visible = columns > 0;
    text += point.value == U'\t' ? " " : visible ? line.substr(0, size) : "�";
    width += visible ? static_cast<std::size_t>(columns) : 1;
    line.remove_prefix(size);
  }
  return text;
}

// The columns of a part of what is shown, which ends somewhere.
std::size_t columns_of(std::string_view part) { return display_width(shown(part)); }

class Excerpt {
 public:
  Excerpt(const Diagnostic& diagnostic, const SourceMap& sources, const Painter& painter,
          bool is_error)
      : sources_(sources),
        file_(sources.file(diagnostic.span.file)),
        painter_(painter),
        is_error_(is_error) {
    mark(diagnostic.span, diagnostic.label_text, true);
    for (const Label& label : diagnostic.secondary) {
      if (label.span.file == diagnostic.span.file)
        mark(label.span, label.text, false);
      else
        elsewhere_.push_back(label);
    }
    for (const auto& [line, marks] : lines_)
      gutter_ = std::max(gutter_, std::to_string(line).size());
  }

  [[nodiscard]] std::string text(Place at) const {
    std::string out = fmt::format("{} {} {}:{}:{}\n", pad(), painter_.frame("┌─"), file_.path(),
                                  at.line, at.column);
    out += fmt::format("{} {}\n", pad(), painter_.frame("│"));
    std::uint32_t last = 0;
    for (const auto& [number, marks] : lines_) {
      if (last != 0 && number > last + 1) out += fmt::format("{} {}\n", pad(), painter_.frame("·"));
      last = number;
      const std::string_view line = file_.line(number);
      const std::size_t first = first_shown(line, marks);
      out += fmt::format("{} {} {}\n", painter_.frame(fmt::format("{:>{}}", number, gutter_)),
                         painter_.frame("│"), shown(line.substr(first)));
      for (const Mark& mark : marks) {
        const std::size_t column =
            std::min(columns_of(line.substr(first, mark.from - first)), kExcerptColumnsMax);
        const std::size_t width =
            std::clamp<std::size_t>(columns_of(line.substr(mark.from, mark.to - mark.from)), 1,
                                    kExcerptColumnsMax - column + 1);
        const std::string under = std::string(width, mark.primary ? '^' : '-');
        out +=
            fmt::format("{} {} {}{}{}{}\n", pad(), painter_.frame("│"), std::string(column, ' '),
                        painter_.paint(under, mark.primary ? (is_error_ ? "1;31" : "1;33") : "34"),
                        mark.text.empty() ? "" : " ", mark.text);
      }
    }
    for (const Label& label : elsewhere_) {
      const SourceFile& other = sources_.file(label.span.file);
      const Place place = other.place(label.span.begin);
      out += fmt::format("{} {} {}: {}:{}\n", pad(), painter_.frame("│"), label.text, other.path(),
                         place.line);
    }
    return out;
  }

  [[nodiscard]] std::string pad() const { return std::string(gutter_, ' '); }

 private:
  void mark(Span span, const std::string& text, bool primary) {
    const std::uint32_t number = file_.line_of(span.begin);
    const std::uint32_t line_begin = file_.line_begin(number);
    const std::size_t size = file_.line(number).size();
    const std::size_t from = std::min<std::size_t>(span.begin - line_begin, size);
    const std::size_t to = std::clamp<std::size_t>(span.end - line_begin, from, size);
    auto& marks = lines_[number];
    marks.insert(primary ? marks.begin() : marks.end(), Mark{from, to, text, primary});
  }

  const SourceMap& sources_;
  const SourceFile& file_;
  const Painter& painter_;
  bool is_error_;
  std::map<std::uint32_t, std::vector<Mark>> lines_;
  std::vector<Label> elsewhere_;
  std::size_t gutter_ = 1;
};

// `error[E0304]: …`
std::string headline(const Diagnostic& diagnostic, const Painter& painter) {
  const DiagnosticInfo& row = info(diagnostic.code);
  const bool is_error = row.severity == Severity::Error;
  const std::string head = fmt::format("{}[{}]", is_error ? "error" : "warning", row.name);
  return fmt::format("{}: {}\n", painter.paint(head, is_error ? "1;31" : "1;33"),
                     painter.paint(diagnostic.message, "1"));
}

// `… and 3,800 more: 3,700 × E0304, 100 × E0401`
std::string rest(std::span<const Diagnostic* const> left) {
  std::map<std::string_view, std::size_t> counts;
  for (const Diagnostic* diagnostic : left) ++counts[info(diagnostic->code).name];
  std::vector<std::string> kinds;
  for (const auto& [code, count] : counts) kinds.push_back(fmt::format("{} × {}", count, code));
  return fmt::format("… and {} more: {}\n\n", left.size(), fmt::join(kinds, ", "));
}

// `the same in 4 more places: a.rule:7, a.rule:9, b.rule:3, …`
std::string repeats(const Diagnostic& diagnostic, const SourceMap& sources) {
  constexpr std::size_t kNamed = 3;
  const std::size_t count = diagnostic.also.size();
  std::string text = fmt::format("the same in {} more place{}:", count, count == 1 ? "" : "s");
  for (std::size_t i = 0; i < std::min(count, kNamed); ++i) {
    const SourceFile& file = sources.file(diagnostic.also[i].file);
    text += fmt::format("{} {}:{}", i == 0 ? "" : ",", file.path(),
                        file.line_of(diagnostic.also[i].begin));
  }
  return text + (count > kNamed ? ", …" : "");
}

// Advice that was given before is not repeated.
std::string rendered(const Diagnostic& diagnostic, const SourceMap& sources, bool color,
                     bool with_advice) {
  const bool is_error = info(diagnostic.code).severity == Severity::Error;
  const Painter painter{color};
  std::string out = headline(diagnostic, painter);
  std::string pad = " ";
  if (diagnostic.has_place) {
    const Excerpt excerpt(diagnostic, sources, painter, is_error);
    out += excerpt.text(sources.file(diagnostic.span.file).place(diagnostic.span.begin));
    pad = excerpt.pad();
  }
  if (!diagnostic.also.empty())
    out += fmt::format("{} {} {}\n", pad, painter.frame("="), repeats(diagnostic, sources));
  if (!with_advice) return out + '\n';
  for (const std::string& note : diagnostic.notes)
    out += fmt::format("{} {} {}\n", pad, painter.frame("="), note);
  if (!diagnostic.help_text.empty())
    out += fmt::format("{} {} {}\n", pad, painter.frame("help:"), diagnostic.help_text);
  return out + '\n';
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceMap& sources, bool color) {
  return rendered(diagnostic, sources, color, true);
}

std::string render_all(const Diagnostics& diags, const SourceMap& sources, bool color) {
  const auto sorted = diags.sorted();
  const std::size_t shown = std::min(sorted.size(), kDiagnosticsShownMax);
  std::set<std::tuple<Code, std::string_view, std::string_view, std::vector<std::string>>> said;
  std::string out;
  for (const Diagnostic* diagnostic : std::span(sorted).first(shown)) {
    const auto [advice, is_first] = said.emplace(diagnostic->code, diagnostic->message,
                                                 diagnostic->help_text, diagnostic->notes);
    out += rendered(*diagnostic, sources, color, is_first);
  }
  if (shown < sorted.size()) out += rest(std::span(sorted).subspan(shown));
  return out;
}

}  // namespace remit::lang
