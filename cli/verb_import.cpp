// `remit import openai|mcp FILE… --namespace NAME`

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/import/manifest.h"
#include "cli/import/tool_text.h"
#include "compiler/bundle.h"
#include "stdlib/integer.h"

namespace remit::cli {

namespace {

constexpr std::size_t kManifestBytesMax = std::size_t{16} << 20;

// What the words of the call ask for.
struct ImportCall {
  ManifestKind kind{};
  std::string name_space;
  ImportOptions options;
  std::vector<std::string> only;  // empty: all tools
};

int refuse(Console& console, std::string_view problem) {
  console.error(problem);
  return kUsage;
}

std::vector<std::string> split_names(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (std::string_view list : lists) {
    while (true) {
      const std::size_t comma = std::min(list.find(','), list.size());
      names.emplace_back(list.substr(0, comma));
      if (comma == list.size()) break;
      list.remove_prefix(comma + 1);
    }
  }
  return names;
}

OrMessage<ImportCall> read_call(const Arguments& arguments) {
  ImportCall call;
  call.kind = arguments.one("KIND") == "mcp" ? ManifestKind::Mcp : ManifestKind::OpenAi;
  call.name_space = arguments.one("--namespace");
  call.only = split_names(arguments.all("--only"));
  call.options.numbers_are_integers = arguments.one("--number") == "int";
  call.options.effects_by_hints = arguments.one("--effects") == "hints";
  if (call.options.effects_by_hints && call.kind == ManifestKind::OpenAi)
    return std::unexpected("an OpenAI manifest has no hints: leave out `--effects hints`");
  if (arguments.has("--text-max")) {
    const std::string_view given = arguments.one("--text-max");
    const auto bytes = stdlib::parse_digits(given);
    if (!bytes || *bytes < 1 || *bytes > limits::kStringBytesMax) {
      return std::unexpected(
          fmt::format("`--text-max {}`: a text has 1 to {} bytes", given, limits::kStringBytesMax));
    }
    call.options.text_bytes = *bytes;
  }
  if (std::ranges::find(call.only, "") != call.only.end())
    return std::unexpected("`--only` has a name too few: `--only NAME,NAME`");
  if (!is_name(call.name_space)) {
    return std::unexpected(fmt::format("`{}` cannot be a namespace; use a name like `{}`",
                                       call.name_space, spell_name(call.name_space)));
  }
  return call;
}

OrMessage<Manifest> read_pages(const Arguments& arguments, const ImportCall& call) {
  std::vector<ManifestPage> pages;
  for (const std::string& file : arguments.all("FILE")) {
    auto text = read_file(file, kManifestBytesMax);
    if (!text) return std::unexpected(text.error());
    pages.push_back({file == "-" ? "<stdin>" : file, std::move(*text)});
  }
  return read_manifest(call.kind, pages);
}

int report_problems(const std::vector<std::string>& problems, Console& console) {
  for (const std::string& problem : problems) console.error(problem);
  return kUsage;
}

// Compiled alone, as `remit check` would.
std::unique_ptr<compiler::CompiledBundle> compiled(std::string_view text) {
  return compiler::compile_bundle({{"schema.rule", std::string(text)}}, {});
}

int write_new(const ImportCall& call, Manifest& manifest, Console& console) {
  if (!call.only.empty()) {
    if (const auto problems = keep_only(call.only, {}, manifest); !problems.empty())
      return report_problems(problems, console);
  }
  const auto text = schema_text(call.kind, manifest, call.name_space, call.options,
                                names_of_language(call.name_space));
  if (!text) return report_problems(text.error(), console);
  if (const auto bundle = compiled(*text); bundle->diags.has_errors()) {
    print_diagnostics(*bundle, console, true);
    console.error("what import makes of this breaks a rule of the language, so it is not written");
    return kFindings;
  }
  console.out(*text);
  return kFine;
}

}  // namespace

int run_import(const Arguments& arguments, Console& console) {
  auto call = read_call(arguments);
  if (!call) return refuse(console, call.error());
  auto manifest = read_pages(arguments, *call);
  if (!manifest) return refuse(console, manifest.error());
  return write_new(*call, *manifest, console);
}

}  // namespace remit::cli
