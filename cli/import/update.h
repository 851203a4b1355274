// Brings the file that people keep up to a manifest, without undoing what they wrote.
//
// Tools and arguments that are new are added. Everything else stays: what the server changed or
// removed is a question for a person, and is listed. The file then remembers the manifest as it is
// now.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/drift.h"
#include "cli/import/manifest.h"
#include "cli/import/scalar_types.h"
#include "cli/import/schema_file.h"

namespace remit::cli {

struct Update {
  std::string text;             // of the file, formatted if it was
  std::vector<Change> changes;  // since the file was made or updated
  std::vector<Change> left;     // what a person must decide
};

// Sentences where the manifest cannot be declared. New tools are in `name_space`. Tools of the file
// that are not among `only` are left alone, unless it is empty.
[[nodiscard]] std::expected<Update, std::vector<std::string>> update_schema(
    const SchemaFile& file, ManifestKind kind, const Manifest& manifest,
    std::string_view name_space, const ImportOptions& options, std::span<const std::string> only);

}  // namespace remit::cli
