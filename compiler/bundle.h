// A bundle of sources, taken through the whole compiler.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <remit/compile.h>
#include "compiler/check/typed.h"
#include "compiler/ir/ir.h"
#include "compiler/manifest.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

// Everything that became of the sources. `typed` and `ir` are there only if nothing was wrong.
struct CompiledBundle {
  lang::SourceMap sources;
  lang::Diagnostics diags;
  Manifest manifest;
  std::vector<const ast::Module*>
      modules;  // of the sources, in their order; the prelude is not among them
  std::shared_ptr<lang::Arena> arena;
  std::unique_ptr<TypedBundle> typed;
  std::optional<ir::Bundle> ir;
  std::vector<std::byte> image;  // empty without policies, or if something was wrong
};

// A file that belongs to the bundle and cannot be read: E1207.
struct UnreadableFile {
  std::string path;
  std::string reason;
};

// Parses, checks, lowers and emits. `manifest` is the text of remit.toml and `manifest_path` its
// label; no path: there is none. `images` off stops after the checks.
struct CompileOptions {
  std::string manifest;
  std::string manifest_path;
  bool images = true;
  std::string root;  // left off the front of the paths in an image: the bundle's folder, `rules/`
  bool layer_alone = false;  // a guards-only layer under test, which need not grant
  std::vector<UnreadableFile> unreadable;
};

[[nodiscard]] std::unique_ptr<CompiledBundle> compile_bundle(const std::vector<SourceText>& sources,
                                                             const CompileOptions& options);

// The image of one layer alone, for tests of that layer. The bundle compiled without errors.
[[nodiscard]] std::vector<std::byte> compile_layer(const CompiledBundle& bundle,
                                                   std::string_view layer);

}  // namespace remit::compiler
