// What the file of a schema remembers of the manifest that it was made of, so that later a change
// of the server is told from what a person edited.
//
// Before each tool stand comments: the SHA-256 of its name, schema and hints, remarks such as
// descriptions apart, and the beginning of one for each argument, by its wire name.
//
//     // manifest sha256:5f0c…
//     //   owner 1d0e77a9, repo 09bb3c4e
//
// The first one is what finds a change. The short ones say only which argument it is of.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/import/manifest.h"
#include "lang/source.h"
#include "lang/token.h"

namespace remit::cli {

struct Baseline {
  std::string whole;                                          // 64 hex digits
  std::map<std::string, std::string, std::less<>> arguments;  // wire name to 8 hex digits
};

// What begins the comment with the hints of a server: `readOnlyHint true`.
inline constexpr std::string_view kHintsComment = "// the server says of itself: ";

[[nodiscard]] Baseline baseline_of(const ManifestTool& tool);

// Lines of comments, with a line break after each.
[[nodiscard]] std::string baseline_comment(const Baseline& baseline);

struct FoundBaseline {
  Baseline baseline;
  lang::Span span;  // its comments
};
// That in the comments before a tool; nothing if there is none, or it was edited.
[[nodiscard]] std::optional<FoundBaseline> find_baseline(std::span<const lang::Comment> comments);
// The comment with the hints, or null.
[[nodiscard]] const lang::Comment* find_hints(std::span<const lang::Comment> comments);

}  // namespace remit::cli
