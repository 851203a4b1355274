// Schemas: enums, records, roots and tools.

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "stdlib/roots.h"
#include "stdlib/text.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kSlots[] = {"role", "signal", "channel", "environment", "class"};

bool is_slot(std::string_view name) { return std::ranges::find(kSlots, name) != std::end(kSlots); }

constexpr ModuleIndex kPrelude{0};

}  // namespace

void Checker::collect_enums() {
  const auto declared = [&](const ast::EnumDecl& decl, ModuleIndex module) {
    if (decl.name.empty()) return;
    const auto [entry, is_new] = enum_decls_.try_emplace(decl.name.text, &decl);
    if (is_new) return;
    const bool fills_slot = is_slot(decl.name.text) && module != kPrelude &&
                            entry->second->span.file == ast_of(kPrelude).file;
    if (fills_slot) {
      entry->second = &decl;
      return;
    }
    report(Code::E0302, decl.name.span, fmt::format("enum `{}` is declared twice", decl.name.text))
        .secondary_at(entry->second->name.span, "the first one")
        .help("rename or remove one of them");
  };
  for_each_decl<ast::EnumDecl>(ast::ModuleKind::Schema, ast::DeclKind::Enum, declared);
  for (const auto& [name, decl] : enum_decls_) {
    EnumInfo info{name, {}, decl->ordered, is_slot(name), decl->name.span};
    for (const ast::EnumValue& value : decl->values) {
      const bool twice = std::ranges::any_of(
          info.values, [&](const EnumValueInfo& v) { return v.name == value.name.text; });
      if (twice) {
        report(Code::E0302, value.name.span,
               fmt::format("value `{}` stands here twice", value.name.text))
            .help("remove one of them");
        continue;
      }
      bool platform = false;
      for (const ast::Annotation& annotation : value.annotations) {
        platform = platform || annotation.name.text == "platform";
        if (annotation.name.text == "platform" && name != "role") {
          report(Code::E0208, annotation.span, "`@platform` does not stand here")
              .note("it stands on values of enum `role`")
              .help("remove it");
        }
      }
      info.values.push_back({value.name.text, platform});
      enum_value_names_.insert(value.name.text);
    }
    if (info.values.size() > limits::kEnumValuesMax) {
      report(Code::E1102, decl->name.span,
             fmt::format("the enum has {} values; at most {} are allowed", info.values.size(),
                         limits::kEnumValuesMax))
          .help("use a type such as `id`");
    }
    if (name == "class" && (!decl->ordered || info.values.size() < 2)) {
      report(Code::E0419, decl->name.span, "enum `class` is not ordered")
          .note("classes are compared: what a session has seen against what a tool may carry")
          .help("separate its values by `<`, the lowest first");
    }
    bundle_.enums.push_back(std::move(info));
  }
}

void Checker::collect_records() {
  const auto declared = [&](const ast::FieldsDecl& decl, ModuleIndex) {
    if (decl.name.empty()) return;
    const auto [entry, is_new] = record_decls_.try_emplace(decl.name.text, &decl);
    if (!is_new) {
      report(Code::E0302, decl.name.span,
             fmt::format("record `{}` is declared twice", decl.name.text))
          .secondary_at(entry->second->name.span, "the first one")
          .help("rename or remove one of them");
    }
    if (const auto found = enum_decls_.find(decl.name.text); found != enum_decls_.end()) {
      report(Code::E0302, decl.name.span,
             fmt::format("`{}` is the name of an enum too", decl.name.text))
          .secondary_at(found->second->name.span, "the enum")
          .help("rename one of them");
    }
  };
  for_each_decl<ast::FieldsDecl>(ast::ModuleKind::Schema, ast::DeclKind::Record, declared);
  for (const auto& [name, decl] : record_decls_)
    bundle_.records.push_back({name, {}, 0, decl->name.span});
}

void Checker::collect_roots() {
  const auto declared = [&](const ast::FieldsDecl& decl, ModuleIndex module) {
    if (decl.name.empty()) return;
    // `call` is declared, in the prelude, but its facts are the engine's own.
    const bool engine_root = stdlib::is_engine_root(decl.name.text) || decl.name.text == "call";
    if (engine_root && module != kPrelude) {
      report(Code::E0308, decl.name.span,
             fmt::format("root `{}` belongs to the engine and cannot be extended", decl.name.text))
          .help("add the fact to another root");
      return;
    }
    auto& decls = root_decls_[decl.name.text];
    if (decls.empty()) {
      // The prelude is the first module, so its roots come in its order.
      bundle_.roots.push_back({decl.name.text, {}, decl.name.span});
    }
    decls.emplace_back(&decl, module);
  };
  for_each_decl<ast::FieldsDecl>(ast::ModuleKind::Schema, ast::DeclKind::Extend, declared);
  const auto own = std::ranges::find_if(bundle_.roots, [&](const RootInfo& root) {
    return root_decls_[root.name].front().second != kPrelude;
  });
  std::ranges::sort(own, bundle_.roots.end(), {}, &RootInfo::name);
  // An enum or record named like a root would make a path ambiguous.
  const auto clash = [&](std::string_view name, Span span, std::string_view what) {
    if (!is_root(name) || name == "tool") return;
    report(Code::E0303, span, fmt::format("{} `{}` has the name of a root", what, name))
        .help("rename it");
  };
  for (const EnumInfo& info : bundle_.enums) clash(info.name, info.span, "enum");
  for (const RecordInfo& info : bundle_.records) clash(info.name, info.span, "record");
}

void Checker::collect_tools() {
  std::map<std::string_view, const ast::ToolDecl*> decls;
  const auto declared = [&](const ast::ToolDecl& decl, ModuleIndex) {
    if (decl.tool_name.parts.empty()) return;
    const ast::Name& first = decl.tool_name.parts.front();
    if (decl.tool_name.parts.size() < 2) {
      report(Code::E0308, decl.tool_name.span,
             fmt::format("tool `{}` has only one segment", decl.tool_name.text))
          .help(fmt::format("put a namespace before it: `tools.{}`", decl.tool_name.text));
      return;
    }
    if (is_root(first.text) || enum_decls_.contains(first.text)) {
      report(Code::E0308, first.span,
             fmt::format("the namespace `{}` is the name of {}", first.text,
                         is_root(first.text) ? "a root" : "an enum"))
          .help("choose another namespace");
    }
    tool_first_segments_.insert(first.text);
    const auto [entry, is_new] = decls.try_emplace(decl.tool_name.text, &decl);
    if (!is_new) {
      report(Code::E0302, decl.tool_name.span,
             fmt::format("tool `{}` is declared twice", decl.tool_name.text))
          .secondary_at(entry->second->tool_name.span, "the first one")
          .help("rename or remove one of them");
    }
  };
  for_each_decl<ast::ToolDecl>(ast::ModuleKind::Schema, ast::DeclKind::Tool, declared);
  if (decls.size() > limits::kToolsMax) {
    report(Code::E1102, decls.begin()->second->tool_name.span,
           fmt::format("the bundle has {} tools; at most {} are allowed", decls.size(),
                       limits::kToolsMax))
        .help("split the bundle");
  }
  for (const auto& [name, decl] : decls) {
    ToolInfo info;
    info.name = name;
    info.wire_name = decl->has_wire_name ? decl->wire_name.text : name;
    info.span = decl->tool_name.span;
    bundle_.tools.push_back(std::move(info));
    tool_decls_.push_back(decl);
  }
}

void Checker::resolve_records() {
  for (RecordInfo& record : bundle_.records) {
    record.fields =
        resolve_fields(record_decls_[record.name]->fields, FieldOwner::Record, record.name);
    check_field_names(record.fields, record.name);
  }
}

int Checker::record_depth(std::uint32_t index, std::vector<int>& depth) {
  constexpr int kBusy = -1;
  if (depth[index] != 0) return depth[index];
  depth[index] = kBusy;
  int deepest = 0;
  for (const FieldInfo& field : bundle_.records[index].fields) {
    const Type* type = field.type;
    while (type != nullptr && type->element != nullptr) type = type->element;
    if (type == nullptr || type->kind != TypeKind::Record) continue;
    const int below = record_depth(type->ref, depth);
    if (below == kBusy) {
      report(Code::E0307, field.span,
             fmt::format("record `{}` contains itself", bundle_.records[index].name))
          .help("break the cycle");
      continue;
    }
    deepest = std::max(deepest, below);
  }
  return depth[index] = deepest + 1;
}

void Checker::check_record_cycles() {
  std::vector<int> depth(bundle_.records.size(), 0);
  for (std::uint32_t i = 0; i < bundle_.records.size(); ++i) {
    if (record_depth(i, depth) <= limits::kRecordDepthMax) continue;
    report(Code::E0413, bundle_.records[i].span,
           fmt::format("record `{}` is nested more than {} deep", bundle_.records[i].name,
                       limits::kRecordDepthMax))
        .help("flatten it, or carry the inner part as `opaque`");
  }
}

// What fields take when they are laid out: a value each, and a record also those of its fields. A
// record counts before those that hold it, since there are no cycles.
void Checker::check_sizes(const std::vector<FieldInfo>& fields, std::size_t most,
                          std::string_view owner, Span span, std::size_t& total) {
  for (const FieldInfo& field : fields) {
    if (field.type == nullptr) continue;
    const Type& element = field.type->element == nullptr ? *field.type : *field.type->element;
    const std::size_t each =
        element.kind == TypeKind::Record ? bundle_.records[element.ref].values : 1;
    total += field.type->element == nullptr ? each : 1;
    const auto values = each * static_cast<std::size_t>(field.type->high);
    if (field.type->element == nullptr || values <= limits::kListValuesMax) continue;
    report(Code::E1102, field.span,
           fmt::format("`{}` may hold {} values; at most {} are allowed", field.name, values,
                       limits::kListValuesMax))
        .help("give it fewer elements, or elements with fewer fields");
  }
  if (total <= most) return;
  report(Code::E1102, span,
         fmt::format("{} has {} values; at most {} are allowed", owner, total, most))
      .help("carry what no rule reads as `opaque`");
}

// Lists in the elements of lists multiply: a type of which no request can hold a value is refused.
void Checker::check_least_sizes(const std::vector<std::uint32_t>& inner_first) {
  constexpr std::size_t kTooMany = limits::kRequestBytesMax + 1;
  std::vector<std::size_t> least(bundle_.records.size(), 1);
  const auto least_of = [&](const Type& type) {
    const Type& element = type.element == nullptr ? type : *type.element;
    const std::size_t each = element.kind == TypeKind::Record ? least[element.ref] : 1;
    return type.element == nullptr ? each : 1 + static_cast<std::size_t>(type.low) * each;
  };
  const auto check = [&](const std::vector<FieldInfo>& fields) {
    for (const FieldInfo& field : fields) {
      if (field.type == nullptr || least_of(*field.type) < kTooMany) continue;
      report(Code::E1102, field.span,
             fmt::format("the smallest value of `{}` does not fit into a request", field.name))
          .help("let its lists have fewer elements");
    }
  };
  for (const std::uint32_t i : inner_first) {
    for (const FieldInfo& field : bundle_.records[i].fields) {
      if (field.type != nullptr && !field.optional) least[i] += least_of(*field.type);
    }
    least[i] = std::min(least[i], kTooMany);
    check(bundle_.records[i].fields);
  }
  for (const RootInfo& root : bundle_.roots) check(root.fields);
  for (const ToolInfo& tool : bundle_.tools) check(tool.args);
}

void Checker::check_sizes() {
  std::vector<int> depth(bundle_.records.size(), 0);
  std::vector<std::uint32_t> inner_first(bundle_.records.size());
  std::iota(inner_first.begin(), inner_first.end(), 0U);
  std::ranges::stable_sort(inner_first, {},
                           [&](std::uint32_t i) { return record_depth(i, depth); });
  for (const std::uint32_t i : inner_first) {
    RecordInfo& record = bundle_.records[i];
    record.values = 1;
    check_sizes(record.fields, limits::kRecordValuesMax, fmt::format("record `{}`", record.name),
                record.span, record.values);
    record.values = std::min(record.values, limits::kRecordValuesMax);
  }
  check_least_sizes(inner_first);
  std::size_t host = 0;
  for (const RootInfo& root : bundle_.roots) {
    const Span span = root.fields.empty() ? Span{} : root.fields.back().span;
    check_sizes(root.fields, limits::kSlotsMax, fmt::format("the host, up to `{}`,", root.name),
                span, host);
  }
  for (const ToolInfo& tool : bundle_.tools) {
    std::size_t own = host;
    check_sizes(tool.args, limits::kSlotsMax,
                fmt::format("tool `{}`, with the host's facts,", tool.name), tool.span, own);
  }
}

void Checker::resolve_roots() {
  for (RootInfo& root : bundle_.roots) {
    auto& decls = root_decls_[root.name];
    std::ranges::stable_sort(decls, {}, [&](const auto& entry) {
      return std::pair(entry.second != kPrelude, ast_of(entry.second).name.text);
    });
    for (const auto& [decl, module] : decls) {
      for (const FieldInfo& field : resolve_fields(decl->fields, FieldOwner::Root, root.name))
        root.fields.push_back(field);
    }
    check_field_names(root.fields, root.name);
  }
  const auto enum_type = [&](std::string_view name) {
    return bundle_.types.enumeration(*bundle_.find_enum(name));
  };
  const auto field = [](std::string_view name, const Type* type, bool optional) {
    FieldInfo info;
    info.name = info.wire_name = name;
    info.type = type;
    info.optional = optional;
    return info;
  };
  bundle_.tool_root = {field("name", bundle_.types.plain(TypeKind::Tool), false),
                       field("effect", enum_type("effect"), false),
                       field("undo", bundle_.types.plain(TypeKind::Duration), true),
                       field("reads", enum_type("class"), false),
                       field("clearance", enum_type("class"), false)};
}

void Checker::resolve_tools() {
  const EnumIndex effect = *bundle_.find_enum("effect"), klass = *bundle_.find_enum("class");
  const auto classes =
      static_cast<std::uint32_t>(bundle_.enums[static_cast<std::size_t>(klass)].values.size());
  std::map<std::string_view, const ToolInfo*> wire_names;
  for (std::size_t i = 0; i < bundle_.tools.size(); ++i) {
    ToolInfo& tool = bundle_.tools[i];
    const ast::ToolDecl& decl = *tool_decls_[i];
    tool.effect = ordinal_or_report(effect, decl.effect, "effect", 0);
    tool.reads = ordinal_or_report(klass, decl.reads, "class", classes == 0 ? 0 : classes - 1);
    tool.clearance = ordinal_or_report(klass, decl.clearance, "class", 0);
    tool.has_undo = decl.has_undo;
    tool.undo_ms = decl.undo.integer;
    tool.args = resolve_fields(decl.args, FieldOwner::Args, tool.name);
    check_field_names(tool.args, tool.name);
    for (const ast::Name& name : decl.results) {
      if (std::ranges::find(tool.results, name.text) != tool.results.end()) {
        report(Code::E0302, name.span, fmt::format("result `{}` stands here twice", name.text))
            .help("remove one of them");
      }
      tool.results.push_back(name.text);
    }
    if (decl.has_wire_name) check_wire_name(decl.wire_name);
    const auto [first, is_new] = wire_names.try_emplace(tool.wire_name, &tool);
    if (!is_new) {
      report(Code::E0302, tool.span,
             fmt::format("tools `{}` and `{}` have one wire name", first->second->name, tool.name))
          .secondary_at(first->second->span, "the other one")
          .help("change one of the wire names with `named`");
    }
  }
}

std::uint32_t Checker::ordinal_or_report(EnumIndex index, const ast::Name& name,
                                         std::string_view what, std::uint32_t fallback) {
  if (name.empty()) return fallback;
  const EnumInfo& info = bundle_.enums[static_cast<std::size_t>(index)];
  if (const auto ordinal = info.ordinal(name.text)) return *ordinal;
  std::vector<std::string_view> candidates;
  for (const EnumValueInfo& value : info.values) candidates.push_back(value.name);
  Diagnostic& diagnostic =
      report(Code::E0301, name.span, fmt::format("there is no {} `{}`", what, name.text));
  diagnostic.help(fmt::format("write one of {}", fmt::join(candidates, ", ")));
  suggest(diagnostic, name.text, name.span, candidates);
  return fallback;
}

}  // namespace remit::compiler
