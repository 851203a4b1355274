// `remit fmt [PATH…]`

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/render.h"

namespace remit::cli {

namespace {

// Formats one file; nothing if it does not parse, which is then reported.
std::optional<std::string> formatted(const SourceText& source, Console& console) {
  lang::SourceMap sources;
  lang::Arena arena;
  lang::Diagnostics diags;
  const lang::FileId file = sources.add(source.path, source.text);
  const ast::Module* module = lang::parse(sources, file, arena, diags);
  if (!diags.has_errors()) return lang::format(*module, sources);
  console.talk(lang::render_all(diags, sources, false));
  return std::nullopt;
}

}  // namespace

int run_fmt(const Arguments& arguments, Console& console) {
  auto collected = collect_bundle(arguments.all("PATH"));
  if (!collected) {
    console.error(collected.error());
    return kUsage;
  }
  int exit_code = kFine;
  for (const compiler::UnreadableFile& unusable : collected->unusable) {
    console.error(fmt::format("`{}`: {}", unusable.path, unusable.reason));
    exit_code = kUsage;
  }
  for (const SourceText& source : collected->files.sources) {
    const auto text = formatted(source, console);
    if (!text) {
      exit_code = std::max<int>(exit_code, kFindings);
    } else if (source.path == "<stdin>") {
      console.out(*text);
    } else if (*text != source.text) {
      console.out(source.path + '\n');
      if (arguments.has("--check")) {
        exit_code = std::max<int>(exit_code, kFindings);
      } else if (const auto written = write_file(source.path, *text); !written) {
        console.error(written.error());
        exit_code = kUsage;
      }
    }
  }
  return exit_code;
}

}  // namespace remit::cli
