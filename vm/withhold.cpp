#include "vm/withhold.h"

#include <algorithm>
#include <functional>

#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"
#include "vm/json_map.h"
#include "vm/placeholder.h"

namespace remit::vm {

namespace {

using stdlib::json_member;
using stdlib::JsonPart;
using stdlib::JsonParts;

constexpr std::size_t kKeyNameDigits = 16;

// The key of a member as JsonWriter spells it, without quotes.
std::string spelled(std::string_view name) {
  std::string text;
  stdlib::JsonWriter(text).string(name);
  return text.substr(1, text.size() - 2);
}

// Where a field of a request stands.
struct Place {
  std::string path;
  std::uint32_t slot = 0;  // of the field, or of the list around it
  bool in_element = false;
  std::uint32_t field = 0;  // inside the element
  bool is_deeper = false;   // in a list inside an element: that list's field stands for all of it

  void move(std::uint32_t by) {
    if (!is_deeper) (in_element ? field : slot) += by;
  }
};

// Copies a canonical request and asks `change` for the text of every `@sensitive` field.
class SensitiveFields {
 public:
  using Change = std::function<std::string(const FieldRow&, const Place&, std::string_view value)>;
  SensitiveFields(const Linked& linked, Change change)
      : linked_(linked), image_(linked.program.image()), change_(std::move(change)) {}

  std::string request(ToolId tool, std::string_view request) {
    std::string out = "{";
    JsonParts parts(request);
    while (const auto part = parts.next()) {
      member(part->key, out);
      const Range* fields = fields_of(tool, part->key);
      fields == nullptr ? void(out += part->value)
                        : object(*fields, part->value, Place{std::string(part->key)}, true, out);
    }
    return out + '}';
  }

 private:
  const Range* fields_of(ToolId tool, std::string_view root) const {
    if (root == "args") return &image_.tools[static_cast<std::size_t>(tool)].args;
    for (const RootRow& row : image_.roots) {
      if (linked_.text(row.name) == root) return &row.fields;
    }
    return nullptr;
  }

  static void member(std::string_view key, std::string& out) {
    if (!out.ends_with('{')) out += ',';
    out.append("\"").append(key).append("\":");
  }

  // The fields of a root, of args or of a record; `around` is where these begin.
  void object(Range fields, std::string_view text, const Place& around, bool by_slot,
              std::string& out) {
    if (!text.starts_with('{')) {
      out += text;
      return;
    }
    out += '{';
    JsonParts parts(text);
    while (const auto part = parts.next()) {
      member(part->key, out);
      std::uint32_t next = 0;
      const FieldRow* found = nullptr;
      for (std::uint32_t i = fields.first; i < fields.first + fields.count; ++i) {
        const FieldRow& row = image_.fields[i];
        if (spelled(linked_.text(row.wire_name)) == part->key) {
          found = &row;
          break;
        }
        next += linked_.program.layout().width_of(image_, row);
      }
      if (found == nullptr) {
        out += part->value;
        continue;
      }
      Place place = around;
      place.path.append(".").append(linked_.text(found->wire_name));
      place.move(by_slot ? found->slot : next);
      field(*found, part->value, place, out);
    }
    out += '}';
  }

  void field(const FieldRow& row, std::string_view text, Place place, std::string& out) {
    if (row.sensitive != 0) {
      out += change_(row, place, text);
      return;
    }
    const TypeRow& type = image_.types[static_cast<std::size_t>(row.type)];
    if (type.kind == TypeKind::Record) {
      place.move(1);
      return object(image_.records[type.ref].fields, text, place, false, out);
    }
    const bool of_records =
        is_collection(type.kind) && image_.types[type.ref].kind == TypeKind::Record;
    if (!of_records || !text.starts_with('[')) {
      out += text;
      return;
    }
    place.path += "[]";
    place.is_deeper = place.in_element;
    place.in_element = true;
    const Range fields = image_.records[image_.types[type.ref].ref].fields;
    out += '[';
    JsonParts parts(text);
    while (const auto part = parts.next()) {
      if (!out.ends_with('[')) out += ',';
      object(fields, part->value, place, false, out);
    }
    out += ']';
  }

  const Linked& linked_;
  const Image& image_;
  Change change_;
};

// A request with the digest of each approval replaced.
std::string with_digests(std::string_view request, auto&& change) {
  return mapped(request, [&](const JsonPart& member) {
    if (member.key != "approvals") return std::string(member.value);
    return mapped(member.value, [&](const JsonPart& approval) {
      return mapped(approval.value, [&](const JsonPart& part) {
        return part.key == "digest" ? change(part.value) : std::string(part.value);
      });
    });
  });
}

bool is_withheld(std::string_view value) {
  constexpr std::string_view kBegin = "{\"withheld\":\"";
  return value.size() == kBegin.size() + 64 + 2 && value.starts_with(kBegin) &&
         value.ends_with("\"}") &&
         value.substr(kBegin.size(), 64).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

Placeholder placeholder_of(const Linked& linked, const FieldRow& row, const Place& place) {
  const std::uint32_t width = linked.program.layout().width_of(linked.program.image(), row);
  return {place.path, place.slot, width, place.in_element, place.field};
}

void add(Placeholder fact, std::vector<Placeholder>& facts) {
  if (std::ranges::find(facts, fact) == facts.end()) facts.push_back(std::move(fact));
}

// Whether the digest of some action covers a `@sensitive` value.
bool may_be_in_digest(const Image& image) {
  return std::ranges::any_of(image.fields, [](const FieldRow& row) { return row.sensitive != 0; });
}

}  // namespace

std::string withhold_key_name(std::span<const std::byte> key) {
  stdlib::HmacSha256 state(key);
  state.add("remit/withhold/1");
  return stdlib::to_hex(state.finish()).substr(0, kKeyNameDigits);
}

std::string withheld(std::string_view json, std::span<const std::byte> key) {
  stdlib::HmacSha256 state(key);
  state.add(json);
  return "{\"withheld\":\"" + stdlib::to_hex(state.finish()) + "\"}";
}

std::string withhold_request(const Linked& linked, ToolId tool, std::string_view request,
                             std::string_view own_digest, std::span<const std::byte> key,
                             WithheldFacts& taken) {
  const std::string changed =
      SensitiveFields(linked, [&](const FieldRow& row, const Place& place, std::string_view value) {
        add(placeholder_of(linked, row, place), taken.facts);
        taken.in_digest = taken.in_digest || is_in_digest(place.path);
        return withheld(value, key);
      }).request(tool, request);
  if (!taken.in_digest && !may_be_in_digest(linked.program.image())) return changed;
  const std::string own = '"' + std::string(own_digest) + '"';
  return with_digests(changed, [&](std::string_view digest) {
    return taken.in_digest || digest != own ? withheld(digest, key) : std::string(digest);
  });
}

std::optional<Restored> with_placeholders(const Linked& linked, std::string_view request) {
  const auto wire_name = stdlib::json_unescaped(json_member(request, "tool"));
  if (!wire_name) return std::nullopt;
  const auto tool = linked.wire_tools.find(*wire_name);
  if (tool == linked.wire_tools.end()) return std::nullopt;
  Restored restored;
  restored.request =
      SensitiveFields(linked, [&](const FieldRow& row, const Place& place, std::string_view value) {
        if (!is_withheld(value)) return std::string(value);
        add(placeholder_of(linked, row, place), restored.placeholders);
        return placeholder_text(linked, row);
      }).request(tool->second, request);
  restored.request = with_digests(restored.request, [](std::string_view digest) {
    return is_withheld(digest) ? '"' + std::string(64, '0') + '"' : std::string(digest);
  });
  return restored;
}

bool is_in_digest(std::string_view path) {
  // Of all that an action digest covers, only these two hold fields that a schema declares.
  return path.starts_with("args.") || path.starts_with("target.");
}

}  // namespace remit::vm
