// Random bundles and what is made of them, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "compiler/bundle.h"
#include "lang/parser.h"
#include "lang/render.h"
#include "tests/generator/bundle.h"
#include "tests/generator/request.h"

namespace remit::property {

inline constexpr std::uint64_t kSeed = 20261124;

inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Compiles what must compile.
inline std::unique_ptr<compiler::CompiledBundle> compiled(const generator::Bundle& bundle) {
  compiler::CompileOptions options;
  options.manifest = bundle.manifest;
  options.manifest_path = "remit.toml";
  auto result = compiler::compile_bundle(bundle.sources, options);
  for (const lang::Diagnostic* diagnostic : result->diags.sorted()) {
    if (lang::info(diagnostic->code).severity == lang::Severity::Error)
      ADD_FAILURE() << lang::render(*diagnostic, result->sources, false);
  }
  return result;
}

// The syntax of one file. `module` lives as long as the whole.
struct Parsed {
  explicit Parsed(const std::string& text) {
    module = lang::parse(sources, sources.add("", text), arena, diags);
  }
  lang::SourceMap sources;
  lang::Arena arena;
  lang::Diagnostics diags;
  const ast::Module* module = nullptr;
};

}  // namespace remit::property
