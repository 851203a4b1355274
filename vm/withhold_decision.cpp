// Taking out of a decision record what could tell of withheld values or was written by the sender.
#include <algorithm>
#include <charconv>

#include <remit/limits.h>
#include "stdlib/json_scan.h"
#include "vm/bind_records.h"
#include "vm/json_map.h"
#include "vm/withhold.h"

namespace remit::vm {

namespace {

using stdlib::json_member;
using stdlib::JsonPart;

// The limit with this full name; null if the tool has none.
const LimitRow* limit_of(const Linked& linked, ToolId tool, const std::string& name) {
  const auto found = linked.limit_names.find(name);
  if (found == linked.limit_names.end()) return nullptr;
  const auto& own = linked.tools[static_cast<std::size_t>(tool)].limits;
  if (!std::ranges::binary_search(own, found->second)) return nullptr;
  return &linked.program.image().limits[found->second];
}

// A line of `reserve`: the amount, the cap and each part of the key, where code made it of a fact
// that was taken.
std::string withhold_line(const Image& image, const LimitRow* limit, std::string_view line,
                          const FactPlaces& taken, std::span<const std::byte> key) {
  const auto tells = [&](Range code) { return taken.read_by(image, code); };
  return mapped(line, [&](const JsonPart& part) {
    if (limit == nullptr || part.value == "null") return std::string(part.value);
    if (part.key == "amount" && tells(limit->amount)) return withheld(part.value, key);
    if (part.key == "max" && tells(limit->maximum)) return withheld(part.value, key);
    if (part.key != "key") return std::string(part.value);
    std::uint32_t input = limit->keys.first;
    return mapped(part.value, [&](const JsonPart& element) {
      return tells(image.inputs[input++].code) ? withheld(element.value, key)
                                               : std::string(element.value);
    });
  });
}

// ---- paths

// `[3]` at the start, below `count`: what stands after it.
std::optional<std::string_view> after_index(std::string_view path, std::int64_t count) {
  if (!path.starts_with('[')) return std::nullopt;
  std::uint32_t index = 0;
  const char* const begin = path.data() + 1;
  const auto [end, error] = std::from_chars(begin, path.data() + path.size(), index);
  if (error != std::errc() || index >= count ||
      std::to_string(index).size() != std::size_t(end - begin))
    return std::nullopt;
  path.remove_prefix(static_cast<std::size_t>(end - path.data()));
  if (!path.starts_with(']')) return std::nullopt;
  return path.substr(1);
}

// Whether `path` is the name of one of the fields, and what may follow: an element, a field of it.
bool is_field_path(const Linked& linked, Range fields, std::string_view path) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = fields.first; i < fields.first + fields.count; ++i) {
    const std::string_view name = linked.text(image.fields[i].wire_name);
    if (!path.starts_with(name)) continue;
    std::string_view rest = path.substr(name.size());
    const TypeRow* type = &image.types[static_cast<std::size_t>(image.fields[i].type)];
    if (is_collection(type->kind) && !rest.empty()) {
      const auto after = after_index(rest, type->high);
      if (!after) continue;
      rest = *after;
      type = &image.types[type->ref];
    }
    if (rest.empty()) return true;
    if (type->kind == TypeKind::Record && rest.starts_with('.') &&
        is_field_path(linked, image.records[type->ref].fields, rest.substr(1)))
      return true;
  }
  return false;
}

bool is_approval_path(std::string_view rest) {
  const auto after = after_index(rest, limits::kApprovalsMax);
  if (!after) return false;
  return after->empty() ||
         (after->starts_with('.') &&
          std::ranges::find(kApprovalMembers, after->substr(1)) != std::end(kApprovalMembers));
}

}  // namespace

bool is_declared_path(const Linked& linked, const ToolId* tool, std::string_view path) {
  if (path == "tool") return true;
  if (tool == nullptr) return false;
  const Image& image = linked.program.image();
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  const std::string_view root = path.substr(0, end), rest = path.substr(end);
  if (root == "approvals") return rest.empty() || is_approval_path(rest);
  const std::string_view below = rest.empty() ? rest : rest.substr(1);
  if (!rest.empty() && !rest.starts_with('.')) return false;
  if (root == "limits")
    return rest.empty() || limit_of(linked, *tool, std::string(below)) != nullptr;
  if (root == "args")
    return rest.empty() ||
           is_field_path(linked, image.tools[static_cast<std::size_t>(*tool)].args, below);
  return std::ranges::any_of(image.roots, [&](const RootRow& row) {
    return linked.text(row.name) == root &&
           (rest.empty() || is_field_path(linked, row.fields, below));
  });
}

std::string withhold_place(const Linked& linked, const ToolId* tool, std::string_view decision,
                           std::string_view path, std::span<const std::byte> key) {
  if (path.empty() || is_declared_path(linked, tool, path)) return std::string(decision);
  return mapped(decision, [&](const JsonPart& member) {
    return member.key == "at" ? withheld(member.value, key) : std::string(member.value);
  });
}

std::string withhold_decision(const Linked& linked, ToolId tool, std::string_view decision,
                              std::string_view withheld_request, const WithheldFacts& taken,
                              std::span<const std::byte> key) {
  const FactPlaces facts(taken.facts);
  return mapped(decision, [&](const JsonPart& member) -> std::string {
    if (member.key == "execute" && member.value != "null") {
      return mapped(member.value, [&](const JsonPart& part) {
        return std::string(part.key == "args" ? json_member(withheld_request, "args") : part.value);
      });
    }
    if (member.key == "digest" && member.value != "null" && taken.in_digest)
      return withheld(member.value, key);
    if (member.key != "reserve") return std::string(member.value);
    return mapped(member.value, [&](const JsonPart& line) {
      const auto name = stdlib::json_unescaped(json_member(line.value, "limit"));
      const LimitRow* limit = name ? limit_of(linked, tool, *name) : nullptr;
      return withhold_line(linked.program.image(), limit, line.value, facts, key);
    });
  });
}

}  // namespace remit::vm
