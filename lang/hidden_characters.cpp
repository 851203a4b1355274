#include "lang/hidden_characters.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include "stdlib/text.h"

namespace remit::lang {

bool report_hidden_characters(const SourceMap& sources, FileId file, std::size_t begin, Code code,
                              Diagnostics& diags) {
  constexpr int kReportsMax = 1000;  // a hostile file could have millions
  const std::string_view text = sources.file(file).text();
  int reports = 0;
  for (std::size_t i = begin; i < text.size() && reports < kReportsMax;) {
    const stdlib::CodePoint point = stdlib::first_code_point(text.substr(i));
    const std::size_t end = i + point.length;
    if (is_forbidden_character(point.value)) {
      diags
          .report(code, Span{file, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end)},
                  fmt::format("character U+{:04X} is not allowed anywhere in a file",
                              static_cast<std::uint32_t>(point.value)))
          .help("delete it: it is invisible");
      ++reports;
    }
    i = end;
  }
  return reports != 0;
}

}  // namespace remit::lang
