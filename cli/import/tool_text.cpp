#include "cli/import/tool_text.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

#include <remit/internal/check.h>
#include <remit/limits.h>
#include "cli/import/baseline.h"
#include "cli/import/types.h"
#include "lang/arena.h"
#include "lang/ast.h"
#include "lang/diag.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "stdlib/prelude.h"
#include "stdlib/roots.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::size_t kCommentColumns = 90;
constexpr std::string_view kChoose = "choose those that agents may call, `--only NAME,NAME`";

std::optional<bool> hint(const ManifestTool& tool, std::string_view name) {
  const Json* value = tool.annotations == nullptr ? nullptr : tool.annotations->member(name);
  if (value == nullptr) return std::nullopt;
  if (value->kind == JsonKind::True) return true;
  return value->kind == JsonKind::False ? std::optional(false) : std::nullopt;
}

// A first guess. A tool that writes destroys, unless it says that it does not: so MCP has it. One
// that says neither, or contradicts itself, says nothing.
std::string_view effect_by_hints(const ManifestTool& tool) {
  const auto reads = hint(tool, "readOnlyHint"), destroys = hint(tool, "destructiveHint");
  if ((!reads && !destroys) || (reads == true && destroys == true)) return "privileged";
  if (hint(tool, "openWorldHint") == true) return "communicate";
  if (reads == true) return "read";
  return destroys == false ? "write_reversible" : "write_irreversible";
}

std::string hints_comment(const Json& annotations) {
  std::string hints;
  for (const Json& member : annotations.children) {
    if (is_remark(member.key)) continue;
    hints += fmt::format("{}{} {}", hints.empty() ? "" : ", ", member.key, json_text(member));
  }
  if (hints.empty()) return {};
  return fmt::format("{}{}\n", kHintsComment, comment_text(hints, kCommentColumns));
}

// Why the arguments of a tool are not one list of names, or empty.
std::string no_arguments(SchemaView& arguments) {
  if (!arguments.problem().empty()) return arguments.problem();
  for (const std::string_view keyword : {"oneOf", "anyOf"}) {
    if (const Json* forms = arguments.look(keyword))
      return fmt::format("its arguments have several forms, `{}`: {}", keyword, json_text(*forms));
  }
  const std::string type = arguments.type();
  if (type != "object" && (!type.empty() || arguments.look("type") != nullptr))
    return "its arguments are not an object";
  const Json* properties = arguments.look("properties");
  // Some servers write an empty list where they have no properties.
  if (properties == nullptr || (properties->is_array() && properties->children.empty())) return {};
  if (!properties->is_object()) return "its `properties` are not an object";
  if (properties->children.size() <= limits::kRecordFieldsMax) return {};
  return fmt::format("it has {} arguments, and a tool has at most {}", properties->children.size(),
                     limits::kRecordFieldsMax);
}

// What the arguments as a whole say beyond their names and types.
std::vector<std::string> remarks_on(SchemaView& arguments) {
  std::vector<std::string> lines;
  if (takes_others(arguments))
    lines.emplace_back("// the server takes other arguments too; here they are refused");
  for (const std::string& keyword : arguments.dropped()) {
    for (std::string& line : comment_lines(fmt::format("not kept: {}", keyword)))
      lines.push_back(std::move(line));
  }
  return lines;
}

class Writer {
 public:
  Writer(std::span<const ManifestTool> tools, std::string_view name_space,
         const ImportOptions& options, const TakenNames& taken)
      : name_space_(name_space),
        options_(options),
        name_bytes_max_(
            std::min(limits::kDottedNameBytesMax - 1 - name_space.size(), limits::kNameBytesMax)),
        tool_names_(taken.tools),
        types_(options, taken.declarations) {
    for (const ManifestTool& tool : tools) {
      const bool is_own = stdlib::is_word(tool.name) && tool.name.size() <= name_bytes_max_;
      if (is_own && tool_names_.take(tool.name)) own_names_.insert(tool.name);
    }
  }

  // Appends to `body`; what is wrong with the tool, or empty.
  std::string add(const ManifestTool& tool);

  [[nodiscard]] std::string declarations() const {
    std::string text;
    for (const std::string& declaration : types_.declarations()) text += '\n' + declaration + '\n';
    return text;
  }
  std::string body;

 private:
  const std::string_view name_space_;
  const ImportOptions& options_;
  const std::size_t name_bytes_max_;
  NameSet tool_names_;
  std::set<std::string_view> own_names_;  // of tools that are spelled like a name
  ImportedTypes types_;
};

std::string Writer::add(const ManifestTool& tool) {
  const std::string name = own_names_.contains(tool.name)
                               ? tool.name
                               : tool_names_.claim(spell(tool.name), name_bytes_max_);
  std::vector<std::string> lines;
  if (tool.schema != nullptr) {
    SchemaView arguments(*tool.schema, *tool.schema, {});
    if (std::string why = no_arguments(arguments); !why.empty()) return why;
    lines = types_.arguments_of(*tool.schema, arguments, name);
    if (const Json* bad = types_.bad_name()) {
      return fmt::format("the name of the argument or field {} {}", json_path(*bad),
                         wire_name_problem(bad->key));
    }
    const std::vector<std::string> remarks = remarks_on(arguments);
    lines.insert(lines.end(), remarks.begin(), remarks.end());
  }
  body += '\n';
  if (const std::string summary = comment_text(tool.description, kCommentColumns); !summary.empty())
    body += fmt::format("/// {}\n", summary);
  if (tool.annotations != nullptr) body += hints_comment(*tool.annotations);
  body += baseline_comment(baseline_of(tool));
  body += fmt::format(
      "tool {}.{} named {} {{\n  effect {}\n", name_space_, name, string_literal(tool.name),
      options_.effects_by_hints ? fmt::format("{}  // by its hint", effect_by_hints(tool))
                                : "privileged");
  if (lines.empty()) {
    body += "  args   {}\n}\n";
    return {};
  }
  body += "  args {\n";
  for (const std::string& line : lines) body += fmt::format("    {}\n", line);
  body += "  }\n}\n";
  return {};
}

std::string header(ManifestKind kind, std::string_view name_space, const ImportOptions& options) {
  const std::string text = fmt::format(
      "Imported by `remit import {}`. {}; say what it reads and may carry. Where the server gives "
      "no bound, a text has at most {} bytes, a list {} elements, and an `opaque` value {} bytes.",
      kind == ManifestKind::Mcp ? "mcp" : "openai",
      options.effects_by_hints
          ? "The effect of a tool is what its server hints at, until a person has looked at it"
          : "Every tool is `privileged` until a person lowers its effect",
      options.text_bytes, kListElementsAssumed, kOpaqueBytesAssumed);
  std::string header = fmt::format("edition 1\nschema {}.tools\n\n", name_space);
  for (const std::string& line : comment_lines(text)) header += line + '\n';
  return header + "\ncurrency USD\n";
}

}  // namespace

TakenNames names_of_language(std::string_view name_space) {
  TakenNames taken;
  taken.declarations.take(name_space);
  for (const std::string_view root : stdlib::kEngineRoots) taken.declarations.take(root);
#define REMIT_TYPE(kind, text, tag, form) taken.declarations.take(text);
#include <remit/types.def>
#undef REMIT_TYPE
  lang::SourceMap sources;
  lang::Arena arena;
  lang::Diagnostics diags;
  const lang::FileId id = sources.add("prelude.rule", std::string(stdlib::prelude_text()));
  for (const ast::Decl* decl : lang::parse(sources, id, arena, diags)->decls)
    taken.declarations.take(decl->name.text);
  return taken;
}

std::expected<std::string, std::vector<std::string>> schema_text(ManifestKind kind,
                                                                 const Manifest& manifest,
                                                                 std::string_view name_space,
                                                                 const ImportOptions& options,
                                                                 const TakenNames& taken) {
  std::vector<std::string> problems;
  if (manifest.tools.size() > limits::kToolsMax) {
    problems.push_back(fmt::format("the manifest lists {} tools, and a bundle has at most {}: {}",
                                   manifest.tools.size(), limits::kToolsMax, kChoose));
    return std::unexpected(std::move(problems));
  }
  Writer writer(manifest.tools, name_space, options, taken);
  std::string others;
  for (const ManifestTool& tool : manifest.tools) {
    const std::string why = writer.add(tool);
    if (!why.empty()) {
      problems.push_back(fmt::format("{}: tool `{}`: {}", tool.place, tool.name, why));
    } else {
      others += fmt::format("{}{}", others.empty() ? "" : ",", tool.name);
    }
  }
  if (!problems.empty()) {
    if (!others.empty()) problems.push_back(fmt::format("the others alone: `--only {}`", others));
    return std::unexpected(std::move(problems));
  }
  std::string text = header(kind, name_space, options) + writer.declarations() + writer.body;
  if (text.size() <= limits::kSourceFileBytesMax) {
    auto formatted = lang::format(text);
    REMIT_CHECK(formatted.has_value(), "what import writes does not parse");
    text = std::move(*formatted);
  }
  if (text.size() <= limits::kSourceFileBytesMax) return text;
  problems.push_back(fmt::format("the schema would be longer than a file may be: {}", kChoose));
  return std::unexpected(std::move(problems));
}

}  // namespace remit::cli
