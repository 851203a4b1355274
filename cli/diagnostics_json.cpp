#include "cli/diagnostics_json.h"

#include <nlohmann/json.hpp>

namespace remit::cli {

namespace {

using Json = nlohmann::ordered_json;

Json place(const lang::SourceMap& sources, lang::Span span) {
  const lang::SourceFile& file = sources.file(span.file);
  const lang::Place begin = file.place(span.begin), end = file.place(span.end);
  return {{"file", file.path()},
          {"line", begin.line},
          {"column", begin.column},
          {"end_line", end.line},
          {"end_column", end.column}};
}

Json row(const lang::Diagnostic& diagnostic, const lang::SourceMap& sources) {
  const lang::DiagnosticInfo& info = lang::info(diagnostic.code);
  Json json{{"code", info.name},
            {"severity", info.severity == lang::Severity::Error ? "error" : "warning"},
            {"message", diagnostic.message}};
  if (diagnostic.has_place) json.update(place(sources, diagnostic.span));
  Json notes = Json::array();
  if (!diagnostic.label_text.empty()) notes.push_back(diagnostic.label_text);
  for (const std::string& note : diagnostic.notes) notes.push_back(note);
  json["notes"] = notes;
  json["help"] = diagnostic.help_text;
  if (!diagnostic.also.empty()) {
    json["also"] = Json::array();
    for (const lang::Span span : diagnostic.also) json["also"].push_back(place(sources, span));
  }
  if (diagnostic.fix_text) {
    Json fix = place(sources, diagnostic.fix_text->span);
    fix["text"] = diagnostic.fix_text->text;
    json["fix"] = fix;
  }
  return json;
}

}  // namespace

std::string diagnostics_json(const compiler::CompiledBundle& bundle) {
  Json list = Json::array();
  for (const lang::Diagnostic* diagnostic : bundle.diags.sorted())
    list.push_back(row(*diagnostic, bundle.sources));
  return Json{{"schema_version", 1}, {"diagnostics", list}}.dump(-1, ' ', false,
                                                                 Json::error_handler_t::replace) +
         '\n';
}

}  // namespace remit::cli
