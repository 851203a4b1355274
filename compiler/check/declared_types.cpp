// Types as written, fields, defaults and wire units.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "stdlib/integer.h"
#include "stdlib/money.h"
#include "stdlib/number_text.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kTypeNames[] = {
#define REMIT_TYPE(kind, spelling, tag) spelling,
#include <remit/types.def>
#undef REMIT_TYPE
};

// Kinds that an author can name; enum and record are meant by their own names.
std::optional<TypeKind> kind_named(std::string_view name) {
  if (name == "enum" || name == "record") return std::nullopt;
  const auto found = std::ranges::find(kTypeNames, name);
  if (found == std::end(kTypeNames)) return std::nullopt;
  return static_cast<TypeKind>(found - std::begin(kTypeNames));
}

}  // namespace

std::optional<std::int64_t> Checker::bound_value(const ast::TypeBound& bound, TypeKind kind) {
  const ast::LiteralKind wanted =
      kind == TypeKind::Money ? ast::LiteralKind::Money : ast::LiteralKind::Int;
  if (bound.literal.kind != wanted) {
    report(Code::E0413, bound.literal.span,
           fmt::format("a bound of `{}` is {}", spelling(kind),
                       kind == TypeKind::Money ? "an amount" : "an integer"))
        .help(kind == TypeKind::Money ? "write it like `USD 10.00`" : "write an integer");
    return std::nullopt;
  }
  if (kind == TypeKind::Money && bound.literal.prefix != bundle_.currency) {
    report(Code::E0406, bound.literal.span,
           fmt::format("the amount is in {}, the bundle's currency is {}", bound.literal.prefix,
                       bundle_.currency))
        .help("convert it");
  }
  return bound.literal.integer;
}

// int and money: two bounds or none. string, opaque: one.
const Type* Checker::resolve_bounded(const ast::Type& type, TypeKind kind) {
  const Type* plain = bundle_.types.plain(kind);
  Type result = *plain;
  const bool sized = kind == TypeKind::String || kind == TypeKind::Opaque;
  if (kind == TypeKind::Opaque && !type.high.present) {
    report(Code::E0413, type.span, "`opaque` needs its size").help("write `opaque(2000)`");
    return nullptr;
  }
  if (!type.high.present) return plain;
  if (sized == type.low.present || !(sized || kind == TypeKind::Int || kind == TypeKind::Money)) {
    report(Code::E0413, type.span, fmt::format("`{}` does not take these bounds", spelling(kind)))
        .help(sized ? fmt::format("write `{}(200)`", spelling(kind))
              : is_amount(kind) && kind != TypeKind::Duration
                  ? fmt::format("write `{}(low..=high)`", spelling(kind))
                  : "remove them");
    return nullptr;
  }
  const auto high = bound_value(type.high, kind);
  const auto low = type.low.present ? bound_value(type.low, kind)
                                    : std::optional<std::int64_t>(sized ? 0 : plain->low);
  if (!low || !high) return nullptr;
  const std::int64_t most =
      kind == TypeKind::String ? limits::kStringBytesMax : limits::kOpaqueBytesMax;
  if (*low > *high || (sized && (*high < 1 || *high > most))) {
    report(Code::E0413, type.span,
           sized ? fmt::format("the size lies outside 1..={}", most)
                 : std::string("the bounds are the wrong way round"))
        .help("change the bounds");
    return nullptr;
  }
  result.low = sized ? 0 : *low;
  result.high = *high;
  return bundle_.types.intern(result);
}

const Type* Checker::resolve_collection(const ast::Type& type, TypeKind kind) {
  const bool is_set = kind == TypeKind::Set;
  if (type.element == nullptr || !type.high.present || type.low.present == is_set) {
    report(Code::E0413, type.span,
           fmt::format("`{}` needs an element type and {}", spelling(kind),
                       is_set ? "a size" : "two sizes"))
        .help(is_set ? "write `set<id>(16)`" : "write `list<email>(1..=50)`");
    return nullptr;
  }
  const Type* element = resolve_type(*type.element);
  const auto high = bound_value(type.high, TypeKind::Int);
  const auto low =
      type.low.present ? bound_value(type.low, TypeKind::Int) : std::optional<std::int64_t>(0);
  if (element == nullptr || !low || !high) return nullptr;
  if (!is_scalar(element->kind) && (is_set || element->kind != TypeKind::Record)) {
    report(Code::E0413, type.element->span,
           fmt::format("a {} cannot hold `{}`", spelling(kind), spelling(element->kind)))
        .help(is_set ? "elements of a set are scalars"
                     : "elements of a list are scalars or records");
    return nullptr;
  }
  if (*low < 0 || *low > *high || *high < 1 || *high > limits::kCollectionMax) {
    report(Code::E0413, type.span,
           fmt::format(
               "the number of elements lies outside 0..={}, or its bounds are the wrong way round",
               limits::kCollectionMax))
        .help("change the bounds");
    return nullptr;
  }
  return bundle_.types.intern({kind, kNoRef, *low, *high, element});
}

const Type* Checker::resolve_named(const ast::Type& type) {
  const std::string_view name = type.name.text;
  const auto enumeration = bundle_.find_enum(name);
  const auto record = std::ranges::lower_bound(bundle_.records, name, {}, &RecordInfo::name);
  const bool is_record = record != bundle_.records.end() && record->name == name;
  if ((enumeration || is_record) && (type.element != nullptr || type.high.present)) {
    report(Code::E0413, type.span, fmt::format("`{}` takes no bounds", name)).help("remove them");
    return nullptr;
  }
  if (enumeration) return bundle_.types.enumeration(*enumeration);
  if (is_record) {
    return bundle_.types.record(static_cast<RecordIndex>(record - bundle_.records.begin()));
  }
  std::vector<std::string_view> candidates(std::begin(kTypeNames), std::end(kTypeNames));
  for (const EnumInfo& info : bundle_.enums) candidates.push_back(info.name);
  for (const RecordInfo& info : bundle_.records) candidates.push_back(info.name);
  Diagnostic& diagnostic =
      report(Code::E0306, type.name.span, fmt::format("there is no type `{}`", name));
  diagnostic.help("use a built-in type, or declare an enum or a record");
  suggest(diagnostic, name, type.name.span, candidates);
  return nullptr;
}

const Type* Checker::resolve_type(const ast::Type& type) {
  if (type.name.empty()) return nullptr;  // it did not parse
  const auto kind = kind_named(type.name.text);
  if (!kind) return resolve_named(type);
  if (is_collection(*kind)) return resolve_collection(type, *kind);
  if (type.element != nullptr) {
    report(Code::E0413, type.span, fmt::format("`{}` has no elements", type.name.text))
        .help("only `set` and `list` do");
    return nullptr;
  }
  return resolve_bounded(type, *kind);
}

void Checker::field_unit(const ast::Field& field, FieldInfo& into) {
  if (field.unit.empty()) return;
  into.unit = stdlib::money_unit(field.unit.text);
  if (into.type != nullptr && into.type->kind != TypeKind::Money) {
    report(Code::E0418, field.unit.span,
           fmt::format("`as {}` stands only on money", field.unit.text))
        .help("remove it");
  }
}

void Checker::field_default(const ast::Field& field, FieldOwner owner, FieldInfo& into) {
  if (field.default_value == nullptr || into.type == nullptr) return;
  const ast::Atom& value = *field.default_value;
  // `control.halted` is the one host fact with a default.
  const bool halted = owner == FieldOwner::Root && field.span.file == ast_of(ModuleIndex{0}).file;
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

Diagnostic& Checker::wrong_default(const FieldInfo& field, Span span, bool outside) {
  const std::string type = spelled(*field.type, bundle_);
  return report(outside ? Code::E0412 : Code::E0401, span,
                outside ? fmt::format("the default lies outside `{}`", type)
                        : fmt::format("the default is not of type `{}`", type))
      .help("change the default or the type");
}

// An enum value or a tool.
void Checker::named_default(const ast::Atom& value, FieldInfo& into) {
  const Type& type = *into.type;
  if (type.kind == TypeKind::Enum) {
    const EnumInfo& info = bundle_.enumeration(type);
    const bool qualified = value.name.parts.size() == 2 && value.name.parts[0].text == info.name;
    if (value.name.parts.size() > (qualified ? 2U : 1U)) {
      wrong_default(into, value.span, false);
      return;
    }
    into.default_integer =
        ordinal_or_report(static_cast<EnumIndex>(type.ref), value.name.parts.back(), "value", 0);
  } else if (type.kind == TypeKind::Tool) {
    const auto tool = bundle_.find_tool(value.name.text);
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

void Checker::literal_default(const ast::Literal& literal, FieldInfo& into) {
  const Type& type = *into.type;
  const auto wrong = [&] { wrong_default(into, literal.span, false); };
  const auto outside = [&] { wrong_default(into, literal.span, true); };
  if (literal.kind == ast::LiteralKind::Money && literal.prefix != bundle_.currency) {
    report(Code::E0406, literal.span,
           fmt::format("the amount is in {}, the bundle's currency is {}", literal.prefix,
                       bundle_.currency))
        .help("convert it");
  } else if (type.kind == TypeKind::String || type.kind == TypeKind::Id) {
    if (literal.kind != ast::LiteralKind::String) return wrong();
    const bool fits = type.kind == TypeKind::Id
                          ? stdlib::is_id(literal.text)
                          : stdlib::is_string_value(literal.text) &&
                                literal.text.size() <= static_cast<std::size_t>(type.high);
    if (!fits) return outside();
    into.default_text = literal.text;
  } else if (is_text(type.kind)) {
    if (literal.kind != ast::LiteralKind::Format || literal.prefix != spelling(type.kind))
      return wrong();
    if (format_type(literal) != nullptr) into.default_text = literal.text;
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
    } else if (into.unit == MoneyUnit::Minor &&
               !stdlib::minor_of_micros(literal.integer, bundle_.minor_digits)) {
      report(Code::E0412, literal.span, "the default is not a whole number of minor units")
          .note("`as minor` writes an amount as an integer")
          .help(fmt::format("`as minor` needs a multiple of {}",
                            stdlib::format_money(*stdlib::micros_of_minor(1, bundle_.minor_digits),
                                                 bundle_.currency)));
    }
  }
}

void Checker::check_wire_name(const ast::Literal& name) {
  if (stdlib::is_wire_name(name.text)) return;
  report(Code::E0418, name.span, "a wire name is one line of at least one character")
      .help("write a name without line breaks, tabs or other controls");
}

std::vector<FieldInfo> Checker::resolve_fields(std::span<const ast::Field> fields, FieldOwner owner,
                                               std::string_view) {
  std::vector<FieldInfo> result;
  for (const ast::Field& field : fields) {
    if (field.name.empty()) continue;
    FieldInfo info;
    info.name = field.name.text;
    info.wire_name = field.has_wire_name ? field.wire_name.text : field.name.text;
    info.span = field.name.span;
    info.optional = field.optional;
    info.type = field.type == nullptr ? nullptr : resolve_type(*field.type);
    if (field.has_wire_name && owner == FieldOwner::Root) {
      report(Code::E0418, field.wire_name.span, "facts of the host have no wire name of their own")
          .help("remove `named`");
    } else if (field.has_wire_name) {
      check_wire_name(field.wire_name);
    }
    field_unit(field, info);
    if (!field.unit.empty() && owner == FieldOwner::Root) {
      report(Code::E0418, field.unit.span, "facts of the host have no wire unit")
          .help("remove `as`");
    }
    field_default(field, owner, info);
    for (const ast::Annotation& annotation : field.annotations)
      info.sensitive = info.sensitive || annotation.name.text == "sensitive";
    result.push_back(info);
  }
  return result;
}

void Checker::check_field_names(const std::vector<FieldInfo>& fields, std::string_view owner_name) {
  std::map<std::string_view, const FieldInfo*> names, wire_names;
  for (const FieldInfo& field : fields) {
    const auto [first, is_new] = names.try_emplace(field.name, &field);
    if (!is_new) {
      report(Code::E0302, field.span,
             fmt::format("`{}` has two fields `{}`", owner_name, field.name))
          .secondary_at(first->second->span, "the first one")
          .help("rename or remove one of them");
      continue;
    }
    const auto [other, unique] = wire_names.try_emplace(field.wire_name, &field);
    if (!unique) {
      report(
          Code::E0302, field.span,
          fmt::format("fields `{}` and `{}` have one wire name", other->second->name, field.name))
          .secondary_at(other->second->span, "the other one")
          .help("change one of them with `named`");
    }
  }
  if (fields.size() > limits::kRecordFieldsMax) {
    report(Code::E1102, fields.front().span,
           fmt::format("`{}` has {} fields; at most {} are allowed", owner_name, fields.size(),
                       limits::kRecordFieldsMax))
        .help("carry the rest as `opaque`");
  }
}

std::string spelled_value(const Type& type, Wide value, const TypedBundle& bundle) {
  const auto narrow = stdlib::narrow(value);
  if (!narrow) return stdlib::to_text(value);
  if (type.kind == TypeKind::Enum)
    return std::string(bundle.enumeration(type).values[static_cast<std::size_t>(*narrow)].name);
  if (type.kind == TypeKind::Tool)
    return std::string(bundle.tools[static_cast<std::size_t>(*narrow)].name);
  const auto text = stdlib::number_text(type.kind, *narrow, bundle.currency);
  if (!text) return std::to_string(*narrow);
  return type.kind == TypeKind::Timestamp ? fmt::format("utc\"{}\"", *text) : *text;
}

std::string spelled(const Type& type, const TypedBundle& bundle) {
  const std::string_view word = spelling(type.kind);
  const auto money = [&](std::int64_t micros) {
    return stdlib::format_money(micros, bundle.currency);
  };
  switch (type.kind) {
    case TypeKind::Int:
      if (type.low == INT64_MIN && type.high == INT64_MAX) return std::string(word);
      return fmt::format("int({}..={})", type.low, type.high);
    case TypeKind::Money:
      if (type.low == 0 && type.high == INT64_MAX) return std::string(word);
      return fmt::format("money({}..={})", money(type.low), money(type.high));
    case TypeKind::String:
    case TypeKind::Opaque: return fmt::format("{}({})", word, type.high);
    case TypeKind::Enum: return std::string(bundle.enumeration(type).name);
    case TypeKind::Record: return std::string(bundle.record(type).name);
    case TypeKind::Set:
      return fmt::format("set<{}>({})", spelled(*type.element, bundle), type.high);
    case TypeKind::List:
      return fmt::format("list<{}>({}..={})", spelled(*type.element, bundle), type.low, type.high);
    case TypeKind::Ip: return is_cidr(type) ? "cidr" : "ip";
    case TypeKind::Bool:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Tool: return std::string(word);
  }
  return std::string(word);
}

}  // namespace remit::compiler
