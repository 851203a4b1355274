#include "compiler/check/typed.h"

#include <algorithm>

#include <fmt/format.h>

namespace remit::compiler {

std::optional<std::uint32_t> EnumInfo::ordinal(std::string_view value) const {
  const auto found = std::ranges::find(values, value, &EnumValueInfo::name);
  if (found == values.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - values.begin());
}

std::optional<EnumIndex> TypedBundle::find_enum(std::string_view name) const {
  const auto found = std::ranges::lower_bound(enums, name, {}, &EnumInfo::name);
  if (found == enums.end() || found->name != name) return std::nullopt;
  return static_cast<EnumIndex>(found - enums.begin());
}

std::optional<ToolIndex> TypedBundle::find_tool(std::string_view dotted) const {
  const auto found = std::ranges::lower_bound(tools, dotted, {}, &ToolInfo::name);
  if (found == tools.end() || found->name != dotted) return std::nullopt;
  return static_cast<ToolIndex>(found - tools.begin());
}

std::string TypedBundle::full_name(const ItemInfo& item) const {
  return fmt::format("{}.{}", policy(item).name, item.name);
}

}  // namespace remit::compiler
