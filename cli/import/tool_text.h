// The text of a schema file from the tools of a manifest: `remit import openai|mcp`.
//
// What a tool server says of itself is a claim. So every tool is `privileged` until a person lowers
// it, or asks for a first guess by its hints; and what the language cannot type is carried as
// `opaque`. Whatever a schema says and the file does not stands beside it as a comment.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/manifest.h"
#include "cli/import/names.h"
#include "cli/import/scalar_types.h"

namespace remit::cli {

// The names that a schema file uses already.
struct TakenNames {
  NameSet declarations;  // of enums and records
  NameSet tools;         // behind the namespace
};

// The names that no enum or record of a bundle can have, with those in `namespace`.
[[nodiscard]] TakenNames names_of_language(std::string_view name_space);

// The text of a schema file `NAMESPACE.tools` that passes `remit check`, formatted; or a sentence
// for each tool that it cannot declare.
[[nodiscard]] std::expected<std::string, std::vector<std::string>> schema_text(
    ManifestKind kind, const Manifest& manifest, std::string_view name_space,
    const ImportOptions& options, const TakenNames& taken);

}  // namespace remit::cli
