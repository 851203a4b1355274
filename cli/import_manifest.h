// Turns the manifest of a tool server into a schema file: `remit import openai|mcp`.
//
// What a tool server says of itself is a claim. So every tool is `privileged` until a person lowers
// it, hints become comments, and what the language cannot type is carried as `opaque`.
//
// Sources of the formats: OpenAI function calling (`{"type":"function","function":{…}}`), Model
// Context Protocol `tools/list` (`{"tools":[{"name","inputSchema","annotations"}]}`), JSON Schema
// for the arguments.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace remit::cli {

enum class ManifestKind { OpenAi, Mcp };

// The text of a schema file `NAMESPACE.tools` that passes `remit check`, or a sentence that says
// what is wrong with the manifest and where.
[[nodiscard]] std::expected<std::string, std::string> import_manifest(ManifestKind kind,
                                                                      std::string_view json,
                                                                      std::string_view name_space);

}  // namespace remit::cli
