#include "compiler/bundle.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/check.h"
#include "compiler/emit/emit.h"
#include "compiler/ir/cost.h"
#include "compiler/ir/lower.h"
#include "compiler/review/bounds.h"
#include "compiler/review/review.h"
#include "compiler/root_causes.h"
#include "lang/parser.h"
#include "lang/render.h"
#include "stdlib/prelude.h"
#include "vm/image/serialize.h"

namespace remit::compiler {

namespace {

Heading heading_of(const Manifest& manifest) {
  return {!manifest.present, manifest.name, manifest.version, manifest.expires_ms,
          manifest.max_steps};
}

const ast::Module* parsed(CompiledBundle& bundle, const std::string& path, std::string text) {
  const lang::FileId file = bundle.sources.add(path, std::move(text));
  return lang::parse(bundle.sources, file, *bundle.arena, bundle.diags);
}

void parse_all(CompiledBundle& bundle, const std::vector<SourceText>& sources) {
  // The order of the files means nothing, so it must not show in anything that is made of them.
  std::vector<const SourceText*> sorted;
  for (const SourceText& source : sources) sorted.push_back(&source);
  std::ranges::stable_sort(sorted, {}, [](const SourceText* source) { return source->path; });
  for (const SourceText* source : sorted)
    bundle.modules.push_back(parsed(bundle, source->path, source->text));
}

void compile_into(CompiledBundle& bundle, const std::vector<SourceText>& sources,
                  const CompileOptions& options) {
  for (const UnreadableFile& file : options.unreadable) {
    bundle.diags
        .report(lang::Code::E1207, fmt::format("`{}` cannot be read: {}", file.path, file.reason))
        .help("a bundle holds regular files of at most 4 MiB, no links");
  }
  if (!options.manifest_path.empty()) {
    const lang::FileId file = bundle.sources.add(options.manifest_path, options.manifest);
    bundle.manifest = parse_manifest(options.manifest, file, bundle.sources, bundle.diags);
  }
  parse_all(bundle, sources);
  std::vector<const ast::Module*> with_prelude{
      parsed(bundle, "prelude.rule", std::string(stdlib::prelude_text()))};
  with_prelude.insert(with_prelude.end(), bundle.modules.begin(), bundle.modules.end());
  const Manifest& manifest = bundle.manifest;
  const Layering layering{manifest.present, manifest.layers, manifest.machine, options.layer_alone};
  bundle.typed = check(bundle.sources, with_prelude, bundle.arena, layering, bundle.diags);
  if (bundle.diags.has_errors()) return;

  bundle.ir = lower(*bundle.typed);
  const auto bounds = static_bounds(*bundle.ir);
  review(*bundle.ir, bundle.sources, bundle.diags);
  review_bounds(*bundle.ir, bounds, manifest.max_steps, bundle.diags);
  if (bundle.diags.has_errors() || !options.images || bundle.typed->policies.empty()) return;
  bundle.image =
      vm::serialize(emit(*bundle.ir, heading_of(manifest), bounds, bundle.sources, options.root));
}

Stage stage_of(const ast::Module& module) {
  switch (module.kind) {
    case ast::ModuleKind::Policy: return Stage::Policy;
    case ast::ModuleKind::Tests: return Stage::Tests;
    case ast::ModuleKind::Schema:
    case ast::ModuleKind::Unknown: break;  // whatever it was to declare is missing
  }
  return Stage::Schema;
}

std::vector<Stage> stages_of(const CompiledBundle& bundle) {
  std::vector<Stage> stages(bundle.sources.size(), Stage::Manifest);
  for (const ast::Module* module : bundle.modules)
    stages[static_cast<std::size_t>(module->file)] = stage_of(*module);
  return stages;
}

}  // namespace

std::unique_ptr<CompiledBundle> compile_bundle(const std::vector<SourceText>& sources,
                                               const CompileOptions& options) {
  auto bundle = std::make_unique<CompiledBundle>();
  bundle->arena = std::make_shared<lang::Arena>();
  compile_into(*bundle, sources, options);
  keep_root_causes(bundle->diags, stages_of(*bundle));
  return bundle;
}

std::vector<std::byte> compile_layer(const CompiledBundle& bundle, std::string_view layer) {
  std::vector<SourceText> sources;
  for (const ast::Module* module : bundle.modules) {
    const lang::SourceFile& file = bundle.sources.file(module->file);
    const bool policy = module->kind == ast::ModuleKind::Policy;
    const std::string_view own = module->has_layer ? module->layer.text : std::string_view("main");
    if (module->kind == ast::ModuleKind::Schema || (policy && own == layer))
      sources.push_back({file.path(), std::string(file.text())});
  }
  CompileOptions options;
  options.layer_alone = true;
  return compile_bundle(sources, options)->image;
}

}  // namespace remit::compiler

namespace remit::inline v0 {

CompileResult compile(const std::vector<SourceText>& sources, std::string_view manifest) {
  compiler::CompileOptions options;
  options.manifest = manifest;
  if (!manifest.empty()) options.manifest_path = "remit.toml";
  const auto bundle = compiler::compile_bundle(sources, options);
  CompileResult result;
  for (const lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    CompileMessage message;
    const lang::DiagnosticInfo& info = lang::info(diagnostic->code);
    message.code = info.name;
    message.is_error = info.severity == lang::Severity::Error;
    message.message = diagnostic->message;
    if (diagnostic->has_place) {
      const lang::SourceFile& file = bundle->sources.file(diagnostic->span.file);
      const lang::Place begin = file.place(diagnostic->span.begin),
                        end = file.place(diagnostic->span.end);
      message.file = file.path();
      message.line = begin.line;
      message.column = begin.column;
      message.end_line = end.line;
      message.end_column = end.column;
    }
    message.rendered = lang::render(*diagnostic, bundle->sources, false);
    result.messages.push_back(std::move(message));
  }
  result.image = bundle->image;
  return result;
}

}  // namespace remit::inline v0
