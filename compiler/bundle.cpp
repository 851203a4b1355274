#include "compiler/bundle.h"

#include <algorithm>

#include "compiler/check.h"
#include "compiler/cost.h"
#include "compiler/emit.h"
#include "compiler/grants.h"
#include "compiler/lower.h"
#include "lang/parser.h"
#include "lang/render.h"
#include "vm/image/serialize.h"

namespace remit::compiler {

namespace {

void back_end(CompiledBundle& bundle, const CompileOptions& options) {
  bundle.ir = lower(*bundle.typed);
  check_grants(*bundle.ir, bundle.diags);
  const auto bounds = static_bounds(*bundle.ir);
  check_bounds(*bundle.ir, bounds, bundle.manifest.max_steps, bundle.diags);
  if (bundle.diags.has_errors() || !options.images || bundle.typed->policies.empty()) return;
  bundle.image =
      vm::serialize(emit(*bundle.ir, bundle.manifest, bounds, bundle.sources, options.root));
}

}  // namespace

std::unique_ptr<CompiledBundle> compile_bundle(const std::vector<SourceText>& sources,
                                               const CompileOptions& options) {
  auto bundle = std::make_unique<CompiledBundle>();
  bundle->arena = std::make_shared<lang::Arena>();
  if (!options.manifest_path.empty()) {
    const lang::FileId file = bundle->sources.add(options.manifest_path, options.manifest);
    bundle->manifest = parse_manifest(options.manifest, file, bundle->sources, bundle->diags);
  }
  // The order of the files means nothing, so it must not show in anything that is made of them.
  std::vector<const SourceText*> sorted;
  for (const SourceText& source : sources) sorted.push_back(&source);
  std::ranges::stable_sort(sorted, {}, [](const SourceText* source) { return source->path; });
  for (const SourceText* source : sorted) {
    const lang::FileId file = bundle->sources.add(source->path, source->text);
    bundle->modules.push_back(lang::parse(bundle->sources, file, *bundle->arena, bundle->diags));
  }
  bundle->typed = check(bundle->sources, bundle->modules, bundle->arena, bundle->manifest,
                        bundle->diags, options.layer_alone);
  if (!bundle->diags.has_errors()) back_end(*bundle, options);
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

namespace remit {

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

}  // namespace remit
