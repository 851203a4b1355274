// Compiling in process: sources in, diagnostics or an image out. Needs the component
// remit::compile. A host that only decides does not include this header and does not link a parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace remit::inline v0 {

// One `.rule` file. `path` is only a label for diagnostics.
struct SourceText {
  std::string path;
  std::string text;
};

struct CompileMessage {
  std::string code;  // `E0304`
  bool is_error = false;
  std::string message;
  std::string file;
  std::uint32_t line = 0, column = 0, end_line = 0,
                end_column = 0;  // from 1; columns count code points
  std::string rendered;          // the whole diagnostic as `remit check` prints it, without colour
};

struct CompileResult {
  std::vector<CompileMessage> messages;  // in source order
  std::vector<std::byte> image;          // empty if there is an error
};

// Compiles a bundle. `manifest` is the text of `remit.toml`; empty makes a dev image. Does no I/O.
[[nodiscard]] CompileResult compile(const std::vector<SourceText>& sources,
                                    std::string_view manifest = {});

}  // namespace remit::inline v0
