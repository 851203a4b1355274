#include "cli/import_manifest.h"

#include <set>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>
#include "cli/import_types.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::size_t kCommentColumns = 90;
constexpr int kManifestDepthMax = 128;

// One tool as a manifest gives it.
struct ManifestTool {
  std::string name;
  std::string description;
  const Json* parameters = nullptr;  // a JSON Schema object, or null for none
  const Json* annotations = nullptr;
};

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::expected<ManifestTool, std::string> read_tool(ManifestKind kind, const Json& entry,
                                                   std::size_t index) {
  const Json* function = kind == ManifestKind::OpenAi ? member(entry, "function") : nullptr;
  const Json& tool = function != nullptr ? *function : entry;
  ManifestTool result;
  result.name = text_of(member(tool, "name"));
  if (result.name.empty()) return std::unexpected(fmt::format("tool {} has no `name`", index + 1));
  if (stdlib::printable(result.name) != result.name) {
    return std::unexpected(fmt::format("tool {} has the name `{}`, which no source file may hold",
                                       index + 1, stdlib::printable(result.name)));
  }
  result.description = text_of(member(tool, "description"));
  result.parameters = member(tool, kind == ManifestKind::OpenAi ? "parameters" : "inputSchema");
  if (result.parameters != nullptr && !result.parameters->is_object()) {
    return std::unexpected(
        fmt::format("the parameters of tool `{}` are not a JSON Schema object", result.name));
  }
  if (kind == ManifestKind::Mcp) result.annotations = member(tool, "annotations");
  return result;
}

// The array of tools: the manifest itself, or its member `tools`.
std::expected<std::vector<ManifestTool>, std::string> read_tools(ManifestKind kind,
                                                                 const Json& manifest) {
  const Json* wrapped = member(manifest, "tools");
  const Json& list = wrapped != nullptr ? *wrapped : manifest;
  if (!list.is_array()) {
    return std::unexpected(
        "the manifest is neither an array of tools nor an object with an array `tools`");
  }
  if (list.empty()) return std::unexpected("the manifest lists no tools");
  if (list.size() > limits::kToolsMax) {
    return std::unexpected(fmt::format("the manifest lists {} tools; a bundle has at most {}",
                                       list.size(), limits::kToolsMax));
  }
  std::vector<ManifestTool> tools;
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto tool = read_tool(kind, list[i], i);
    if (!tool) return std::unexpected(tool.error());
    if (!names.insert(tool->name).second)
      return std::unexpected(fmt::format("the manifest declares tool `{}` twice", tool->name));
    tools.push_back(std::move(*tool));
  }
  return tools;
}

std::string annotation_comment(const Json& annotations) {
  std::vector<std::string> hints;
  for (const auto& [key, value] : annotations.items()) {
    hints.push_back(comment_text(fmt::format("{} {}", key, value.dump()), kCommentColumns));
  }
  return fmt::format("// the server says of itself: {}\n", fmt::join(hints, ", "));
}

std::string declare_tool(const ManifestTool& tool, std::string_view name_space, NameSet& names,
                         ImportedTypes& types) {
  std::string text;
  if (const std::string summary = comment_text(tool.description, kCommentColumns);
      !summary.empty()) {
    text += fmt::format("/// {}\n", summary);
  }
  if (tool.annotations != nullptr && tool.annotations->is_object() && !tool.annotations->empty()) {
    text += annotation_comment(*tool.annotations);
  }
  const std::string name = names.claim(spell(tool.name));
  text += fmt::format("tool {}.{} named {} {{\n  effect privileged\n", name_space, name,
                      string_literal(tool.name));
  std::vector<std::string> fields;
  if (tool.parameters != nullptr) fields = types.fields_of(*tool.parameters, name, 0);
  if (fields.empty()) return text + "  args   {}\n}\n";
  text += "  args {\n";
  for (const std::string& field : fields) text += fmt::format("    {}\n", field);
  return text + "  }\n}\n";
}

}  // namespace

std::expected<std::string, std::string> import_manifest(ManifestKind kind, std::string_view text,
                                                        std::string_view name_space) {
  Json manifest;
  try {
    bool deep = false;
    manifest = Json::parse(text, [&deep](int depth, Json::parse_event_t, const Json&) {
      deep = deep || depth > kManifestDepthMax;
      return !deep;
    });
    if (deep)
      return std::unexpected(fmt::format("it is nested more than {} deep", kManifestDepthMax));
  } catch (const Json::parse_error& error) {
    return std::unexpected(fmt::format("not JSON: byte {}", error.byte));
  }
  const auto tools = read_tools(kind, manifest);
  if (!tools) return std::unexpected(tools.error());

  ImportedTypes types(manifest);
  NameSet names;
  std::string body;
  for (const ManifestTool& tool : *tools) {
    body += '\n' + declare_tool(tool, name_space, names, types);
    if (!types.bad_name().empty()) {
      return std::unexpected(
          fmt::format("tool `{}` has an argument or field `{}`, which no source file may hold",
                      tool.name, types.bad_name()));
    }
  }
  std::string schema = fmt::format(
      "edition 1\nschema {}.tools\n\n"
      "// Imported. Every tool is `privileged` until a person lowers its effect; say what it reads "
      "and may carry.\n\n"
      "currency USD\n",
      name_space);
  for (const std::string& declaration : types.declarations()) schema += '\n' + declaration + '\n';
  return schema + body;
}

}  // namespace remit::cli
