#include "cli/import/json.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/internal/check.h>
#include "lang/source.h"
#include "stdlib/json_pack.h"
#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"
#include "stdlib/json_tokens.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

// As deep as stdlib/json_scan goes.
constexpr int kDepthMax = 64;
constexpr std::size_t kShownBytes = 32;  // of a text that is wrong
// Objects with more members have an order of their keys.
constexpr std::size_t kFewMembers = 16;
constexpr std::size_t kValueBytes = 60;  // of a value
// Digits before the point that are told apart: more than a 64-bit integer has.
constexpr std::size_t kDigitsMax = 25;

std::string unescaped(std::string_view token) {
  auto text = stdlib::json_string_text(token);
  REMIT_CHECK(text.has_value(), "a string that was packed cannot be read");
  return std::move(*text);
}

// `packed` is a value as packed_json leaves it.
Json tree_of(std::string_view packed) {
  Json node;
  switch (packed.front()) {
    case 'n': return node;
    case 'f': node.kind = JsonKind::False; return node;
    case 't': node.kind = JsonKind::True; return node;
    case '"':
      node.kind = JsonKind::String;
      node.text = unescaped(packed);
      return node;
    case '[':
    case '{': break;
    default:
      node.kind = JsonKind::Number;
      node.text = packed;
      return node;
  }
  node.kind = packed.front() == '{' ? JsonKind::Object : JsonKind::Array;
  stdlib::JsonParts parts(packed);
  while (const auto part = parts.next()) {
    Json& child = node.children.emplace_back(tree_of(part->value));
    if (node.is_object()) child.key = unescaped(fmt::format("\"{}\"", part->key));
  }
  return node;
}

// Once the nodes stand where they stay.
void adopt(Json& parent) {
  if (parent.is_object() && parent.children.size() > kFewMembers) {
    for (const Json& child : parent.children) parent.by_key.push_back(&child);
    std::ranges::sort(parent.by_key, {}, &Json::key);
  }
  for (Json& child : parent.children) {
    child.parent = &parent;
    adopt(child);
  }
}

std::string fault_text(std::string_view text, const stdlib::JsonFault& fault) {
  const lang::SourceFile file("", std::string(text));
  const lang::Place place = file.place(static_cast<std::uint32_t>(fault.at));
  const std::string_view rest = text.substr(fault.at);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  const std::string shown = stdlib::printable(stdlib::beginning(line, kShownBytes));
  return fmt::format(
      "{}:{}: {}{}", place.line, place.column, fault.what,
      shown.empty() ? " where the text or the line ends" : fmt::format(": `{}`", shown));
}

// Stops when `text`, to which `json` writes, is long enough.
void write(const Json& node, stdlib::JsonWriter& json, const std::string& text) {
  if (text.size() > kValueBytes) return;
  switch (node.kind) {
    case JsonKind::Null: return json.null();
    case JsonKind::False: return json.boolean(false);
    case JsonKind::True: return json.boolean(true);
    case JsonKind::Number: return json.raw(node.text);
    case JsonKind::String: return json.string(node.text);
    case JsonKind::Array:
      json.begin_array();
      for (const Json& child : node.children) write(child, json, text);
      return json.end_array();
    case JsonKind::Object:
      json.begin_object();
      for (const Json& child : node.children) {
        json.key(child.key);
        write(child, json, text);
      }
      return json.end_object();
  }
}

}  // namespace

const Json* Json::member(std::string_view name) const {
  if (!is_object()) return nullptr;
  if (!by_key.empty()) {
    const auto found = std::ranges::lower_bound(by_key, name, {}, &Json::key);
    return found != by_key.end() && (*found)->key == name ? *found : nullptr;
  }
  const auto found = std::ranges::find(children, name, &Json::key);
  return found == children.end() ? nullptr : &*found;
}

std::expected<std::unique_ptr<const Json>, std::string> read_json(std::string_view text) {
  const auto packed = stdlib::packed_json(text, kDepthMax);
  if (!packed) return std::unexpected(fault_text(text, packed.error()));
  auto root = std::make_unique<Json>(tree_of(*packed));
  adopt(*root);
  return root;
}

std::string json_path(const Json& node) {
  if (node.parent == nullptr) return {};
  const std::string before = json_path(*node.parent);
  if (node.parent->is_array())
    return fmt::format("{}[{}]", before, &node - node.parent->children.data());
  if (!stdlib::is_word(node.key) && !node.key.starts_with('$') &&
      node.key.find_first_of(" .[]\"") != std::string::npos) {
    return fmt::format("{}[{}]", before, stdlib::quote(node.key));
  }
  return fmt::format("{}{}{}", before, before.empty() ? "" : ".", stdlib::printable(node.key));
}

std::string json_text(const Json& node) {
  std::string text;
  stdlib::JsonWriter json(text);
  write(node, json, text);
  if (text.size() <= kValueBytes) return text;
  return std::string(stdlib::beginning(text, kValueBytes)) + "…";
}

AroundNumber around(std::string_view number) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::size_t mark = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits += mantissa.substr(point + 1);

  // Where the point stands in `digits`. An exponent of more than six digits is as good as infinite.
  auto whole = static_cast<std::int64_t>(point);
  if (mark != std::string_view::npos) {
    std::string_view exponent = number.substr(mark + 1);
    const bool down = exponent.starts_with('-');
    if (down || exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int64_t size = 0;
    for (const char c : exponent)
      size = std::min<std::int64_t>(size * 10 + (c - '0'), 1'000'000'000);
    whole += down ? -size : size;
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  if (first == digits.size()) return {};
  digits.erase(0, first);
  whole -= static_cast<std::int64_t>(first);

  Wide value = 0;
  const auto length = static_cast<std::int64_t>(digits.size());
  for (std::int64_t i = 0; i < std::min<std::int64_t>(whole, kDigitsMax); ++i)
    value = value * 10 + (i < length ? digits[static_cast<std::size_t>(i)] - '0' : 0);
  const auto cut = static_cast<std::size_t>(std::clamp<std::int64_t>(whole, 0, length));
  const bool is_fraction = digits.find_first_not_of('0', cut) != std::string::npos;
  if (negative) return {is_fraction ? -value - 1 : -value, -value};
  return {value, is_fraction ? value + 1 : value};
}

}  // namespace remit::cli
