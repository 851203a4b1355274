#include "lang/render.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <utf8proc.h>

#include "lang/display_width.h"

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
  std::size_t column;  // display columns from 0
  std::size_t width;
  std::string text;
  bool primary;
};

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
      const std::size_t first = first_shown(marks);
      out += fmt::format("{} {} {}\n", painter_.frame(fmt::format("{:>{}}", number, gutter_)),
                         painter_.frame("│"), shown(number, first));
      for (const Mark& mark : marks) {
        const std::size_t column = std::min(mark.column - first, kExcerptColumnsMax);
        const std::size_t width = std::min(mark.width, kExcerptColumnsMax - column + 1);
        const std::string line = std::string(width, mark.primary ? '^' : '-');
        out +=
            fmt::format("{} {} {}{}{}{}\n", pad(), painter_.frame("│"), std::string(column, ' '),
                        painter_.paint(line, mark.primary ? (is_error_ ? "1;31" : "1;33") : "34"),
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
    const Place begin = file_.place(span.begin);
    const std::uint32_t line_begin = file_.line_begin(begin.line);
    const std::string_view line = file_.line(begin.line);
    const std::size_t from = std::min<std::size_t>(span.begin - line_begin, line.size());
    const std::size_t to = std::clamp<std::size_t>(span.end - line_begin, from, line.size());
    const std::size_t column = display_width(line.substr(0, from));
    const std::size_t width = std::max<std::size_t>(display_width(line.substr(from, to - from)), 1);
    auto& marks = lines_[begin.line];
    marks.insert(primary ? marks.begin() : marks.end(), Mark{column, width, text, primary});
  }

  // The column from which a line is shown: its start, unless all that is marked lies far behind it.
  static std::size_t first_shown(const std::vector<Mark>& marks) {
    const std::size_t nearest = std::ranges::min_element(marks, {}, &Mark::column)->column;
    return nearest + kExcerptColumnsBefore <= kExcerptColumnsMax ? 0
                                                                 : nearest - kExcerptColumnsBefore;
  }

  // Long lines are cut, tabs become spaces, and controls and direction marks never reach the
  // terminal.
  [[nodiscard]] std::string shown(std::uint32_t number, std::size_t first) const {
    std::string_view line = file_.line(number);
    std::string text;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(line.data());
    std::size_t width = 0;
    for (std::size_t i = 0; i < line.size() && width < first + kExcerptColumnsMax;) {
      utf8proc_int32_t code_point = 0;
      const utf8proc_ssize_t length =
          utf8proc_iterate(bytes + i, static_cast<utf8proc_ssize_t>(line.size() - i), &code_point);
      const auto size = static_cast<std::size_t>(std::max<utf8proc_ssize_t>(length, 1));
      const bool visible = length > 0 && utf8proc_charwidth(code_point) > 0;
      if (width >= first)
        text += code_point == '\t' ? " "
                : visible          ? std::string(line.substr(i, size))
                                   : std::string("�");
      width += code_point == '\t' || !visible
                   ? 1
                   : static_cast<std::size_t>(utf8proc_charwidth(code_point));
      i += size;
    }
    return text;
  }

  const SourceMap& sources_;
  const SourceFile& file_;
  const Painter& painter_;
  bool is_error_;
  std::map<std::uint32_t, std::vector<Mark>> lines_;
  std::vector<Label> elsewhere_;
  std::size_t gutter_ = 1;
};

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceMap& sources, bool color) {
  const DiagnosticInfo& row = info(diagnostic.code);
  const bool is_error = row.severity == Severity::Error;
  const Painter painter{color};
  const std::string head = fmt::format("{}[{}]", is_error ? "error" : "warning", row.name);
  std::string out = fmt::format("{}: {}\n", painter.paint(head, is_error ? "1;31" : "1;33"),
                                painter.paint(diagnostic.message, "1"));
  std::string pad = " ";
  if (diagnostic.has_place) {
    const Excerpt excerpt(diagnostic, sources, painter, is_error);
    out += excerpt.text(sources.file(diagnostic.span.file).place(diagnostic.span.begin));
    pad = excerpt.pad();
  }
  for (const std::string& note : diagnostic.notes)
    out += fmt::format("{} {} {}\n", pad, painter.frame("="), note);
  if (!diagnostic.help_text.empty())
    out += fmt::format("{} {} {}\n", pad, painter.frame("help:"), diagnostic.help_text);
  return out + '\n';
}

}  // namespace remit::lang
