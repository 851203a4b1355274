#include "vm/log/withhold.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "vm/log/json_map.h"
#include "vm/log/placeholder.h"

namespace remit::vm {

namespace {

using stdlib::json_member;
using stdlib::JsonPart;
using stdlib::JsonParts;

constexpr std::size_t kKeyNameDigits = 16;

// A field of a request, in whichever elements of lists it stands.
struct WithheldPlace {
  const WithheldPlace* around = nullptr;  // the record or list that it is in; null for a root
  std::uint32_t row = kNoRow;             // of Image::fields
  FactPlace fact;
  bool is_deeper = false;  // in a list inside an element: that list's field stands for all of it
  bool is_known = false;   // was given to `change`, and counted there
};

// Copies a canonical request and asks `change` for the text of every `@sensitive` field.
class SensitiveFields {
 public:
  using Change =
      std::function<std::string(const FieldRow&, WithheldPlace&, std::string_view value)>;
  explicit SensitiveFields(const Linked& linked) : linked_(linked), image_(linked.program.image()) {
    for (const RootRow& row : image_.roots) roots_.emplace(linked.text(row.name), row.fields);
  }

  std::string request(ToolId tool, std::string_view request, Change change) {
    change_ = std::move(change);
    roots_["args"] = image_[tool].args;
    std::string out = "{";
    JsonParts parts(request);
    while (const auto part = parts.next()) {
      member(part->key, out);
      root_ = part->key;
      const auto fields = roots_.find(root_);
      fields == roots_.end() ? void(out += part->value)
                             : object(fields->second, part->value, nullptr, out);
    }
    return out + '}';
  }

  // The member of the request that is being changed.
  [[nodiscard]] std::string_view root() const { return root_; }
  [[nodiscard]] std::string path_of(const WithheldPlace& place) const {
    std::string path(place.around == nullptr ? std::string(root_) : path_of(*place.around));
    if (place.around != nullptr && is_list(*place.around)) path += "[]";
    return path.append(".").append(linked_.text(image_.fields[place.row].wire_name));
  }

 private:
  static void member(std::string_view key, std::string& out) {
    if (!out.ends_with('{')) out += ',';
    out.append("\"").append(key).append("\":");
  }

  [[nodiscard]] const TypeRow& type_of(std::uint32_t row) const {
    return image_[image_.fields[row].type];
  }
  [[nodiscard]] bool is_list(const WithheldPlace& place) const {
    return is_collection(type_of(place.row).kind);
  }

  // The field with a name as spelled, kNoRow if there is none. A canonical request has its members
  // in the order of the rows, so that the search begins `at` the one after the last.
  [[nodiscard]] std::uint32_t field_of(RangeOf<FieldRow> fields, std::string_view key,
                                       std::uint32_t& at) const {
    const auto name = stdlib::json_unescaped('"' + std::string(key) + '"');
    const std::uint32_t symbol = name ? linked_.symbol(*name) : 0;
    if (symbol == 0) return kNoRow;
    for (std::uint32_t i = 0; i < fields.count; ++i) {
      const std::uint32_t row = fields.first + (at + i) % fields.count;
      if (image_.fields[row].wire_name != static_cast<StringId>(symbol - 1)) continue;
      at = row - fields.first + 1;
      return row;
    }
    return kNoRow;
  }

  // There is one place for a field in all elements of a list.
  WithheldPlace& place_of(const WithheldPlace* around, std::uint32_t row) {
    const auto [entry, is_new] = places_.try_emplace({around, row});
    WithheldPlace& place = entry->second;
    if (!is_new) return place;
    const FieldShape& shape = linked_.program.layout().fields[row];
    std::uint32_t by = shape.offset;
    if (around != nullptr) {
      place.fact = around->fact;
      place.is_deeper = is_list(*around) ? around->fact.in_element : around->is_deeper;
      place.fact.in_element = place.fact.in_element || is_list(*around);
      if (!is_list(*around)) ++by;  // behind the record's own slot
    }
    place.around = around;
    place.row = row;
    if (!place.is_deeper) (place.fact.in_element ? place.fact.field : place.fact.slot) += by;
    place.fact.width = shape.width;
    return place;
  }

  // The fields of a root, of args or of a record; `around` is where these are.
  void object(RangeOf<FieldRow> fields, std::string_view text, const WithheldPlace* around,
              std::string& out) {
    if (!text.starts_with('{')) {
      out += text;
      return;
    }
    out += '{';
    std::uint32_t at = 0;
    JsonParts parts(text);
    while (const auto part = parts.next()) {
      member(part->key, out);
      const std::uint32_t row = field_of(fields, part->key, at);
      row == kNoRow ? void(out += part->value) : field(around, row, part->value, out);
    }
    out += '}';
  }

  void field(const WithheldPlace* around, std::uint32_t row, std::string_view text,
             std::string& out) {
    const FieldRow& field = image_.fields[row];
    if (field.sensitive != 0) {
      out += change_(field, place_of(around, row), text);
      return;
    }
    const TypeRow& type = type_of(row);
    if (type.kind == TypeKind::Record)
      return object(image_.record_of(type).fields, text, &place_of(around, row), out);
    const bool of_records =
        is_collection(type.kind) && image_.element_of(type).kind == TypeKind::Record;
    if (!of_records || !text.starts_with('[')) {
      out += text;
      return;
    }
    const WithheldPlace& place = place_of(around, row);
    const RangeOf<FieldRow> fields = image_.records[image_.element_of(type).ref].fields;
    out += '[';
    JsonParts parts(text);
    while (const auto part = parts.next()) {
      if (!out.ends_with('[')) out += ',';
      object(fields, part->value, &place, out);
    }
    out += ']';
  }

  struct WithheldPlaceHash {
    std::size_t operator()(const std::pair<const WithheldPlace*, std::uint32_t>& key) const {
      return std::hash<const void*>()(key.first) * 31 + key.second * 0x9E37'79B9ULL;
    }
  };

  const Linked& linked_;
  const Image& image_;
  Change change_;
  std::string_view root_;
  std::unordered_map<std::string_view, RangeOf<FieldRow>> roots_;
  // By the place around and the row; a node stays where it is.
  std::unordered_map<std::pair<const WithheldPlace*, std::uint32_t>, WithheldPlace,
                     WithheldPlaceHash>
      places_;
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
         value.ends_with("\"}") && stdlib::is_hex(value.substr(kBegin.size(), 64));
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

std::optional<Restored> with_placeholders(const Linked& linked, std::string_view request) {
  const auto wire_name = stdlib::json_unescaped(json_member(request, "tool"));
  if (!wire_name) return std::nullopt;
  const auto tool = linked.wire_tools.find(*wire_name);
  if (tool == linked.wire_tools.end()) return std::nullopt;
  Restored restored;
  SensitiveFields fields(linked);
  std::set<Placeholder> known;  // names with dots can make one path of two places
  // 79 bytes of a line ask for the smallest value of a type, which may be long. The text of each
  // field is made once, and none once they are together longer than a request, or than the line.
  const std::size_t bytes_max = std::max(limits::kRequestBytesMax, request.size());
  std::unordered_map<const FieldRow*, std::string> texts;
  std::size_t bytes = 0;
  restored.request = fields.request(
      tool->second, request,
      [&](const FieldRow& row, WithheldPlace& place, std::string_view value) {
        if (bytes > bytes_max) return std::string();
        if (!is_withheld(value)) return std::string(value);
        if (!std::exchange(place.is_known, true)) {
          const auto [placeholder, is_new] = known.insert({fields.path_of(place), place.fact});
          if (is_new) restored.placeholders.push_back(*placeholder);
        }
        const auto [text, is_new] = texts.try_emplace(&row);
        if (is_new) text->second = placeholder_text(linked, row);
        bytes += text->second.size();
        return text->second;
      });
  if (bytes > bytes_max) return std::nullopt;
  restored.request = with_digests(restored.request, [](std::string_view digest) {
    return is_withheld(digest) ? '"' + std::string(64, '0') + '"' : std::string(digest);
  });
  return restored;
}

bool is_in_digest(std::string_view path) {
  // Of all that an action digest covers, only these two hold fields that a schema declares.
  const std::string_view root = path.substr(0, path.find('.'));
  return root == "args" || root == "target";
}

}  // namespace remit::vm
