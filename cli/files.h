// Reading and writing files for the verbs. Every failure is a sentence that names the file.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/compile.h>
#include "compiler/bundle.h"

namespace remit::cli {

template <typename T>
using OrMessage = std::expected<T, std::string>;

// A regular file, or standard input for `-`; refused above `bytes_max`.
[[nodiscard]] OrMessage<std::string> read_file(const std::string& path, std::size_t bytes_max);

// Writes to a temporary file beside `written` and renames it: the file is there whole or not at
// all. What is there and is not a regular file is left alone.
[[nodiscard]] OrMessage<void> write_file(const std::string& written, std::string_view bytes);

// Whether a result of a kind may be written there: nothing but an empty file, or an older one of
// the kind, which begins in the same way. `kind` is what the message calls it.
[[nodiscard]] OrMessage<void> may_replace(const std::string& path, std::string_view begins,
                                          std::string_view kind);

// The files of a bundle as they lie on the disk.
struct BundleFiles {
  std::vector<SourceText> sources;  // by path, bytewise
  std::string manifest;             // the text of remit.toml
  std::string manifest_path;        // empty: there is none
};

struct CollectedFiles {
  BundleFiles files;
  std::string root;  // of the paths, if they are those of one folder: `rules/`
  std::vector<compiler::UnreadableFile> unusable;
};

// Collects the .rule files (and remit.toml) of files and folders; a folder is searched to any
// depth. Symbolic links and dot-files are not followed: a link is reported, a dot-file is left out.
[[nodiscard]] OrMessage<CollectedFiles> collect_bundle(std::span<const std::string> paths);

}  // namespace remit::cli
