#include "tests/generator/conditions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "stdlib/formats.h"
#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::Type;

void add_fields(const compiler::TypedBundle& bundle, const std::vector<compiler::FieldInfo>& fields,
                const Readable& base, std::vector<Readable>& into) {
  for (const compiler::FieldInfo& field : fields) {
    Readable fact{base.path + '.' + std::string(field.name), field.type, base.asked};
    if (field.optional) fact.asked = fact.path;
    if (field.type->kind == TypeKind::Record)
      add_fields(bundle, bundle.record(*field.type).fields, fact, into);
    else if (field.type->kind != TypeKind::Opaque)
      into.push_back(fact);
    if (field.type->kind == TypeKind::Email) {
      // Its domain is a host like any other.
      into.push_back({fact.path + ".domain", nullptr, fact.asked});
    }
    if (field.type->kind == TypeKind::Url)
      into.push_back({fact.path + ".host", nullptr, fact.asked});
  }
}

namespace {

bool same_everywhere(const compiler::TypedBundle& bundle, const compiler::FieldInfo& field,
                     const std::vector<compiler::ToolIndex>& tools) {
  return std::ranges::all_of(tools, [&](compiler::ToolIndex tool) {
    const auto& args = bundle.tools[static_cast<std::size_t>(tool)].args;
    const auto found = std::ranges::find(args, field.name, &compiler::FieldInfo::name);
    return found != args.end() && found->type == field.type && found->optional == field.optional;
  });
}

}  // namespace

std::vector<Readable> readable_facts(const compiler::TypedBundle& bundle,
                                     const std::vector<compiler::ToolIndex>& tools) {
  std::vector<Readable> facts;
  for (const compiler::RootInfo& root : bundle.roots) {
    if (root.name == "call") continue;
    add_fields(bundle, root.fields, {std::string(root.name), nullptr, {}}, facts);
  }
  add_fields(bundle, bundle.tool_root, {"tool", nullptr, {}}, facts);
  if (!tools.empty()) {
    std::vector<compiler::FieldInfo> shared;
    for (const compiler::FieldInfo& field :
         bundle.tools[static_cast<std::size_t>(tools.front())].args) {
      if (same_everywhere(bundle, field, tools)) shared.push_back(field);
    }
    add_fields(bundle, shared, {"args", nullptr, {}}, facts);
  }
  return facts;
}

// Counters stand several times among the facts, or they would hardly ever be chosen.
void Conditions::make_readable(const std::vector<compiler::ToolIndex>& tools) {
  constexpr int kCopies = 10;
  tested_.clear();
  facts_ = readable_facts(bundle_, tools);
  for (const ReadableCounter& counter : counters_) {
    const auto counted = [&](compiler::ToolIndex tool) {
      return std::ranges::find(counter.tools, tool) != counter.tools.end();
    };
    // No tools named: all of them.
    const bool covers = tools.empty() ? counter.tools.size() == bundle_.tools.size()
                                      : std::ranges::all_of(tools, counted);
    for (int i = 0; may_read_counters_ && covers && i < kCopies; ++i)
      facts_.push_back({"limits." + counter.limit + ".used", &counter.type, {}});
  }
}

std::string Conditions::condition(const std::vector<compiler::ToolIndex>& tools, int depth,
                                  const std::vector<std::string>& asked) {
  make_readable(tools);
  for (const std::string& path : asked) tested_.insert("has " + path);
  return boolean(depth);
}

std::string Conditions::host_condition(int depth) {
  facts_ = host_;
  tested_.clear();
  std::erase_if(facts_, [](const Readable& fact) { return fact.path.starts_with("tool."); });
  return boolean(depth);
}

std::string Conditions::host_atom() {
  const int added = names_++;
  return fmt::format("risk.score + {} {} {}", added, random_.percent(50) ? "<=" : ">",
                     added + random_.between(1, 98));
}

std::string Conditions::interpolation(const std::vector<compiler::ToolIndex>& tools) {
  std::vector<std::string> shown{"target.tenants.size", "risk.score"};
  for (const Readable& fact : readable_facts(bundle_, tools)) {
    // A timestamp that may lie after 9999 cannot be shown, nor can a url.
    const bool can_be = fact.type != nullptr && is_scalar(fact.type->kind) &&
                        fact.type->kind != TypeKind::Url && fact.asked.empty();
    if (can_be) shown.push_back(fact.path);
  }
  return fmt::format("{{{}}}", random_.pick(shown));
}

std::string Conditions::joined(int depth, const char* word) {
  const std::size_t count = 2 + random_.below(2);
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : fmt::format(" {} ", word), boolean(depth - 1));
  return '(' + text + ')';
}

std::string Conditions::boolean(int depth) {
  const std::size_t kind = depth <= 0 ? 9 : random_.below(10);
  if (kind < 3) return joined(depth, "and");
  if (kind < 5) return joined(depth, "or");
  if (kind == 5) return "(not " + joined(depth - 1, random_.percent(50) ? "and" : "or") + ')';
  if (kind == 6) return choice(depth);
  return atom();
}

// A match over a fact that is always there, with bools in its arms.
std::string Conditions::choice(int depth) {
  std::vector<const Readable*> fitting;
  for (const Readable& fact : facts()) {
    const bool fits = fact.type != nullptr && fact.asked.empty() &&
                      (fact.type->kind == TypeKind::Enum || fact.type->kind == TypeKind::Bool);
    if (fits) fitting.push_back(&fact);
  }
  if (fitting.empty()) return atom();
  const Readable fact = *random_.pick(fitting);
  const bool is_bool = fact.type->kind == TypeKind::Bool;
  const std::size_t count = is_bool ? 2 : bundle_.enumeration(*fact.type).values.size();
  const std::size_t named = random_.percent(50) ? count : 1 + random_.below(count - 1);
  const auto value = [&](std::size_t i) {
    if (is_bool) return std::string(i == 0 ? "false" : "true");
    return std::string(bundle_.enumeration(*fact.type).values[i].name);
  };
  std::string arms;
  for (std::size_t i = 0; i < named; ++i) {
    arms += fmt::format("{}{}", i == 0 ? "" : ", ", value(i));
    while (i + 1 < named && random_.percent(30)) arms += ", " + value(++i);
    arms += fmt::format(" => {}", boolean(depth - 1));
  }
  if (named < count) arms += fmt::format(", else => {}", boolean(depth - 1));
  return fmt::format("match {} {{ {} }}", fact.path, arms);
}

std::string Conditions::use(const Readable& fact) {
  tested_.insert(fact.path);
  if (!fact.asked.empty() && std::ranges::find(asked_, fact.asked) == asked_.end())
    asked_.push_back(fact.asked);
  return fact.path;
}

// Whether something that may be absent with `asked` was tested.
bool Conditions::is_asked(const std::string& asked) const {
  return std::ranges::any_of(tested_, [&](const std::string& path) {
    return path == asked || path.starts_with(asked + '.');
  });
}

// One test of one fact, behind the `has` that it needs.
std::string Conditions::atom() {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const std::vector<std::string> outer = std::exchange(asked_, {});
    const Readable fact = random_.pick(facts());
    if (tested_.contains(fact.path) || tested_.contains("has " + fact.asked)) continue;
    std::string text;
    if (random_.percent(8) && !fact.asked.empty() && !is_asked(fact.asked)) {
      text = "has " + fact.asked;
      tested_.insert(text);
    } else {
      text = about(fact);
    }
    const std::vector<std::string> asked = std::exchange(asked_, outer);
    const bool excluded = std::ranges::any_of(
        asked, [&](const std::string& path) { return tested_.contains("has " + path); });
    if (text.empty() || excluded) continue;
    if (asked.empty()) return text;
    const bool without = random_.percent(30);
    std::string guarded;
    for (const std::string& path : asked)
      guarded += fmt::format("{}has {} {} ", without ? "not " : "", path, without ? "or" : "and");
    return '(' + guarded + text + ')';
  }
  return host_atom();
}

std::string Conditions::about(const Readable& fact) {
  if (fact.type == nullptr) {  // a derived host
    if (random_.percent(50))
      return fmt::format("{} under {}", use(fact), text_literal(TypeKind::Host));
    return fmt::format("{} {} {}", use(fact),
                       random_.percent(50) ? "==" : "!=", text_literal(TypeKind::Host));
  }
  // A counter may hold longer durations than any parameter.
  const bool fits_parameter =
      fact.type->kind != TypeKind::Duration || !fact.path.starts_with("limits.");
  if (!in_definition_ && !in_loop_ && is_scalar(fact.type->kind) && fits_parameter &&
      random_.percent(6))
    return definition(fact);
  switch (fact.type->kind) {
    case TypeKind::Bool: {
      const std::size_t form = random_.below(4);
      if (form == 0) return use(fact);
      if (form == 1) return "(not " + use(fact) + ')';
      return fmt::format("{} {} {}", use(fact),
                         form == 2 ? "==" : "!=", random_.percent(50) ? "true" : "false");
    }
    case TypeKind::Int:
    case TypeKind::Money:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay: return about_number(fact);
    case TypeKind::Enum:
    case TypeKind::Tool: return about_enum(fact);
    case TypeKind::Set:
    case TypeKind::List: return about_collection(fact);
    case TypeKind::Opaque:
    case TypeKind::Record: return {};
    case TypeKind::String:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Ip: return about_text(fact);
  }
  return {};
}

std::string Conditions::about_enum(const Readable& fact) {
  const Type& type = *fact.type;
  const bool is_enum = type.kind == TypeKind::Enum;
  const std::size_t count =
      is_enum ? bundle_.enumeration(type).values.size() : bundle_.tools.size();
  if (count < 2) return {};
  const bool ordered = is_enum && bundle_.enumeration(type).ordered;
  const std::size_t form = random_.below(ordered && count > 2 ? 5 : 3);
  if (form == 0) {
    return fmt::format("{} {}in {}", use(fact), random_.percent(30) ? "not " : "",
                       set_literal(type, false));
  }
  if (form == 3) {
    const auto value = static_cast<std::int64_t>(1 + random_.below(count - 2));
    return fmt::format("{} {} {}", use(fact), random_.pick(kOrders), spelled(type, value));
  }
  if (form == 4) {
    return fmt::format("{} in {} ..= {}", use(fact), spelled(type, 1),
                       spelled(type, static_cast<std::int64_t>(count) - 1));
  }
  if (const Readable* second = random_.percent(20) ? other(type, fact, TypeKind::Bool) : nullptr;
      second != nullptr) {
    return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=", use(*second));
  }
  return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=",
                     spelled(type, static_cast<std::int64_t>(random_.below(count))));
}

// A fact that can be compared with values of the type; or, with the kind of a collection, one that
// holds such values.
const Readable* Conditions::other(const Type& type, const Readable& than, TypeKind collection) {
  std::vector<const Readable*> fitting;
  for (const Readable& fact : facts()) {
    if (fact.type == nullptr || fact.path == than.path || tested_.contains(fact.path)) continue;
    const Type* compared = is_collection(collection)
                               ? (fact.type->kind == collection ? fact.type->element : nullptr)
                               : fact.type;
    if (compared != nullptr && compiler::same_type(*compared, type)) fitting.push_back(&fact);
  }
  return fitting.empty() ? nullptr : random_.pick(fitting);
}

// What stands in the text of a fact.
std::string Conditions::about_part(const Readable& fact) {
  const Type& type = *fact.type;
  std::vector<std::string> parts;
  const std::size_t wanted = 1 + random_.below(3);
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string_view part = random_.pick(kParts);
    const std::string text = quoted(part);
    if (stdlib::is_text_value(type.kind, part, type.high) &&
        std::ranges::find(parts, text) == parts.end())
      parts.push_back(text);
  }
  if (parts.empty()) return {};
  const bool single = parts.size() == 1 && random_.percent(60);
  std::string looked_for = single ? parts[0] : fmt::format("{{{}}}", fmt::join(parts, ", "));
  if (random_.percent(25)) {
    const std::string of = type.kind == TypeKind::Id ? "id" : "string(16)";
    looked_for = named(looked_for, single ? of : fmt::format("set<{}>(8)", of));
  }
  static constexpr std::string_view kWords[] = {"contains", "starts with", "ends with"};
  return fmt::format("{} {} {}", use(fact), random_.pick(kWords), looked_for);
}

std::string Conditions::about_text(const Readable& fact) {
  const Type& type = *fact.type;
  const auto fits = [&](const std::string& value) {
    return type.kind != TypeKind::String || static_cast<std::int64_t>(value.size()) <= type.high;
  };
  switch (random_.below(6)) {
    case 0: {
      const std::string set = set_literal(type, false);
      return set.empty()
                 ? set
                 : fmt::format("{} {}in {}", use(fact), random_.percent(30) ? "not " : "", set);
    }
    case 1: {
      const Readable* set = other(type, fact, random_.percent(60) ? TypeKind::Set : TypeKind::List);
      return set == nullptr ? std::string() : fmt::format("{} in {}", use(fact), use(*set));
    }
    case 2: {
      const Readable* same = other(type, fact, TypeKind::Bool);
      if (same == nullptr) return {};
      return fmt::format("{} {} {}", use(fact), random_.percent(50) ? "==" : "!=", use(*same));
    }
    case 3:
    case 4: {
      if (type.kind == TypeKind::String && random_.percent(50))
        return fmt::format("{} matches re\"{}\"", use(fact), random_.pick(kPatterns));
      if (type.kind == TypeKind::String || type.kind == TypeKind::Id) return about_part(fact);
      if (type.kind == TypeKind::Ip) {
        if (random_.percent(50))
          return fmt::format("{} under cidr\"{}\"", use(fact), random_.pick(kCidrs));
        return fmt::format("{} under {}", use(fact), set_literal(type, true));
      }
      if (type.kind != TypeKind::Host && type.kind != TypeKind::Path) break;
      if (const Readable* same = random_.percent(40) ? other(type, fact, TypeKind::Bool) : nullptr)
        return fmt::format("{} under {}", use(fact), use(*same));
      if (const Readable* set = random_.percent(40) ? other(type, fact, TypeKind::Set) : nullptr)
        return fmt::format("{} under {}", use(fact), use(*set));
      if (random_.percent(40))
        return fmt::format("{} under {}", use(fact), set_literal(type, false));
      return fmt::format("{} under {}", use(fact), text_literal(type.kind));
    }
    default: break;
  }
  const std::string value = text_literal(type.kind);
  if (!fits(value)) return {};
  return fmt::format("{} {} {}", use(fact), random_.percent(60) ? "==" : "!=", value);
}

}  // namespace remit::generator
