#include "compiler/review/allowed.h"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "lang/annotations.h"

namespace remit::compiler {

namespace {

using lang::Code;
using lang::Diagnostic;
using lang::Span;

struct Allowance {
  const ast::Annotation* annotation = nullptr;
  Code code{};
  Span where;  // what it stands on
};

bool lies_inside(const Span& place, const Span& where) {
  return place.file == where.file && where.begin <= place.begin && place.end <= where.end;
}

class Allowances {
 public:
  explicit Allowances(bool (*judged)(Code)) : judged_(judged) {}

  std::vector<Allowance> of(const TypedBundle& typed) {
    for (const TypedModule& module : typed.modules) {
      for (const ast::Decl* decl : module.ast->decls) {
        add(decl->annotations, decl->span);
        if (ast::is_a<ast::FieldsDecl>(decl->kind)) fields(ast::as<ast::FieldsDecl>(*decl).fields);
        if (ast::is_a<ast::ToolDecl>(decl->kind)) fields(ast::as<ast::ToolDecl>(*decl).args);
      }
    }
    return std::move(found_);
  }

 private:
  void fields(std::span<const ast::Field> fields) {
    for (const ast::Field& field : fields) add(field.annotations, field.span);
  }
  void add(std::span<const ast::Annotation> annotations, const Span& where) {
    for (const ast::Annotation& annotation : annotations) {
      const auto code = lang::allowed_code(annotation);
      if (code && judged_(*code)) found_.push_back({&annotation, *code, where});
    }
  }

  bool (*judged_)(Code);
  std::vector<Allowance> found_;
};

}  // namespace

void silence_allowed(const TypedBundle& typed, bool (*judged)(Code), lang::Diagnostics& diags) {
  const std::vector<Allowance> allowances = Allowances(judged).of(typed);
  std::vector<bool> used(allowances.size());
  const auto is_allowed = [&](const Diagnostic& diagnostic) {
    bool allowed = false;
    for (std::size_t i = 0; i < allowances.size(); ++i) {
      const bool fits = diagnostic.has_place && diagnostic.code == allowances[i].code &&
                        lies_inside(diagnostic.span, allowances[i].where);
      if (fits) allowed = used[i] = true;
    }
    return allowed;
  };
  diags.leave_out(is_allowed);
  for (std::size_t i = 0; i < allowances.size(); ++i) {
    if (used[i]) continue;
    diags
        .report(Code::W1312, allowances[i].annotation->span,
                fmt::format("`@allow(\"{}\", …)` silences nothing",
                            lang::info(allowances[i].code).name))
        .help("remove it");
  }
}

}  // namespace remit::compiler
