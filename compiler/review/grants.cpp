#include "compiler/review/grants.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/review/suspicions.h"
#include "lang/diag.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeKind;
using lang::Code;
using lang::Diagnostic;

constexpr std::size_t kStringLiteralsMax = 3;

class GrantChecker {
 public:
  GrantChecker(const ir::Bundle& bundle, lang::Diagnostics& diags)
      : bundle_(bundle), typed_(*bundle.typed), diags_(diags) {}

  void run() {
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      const ItemInfo& item = typed_.items[i];
      const ir::Item& conditions = bundle_.items[i];
      switch (item.kind) {
        case ItemKind::Rule: grant(item, own_suspicions(conditions)); break;
        case ItemKind::Guard: closing(item, own_suspicions(conditions)); break;
        case ItemKind::Limit: closing(item, limit_suspicions(conditions)); break;
        case ItemKind::Assert: swallowing(own_suspicions(conditions)); continue;
        case ItemKind::Row:
        case ItemKind::GuardRow: continue;  // with their table
      }
      unused_escapes(*item.decl);
    }
    for (std::size_t i = 0; i < typed_.tables.size(); ++i)
      table(typed_.tables[i], bundle_.tables[i]);
    argument_limits();
    conditional_layers();
    string_lists();
  }

 private:
  using Escape = std::string_view;

  // Which tools that do not exist yet a scope would take in.
  enum class Reach { Named, Below, Any };

  // An alias reaches as far as what it stands for.
  [[nodiscard]] Reach reach_of(const ast::Scope& scope, ModuleIndex module) {
    if (scope.any) return Reach::Any;
    Reach reach = Reach::Named;
    for (const ast::ToolPattern& pattern : scope.patterns) {
      if (pattern.wildcard) reach = std::max(reach, Reach::Below);
      if (!pattern.wildcard && pattern.name.parts.size() == 1)
        reach = std::max(reach, reach_of_alias(pattern.name.text, module));
    }
    return reach;
  }

  [[nodiscard]] Reach reach_of_alias(std::string_view name, ModuleIndex module) {
    for (std::size_t i = 0; i < typed_.modules.size(); ++i) {
      const ast::Module& other = *typed_.modules[i].ast;
      const auto index = static_cast<ModuleIndex>(i);
      if (other.kind != ast::ModuleKind::Schema && index != module) continue;
      for (const ast::Decl* decl : other.decls) {
        if (decl->kind != ast::DeclKind::Alias || decl->name.text != name) continue;
        const auto known = reach_.find(decl);
        if (known != reach_.end()) return known->second;
        return reach_[decl] = reach_of(ast::as<ast::AliasDecl>(*decl).scope, index);
      }
    }
    return Reach::Named;
  }

  static const ast::Annotation* annotation(const ast::Decl& decl, Escape name) {
    const auto found = std::ranges::find(decl.annotations, name,
                                         [](const ast::Annotation& a) { return a.name.text; });
    return found == decl.annotations.end() ? nullptr : &*found;
  }

  // Reports unless escaped; an escape that escapes nothing is reported at the end.
  bool escaped(const ItemInfo& item, Escape name) {
    if (annotation(*item.decl, name) == nullptr) return false;
    used_.insert(std::string(name));
    return true;
  }

  void unused_escapes(const ast::Decl& decl) {
    for (const Escape name : {"absent_ok", "open_ended", "claims_only", "grants_all"}) {
      const ast::Annotation* written = annotation(decl, name);
      if (written == nullptr || used_.contains(std::string(name))) continue;
      diags_.report(Code::W1312, written->span, fmt::format("`@{}` escapes nothing", name))
          .help("remove it");
    }
    used_.clear();
    reported_.clear();
  }

  // Whether this is the first report of a code at a place: the rows of a table share conditions.
  bool first(Code code, const Node* place) {
    return reported_.emplace(code, place->span.begin).second;
  }

  [[nodiscard]] Suspicions suspicions_of(const std::optional<ir::NodeId>& when,
                                         const std::optional<ir::NodeId>& unless) const {
    Suspicions suspicions;
    if (when) find_filled(bundle_, *when, false, suspicions);
    if (unless) find_filled(bundle_, *unless, true, suspicions);
    if (when) suspect(bundle_, *when, false, suspicions);
    if (unless) suspect(bundle_, *unless, true, suspicions);
    return suspicions;
  }
  [[nodiscard]] Suspicions own_suspicions(const ir::Item& item) const {
    return suspicions_of(item.when, item.unless);
  }

  [[nodiscard]] Suspicions limit_suspicions(const ir::Item& limit) const {
    Suspicions suspicions = own_suspicions(limit);
    suspect_value(bundle_, *limit.maximum, suspicions);
    if (limit.amount) suspect_value(bundle_, *limit.amount, suspicions);
    suspicions.empty_trap = nullptr;
    return suspicions;
  }

  void table(const TableInfo& table, const ir::Table& conditions) {
    const ItemInfo& any = typed_.item(table.rows.front().item);
    const Suspicions shared = suspicions_of(conditions.when, conditions.unless);
    if (any.kind == ItemKind::GuardRow) {
      Suspicions all = shared;
      for (const ir::NodeId input : conditions.inputs) suspect_value(bundle_, input, all);
      all.empty_trap = nullptr;
      closing(any, all);
    }
    for (const RowInfo& row : table.rows) {
      const ItemInfo& item = typed_.item(row.item);
      if (!item.grants()) continue;
      Suspicions own = shared;
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        suspect_cell(bundle_, conditions.inputs[i], row.cells[i], own);
      grant(item, own);
    }
    unused_escapes(*table.decl);
  }

  void grant(const ItemInfo& item, const Suspicions& own) {
    Suspicions all = own;
    if (const auto& applies = bundle_.applies(item)) suspect(bundle_, *applies, false, all);
    const lang::Span name = item.place;
    const ast::Scope& scope = item.decl->scope;
    if (all.growth != nullptr && !escaped(item, "open_ended") && first(Code::E1301, all.growth)) {
      Diagnostic& diagnostic = diags_.report(
          Code::E1301, all.growth->span,
          fmt::format("grant `{}` is open to enum values that do not exist yet", item.name));
      if (is_row(item.kind)) diagnostic.secondary_at(name, "the row");
      diagnostic.note("a value added to the enum later would be granted")
          .help("name the values that are meant, or add `@open_ended(\"…\")` with the reason");
    }
    const Reach reach = reach_of(scope, typed_.policy(item).module);
    if (reach != Reach::Named && all.bounded_effect == nullptr && !escaped(item, "open_ended")) {
      diags_
          .report(Code::E1302, scope.span,
                  fmt::format("grant `{}` covers tools that do not exist yet, whatever they do",
                              item.name))
          .help(
              "bound what they may do: `tool.effect <= …`, or name the tools, or add "
              "`@open_ended(\"…\")`");
    }
    if (all.absence != nullptr && !escaped(item, "absent_ok") && first(Code::E1303, all.absence)) {
      Diagnostic& diagnostic =
          diags_.report(Code::E1303, all.absence->span,
                        fmt::format("grant `{}` opens when a fact is absent", item.name));
      if (is_row(item.kind)) diagnostic.secondary_at(name, "the row");
      diagnostic.help("grant on what is there, or add `@absent_ok(\"…\")` with the reason");
    }
    if (!own.rests_on_host && !escaped(item, "claims_only")) {
      diags_
          .report(Code::E1304, name,
                  fmt::format("grant `{}` rests on the agent's word alone", item.name))
          .note("`args` are what the agent wrote")
          .help("test a fact that the host vouches for, or add `@claims_only(\"…\")`");
    }
    if (reach == Reach::Any && item.outcome() == ast::VerdictWord::Permit &&
        !escaped(item, "grants_all")) {
      diags_
          .report(Code::E1305, scope.span,
                  fmt::format("{} `{}` permits on any tool", spelling(item.kind), item.name))
          .help("name the tools, or add `@grants_all(\"…\")` with the reason");
    }
    if (own.empty_trap != nullptr && first(Code::W1306, own.empty_trap)) {
      diags_
          .report(Code::W1306, own.empty_trap->span,
                  "this holds, or counts nothing, when the collection is empty")
          .note("over an empty collection `all` and `subset of` are true and `sum` is 0")
          .help("require an element: `… .size >= 1`, or declare the list non-empty");
    }
  }

  // A guard, a guard table or a limit.
  void closing(const ItemInfo& item, const Suspicions& suspicions) {
    const std::string_view kind =
        item.kind == ItemKind::GuardRow ? "guard table" : ast::keyword(item.decl->kind);
    Suspicions all = suspicions;
    if (const auto& applies = bundle_.applies(item)) suspect(bundle_, *applies, false, all);
    if (all.presence != nullptr && !escaped(item, "absent_ok")) {
      diags_
          .report(
              Code::E1303, all.presence->span,
              fmt::format("{} `{}` falls silent when a fact is absent", kind, item.decl->name.text))
          .help(
              "say what absence means in another guard and add `@absent_ok(\"…\")`, or make the "
              "fact required");
    }
    if (suspicions.blocklist != nullptr && item.kind == ItemKind::Guard &&
        item.outcome() == ast::VerdictWord::Deny) {
      diags_
          .report(Code::W1307, suspicions.blocklist->span,
                  fmt::format("guard `{}` lists bad values of what the agent wrote", item.name))
          .note("the next bad value is not on the list")
          .help("grant the good ones instead");
    }
    swallowing(suspicions);
  }

  void swallowing(const Suspicions& suspicions) {
    if (suspicions.swallowing_else == nullptr) return;
    diags_
        .report(Code::W1310, suspicions.swallowing_else->span,
                "`else` takes in enum values that do not exist yet")
        .help("name the values");
  }

  // Where every limit of a tool is counted by what the agent wrote, the agent chooses its counter.
  void argument_limits() {
    std::vector<std::optional<ItemIndex>> worst(typed_.tools.size());
    std::vector<bool> bound_to_host(typed_.tools.size());
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      const ItemInfo& item = typed_.items[i];
      if (item.kind != ItemKind::Limit) continue;
      const auto& keys = bundle_.items[i].keys;
      const bool by_args = !keys.empty() && std::ranges::all_of(keys, [&](ir::NodeId key) {
        const Node& node = bundle_.node(key);
        return node.kind == NodeKind::Fact && bundle_.path(node).base == Base::Args;
      });
      for (const ToolIndex tool : item.scope) {
        const auto at = static_cast<std::size_t>(tool);
        if (!by_args) bound_to_host[at] = true;
        if (by_args && !worst[at]) worst[at] = static_cast<ItemIndex>(i);
      }
    }
    std::set<ItemIndex> reported;
    for (std::size_t tool = 0; tool < worst.size(); ++tool) {
      if (!worst[tool] || bound_to_host[tool] || !reported.insert(*worst[tool]).second) continue;
      diags_
          .report(Code::W1308, typed_.item(*worst[tool]).place,
                  fmt::format("limits on `{}` are counted only by what the agent wrote",
                              typed_.tools[tool].name))
          .note("an agent that writes another value begins with a fresh counter")
          .help("add a limit per `tenant.id` or `actor.id`");
    }
  }

  void conditional_layers() {
    for (const LayerInfo& layer : typed_.layers) {
      if (layer.guards_only || layer.policies.empty()) continue;
      const bool all = std::ranges::all_of(layer.policies, [&](PolicyIndex p) {
        return bundle_.policies[static_cast<std::size_t>(p)].applies.has_value();
      });
      if (!all) continue;
      const PolicyInfo& policy = typed_.policies[static_cast<std::size_t>(layer.policies.front())];
      diags_
          .report(Code::W1309, typed_.module(policy.module).ast->header_span,
                  fmt::format("every policy of layer `{}` applies only sometimes", layer.name))
          .note("when none applies, the layer denies")
          .help("add a policy without `applies when`");
    }
  }

  // A string that is compared with many literals should be declared as an enum.
  void string_lists() {
    std::map<std::string, std::set<std::string_view>> literals;
    std::map<std::string, const Node*> places;
    const auto note = [&](const Node& fact, std::string_view text) {
      if (fact.kind != NodeKind::Fact || fact.type->kind != TypeKind::String ||
          fact.derived != Derived::None)
        return;
      const ir::Path& path = bundle_.path(fact);
      std::string key = path.base == Base::Host   ? std::string(typed_.roots[path.root].name)
                        : path.base == Base::Args ? "args"
                                                  : "element";
      for (const FieldInfo* field : path.fields) key += fmt::format(".{}", field->name);
      literals[key].insert(text);
      places.try_emplace(key, &fact);
    };
    for (const Node& node : bundle_.nodes) {
      if (node.kind == NodeKind::Compare) {
        const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
        if (right.kind == NodeKind::Constant) note(left, right.text);
        if (left.kind == NodeKind::Constant) note(right, left.text);
      }
      if (!ir::is(node, ast::RelationOp::In) ||
          bundle_.child(node, 1).kind != NodeKind::SetConstant ||
          !is_text(bundle_.child(node, 0).type->kind))
        continue;
      for (const std::string_view text : bundle_.texts_of(bundle_.child(node, 1).values))
        note(bundle_.child(node, 0), text);
    }
    for (const auto& [key, texts] : literals) {
      if (texts.size() < kStringLiteralsMax) continue;
      diags_
          .report(Code::W1311, places[key]->span,
                  fmt::format("`{}` is compared with {} texts", key, texts.size()))
          .help("declare an enum: a misspelt value is then an error");
    }
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  lang::Diagnostics& diags_;
  std::set<std::string> used_;
  std::set<std::pair<Code, std::uint32_t>> reported_;  // of the declaration at hand
  std::map<const ast::Decl*, Reach> reach_;            // of aliases
};

}  // namespace

void review_grants(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  GrantChecker(bundle, diags).run();
}

}  // namespace remit::compiler
