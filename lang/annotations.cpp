#include "lang/annotations.h"

#include <vector>

#include <fmt/format.h>

#include "lang/suggest.h"

namespace remit::lang {

namespace {

enum class Need : std::uint8_t { Text, Reason, Nothing };

struct AnnotationRow {
  std::string_view name;
  Need need;
  bool item, field, enum_value, other;
};

// Those with a Text say something to people and stand on every declaration.
constexpr AnnotationRow kRows[] = {
    {"owner", Need::Text, true, true, true, true},
    {"ticket", Need::Text, true, true, true, true},
    {"severity", Need::Text, true, true, true, true},
    {"control", Need::Text, true, true, true, true},
    {"doc", Need::Text, true, true, true, true},
    {"review_by", Need::Text, true, true, true, true},
    {"deprecated", Need::Text, true, true, true, true},
    {"absent_ok", Need::Reason, true, false, false, false},
    {"open_ended", Need::Reason, true, false, false, false},
    {"claims_only", Need::Reason, true, false, false, false},
    {"grants_all", Need::Reason, true, false, false, false},
    {"platform", Need::Nothing, false, false, true, false},
    {"sensitive", Need::Nothing, false, true, false, false},
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

std::string_view home_of(const AnnotationRow& row) {
  if (row.item) return "it stands on rules, guards, tables and limits";
  return row.field ? "it stands on fields" : "it stands on values of enum `role`";
}

}  // namespace

AnnotationPlace annotation_place(ast::DeclKind kind) {
  const bool item = kind == ast::DeclKind::Rule || kind == ast::DeclKind::Guard ||
                    kind == ast::DeclKind::Table || kind == ast::DeclKind::Limit;
  return item ? AnnotationPlace::Item : AnnotationPlace::Other;
}

void check_annotation(const ast::Annotation& annotation, AnnotationPlace place,
                      Diagnostics& diags) {
  const std::string_view name = annotation.name.text;
  const AnnotationRow* row = find_row(name);
  if (row == nullptr) {
    Diagnostic& diagnostic = diags.report(Code::E0208, annotation.span,
                                          fmt::format("there is no annotation `@{}`", name));
    std::vector<std::string_view> names;
    for (const AnnotationRow& known : kRows) names.push_back(known.name);
    if (const auto nearest = nearest_name(name, names)) {
      diagnostic.label(fmt::format("did you mean `@{}`?", *nearest))
          .help(fmt::format("write `@{}`", *nearest))
          .fix(annotation.name.span, std::string(*nearest));
    } else {
      diagnostic.help("remove it, or say it in a comment");
    }
  } else if (!stands_at(*row, place)) {
    diags.report(Code::E0208, annotation.span, fmt::format("`@{}` does not stand here", name))
        .note(std::string(home_of(*row)))
        .help("move or remove it");
  } else if (row->need == Need::Reason && (!annotation.has_text || annotation.text.text.empty())) {
    diags.report(Code::E0209, annotation.span, fmt::format("`@{}` needs a reason", name))
        .help(fmt::format("write why it is safe: `@{}(\"…\")`", name));
  } else if (row->need == Need::Text && !annotation.has_text) {
    diags.report(Code::E0208, annotation.span, fmt::format("`@{}` needs a text", name))
        .help(fmt::format("write `@{}(\"…\")`", name));
  } else if (row->need == Need::Nothing && annotation.has_text) {
    diags.report(Code::E0208, annotation.span, fmt::format("`@{}` takes no text", name))
        .help(fmt::format("write `@{}`", name));
  }
}

void check_repeated(std::span<const ast::Annotation> annotations, Diagnostics& diags) {
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (annotations[i].name.text != annotations[j].name.text) continue;
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
