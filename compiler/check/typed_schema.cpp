#include "compiler/check/typed_schema.h"

#include <algorithm>

#include <fmt/format.h>

#include "stdlib/integer.h"
#include "stdlib/money.h"
#include "stdlib/number_text.h"
#include "stdlib/roots.h"

namespace remit::compiler {

std::optional<std::uint32_t> EnumInfo::ordinal(std::string_view value) const {
  const auto found = std::ranges::find(values, value, &EnumValueInfo::name);
  if (found == values.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - values.begin());
}

namespace {

template <typename Index, typename Info>
std::optional<Index> find(const std::vector<Info>& by_name, std::string_view name) {
  const auto found = std::ranges::lower_bound(by_name, name, {}, &Info::name);
  if (found == by_name.end() || found->name != name) return std::nullopt;
  return static_cast<Index>(found - by_name.begin());
}

}  // namespace

std::optional<EnumIndex> Schema::find_enum(std::string_view name) const {
  return find<EnumIndex>(enums, name);
}

std::optional<RecordIndex> Schema::find_record(std::string_view name) const {
  return find<RecordIndex>(records, name);
}

std::optional<ToolIndex> Schema::find_tool(std::string_view dotted) const {
  return find<ToolIndex>(tools, dotted);
}

bool Schema::is_root(std::string_view name) const {
  if (stdlib::is_engine_root(name)) return true;
  return std::ranges::find(roots, name, &RootInfo::name) != roots.end();
}

bool has_order(const Type& type, const Schema& schema) {
  return is_ordered_kind(type.kind) ||
         (type.kind == TypeKind::Enum && schema.enumeration(type).ordered);
}

std::string spelled_value(const Type& type, Wide value, const Schema& schema) {
  const auto narrow = stdlib::narrow(value);
  if (!narrow) return stdlib::to_text(value);
  if (type.kind == TypeKind::Enum)
    return std::string(schema.enumeration(type).values[static_cast<std::size_t>(*narrow)].name);
  if (type.kind == TypeKind::Tool)
    return std::string(schema.tools[static_cast<std::size_t>(*narrow)].name);
  const auto text = stdlib::number_text(type.kind, *narrow, schema.currency);
  if (!text) return std::to_string(*narrow);
  return type.kind == TypeKind::Timestamp ? fmt::format("utc\"{}\"", *text) : *text;
}

std::string spelled(const Type& type, const Schema& schema) {
  const std::string_view word = spelling(type.kind);
  const auto money = [&](std::int64_t micros) {
    return stdlib::format_money(micros, schema.currency);
  };
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Tool: break;
    case TypeForm::Number:
      if (type.kind == TypeKind::Int && (type.low != INT64_MIN || type.high != INT64_MAX))
        return fmt::format("int({}..={})", type.low, type.high);
      if (type.kind == TypeKind::Money && (type.low != 0 || type.high != INT64_MAX))
        return fmt::format("money({}..={})", money(type.low), money(type.high));
      break;
    case TypeForm::PlainText:
      if (type.kind == TypeKind::String) return fmt::format("{}({})", word, type.high);
      break;
    case TypeForm::Format:
      if (is_cidr(type)) return "cidr";
      break;
    case TypeForm::Opaque: return fmt::format("{}({})", word, type.high);
    case TypeForm::Enum: return std::string(schema.enumeration(type).name);
    case TypeForm::Record: return std::string(schema.record(type).name);
    case TypeForm::Collection: {
      const std::string element = spelled(*type.element, schema);
      if (type.kind == TypeKind::Set) return fmt::format("set<{}>({})", element, type.high);
      return fmt::format("list<{}>({}..={})", element, type.low, type.high);
    }
  }
  return std::string(word);
}

}  // namespace remit::compiler
