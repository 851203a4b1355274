#include "vm/withhold.h"

#include <algorithm>
#include <functional>

#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"
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

// An object or array with each value replaced by what `change` makes of it.
std::string mapped(std::string_view container, auto&& change) {
  const bool is_object = container.starts_with('{');
  if (!is_object && !container.starts_with('[')) return std::string(container);
  std::string out;
  stdlib::JsonWriter json(out);
  is_object ? json.begin_object() : json.begin_array();
  JsonParts parts(container);
  while (const auto part = parts.next()) {
    if (is_object) json.key(part->key);
    json.raw(change(*part));
  }
  is_object ? json.end_object() : json.end_array();
  return out;
}

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

bool reads(const Image& image, Range code, const Placeholder& placeholder) {
  const auto inside = [](std::uint32_t number, std::uint32_t first, std::uint32_t width) {
    return number >= first && number < first + width;
  };
  bool list = false, field = false;
  for (std::uint32_t i = code.first; i < code.first + code.count; ++i) {
    const Instruction& in = image.code[i];
    // That the fact itself is there is known; what is inside it is not.
    const bool loads = in.opcode == Opcode::Load, asks = in.opcode == Opcode::Has;
    if (!placeholder.in_element) {
      if ((loads && inside(in.c, placeholder.slot, placeholder.width)) ||
          (asks && inside(in.c, placeholder.slot + 1, placeholder.width - 1)))
        return true;
      continue;
    }
    list = list || (loads && in.c == placeholder.slot);
    field =
        field ||
        (in.opcode == Opcode::LoadElement && inside(in.c, placeholder.field, placeholder.width)) ||
        (in.opcode == Opcode::HasElement &&
         inside(in.c, placeholder.field + 1, placeholder.width - 1));
  }
  return list && field;
}

// Calls `visit` with every piece of code that says whether an item matches, or what it counts.
void for_each_code(const Image& image, const ItemRow& item, auto&& visit) {
  const auto inputs = [&](Range rows) {
    for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i)
      visit(image.inputs[i].code);
  };
  visit(item.when);
  visit(item.unless);
  if (is_row(item.kind)) {
    const TableRow& table = image.tables[item.detail];
    visit(table.when);
    visit(table.unless);
    inputs(table.inputs);
  }
  if (item.kind == ItemKind::Limit) {
    const LimitRow& limit = image.limits[item.detail];
    visit(limit.maximum);
    visit(limit.amount);
    inputs(limit.keys);
  }
}

bool reads(const Image& image, const ItemRow& item, const Placeholder& placeholder) {
  bool found = false;
  for_each_code(image, item, [&](Range code) { found = found || reads(image, code, placeholder); });
  return found;
}

// Code whose owner is known here, whether or not it belongs to the tool at hand.
bool is_owned(const Image& image, std::uint32_t instruction) {
  bool owned = false;
  const auto look = [&](Range code) {
    owned = owned || (instruction >= code.first && instruction < code.first + code.count);
  };
  for (const ItemRow& item : image.items) for_each_code(image, item, look);
  for (const PolicyRow& policy : image.policies) look(policy.applies);
  for (const TemplatePieceRow& piece : image.template_pieces) look(piece.code);
  return owned;
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
                             std::span<const std::byte> key, Taken& taken) {
  const std::string changed =
      SensitiveFields(linked, [&](const FieldRow& row, const Place& place, std::string_view value) {
        const TypeRow& type = linked.program.image().types[static_cast<std::size_t>(row.type)];
        taken.values.emplace_back(value);
        taken.is_amount = taken.is_amount || !is_text(type.kind);
        taken.in_digest = taken.in_digest || is_in_digest(place.path);
        return withheld(value, key);
      }).request(tool, request);
  if (!taken.in_digest) return changed;
  return with_digests(changed, [&](std::string_view digest) { return withheld(digest, key); });
}

std::string withhold_decision(std::string_view decision, std::string_view withheld_request,
                              const Taken& taken, std::span<const std::byte> key) {
  // A key may be a part of a value: a field of a record, the domain of an address.
  const auto counter_key = [&](std::string_view element) {
    const bool quoted = element.starts_with('"');
    const std::string_view text = quoted ? element.substr(1, element.size() - 2) : element;
    const bool tells = std::ranges::any_of(taken.values, [&](const std::string& value) {
      return value.find(text) != std::string::npos;
    });
    return tells ? withheld(element, key) : std::string(element);
  };
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
      return mapped(line.value, [&](const JsonPart& part) {
        if ((part.key == "amount" || part.key == "max") && taken.is_amount)
          return withheld(part.value, key);
        if (part.key != "key") return std::string(part.value);
        return mapped(part.value, [&](const JsonPart& e) { return counter_key(e.value); });
      });
    });
  });
}

std::optional<Restored> with_placeholders(const Linked& linked, std::string_view request) {
  const auto wire_name = stdlib::json_unescaped(json_member(request, "tool"));
  if (!wire_name) return std::nullopt;
  const auto tool = linked.wire_tools.find(*wire_name);
  if (tool == linked.wire_tools.end()) return std::nullopt;
  const Image& image = linked.program.image();
  Restored restored;
  restored.request =
      SensitiveFields(linked, [&](const FieldRow& row, const Place& place, std::string_view value) {
        if (!is_withheld(value)) return std::string(value);
        const Placeholder made{place.path, place.slot, linked.program.layout().width_of(image, row),
                               place.in_element, place.field};
        auto& all = restored.placeholders;
        if (std::ranges::find(all, made) == all.end()) all.push_back(made);
        return placeholder_text(linked, row);
      }).request(tool->second, request);
  restored.request = with_digests(restored.request, [](std::string_view digest) {
    return is_withheld(digest) ? '"' + std::string(64, '0') + '"' : std::string(digest);
  });
  return restored;
}

std::vector<std::string> readers(const Linked& linked, ToolId tool,
                                 const Placeholder& placeholder) {
  const Image& image = linked.program.image();
  const ToolPlan& plan = linked.tools[static_cast<std::size_t>(tool)];
  std::vector<std::string> names;
  for (const PolicyGroup& group : plan.groups) {
    const PolicyRow& policy = image.policies[static_cast<std::size_t>(group.policy)];
    const std::string policy_name(linked.text(policy.name));
    if (reads(image, policy.applies, placeholder)) names.push_back(policy_name + " applies when");
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      const ItemRow& item = image.items[static_cast<std::size_t>(plan.items[i])];
      if (reads(image, item, placeholder))
        names.push_back(policy_name + '.' + std::string(linked.text(item.name)));
    }
  }
  // Whatever else has code of its own may be in this decision too.
  for (std::uint32_t i = 0; i < image.code.size(); ++i) {
    const bool element = image.code[i].opcode == Opcode::LoadElement && placeholder.in_element &&
                         image.code[i].c >= placeholder.field &&
                         image.code[i].c < placeholder.field + placeholder.width;
    if ((element || reads(image, {i, 1}, placeholder)) && !is_owned(image, i)) {
      names.emplace_back("other code");
      break;
    }
  }
  return names;
}

bool is_in_digest(std::string_view path) {
  // Of all that an action digest covers, only these two hold fields that a schema declares.
  return path.starts_with("args.") || path.starts_with("target.");
}

}  // namespace remit::vm
