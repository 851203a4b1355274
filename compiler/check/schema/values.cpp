#include "compiler/check/schema/values.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "stdlib/formats.h"
#include "stdlib/ip.h"

namespace remit::compiler {

std::uint32_t ordinal_or_report(const EnumInfo& info, const ast::Name& name, std::string_view what,
                                std::uint32_t fallback, const Reporter& reporter) {
  if (name.empty()) return fallback;
  if (const auto ordinal = info.ordinal(name.text)) return *ordinal;
  const auto candidates = names_of(info.values);
  Diagnostic& diagnostic =
      reporter.report(Code::E0301, name.span, fmt::format("there is no {} `{}`", what, name.text));
  diagnostic.help(fmt::format("write one of {}", fmt::join(candidates, ", ")));
  reporter.suggest(diagnostic, name.text, name.span, candidates);
  return fallback;
}

bool is_in_currency(const ast::Literal& literal, Span span, const Schema& schema,
                    const Reporter& reporter) {
  if (literal.kind != ast::LiteralKind::Money || literal.prefix == schema.currency) return true;
  reporter
      .report(Code::E0406, span,
              fmt::format("the amount is in {}, the bundle's currency is {}", literal.prefix,
                          schema.currency))
      .help("convert it");
  return false;
}

const Type* format_type(const ast::Literal& literal, TypeTable& types, const Reporter& reporter) {
  std::vector<char> buffer(literal.text.size() + 1);
  std::optional<std::string_view> canonical;
  const auto format = stdlib::format_named(literal.prefix);  // nothing for `cidr`
  if (format)
    canonical = stdlib::canonical_text(*format, literal.text, buffer);
  else if (stdlib::parse_cidr(literal.text))
    canonical = literal.text;
  if (!canonical || *canonical != literal.text) {
    Diagnostic& diagnostic =
        reporter.report(Code::E0106, literal.span,
                        fmt::format("`{}` is not a canonical {}", literal.text, literal.prefix));
    if (canonical)
      diagnostic.help(fmt::format("write `{}\"{}\"`", literal.prefix, *canonical));
    else
      diagnostic.help("change the text between the quotes");
    return nullptr;
  }
  return format ? types.plain(*format) : types.cidr();
}

}  // namespace remit::compiler
