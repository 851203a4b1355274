// How a manifest and the file that people keep have come apart.
//
// A person may edit the file: effects, annotations, names, and types that are narrower or say more.
// That is not drift. What the server changed since the file was made or updated is, whatever the
// file says; and so is what the file declares and the server does not take.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/schema_file.h"

namespace remit::cli {

enum class ChangeKind : std::uint8_t {
  NewTool,
  RemovedTool,
  NewArgument,
  RemovedArgument,
  ChangedArgument,
  ChangedHints,
  ChangedTool,  // in something that the file does not express
};

// `new_tool`, for programs.
[[nodiscard]] std::string_view to_text(ChangeKind kind);

struct Change {
  ChangeKind kind{};
  std::string tool;      // wire names
  std::string argument;  // or empty
  std::string text;      // `it is required in the manifest, and optional in the file`

  friend bool operator==(const Change&, const Change&) = default;
};

// The whole of it as a sentence.
[[nodiscard]] std::string to_text(const Change& change);

// Tools in the order of the manifest, then those of the file alone: of these, unless `only` is
// empty, those that it names. `manifest` is what import makes of the manifest now.
[[nodiscard]] std::vector<Change> drift(const SchemaFile& file, const SchemaFile& manifest,
                                        std::int64_t text_bytes_assumed,
                                        std::span<const std::string> only);

// The tools of the file for which it does not remember a manifest: of these only what the file
// allows and the manifest does not is found.
[[nodiscard]] std::vector<std::string> tools_without_baseline(const SchemaFile& file);

}  // namespace remit::cli
