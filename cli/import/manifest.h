// The tools that a tool server lists: one list, of one page or of several.
//
// Sources of the formats: OpenAI function calling (`{"type":"function","function":{…}}`, or the
// same members without the wrapping), Model Context Protocol `tools/list`
// (`{"tools":[{"name","inputSchema","annotations"}],"nextCursor"}`), alone or as the result of a
// JSON-RPC answer.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/json.h"

namespace remit::cli {

enum class ManifestKind { OpenAi, Mcp };

struct ManifestPage {
  std::string file;  // for messages
  std::string text;
};

// One tool as its server describes it. The nodes are those of the manifest.
struct ManifestTool {
  std::string name;
  std::string description;
  const Json* schema = nullptr;       // a JSON Schema of the arguments; null: it has none
  const Json* annotations = nullptr;  // hints of MCP: an object, or null
  std::string place;                  // `tools.json: tools[2]`
};

struct Manifest {
  std::vector<std::unique_ptr<const Json>> pages;
  std::vector<ManifestTool> tools;  // in their order; no two have one name
};

// All tools of the pages, or a sentence that says which file is wrong, where and why. The last page
// must be the end of the list.
[[nodiscard]] std::expected<Manifest, std::string> read_manifest(
    ManifestKind kind, std::span<const ManifestPage> pages);

// Leaves the tools with these names. A sentence for each name that is neither in the manifest nor
// among `also_known`.
[[nodiscard]] std::vector<std::string> keep_only(std::span<const std::string> names,
                                                 std::span<const std::string_view> also_known,
                                                 Manifest& manifest);

}  // namespace remit::cli
