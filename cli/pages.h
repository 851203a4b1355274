// Texts that the build puts into the program: the pages of diagnostics and the files of `remit
// init`.
#pragma once

#include <span>
#include <string_view>

namespace remit::cli {

struct Page {
  std::string_view name;  // `E0304`, `shop.rule`
  std::string_view text;
};

// docs/errors/*.md, by name.
[[nodiscard]] std::span<const Page> error_pages();
// examples/quickstart, by path.
[[nodiscard]] std::span<const Page> starter_files();

}  // namespace remit::cli
