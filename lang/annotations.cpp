#include "lang/annotations.h"

#include <vector>

#include <fmt/format.h>

#include "lang/suggest.h"

namespace remit::lang {

namespace {

enum class Need : std::uint8_t { Text, Reason, CodeAndReason, Nothing };

struct AnnotationRow {
  std::string_view name;
  Need need;
  bool item, field, enum_value, other;
  std::string_view home = {};  // of one that does not stand everywhere
};

constexpr std::string_view kItems = "it stands on rules, guards, tables and limits";

// Those with a Text say something to people and stand on every declaration.
constexpr AnnotationRow kRows[] = {
    {"owner", Need::Text, true, true, true, true},
    {"ticket", Need::Text, true, true, true, true},
    {"severity", Need::Text, true, true, true, true},
    {"control", Need::Text, true, true, true, true},
    {"doc", Need::Text, true, true, true, true},
    {"review_by", Need::Text, true, true, true, true},
    {"deprecated", Need::Text, true, true, true, true},
    {"absent_ok", Need::Reason, true, true, false, false,
     "it stands on rules, guards, tables, limits, and optional fields of roots and records"},
    {"open_ended", Need::Reason, true, false, false, false, kItems},
    {"claims_only", Need::Reason, true, false, false, false, kItems},
    {"grants_all", Need::Reason, true, false, false, false, kItems},
    {"allow", Need::CodeAndReason, true, true, false, true,
     "it stands on declarations and on fields"},
    {"platform", Need::Nothing, false, false, true, false, "it stands on values of enum `role`"},
    {"sensitive", Need::Nothing, false, true, false, false, "it stands on fields"},
};

const AnnotationRow* find_row(std::string_view name) {
  for (const AnnotationRow& row : kRows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool stands_at(const AnnotationRow& row, AnnotationPlace place) {
  switch (place) {
    case AnnotationPlace::Item: return row.item;
    case AnnotationPlace::Field: return row.field;
    case AnnotationPlace::EnumValue: return row.enum_value;
    case AnnotationPlace::Other: return row.other;
  }
  return false;
}

void report_unknown(const ast::Annotation& annotation, Diagnostics& diags) {
  const std::string_view name = annotation.name.text;
  Diagnostic& diagnostic =
      diags.report(Code::E0208, annotation.span, fmt::format("there is no annotation `@{}`", name));
  std::vector<std::string_view> names;
  for (const AnnotationRow& known : kRows) names.push_back(known.name);
  if (const auto nearest = nearest_name(name, names)) {
    diagnostic.label(fmt::format("did you mean `@{}`?", *nearest))
        .help(fmt::format("write `@{}`", *nearest))
        .fix(annotation.name.span, std::string(*nearest));
  } else {
    diagnostic.help("remove it, or say it in a comment");
  }
}

// How an annotation is written.
std::string form_of(const AnnotationRow& row) {
  switch (row.need) {
    case Need::Text:
    case Need::Reason: return fmt::format("@{}(\"…\")", row.name);
    case Need::CodeAndReason: return fmt::format("@{}(\"W1311\", \"…\")", row.name);
    case Need::Nothing: break;
  }
  return fmt::format("@{}", row.name);
}

// `allow` names a warning, and one that can be meant: an annotation without effect cannot.
void check_allowed(const ast::Annotation& annotation, Diagnostics& diags) {
  const std::string_view text = annotation.text.text;
  const auto code = allowed_code(annotation);
  if (code) return;
  const auto known = find_code(text);
  std::vector<std::string_view> warnings;
  for (const DiagnosticInfo& row : all_diagnostics()) {
    if (row.severity == Severity::Warning && row.code != Code::W1312) warnings.push_back(row.name);
  }
  Diagnostic& diagnostic = diags.report(
      Code::E0208, annotation.text.span,
      !known                  ? fmt::format("there is no warning `{}`", text)
      : *known == Code::W1312 ? std::string("`W1312` cannot be allowed")
                              : fmt::format("`{}` is an error and cannot be allowed", text));
  const auto nearest = known ? std::nullopt : nearest_name(text, warnings);
  if (nearest) {
    diagnostic.label(fmt::format("did you mean `{}`?", *nearest))
        .help(fmt::format("write `{}`", *nearest))
        .fix(annotation.text.span, fmt::format("\"{}\"", *nearest));
  } else if (known == Code::W1312) {
    diagnostic.help("remove the annotation that has no effect");
  } else {
    diagnostic.help(known ? "repair what it reports" : "name a warning: a code that begins with W");
  }
}

void check_texts(const ast::Annotation& annotation, const AnnotationRow& row, Diagnostics& diags) {
  const auto refuse = [&](Code code, std::string_view what) -> Diagnostic& {
    return diags.report(code, annotation.span, fmt::format("`@{}` {}", row.name, what));
  };
  const std::string form = form_of(row);
  if (annotation.has_reason && row.need != Need::CodeAndReason) {
    refuse(Code::E0208, row.need == Need::Nothing ? "takes no text" : "takes one text")
        .help(fmt::format("write `{}`", form));
    return;
  }
  switch (row.need) {
    case Need::Text:
      if (annotation.has_text) return;
      refuse(Code::E0208, "needs a text").help(fmt::format("write `{}`", form));
      return;
    case Need::Reason:
      if (annotation.has_text && !annotation.text.text.empty()) return;
      refuse(Code::E0209, "needs a reason").help(fmt::format("write why it is safe: `{}`", form));
      return;
    case Need::CodeAndReason:
      if (!annotation.has_text) {
        refuse(Code::E0208, "needs the code of a warning").help(fmt::format("write `{}`", form));
        return;
      }
      check_allowed(annotation, diags);
      if (annotation.has_reason && !annotation.reason.text.empty()) return;
      refuse(Code::E0209, "needs a reason")
          .help(fmt::format("write why it is meant: `@{}(\"{}\", \"…\")`", row.name,
                            allowed_code(annotation) ? annotation.text.text : "W1311"));
      return;
    case Need::Nothing:
      if (annotation.has_text)
        refuse(Code::E0208, "takes no text").help(fmt::format("write `{}`", form));
      return;
  }
}

}  // namespace

AnnotationPlace annotation_place(ast::DeclKind kind) {
  const bool item = kind == ast::DeclKind::Rule || kind == ast::DeclKind::Guard ||
                    kind == ast::DeclKind::Table || kind == ast::DeclKind::Limit;
  return item ? AnnotationPlace::Item : AnnotationPlace::Other;
}

std::optional<Code> allowed_code(const ast::Annotation& annotation) {
  if (annotation.name.text != "allow") return std::nullopt;
  const auto code = find_code(annotation.text.text);
  const bool fits = code && info(*code).severity == Severity::Warning && *code != Code::W1312;
  return fits ? code : std::nullopt;
}

const ast::Annotation* find_annotation(std::span<const ast::Annotation> annotations,
                                       std::string_view name) {
  for (const ast::Annotation& annotation : annotations) {
    if (annotation.name.text == name) return &annotation;
  }
  return nullptr;
}

void check_annotation(const ast::Annotation& annotation, AnnotationPlace place,
                      Diagnostics& diags) {
  const std::string_view name = annotation.name.text;
  const AnnotationRow* row = find_row(name);
  if (row == nullptr) {
    report_unknown(annotation, diags);
  } else if (!stands_at(*row, place)) {
    diags.report(Code::E0208, annotation.span, fmt::format("`@{}` does not stand here", name))
        .note(std::string(row->home))
        .help("move or remove it");
  } else {
    check_texts(annotation, *row, diags);
  }
}

void check_repeated(std::span<const ast::Annotation> annotations, Diagnostics& diags) {
  const auto same = [](const ast::Annotation& a, const ast::Annotation& b) {
    return a.name.text == b.name.text && (a.name.text != "allow" || a.text.text == b.text.text);
  };
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!same(annotations[i], annotations[j])) continue;
      diags
          .report(Code::E0208, annotations[i].span,
                  fmt::format("`@{}` stands here twice", annotations[i].name.text))
          .secondary_at(annotations[j].span, "the first one")
          .help("keep one of them");
      break;
    }
  }
}

}  // namespace remit::lang
