#include "compiler/check/schema/declared_types.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/schema/values.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kTypeNames[] = {
#define REMIT_TYPE(kind, spelling, tag, form) spelling,
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

class TypeReader : Reporter {
 public:
  TypeReader(const Schema& schema, TypeTable& types, const Reporter& reporter)
      : Reporter(reporter), schema_(schema), types_(types) {}

  const Type* resolve(const ast::Type& type);

 private:
  std::optional<std::int64_t> bound_value(const ast::TypeBound& bound, TypeKind kind);
  const Type* resolve_bounded(const ast::Type& type, TypeKind kind);
  const Type* resolve_collection(const ast::Type& type, TypeKind kind);
  const Type* resolve_named(const ast::Type& type);

  const Schema& schema_;
  TypeTable& types_;
};

std::optional<std::int64_t> TypeReader::bound_value(const ast::TypeBound& bound, TypeKind kind) {
  const ast::LiteralKind wanted =
      kind == TypeKind::Money ? ast::LiteralKind::Money : ast::LiteralKind::Int;
  if (bound.literal.kind != wanted) {
    report(Code::E0413, bound.literal.span,
           fmt::format("a bound of `{}` is {}", spelling(kind),
                       kind == TypeKind::Money ? "an amount" : "an integer"))
        .help(kind == TypeKind::Money ? "write it like `USD 10.00`" : "write an integer");
    return std::nullopt;
  }
  is_in_currency(bound.literal, bound.literal.span, schema_, *this);
  return bound.literal.integer;
}

// int and money: two bounds or none. string, opaque: one.
const Type* TypeReader::resolve_bounded(const ast::Type& type, TypeKind kind) {
  const Type* plain = types_.plain(kind);
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
  return types_.intern(result);
}

const Type* TypeReader::resolve_collection(const ast::Type& type, TypeKind kind) {
  const bool is_set = kind == TypeKind::Set;
  if (type.element == nullptr || !type.high.present || type.low.present == is_set) {
    report(Code::E0413, type.span,
           fmt::format("`{}` needs an element type and {}", spelling(kind),
                       is_set ? "a size" : "two sizes"))
        .help(is_set ? "write `set<id>(16)`" : "write `list<email>(1..=50)`");
    return nullptr;
  }
  const Type* element = resolve(*type.element);
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
  return types_.intern({kind, kNoRef, *low, *high, element});
}

const Type* TypeReader::resolve_named(const ast::Type& type) {
  const std::string_view name = type.name.text;
  const auto enumeration = schema_.find_enum(name);
  const auto record = schema_.find_record(name);
  if ((enumeration || record) && (type.element != nullptr || type.high.present)) {
    report(Code::E0413, type.span, fmt::format("`{}` takes no bounds", name)).help("remove them");
    return nullptr;
  }
  if (enumeration) return types_.enumeration(*enumeration);
  if (record) return types_.record(*record);
  std::vector<std::string_view> candidates(std::begin(kTypeNames), std::end(kTypeNames));
  for (const EnumInfo& info : schema_.enums) candidates.push_back(info.name);
  for (const RecordInfo& info : schema_.records) candidates.push_back(info.name);
  Diagnostic& diagnostic =
      report(Code::E0306, type.name.span, fmt::format("there is no type `{}`", name));
  diagnostic.help("use a built-in type, or declare an enum or a record");
  suggest(diagnostic, name, type.name.span, candidates);
  return nullptr;
}

const Type* TypeReader::resolve(const ast::Type& type) {
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

}  // namespace

bool is_type_name(std::string_view name) {
  return std::ranges::find(kTypeNames, name) != std::end(kTypeNames);
}

const Type* resolve_type(const ast::Type& type, const Schema& schema, TypeTable& types,
                         const Reporter& reporter) {
  return TypeReader(schema, types, reporter).resolve(type);
}

}  // namespace remit::compiler
