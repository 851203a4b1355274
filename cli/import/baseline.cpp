#include "cli/import/baseline.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include "cli/import/schema_view.h"
#include "stdlib/hash.h"
#include "stdlib/json_text.h"

namespace remit::cli {

namespace {

constexpr std::string_view kFirstLine = "// manifest sha256:";
constexpr std::string_view kNextLine = "//   ";
constexpr std::string_view kPrefix = "remit/manifest/1\n";
constexpr std::size_t kColumns = 98;
constexpr std::size_t kShortHexDigits = 8;

// How a value of a schema is read: as a schema, as names with a schema each, or as data.
enum class Role : std::uint8_t { Schema, Names, Data, Unordered };

Role role_of(std::string_view keyword) {
  static constexpr std::string_view kNames[] = {"properties",  "patternProperties", "$defs",
                                                "definitions", "dependentSchemas",  "dependencies"};
  static constexpr std::string_view kData[] = {"const", "default", "dependentRequired"};
  static constexpr std::string_view kUnordered[] = {"required", "type", "enum"};
  const auto is_in = [keyword](std::span<const std::string_view> keywords) {
    return std::ranges::find(keywords, keyword) != keywords.end();
  };
  if (is_in(kNames)) return Role::Names;
  if (is_in(kUnordered)) return Role::Unordered;
  return is_in(kData) ? Role::Data : Role::Schema;
}

std::string canonical(const Json& node, Role role);

// In an order that does not depend on the server's.
std::string canonical_members(const Json& node, Role role) {
  std::vector<const Json*> members;
  for (const Json& member : node.children) {
    if (role != Role::Schema || !is_remark(member.key)) members.push_back(&member);
  }
  std::ranges::sort(members, {}, &Json::key);
  std::string text;
  stdlib::JsonWriter json(text);
  json.begin_object();
  for (const Json* member : members) {
    json.key(member->key);
    json.raw(canonical(*member, role == Role::Schema  ? role_of(member->key)
                                : role == Role::Names ? Role::Schema
                                                      : Role::Data));
  }
  json.end_object();
  return text;
}

std::string canonical(const Json& node, Role role) {
  std::string text;
  stdlib::JsonWriter json(text);
  switch (node.kind) {
    case JsonKind::Null: json.null(); break;
    case JsonKind::False: json.boolean(false); break;
    case JsonKind::True: json.boolean(true); break;
    case JsonKind::Number: json.raw(node.text); break;
    case JsonKind::String: json.string(node.text); break;
    case JsonKind::Object: return canonical_members(node, role);
    case JsonKind::Array: {
      std::vector<std::string> elements;
      for (const Json& child : node.children) elements.push_back(canonical(child, role));
      if (role == Role::Unordered) std::ranges::sort(elements);
      json.begin_array();
      for (const std::string& element : elements) json.raw(element);
      json.end_array();
      break;
    }
  }
  return text;
}

void collect_references(const Json& node, std::vector<const Json*>& into) {
  if (const Json* reference = node.member("$ref"); reference != nullptr && reference->is_string())
    into.push_back(reference);
  for (const Json& child : node.children) collect_references(child, into);
}

// The references in `node`, and those in what they lead to.
std::set<std::string> references_of(const Json& document, const Json& node) {
  std::set<std::string> found;
  std::vector<const Json*> pending;
  collect_references(node, pending);
  while (!pending.empty()) {
    const std::string& reference = pending.back()->text;
    pending.pop_back();
    if (!found.insert(reference).second) continue;
    if (const Json* target = pointed_at(document, reference)) collect_references(*target, pending);
  }
  return found;
}

std::string hash_of(std::string_view text) {
  stdlib::Sha256 hash;
  hash.add(kPrefix);
  hash.add(text);
  return stdlib::to_hex(hash.finish());
}

std::string argument_hash(const Json& document, const Json& property, bool required) {
  std::string text = fmt::format("{}\n{}", required, canonical(property, Role::Schema));
  for (const std::string& reference : references_of(document, property)) {
    const Json* target = pointed_at(document, reference);
    text += fmt::format("\n{}\n{}", reference,
                        target == nullptr ? "" : canonical(*target, Role::Schema));
  }
  return hash_of(text).substr(0, kShortHexDigits);
}

// A name as one word of a comment, and back.
std::string as_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    const bool plain =
        is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    word += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return word;
}

}  // namespace

Baseline baseline_of(const ManifestTool& tool) {
  Baseline baseline;
  std::string text = tool.name;
  if (tool.schema != nullptr) text += '\n' + canonical(*tool.schema, Role::Schema);
  if (tool.annotations != nullptr) text += '\n' + canonical(*tool.annotations, Role::Schema);
  baseline.whole = hash_of(text);
  if (tool.schema == nullptr) return baseline;

  SchemaView arguments(*tool.schema, *tool.schema, {});
  const Json* required = arguments.look("required");
  const Json* properties = arguments.look("properties");
  if (properties == nullptr || !properties->is_object()) return baseline;
  std::set<std::string_view> names;
  if (required != nullptr) {
    for (const Json& name : required->children) names.insert(name.text);
  }
  for (const Json& property : properties->children) {
    baseline.arguments[property.key] =
        argument_hash(*tool.schema, property, names.contains(property.key));
  }
  return baseline;
}

std::string baseline_comment(const Baseline& baseline) {
  std::string text = fmt::format("{}{}\n", kFirstLine, baseline.whole);
  std::string line(kNextLine);
  const auto end_line = [&] {
    if (line.size() > kNextLine.size()) text += line + '\n';
    line = kNextLine;
  };
  for (const auto& [name, hash] : baseline.arguments) {
    const std::string entry = fmt::format("{} {}", as_word(name), hash);
    if (line.size() > kNextLine.size()) {
      line += ',';
      if (line.size() + 1 + entry.size() > kColumns)
        end_line();
      else
        line += ' ';
    }
    line += entry;
  }
  end_line();
  return text;
}

std::optional<FoundBaseline> find_baseline(std::span<const lang::Comment> comments) {
  const auto first = std::ranges::find_if(
      comments, [](const lang::Comment& comment) { return comment.text.starts_with(kFirstLine); });
  if (first == comments.end()) return std::nullopt;
  FoundBaseline found{{std::string(first->text.substr(kFirstLine.size())), {}}, first->span};
  if (found.baseline.whole.size() != 64 || !stdlib::is_hex(found.baseline.whole))
    return std::nullopt;
  for (auto line = first + 1; line != comments.end() && line->text.starts_with(kNextLine); ++line) {
    found.span.end = line->span.end;
    std::string_view rest = line->text.substr(kNextLine.size());
    while (!rest.empty()) {
      const std::string_view entry = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      const std::size_t space = std::min(entry.find(' '), entry.size());
      const std::string_view hash = entry.substr(std::min(space + 1, entry.size()));
      const auto name = percent_decoded(entry.substr(0, space));
      if (!name || hash.size() != kShortHexDigits || !stdlib::is_hex(hash)) return std::nullopt;
      found.baseline.arguments.insert_or_assign(*name, hash);
    }
  }
  return found;
}

const lang::Comment* find_hints(std::span<const lang::Comment> comments) {
  const auto found = std::ranges::find_if(comments, [](const lang::Comment& comment) {
    return comment.text.starts_with(kHintsComment);
  });
  return found == comments.end() ? nullptr : &*found;
}

}  // namespace remit::cli
