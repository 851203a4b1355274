#include "cli/import/manifest.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <remit/limits.h>
#include "cli/import/names.h"
#include "lang/suggest.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

using Refusal = std::unexpected<std::string>;

constexpr std::string_view kShapes =
    "a manifest is an array of tools, an object with an array `tools`, or a JSON-RPC answer whose "
    "`result` is such an object";

std::string place_in(const ManifestPage& page, const Json& node) {
  const std::string path = json_path(node);
  return path.empty() ? page.file : fmt::format("{}: {}", page.file, path);
}

Refusal refuse(const ManifestPage& page, const Json& node, std::string_view problem) {
  return Refusal(fmt::format("{}: {}", place_in(page, node), problem));
}

// What the manifests of one kind call things, and the members by which the other kind is known.
struct Words {
  std::string_view schema;
  std::string_view others[2];
  std::string_view other_kind;
};

constexpr Words words_of(ManifestKind kind) {
  switch (kind) {
    case ManifestKind::OpenAi: return {"parameters", {"inputSchema", "inputSchema"}, "mcp"};
    case ManifestKind::Mcp: return {"inputSchema", {"parameters", "function"}, "openai"};
  }
  return {};
}

// Takes the answer of a JSON-RPC server off its result.
std::expected<const Json*, std::string> result_of(const ManifestPage& page, const Json& root) {
  if (root.member("jsonrpc") == nullptr || root.member("tools") != nullptr) return &root;
  if (const Json* error = root.member("error")) {
    const Json* message = error->member("message");
    return refuse(page, *error,
                  fmt::format("the server answered with an error{}",
                              message != nullptr && message->is_string()
                                  ? fmt::format(": {}", stdlib::quote_beginning(message->text))
                                  : std::string()));
  }
  if (const Json* result = root.member("result")) return result;
  return refuse(page, root, fmt::format("it has neither `result` nor `error`; {}", kShapes));
}

// The array of tools of a page.
std::expected<const Json*, std::string> list_of(const ManifestPage& page, const Json& body) {
  const Json* list = body.is_object() ? body.member("tools") : &body;
  if (list == nullptr) return refuse(page, body, fmt::format("it has no `tools`; {}", kShapes));
  if (!list->is_array()) {
    return refuse(page, *list,
                  list == &body ? std::string(kShapes) : "it must be an array of tools");
  }
  return list;
}

// The list goes on behind this page.
std::expected<bool, std::string> goes_on(const ManifestPage& page, const Json& body) {
  const Json* cursor = body.member("nextCursor");
  if (cursor == nullptr || cursor->kind == JsonKind::Null) return false;
  if (!cursor->is_string()) return refuse(page, *cursor, "a cursor is a string");
  return true;
}

std::expected<const Json*, std::string> schema_of(ManifestKind kind, const ManifestPage& page,
                                                  const Json& tool) {
  const Json* schema = tool.member(words_of(kind).schema);
  // OpenAI lets a function without arguments leave it out; MCP does not.
  if (schema == nullptr && kind == ManifestKind::Mcp)
    return refuse(page, tool, "it has no `inputSchema`, which MCP requires");
  if (schema != nullptr && !schema->is_object())
    return refuse(page, *schema, "it must be a JSON Schema, which is an object");
  return schema;
}

// A manifest of the other kind would be read as tools without arguments.
std::expected<void, std::string> check_kind(ManifestKind kind, const ManifestPage& page,
                                            const Json& tool) {
  const Words words = words_of(kind);
  if (tool.member(words.schema) != nullptr) return {};
  for (const std::string_view other : words.others) {
    if (tool.member(other) != nullptr) {
      return refuse(
          page, tool,
          fmt::format("it has `{}`: read it with `remit import {}`", other, words.other_kind));
    }
  }
  return {};
}

std::expected<ManifestTool, std::string> tool_of(ManifestKind kind, const ManifestPage& page,
                                                 const Json& entry) {
  if (!entry.is_object()) return refuse(page, entry, "a tool is an object");
  if (const Json* type = entry.member("type");
      kind == ManifestKind::OpenAi && type != nullptr && !type->is_string("function")) {
    return refuse(page, *type,
                  fmt::format("it is {}, and only a tool of type \"function\" has arguments to "
                              "check: take it out of the manifest",
                              json_text(*type)));
  }
  const Json* function = kind == ManifestKind::OpenAi ? entry.member("function") : nullptr;
  const Json& tool = function != nullptr ? *function : entry;
  if (const auto right = check_kind(kind, page, tool); !right) return Refusal(right.error());
  const Json* name = tool.member("name");
  if (name == nullptr) return refuse(page, tool, "it has no `name`");
  if (!name->is_string()) return refuse(page, *name, "a name is a string");
  if (const std::string why = wire_name_problem(name->text); !why.empty()) {
    return refuse(page, *name,
                  fmt::format("the name {} {}", stdlib::quote_beginning(name->text), why));
  }
  const auto schema = schema_of(kind, page, tool);
  if (!schema) return Refusal(schema.error());
  ManifestTool result{name->text, "", *schema, nullptr, place_in(page, entry)};
  if (const Json* description = tool.member("description");
      description != nullptr && description->is_string())
    result.description = description->text;
  const Json* annotations = kind == ManifestKind::Mcp ? tool.member("annotations") : nullptr;
  if (annotations != nullptr && annotations->kind != JsonKind::Null) {
    if (!annotations->is_object()) return refuse(page, *annotations, "it must be an object");
    result.annotations = annotations;
  }
  return result;
}

}  // namespace

std::expected<Manifest, std::string> read_manifest(ManifestKind kind,
                                                   std::span<const ManifestPage> pages) {
  Manifest manifest;
  std::map<std::string, std::string> places;
  for (const ManifestPage& page : pages) {
    auto root = read_json(page.text);
    if (!root) return Refusal(fmt::format("{}:{}", page.file, root.error()));
    manifest.pages.push_back(std::move(*root));
    const auto body = result_of(page, *manifest.pages.back());
    if (!body) return Refusal(body.error());
    const auto list = list_of(page, **body);
    if (!list) return Refusal(list.error());
    const auto more = goes_on(page, **body);
    if (!more) return Refusal(more.error());
    if (*more && &page == &pages.back()) {
      return refuse(page, *(*body)->member("nextCursor"),
                    "the list goes on: ask the server for the next page, and name the files of all "
                    "pages in their order");
    }
    for (const Json& entry : (*list)->children) {
      auto tool = tool_of(kind, page, entry);
      if (!tool) return Refusal(tool.error());
      const auto [first, is_new] = places.try_emplace(tool->name, tool->place);
      if (!is_new) {
        return refuse(page, entry,
                      fmt::format("the tool `{}` is there twice; the first one: {}", tool->name,
                                  first->second));
      }
      manifest.tools.push_back(std::move(*tool));
    }
  }
  if (manifest.tools.empty())
    return Refusal(fmt::format("{}: the manifest lists no tools", pages.front().file));
  return manifest;
}

std::vector<std::string> keep_only(std::span<const std::string> names,
                                   std::span<const std::string_view> also_known,
                                   Manifest& manifest) {
  std::vector<std::string_view> known(also_known.begin(), also_known.end());
  for (const ManifestTool& tool : manifest.tools) known.push_back(tool.name);
  std::vector<std::string> problems;
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto nearest = lang::nearest_name(name, known);
    problems.push_back(fmt::format("the manifest has no tool `{}`{}", name,
                                   nearest ? fmt::format(": did you mean `{}`?", *nearest) : ""));
  }
  std::erase_if(manifest.tools, [&](const ManifestTool& tool) {
    return std::ranges::find(names, tool.name) == names.end();
  });
  return problems;
}

}  // namespace remit::cli
