#include "compiler/check/schema/schema.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/schema/declared_types.h"
#include "compiler/check/schema/fields.h"
#include "compiler/check/schema/sizes.h"
#include "compiler/check/schema/values.h"
#include "stdlib/roots.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kSlots[] = {"role", "signal", "channel", "environment", "class"};

bool is_slot(std::string_view name) { return std::ranges::find(kSlots, name) != std::end(kSlots); }

class SchemaReader : Reporter {
 public:
  SchemaReader(const Modules& modules, Schema& schema, TypeTable& types, const Reporter& reporter)
      : Reporter(reporter), modules_(modules), schema_(schema), types_(types) {}

  void run();

 private:
  void currency();
  void collect_enums();
  void enum_value(const ast::EnumValue& value, EnumInfo& into);
  void collect_records();
  void collect_roots();
  void collect_tools();
  void resolve_records();
  void resolve_roots();
  void resolve_tools();

  const Modules& modules_;
  Schema& schema_;
  TypeTable& types_;

  std::map<std::string_view, const ast::EnumDecl*> enum_decls_;
  std::map<std::string_view, const ast::FieldsDecl*> record_decls_;
  std::map<std::string_view, std::vector<std::pair<const ast::FieldsDecl*, ModuleIndex>>>
      root_decls_;
  std::vector<const ast::ToolDecl*> tool_decls_;  // parallel to the tools
};

void SchemaReader::currency() {
  const ast::CurrencyDecl* first = nullptr;
  const auto declared = [&](const ast::CurrencyDecl& decl, ModuleIndex) {
    if (decl.currency.empty()) return;
    if (first != nullptr) {
      report(Code::E1205, decl.span, "the currency is declared twice")
          .stands_alone()
          .secondary_at(first->span, "the first one")
          .help("a bundle has one currency: keep one of them");
      return;
    }
    first = &decl;
    schema_.currency = decl.currency.text;
    if (!decl.has_minor) return;
    if (decl.minor.integer < 0 || decl.minor.integer > 6) {
      report(Code::E0108, decl.minor.span, "the minor unit has 0 to 6 decimals")
          .help("write a number from 0 to 6");
    } else {
      schema_.minor_digits = static_cast<int>(decl.minor.integer);
    }
  };
  modules_.for_each_decl<ast::CurrencyDecl>(ast::ModuleKind::Schema, ast::DeclKind::Currency,
                                            declared);
  if (first != nullptr) return;
  schema_.currency = "USD";  // so that amounts can be checked
  for (const ast::Module* module : modules_) {
    if (module->kind == ast::ModuleKind::Unknown || module == &modules_[kPrelude]) continue;
    report(Code::E1205, module->header_span, "no schema of the bundle declares its currency")
        .help("add `currency USD` to a schema");
    return;
  }
}

void SchemaReader::enum_value(const ast::EnumValue& value, EnumInfo& into) {
  EnumValueInfo info{value.name.text, value.name.text, false, value.name.span};
  if (value.has_wire_name) {
    info.wire_name = value.wire_name.text;
    check_wire_name(value.wire_name, *this);
    if (stdlib::is_engine_enum(into.name)) {
      report(Code::E0418, value.wire_name.span,
             fmt::format("values of enum `{}` have no wire names", into.name))
          .note("the engine writes their names in its records")
          .help("remove `named`");
    }
  }
  for (const EnumValueInfo& other : into.values) {
    if (other.name == info.name) {
      report(Code::E0302, value.name.span, fmt::format("value `{}` stands here twice", info.name))
          .help("remove one of them");
      return;
    }
    if (other.wire_name == info.wire_name) {
      report(Code::E0302, value.has_wire_name ? value.wire_name.span : value.name.span,
             fmt::format("values `{}` and `{}` have one wire name", other.name, info.name))
          .help("change one of them with `named`");
    }
  }
  if (into.name == "role" && stdlib::named_seat(info.name)) {
    report(Code::E0308, value.name.span,
           fmt::format("`{}` is not a role: it is a seat of its own", info.name))
        .note(info.name == "owner" ? "`owner` is who owns the target, as `target.owners` says"
                                   : "`requester` is who asked for the action")
        .help("rename the role");
    return;
  }
  for (const ast::Annotation& annotation : value.annotations) {
    if (annotation.name.text != "platform") continue;
    info.platform = true;
    if (into.name == "role") continue;
    report(Code::E0208, annotation.span, "`@platform` does not stand here")
        .note("it stands on values of enum `role`")
        .help("remove it");
  }
  into.values.push_back(info);
}

void SchemaReader::collect_enums() {
  const auto declared = [&](const ast::EnumDecl& decl, ModuleIndex module) {
    if (decl.name.empty()) return;
    const auto [entry, is_new] = enum_decls_.try_emplace(decl.name.text, &decl);
    if (is_new) return;
    const bool fills_slot = is_slot(decl.name.text) && module != kPrelude &&
                            entry->second->span.file == modules_[kPrelude].file;
    if (fills_slot) {
      entry->second = &decl;
      return;
    }
    report(Code::E0302, decl.name.span, fmt::format("enum `{}` is declared twice", decl.name.text))
        .secondary_at(entry->second->name.span, "the first one")
        .help("rename or remove one of them");
  };
  modules_.for_each_decl<ast::EnumDecl>(ast::ModuleKind::Schema, ast::DeclKind::Enum, declared);
  for (const auto& [name, decl] : enum_decls_) {
    EnumInfo info{name, {}, decl->ordered, is_slot(name), decl->name.span};
    for (const ast::EnumValue& value : decl->values) enum_value(value, info);
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
    schema_.enums.push_back(std::move(info));
  }
}

void SchemaReader::collect_records() {
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
  modules_.for_each_decl<ast::FieldsDecl>(ast::ModuleKind::Schema, ast::DeclKind::Record, declared);
  for (const auto& [name, decl] : record_decls_)
    schema_.records.push_back({name, {}, 0, decl->name.span});
}

void SchemaReader::collect_roots() {
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
      schema_.roots.push_back({decl.name.text, {}, decl.name.span});
    }
    decls.emplace_back(&decl, module);
  };
  modules_.for_each_decl<ast::FieldsDecl>(ast::ModuleKind::Schema, ast::DeclKind::Extend, declared);
  const auto own = std::ranges::find_if(schema_.roots, [&](const RootInfo& root) {
    return root_decls_[root.name].front().second != kPrelude;
  });
  std::ranges::sort(own, schema_.roots.end(), {}, &RootInfo::name);
  // An enum or record with the name of a root would make a path ambiguous; one with the name of a
  // type could not be reached.
  const auto clash = [&](std::string_view name, Span span, std::string_view what, bool with_roots) {
    const bool is_root = with_roots && schema_.is_root(name);
    if (!is_root && !is_type_name(name)) return;
    report(Code::E0303, span,
           fmt::format("{} `{}` has the name of a {}", what, name, is_root ? "root" : "type"))
        .help("choose another name");
  };
  for (const EnumInfo& info : schema_.enums) clash(info.name, info.span, "enum", true);
  for (const RecordInfo& info : schema_.records) clash(info.name, info.span, "record", true);
  for (const RootInfo& root : schema_.roots) clash(root.name, root.span, "root", false);
}

void SchemaReader::collect_tools() {
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
    if (schema_.is_root(first.text) || enum_decls_.contains(first.text)) {
      report(Code::E0308, first.span,
             fmt::format("the namespace `{}` is the name of {}", first.text,
                         schema_.is_root(first.text) ? "a root" : "an enum"))
          .help("choose another namespace");
    }
    const auto [entry, is_new] = decls.try_emplace(decl.tool_name.text, &decl);
    if (!is_new) {
      report(Code::E0302, decl.tool_name.span,
             fmt::format("tool `{}` is declared twice", decl.tool_name.text))
          .secondary_at(entry->second->tool_name.span, "the first one")
          .help("rename or remove one of them");
    }
  };
  modules_.for_each_decl<ast::ToolDecl>(ast::ModuleKind::Schema, ast::DeclKind::Tool, declared);
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
    schema_.tools.push_back(std::move(info));
    tool_decls_.push_back(decl);
  }
}

void SchemaReader::resolve_records() {
  for (RecordInfo& record : schema_.records) {
    record.fields = resolve_fields(record_decls_[record.name]->fields, FieldOwner::Record, schema_,
                                   types_, *this);
    check_field_names(record.fields, record.name, *this);
  }
}

void SchemaReader::resolve_roots() {
  for (RootInfo& root : schema_.roots) {
    auto& decls = root_decls_[root.name];
    std::ranges::stable_sort(decls, {}, [&](const auto& entry) {
      return std::pair(entry.second != kPrelude, modules_[entry.second].name.text);
    });
    for (const auto& [decl, module] : decls) {
      const FieldOwner owner = module == kPrelude ? FieldOwner::PreludeRoot : FieldOwner::Root;
      for (const FieldInfo& field : resolve_fields(decl->fields, owner, schema_, types_, *this))
        root.fields.push_back(field);
    }
    check_field_names(root.fields, root.name, *this);
  }
  const auto enum_type = [&](std::string_view name) {
    return types_.enumeration(*schema_.find_enum(name));
  };
  const auto field = [](std::string_view name, const Type* type, bool optional) {
    FieldInfo info;
    info.name = info.wire_name = name;
    info.type = type;
    info.optional = optional;
    return info;
  };
  schema_.tool_root = {field("name", types_.plain(TypeKind::Tool), false),
                       field("effect", enum_type("effect"), false),
                       field("undo", types_.plain(TypeKind::Duration), true),
                       field("reads", enum_type("class"), false),
                       field("clearance", enum_type("class"), false)};
}

void SchemaReader::resolve_tools() {
  const EnumInfo& effect = schema_.enumeration(*schema_.find_enum("effect"));
  const EnumInfo& klass = schema_.enumeration(*schema_.find_enum("class"));
  const auto classes = static_cast<std::uint32_t>(klass.values.size());
  std::map<std::string_view, const ToolInfo*> wire_names;
  for (std::size_t i = 0; i < schema_.tools.size(); ++i) {
    ToolInfo& tool = schema_.tools[i];
    const ast::ToolDecl& decl = *tool_decls_[i];
    tool.effect = ordinal_or_report(effect, decl.effect, "effect", 0, *this);
    tool.reads =
        ordinal_or_report(klass, decl.reads, "class", classes == 0 ? 0 : classes - 1, *this);
    tool.clearance = ordinal_or_report(klass, decl.clearance, "class", 0, *this);
    tool.has_undo = decl.has_undo;
    tool.undo_ms = decl.undo.integer;
    tool.args = resolve_fields(decl.args, FieldOwner::Args, schema_, types_, *this);
    check_field_names(tool.args, tool.name, *this);
    for (const ast::Name& name : decl.results) {
      if (std::ranges::find(tool.results, name.text) != tool.results.end()) {
        report(Code::E0302, name.span, fmt::format("result `{}` stands here twice", name.text))
            .help("remove one of them");
      }
      tool.results.push_back(name.text);
    }
    if (decl.has_wire_name) check_wire_name(decl.wire_name, *this);
    const auto [first, is_new] = wire_names.try_emplace(tool.wire_name, &tool);
    if (!is_new) {
      report(Code::E0302, tool.span,
             fmt::format("tools `{}` and `{}` have one wire name", first->second->name, tool.name))
          .secondary_at(first->second->span, "the other one")
          .help("change one of the wire names with `named`");
    }
  }
}

void SchemaReader::run() {
  currency();
  // Names first, then what they mean: a file may use what a later one declares.
  collect_enums();
  collect_records();
  collect_roots();
  collect_tools();
  resolve_records();
  resolve_roots();
  resolve_tools();
  check_sizes(schema_, *this);
}

}  // namespace

void check_schema(const Modules& modules, Schema& schema, TypeTable& types,
                  const Reporter& reporter) {
  SchemaReader(modules, schema, types, reporter).run();
}

}  // namespace remit::compiler
