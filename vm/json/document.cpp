#include "vm/json/document.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include <simdjson.h>

#include <remit/limits.h>
#include "stdlib/json_tokens.h"

namespace remit::vm {

namespace {

namespace od = simdjson::ondemand;

// Objects with more members have an order of their keys.
constexpr std::uint32_t kFewMembers = 8;

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\t' ||
                            token.back() == '\r'))
    token.remove_suffix(1);
  return token;
}

// The spelling of a key, which begins after its quote.
std::string_view raw_key_text(const char* begin) {
  const char* end = begin;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

struct JsonDocument::Impl {
  od::parser parser;
  std::vector<char> padded;
  // Texts without escapes. simdjson has such a buffer, and writes to it unseen where there was no
  // memory for it.
  std::vector<std::uint8_t> texts;
};

JsonDocument::JsonDocument() : impl_(std::make_unique<Impl>()) {}
JsonDocument::~JsonDocument() = default;

namespace {

// Builds nodes from what simdjson walks over. Recursion is bounded by limits::kRequestDepthMax.
struct Builder {
  std::vector<JsonNode>& nodes;
  std::vector<std::uint32_t>& by_key;
  const od::parser& parser;
  std::uint8_t* texts;

  bool scalar_string(od::value& value, std::uint32_t at) {
    const std::string_view raw = trimmed(value.raw_json_token());
    std::string_view text;
    od::raw_json_string escaped;
    if (value.get_raw_json_string().get(escaped) != simdjson::SUCCESS ||
        parser.unescape(escaped, texts).get(text) != simdjson::SUCCESS ||
        !stdlib::has_paired_surrogates(raw))
      return false;
    nodes[at].kind = JsonKind::String;
    nodes[at].text = text;
    nodes[at].raw = raw;
    return true;
  }

  bool value(od::value value, std::uint32_t at, int depth) {
    od::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
      case od::json_type::object:
        return depth < limits::kRequestDepthMax && object(value, at, depth + 1);
      case od::json_type::array:
        return depth < limits::kRequestDepthMax && array(value, at, depth + 1);
      case od::json_type::string: return scalar_string(value, at);
      case od::json_type::number: {
        const std::string_view token = trimmed(value.raw_json_token());
        // The walk needs the value to be consumed; its meaning is read from the token.
        nodes[at].kind = JsonKind::Number;
        nodes[at].text = token;
        return stdlib::is_json_number(token);
      }
      case od::json_type::boolean: {
        bool truth = false;
        if (value.get_bool().get(truth) != simdjson::SUCCESS) return false;
        nodes[at].kind = truth ? JsonKind::True : JsonKind::False;
        return true;
      }
      case od::json_type::null:
        nodes[at].kind = JsonKind::Null;
        return trimmed(value.raw_json_token()) == "null";
    }
    return false;
  }

  std::uint32_t child_of(std::uint32_t parent, std::uint32_t last) {
    const auto child = static_cast<std::uint32_t>(nodes.size());
    nodes.emplace_back();
    (last == 0 ? nodes[parent].first : nodes[last].next) = child;
    ++nodes[parent].count;
    return child;
  }

  bool object(od::value& value, std::uint32_t at, int depth) {
    od::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    return members(object, at, depth);
  }

  bool members(od::object& object, std::uint32_t at, int depth) {
    nodes[at].kind = JsonKind::Object;
    std::uint32_t last = 0;
    for (auto entry : object) {
      od::field field;
      if (std::move(entry).get(field) != simdjson::SUCCESS) return false;
      const std::string_view raw_key = raw_key_text(field.key().raw());
      std::string_view key;
      if (parser.unescape(field.key(), texts).get(key) != simdjson::SUCCESS ||
          !stdlib::has_paired_surrogates(raw_key))
        return false;
      last = child_of(at, last);
      nodes[last].key = key;
      nodes[last].raw_key = raw_key;
      if (!this->value(field.value(), last, depth)) return false;
    }
    return keys_differ(at);
  }

  bool array(od::value& value, std::uint32_t at, int depth) {
    nodes[at].kind = JsonKind::Array;
    od::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    std::uint32_t last = 0;
    for (auto entry : array) {
      od::value element;
      if (std::move(entry).get(element) != simdjson::SUCCESS) return false;
      last = child_of(at, last);
      if (!this->value(element, last, depth)) return false;
    }
    return true;
  }

  // No key stands twice. Finding that out puts many members in order.
  bool keys_differ(std::uint32_t at) {
    if (nodes[at].count <= kFewMembers) {
      for (std::uint32_t one = nodes[at].first; one != 0; one = nodes[one].next) {
        for (std::uint32_t other = nodes[one].next; other != 0; other = nodes[other].next) {
          if (nodes[one].key == nodes[other].key) return false;
        }
      }
      return true;
    }
    const std::size_t begin = by_key.size();
    for (std::uint32_t child = nodes[at].first; child != 0; child = nodes[child].next)
      by_key.push_back(child);
    const auto order = std::span(by_key).subspan(begin);
    const auto key = [this](std::uint32_t child) { return nodes[child].key; };
    std::ranges::sort(order, {}, key);
    nodes[at].order = static_cast<std::uint32_t>(begin + 1);
    return std::ranges::adjacent_find(order, {}, key) == order.end();
  }
};

}  // namespace

bool JsonDocument::parse(std::string_view text, std::size_t bytes_max) {
  nodes_.clear();
  nodes_.emplace_back();
  by_key_.clear();
  if (text.size() > bytes_max || text.starts_with("\xEF\xBB\xBF")) return false;
  std::vector<char>& padded = impl_->padded;
  if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
    padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
  if (impl_->texts.size() < padded.size()) impl_->texts.resize(padded.size());
  std::memcpy(padded.data(), text.data(), text.size());
  std::memset(padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  od::document document;
  const auto error = impl_->parser.iterate(padded.data(), text.size(), padded.size()).get(document);
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error != simdjson::SUCCESS) return false;
  od::object root;
  if (document.get_object().get(root) != simdjson::SUCCESS) return false;
  Builder builder{nodes_, by_key_, impl_->parser, impl_->texts.data()};
  return builder.members(root, 0, 1) &&
         document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

void JsonDocument::give_back() {
  // simdjson keeps four bytes of structure and up to two of text for each byte that it can read.
  const std::size_t bytes = nodes_.capacity() * sizeof(JsonNode) + 2 * impl_->padded.capacity() +
                            by_key_.capacity() * sizeof(std::uint32_t) +
                            impl_->parser.capacity() * 6;
  if (bytes <= limits::kReaderBytesKept) return;
  impl_ = std::make_unique<Impl>();
  nodes_ = std::vector<JsonNode>();
  by_key_ = std::vector<std::uint32_t>();
}

const JsonNode* JsonDocument::member(const JsonNode& object, std::string_view name) const {
  if (object.order == 0) {
    for (std::uint32_t child = object.first; child != 0; child = nodes_[child].next) {
      if (nodes_[child].key == name) return &nodes_[child];
    }
    return nullptr;
  }
  const auto order = std::span(by_key_).subspan(object.order - 1, object.count);
  const auto key = [this](std::uint32_t child) { return nodes_[child].key; };
  const auto found = std::ranges::lower_bound(order, name, {}, key);
  return found != order.end() && key(*found) == name ? &nodes_[*found] : nullptr;
}

int JsonDocument::depth(const JsonNode& node) const {
  if (node.kind != JsonKind::Object && node.kind != JsonKind::Array) return 0;
  int deepest = 0;
  for (std::uint32_t child = node.first; child != 0; child = nodes_[child].next)
    deepest = std::max(deepest, depth(nodes_[child]));
  return deepest + 1;
}

void JsonDocument::write(const JsonNode& node, std::string& out) const {
  switch (node.kind) {
    case JsonKind::Null: out += "null"; return;
    case JsonKind::False: out += "false"; return;
    case JsonKind::True: out += "true"; return;
    case JsonKind::Number: out += node.text; return;
    case JsonKind::String: out += node.raw; return;
    case JsonKind::Object:
    case JsonKind::Array: break;
  }
  const bool object = node.kind == JsonKind::Object;
  out += object ? '{' : '[';
  for (std::uint32_t child = node.first; child != 0; child = nodes_[child].next) {
    if (child != node.first) out += ',';
    if (object) out.append("\"").append(nodes_[child].raw_key).append("\":");
    write(nodes_[child], out);
  }
  out += object ? '}' : ']';
}

}  // namespace remit::vm
