// `remit import openai|mcp FILE… --namespace NAME`, and `--check` and `--update` of its result.

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <remit/limits.h>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/import/drift.h"
#include "cli/import/manifest.h"
#include "cli/import/tool_text.h"
#include "cli/import/update.h"
#include "compiler/bundle.h"
#include "stdlib/integer.h"
#include "stdlib/json_text.h"
#include "stdlib/text.h"

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
  if (arguments.has("--check") && arguments.has("--update"))
    return std::unexpected("`--check` changes nothing and `--update` does: give one of them");
  if (call.options.effects_by_hints && call.kind == ManifestKind::OpenAi)
    return std::unexpected("an OpenAI manifest has no hints: leave out `--effects hints`");
  if (call.options.effects_by_hints && arguments.has("--check"))
    return std::unexpected("`--check` does not compare effects: leave out `--effects hints`");
  if (call.options.effects_by_hints && arguments.has("--update"))
    return std::unexpected("what `--update` adds is privileged: leave out `--effects hints`");
  if (arguments.has("--text-max")) {
    const std::string_view given = arguments.one("--text-max");
    const auto bytes = stdlib::parse_digits(given);
    if (!bytes || *bytes < 1 || *bytes > limits::kStringBytesMax) {
      return std::unexpected(
          fmt::format("`--text-max {}`: a text has 1 to {} bytes", given, limits::kStringBytesMax));
    }
    call.options.text_bytes = *bytes;
  }
  if (call.name_space.empty() && !arguments.has("--check") && !arguments.has("--update"))
    return std::unexpected("name the first segment of the tools' names: `--namespace NAME`");
  if (std::ranges::find(call.only, "") != call.only.end())
    return std::unexpected("`--only` lists an empty name: write `--only NAME,NAME`");
  if (!call.name_space.empty() && !is_name(call.name_space)) {
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

// That of all tools of the file, or nothing.
std::optional<std::string> namespace_of(const SchemaFile& file) {
  std::set<std::string> first;
  for (const ast::ToolDecl* tool : file.tools()) first.emplace(tool->tool_name.parts.front().text);
  return first.size() == 1 ? std::optional(*first.begin()) : std::nullopt;
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

void print_changes(const std::string& path, std::span<const Change> changes, Console& console) {
  if (!console.json()) {
    for (const Change& change : changes) console.out(stdlib::printable(to_text(change)) + '\n');
    return;
  }
  std::string text;
  stdlib::JsonWriter json(text);
  json.begin_object();
  json.key("file");
  json.string(path);
  json.key("changes");
  json.begin_array();
  for (const Change& change : changes) {
    json.begin_object();
    json.key("change");
    json.string(to_text(change.kind));
    json.key("tool");
    json.string(change.tool);
    json.key("argument");
    change.argument.empty() ? json.null() : json.string(change.argument);
    json.key("message");
    json.string(change.text);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  console.out(text + '\n');
}

int check(const std::string& path, const SchemaFile& file, const Update& update, Console& console) {
  print_changes(path, update.changes, console);
  if (const auto names = tools_without_baseline(file); !names.empty()) {
    console.error(fmt::format(
        "{}: no manifest is remembered for {}, so a bound that the server widens is not found "
        "there: run `--update` once",
        path,
        names.size() == 1 ? fmt::format("`{}`", names.front())
                          : stdlib::counted(names.size(), "tool")));
  }
  if (update.changes.empty()) {
    if (!console.json())
      console.out(fmt::format("{}, no difference\n", stdlib::counted(file.tools().size(), "tool")));
    return kFine;
  }
  console.error(fmt::format("{}: {} from the manifest", path,
                            stdlib::counted(update.changes.size(), "difference")));
  return kFindings;
}

// `1 tool, 3 arguments added`
std::string added_text(std::span<const Change> changes) {
  std::string text;
  const auto add = [&](ChangeKind kind, std::string_view noun) {
    const auto count = std::ranges::count(changes, kind, &Change::kind);
    if (count == 0) return;
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        stdlib::counted(static_cast<std::size_t>(count), noun));
  };
  add(ChangeKind::NewTool, "tool");
  add(ChangeKind::NewArgument, "argument");
  return text.empty() ? "nothing to add" : text + " added";
}

int update_file(const std::string& path, const SchemaFile& file, const Update& update,
                Console& console) {
  print_changes(path, update.changes, console);
  if (update.text != file.text()) {
    const auto bundle = compiled(update.text);
    if (bundle->diags.has_errors() && !compiled(file.text())->diags.has_errors()) {
      print_diagnostics(*bundle, console, true);
      console.error(fmt::format("{}: the update would break it, so it stays as it is", path));
      return kFindings;
    }
    if (const auto written = write_file(path, update.text); !written)
      return refuse(console, written.error());
  }
  if (!console.json()) console.out(added_text(update.changes) + '\n');
  if (update.left.empty()) return kFine;
  console.error(fmt::format("{}: {} for a person to decide", path,
                            stdlib::counted(update.left.size(), "difference")));
  return kFindings;
}

int compare(const Arguments& arguments, ImportCall& call, Manifest& manifest, Console& console) {
  const bool is_check = arguments.has("--check");
  const std::string path(arguments.one(is_check ? "--check" : "--update"));
  auto text = read_file(path, limits::kSourceFileBytesMax);
  if (!text) return refuse(console, text.error());
  const auto file = SchemaFile::read(path, std::move(*text));
  if (!file) {
    console.talk(file.error());
    return kFindings;
  }
  if (!call.only.empty()) {
    // What the file has and the manifest has no more is a difference.
    std::vector<std::string_view> known;
    for (const ast::ToolDecl* tool : (*file)->tools()) known.push_back(wire_name_of(*tool));
    if (const auto problems = keep_only(call.only, known, manifest); !problems.empty())
      return report_problems(problems, console);
  }
  if (call.name_space.empty()) {
    const auto name_space = namespace_of(**file);
    if (!name_space && !is_check)
      return refuse(console, fmt::format("{}: its tools are not in one namespace: name that of new "
                                         "tools, `--namespace NAME`",
                                         path));
    call.name_space = name_space.value_or("tools");
  }
  const auto update =
      update_schema(**file, call.kind, manifest, call.name_space, call.options, call.only);
  if (!update) return report_problems(update.error(), console);
  return is_check ? check(path, **file, *update, console)
                  : update_file(path, **file, *update, console);
}

}  // namespace

int run_import(const Arguments& arguments, Console& console) {
  auto call = read_call(arguments);
  if (!call) return refuse(console, call.error());
  auto manifest = read_pages(arguments, *call);
  if (!manifest) return refuse(console, manifest.error());
  if (arguments.has("--check") || arguments.has("--update"))
    return compare(arguments, *call, *manifest, console);
  return write_new(*call, *manifest, console);
}

}  // namespace remit::cli
