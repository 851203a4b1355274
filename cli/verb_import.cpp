// `remit import openai|mcp FILE --namespace NAME`

#include <fmt/format.h>

#include <remit/internal/check.h>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/import_manifest.h"
#include "cli/import_names.h"
#include "compiler/bundle.h"
#include "lang/printer.h"

namespace remit::cli {

namespace {

constexpr std::size_t kManifestBytesMax = std::size_t{64} << 20;

}  // namespace

int run_import(const Arguments& arguments, Console& console) {
  const std::string file(arguments.one("FILE"));
  const std::string_view name_space = arguments.one("--namespace");
  if (!is_plain_name(name_space)) {
    console.error(fmt::format("`{}` cannot be a namespace; use a name like `{}`", name_space,
                              spell(name_space)));
    return kUsage;
  }
  const auto text = read_file(file, kManifestBytesMax);
  if (!text) {
    console.error(text.error());
    return kUsage;
  }
  const ManifestKind kind =
      arguments.one("KIND") == "mcp" ? ManifestKind::Mcp : ManifestKind::OpenAi;
  const auto schema = import_manifest(kind, *text, name_space);
  if (!schema) {
    console.error(fmt::format("{}: {}", file, schema.error()));
    return kUsage;
  }
  const auto formatted = lang::format(*schema);
  REMIT_CHECK(formatted.has_value(), "what import writes does not parse");
  const auto bundle = compiler::compile_bundle({{"schema.rule", *formatted}}, {});
  if (bundle->diags.has_errors()) {
    print_diagnostics(*bundle, console, true);
    console.error(fmt::format("{}: what it makes breaks a rule of the language", file));
    return kFindings;
  }
  console.out(*formatted);
  return kFine;
}

}  // namespace remit::cli
