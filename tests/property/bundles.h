// Random bundles and what is made of them, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <remit/engine.h>
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

// How long the tests of laws run: REMIT_LAW_BUNDLES bundles of REMIT_LAW_REQUESTS requests, from
// REMIT_LAW_SEED on.
inline std::uint64_t law_bundles() { return setting("REMIT_LAW_BUNDLES", 80); }
inline std::uint64_t law_requests() { return setting("REMIT_LAW_REQUESTS", 60); }
inline std::uint64_t law_seed() { return setting("REMIT_LAW_SEED", kSeed); }

inline compiler::CompileOptions options_for(const generator::Bundle& bundle) {
  compiler::CompileOptions options;
  options.manifest = bundle.manifest;
  options.manifest_path = "remit.toml";
  return options;
}

// Compiles what must compile.
inline std::unique_ptr<compiler::CompiledBundle> compiled(const generator::Bundle& bundle) {
  auto result = compiler::compile_bundle(bundle.sources, options_for(bundle));
  for (const lang::Diagnostic* diagnostic : result->diags.sorted()) {
    if (lang::info(diagnostic->code).severity == lang::Severity::Error)
      ADD_FAILURE() << lang::render(*diagnostic, result->sources, false);
  }
  return result;
}

// Throws, which ends the test, where there is none: nothing can be asked then.
inline Engine loaded(const generator::Bundle& source, const compiler::CompiledBundle& bundle) {
  const auto engine = Engine::load(bundle.image, Trust::unsigned_image());
  if (engine) return *engine;
  std::string text = engine.error().message + '\n';
  for (const SourceText& file : source.sources) text += "--- " + file.path + '\n' + file.text;
  throw std::runtime_error(text);
}

// A bundle that compiles, and its engine.
struct Loaded {
  explicit Loaded(const generator::Bundle& source)
      : bundle(compiled(source)), engine(loaded(source, *bundle)) {}
  [[nodiscard]] const compiler::TypedBundle& typed() const { return *bundle->typed; }

  std::unique_ptr<compiler::CompiledBundle> bundle;
  Engine engine;
};

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
