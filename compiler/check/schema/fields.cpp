#include "compiler/check/schema/fields.h"

#include <map>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/schema/declared_types.h"
#include "compiler/check/schema/values.h"
#include "lang/annotations.h"
#include "stdlib/formats.h"
#include "stdlib/money.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

class FieldReader : Reporter {
 public:
  FieldReader(const Schema& schema, TypeTable& types, const Reporter& reporter)
      : Reporter(reporter), schema_(schema), types_(types) {}

  FieldInfo resolve(const ast::Field& field, FieldOwner owner);

 private:
  bool absent_ok(const ast::Field& field, FieldOwner owner);
  void unit(const ast::Field& field, FieldInfo& into);
  void default_value(const ast::Field& field, FieldOwner owner, FieldInfo& into);
  void named_default(const ast::Atom& value, FieldInfo& into);
  void literal_default(const ast::Literal& literal, FieldInfo& into);
  Diagnostic& wrong_default(const FieldInfo& field, Span span, bool outside);

  const Schema& schema_;
  TypeTable& types_;
};

void FieldReader::unit(const ast::Field& field, FieldInfo& into) {
  if (field.unit.empty()) return;
  into.money = {stdlib::money_unit(field.unit.text), schema_.minor_digits};
  if (field.has_unit_decimals) {
    const std::int64_t decimals = field.unit_decimals.integer;
    if (decimals < 0 || decimals > stdlib::kMoneyDecimals) {
      report(Code::E0108, field.unit_decimals.span,
             fmt::format("`as {}` has 0 to {} decimals", field.unit.text, stdlib::kMoneyDecimals))
          .help(fmt::format(
              "write `as {}` for the {} of {}", field.unit.text,
              stdlib::counted(static_cast<std::size_t>(schema_.minor_digits), "decimal"),
              schema_.currency));
    } else {
      into.money.decimals = static_cast<int>(decimals);
    }
  }
  if (into.type != nullptr && into.type->kind != TypeKind::Money) {
    report(Code::E0418, field.unit.span,
           fmt::format("`as {}` stands only on money", field.unit.text))
        .help("remove it");
  }
}

void FieldReader::default_value(const ast::Field& field, FieldOwner owner, FieldInfo& into) {
  if (field.default_value == nullptr || into.type == nullptr) return;
  const ast::Atom& value = *field.default_value;
  // `control.halted` is the one host fact with a default.
  const bool halted = owner == FieldOwner::PreludeRoot;
  const Type& type = *into.type;
  if ((owner != FieldOwner::Args && !halted) || field.optional || !is_scalar(type.kind)) {
    report(Code::E0418, value.span,
           owner == FieldOwner::Args
               ? "only an argument that is not optional, and no collection or record, has a default"
               : "only arguments have defaults")
        .help("remove the default");
    return;
  }
  into.has_default = true;
  // A default is a value like any other; it is checked as the expression that it could be.
  if (value.is_literal)
    literal_default(value.literal, into);
  else if (!value.name.parts.empty())  // else it did not parse
    named_default(value, into);
}

Diagnostic& FieldReader::wrong_default(const FieldInfo& field, Span span, bool outside) {
  const std::string type = spelled(*field.type, schema_);
  return report(outside ? Code::E0412 : Code::E0401, span,
                outside ? fmt::format("the default lies outside `{}`", type)
                        : fmt::format("the default is not of type `{}`", type))
      .help("change the default or the type");
}

// An enum value or a tool.
void FieldReader::named_default(const ast::Atom& value, FieldInfo& into) {
  const Type& type = *into.type;
  if (type.kind == TypeKind::Enum) {
    const EnumInfo& info = schema_.enumeration(type);
    const bool qualified = value.name.parts.size() == 2 && value.name.parts[0].text == info.name;
    if (value.name.parts.size() > (qualified ? 2U : 1U)) {
      wrong_default(into, value.span, false);
      return;
    }
    into.default_integer = ordinal_or_report(info, value.name.parts.back(), "value", 0, *this);
  } else if (type.kind == TypeKind::Tool) {
    const auto tool = schema_.find_tool(value.name.text);
    if (!tool) {
      report(Code::E0305, value.span, fmt::format("there is no tool `{}`", value.name.text))
          .help("name a declared tool");
    } else {
      into.default_integer = static_cast<std::int64_t>(*tool);
    }
  } else {
    Diagnostic& diagnostic =
        report(Code::E0418, value.span, "a default is a literal or an enum value");
    diagnostic.help("write the value itself");
    if (type.kind == TypeKind::Bool)
      suggest(diagnostic, value.name.text, value.span, {"false", "true"});
  }
}

void FieldReader::literal_default(const ast::Literal& literal, FieldInfo& into) {
  const Type& type = *into.type;
  const auto wrong = [&] { wrong_default(into, literal.span, false); };
  const auto outside = [&] { wrong_default(into, literal.span, true); };
  if (!is_in_currency(literal, literal.span, schema_, *this)) return;
  if (type.kind == TypeKind::String || type.kind == TypeKind::Id) {
    if (literal.kind != ast::LiteralKind::String) return wrong();
    if (!stdlib::is_text_value(type.kind, literal.text, type.high)) return outside();
    into.default_text = literal.text;
  } else if (is_text(type.kind)) {
    if (literal.kind != ast::LiteralKind::Format || literal.prefix != spelling(type.kind))
      return wrong();
    if (format_type(literal, types_, *this) != nullptr) into.default_text = literal.text;
  } else {
    if (number_kind(literal.kind) != type.kind) return wrong();
    into.default_integer = literal.integer;
    if (type.kind == TypeKind::Timestamp) {
      const auto ms = stdlib::parse_timestamp_or_date(literal.text);
      if (!ms) {
        report(Code::E0106, literal.span, "this is not a timestamp")
            .help("write it like `utc\"2027-02-01T09:00:00Z\"`");
        return;
      }
      into.default_integer = *ms;
    } else if (type.kind != TypeKind::Bool &&
               (literal.integer < type.low || literal.integer > type.high)) {
      return outside();
    } else if (const std::int64_t step = stdlib::step_of(into.money.decimals);
               type.kind == TypeKind::Money && literal.integer % step != 0) {
      const std::string unit = to_text(into.money);
      report(Code::E0412, literal.span,
             fmt::format("the default has more decimals than `as {}` can hold", unit))
          .help(
              fmt::format("write a multiple of {}", stdlib::format_money(step, schema_.currency)));
    }
  }
}

FieldInfo FieldReader::resolve(const ast::Field& field, FieldOwner owner) {
  const bool is_host_fact = owner == FieldOwner::PreludeRoot || owner == FieldOwner::Root;
  FieldInfo info;
  info.name = field.name.text;
  info.wire_name = field.has_wire_name ? field.wire_name.text : field.name.text;
  info.span = field.name.span;
  info.optional = field.optional;
  info.type = field.type == nullptr ? nullptr : resolve_type(*field.type, schema_, types_, *this);
  if (field.has_wire_name && is_host_fact) {
    report(Code::E0418, field.wire_name.span, "facts of the host have no wire name of their own")
        .help("remove `named`");
  } else if (field.has_wire_name) {
    check_wire_name(field.wire_name, *this);
  }
  unit(field, info);
  if (!field.unit.empty() && is_host_fact) {
    report(Code::E0418, field.unit.span, "facts of the host have no wire unit").help("remove `as`");
  }
  default_value(field, owner, info);
  info.sensitive = lang::find_annotation(field.annotations, "sensitive") != nullptr;
  info.absent_ok = absent_ok(field, owner);
  return info;
}

// What the agent leaves out is never the absence that the host vouches for.
bool FieldReader::absent_ok(const ast::Field& field, FieldOwner owner) {
  const ast::Annotation* annotation = lang::find_annotation(field.annotations, "absent_ok");
  if (annotation == nullptr) return false;
  if (field.optional && owner != FieldOwner::Args) return true;
  report(Code::E0208, annotation->span, "`@absent_ok` does not stand here")
      .note(owner == FieldOwner::Args
                ? "whether an argument is absent is the agent's choice"
                : fmt::format("`{}` is never absent: its type has no `?`", field.name.text))
      .help(owner == FieldOwner::Args ? "write it on the rule or guard that asks for the argument"
                                      : "remove it");
  return false;
}

}  // namespace

std::vector<FieldInfo> resolve_fields(std::span<const ast::Field> fields, FieldOwner owner,
                                      const Schema& schema, TypeTable& types,
                                      const Reporter& reporter) {
  FieldReader reader(schema, types, reporter);
  std::vector<FieldInfo> result;
  for (const ast::Field& field : fields) {
    if (!field.name.empty()) result.push_back(reader.resolve(field, owner));
  }
  return result;
}

void check_field_names(const std::vector<FieldInfo>& fields, std::string_view owner_name,
                       const Reporter& reporter) {
  std::map<std::string_view, const FieldInfo*> names, wire_names;
  for (const FieldInfo& field : fields) {
    const auto [first, is_new] = names.try_emplace(field.name, &field);
    if (!is_new) {
      reporter
          .report(Code::E0302, field.span,
                  fmt::format("`{}` has two fields `{}`", owner_name, field.name))
          .secondary_at(first->second->span, "the first one")
          .help("rename or remove one of them");
      continue;
    }
    const auto [other, unique] = wire_names.try_emplace(field.wire_name, &field);
    if (!unique) {
      reporter
          .report(Code::E0302, field.span,
                  fmt::format("fields `{}` and `{}` have one wire name", other->second->name,
                              field.name))
          .secondary_at(other->second->span, "the other one")
          .help("change one of them with `named`");
    }
  }
  if (fields.size() > limits::kRecordFieldsMax) {
    reporter
        .report(Code::E1102, fields.front().span,
                fmt::format("`{}` has {} fields; at most {} are allowed", owner_name, fields.size(),
                            limits::kRecordFieldsMax))
        .help("carry the rest as `opaque`");
  }
}

void check_wire_name(const ast::Literal& name, const Reporter& reporter) {
  if (stdlib::is_wire_name(name.text)) return;
  if (name.text.empty() || name.text.size() > limits::kWireNameBytesMax) {
    reporter
        .report(Code::E0108, name.span,
                fmt::format("a wire name has 1 to {} bytes, this has {}", limits::kWireNameBytesMax,
                            name.text.size()))
        .help(name.text.empty() ? "write the name in JSON, or remove `named`" : "shorten it");
    return;
  }
  reporter.report(Code::E0418, name.span, "a wire name is text on one line, without controls")
      .help("write a name without line breaks, tabs or other controls");
}

}  // namespace remit::compiler
