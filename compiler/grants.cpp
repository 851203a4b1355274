#include "compiler/grants.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "lang/diag.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeId;
using ir::NodeKind;
using lang::Code;

constexpr std::size_t kStringLiteralsMax = 3;

// What one item's condition does, gathered in one walk in negation normal form.
struct Findings {
  const Node* growth = nullptr;          // open to new enum values
  const Node* absence = nullptr;         // `not has`
  const Node* presence = nullptr;        // `has`, positively
  const Node* bounded_effect = nullptr;  // a top-level conjunct that bounds tool.effect from above
  const Node* empty_trap =
      nullptr;  // sum, count, subset of, all, not … overlaps over what may be empty
  const Node* blocklist = nullptr;  // names values of a claim
  const Node* swallowing_else = nullptr;
  bool reads_host = false;
};

bool is_host_fact(const ir::Bundle& bundle, const Node& node) {
  if (node.kind != NodeKind::Fact) return false;
  const ir::Path& path = bundle.path(node);
  if (path.base != Base::Host) return false;
  const std::string_view root = bundle.typed->roots[path.root].name;
  return root != "clock" && root != "call";
}

bool is_effect(const ir::Bundle& bundle, const Node& node) {
  return node.kind == NodeKind::Fact && bundle.path(node).base == Base::Tool &&
         bundle.path(node).fields[0]->name == "effect";
}

bool is_enum(const Node& node) { return node.type != nullptr && node.type->kind == TypeKind::Enum; }

bool may_be_empty(const Node& node) {
  return node.type != nullptr && is_collection(node.type->kind) && node.kind == NodeKind::Fact &&
         (node.type->kind == TypeKind::Set || node.type->low == 0);
}

bool is_claim_text(const ir::Bundle& bundle, const Node& node) {
  if (node.kind != NodeKind::Fact || bundle.path(node).base != Base::Args) return false;
  const TypeKind kind = node.type->kind;
  return kind == TypeKind::Id || kind == TypeKind::String || kind == TypeKind::Email ||
         kind == TypeKind::Host || kind == TypeKind::Path || kind == TypeKind::Url;
}

class Walker {
 public:
  Walker(const ir::Bundle& bundle, Findings& findings) : bundle_(bundle), findings_(findings) {}

  // `positive` is false under an odd number of negations.
  void walk(NodeId id, bool positive, bool top_level) {
    const Node& node = bundle_.node(id);
    if (is_host_fact(bundle_, node)) findings_.reads_host = true;
    switch (node.kind) {
      case NodeKind::Not: return walk(bundle_.children_of(node)[0], !positive, top_level);
      case NodeKind::And:
      case NodeKind::Or: {
        const bool conjunction = (node.kind == NodeKind::And) == positive;
        for (const NodeId child : bundle_.children_of(node))
          walk(child, positive, top_level && conjunction);
        return;
      }
      case NodeKind::Has: (positive ? findings_.presence : findings_.absence) = &node; return;
      case NodeKind::Compare: compare(node, positive, top_level); break;
      case NodeKind::In: membership(node, positive, top_level); break;
      case NodeKind::Overlaps:
        if (!positive &&
            (may_be_empty(bundle_.child(node, 0)) || may_be_empty(bundle_.child(node, 1))))
          findings_.empty_trap = &node;
        break;
      case NodeKind::SubsetOf:
        if (positive && may_be_empty(bundle_.child(node, 0))) findings_.empty_trap = &node;
        break;
      case NodeKind::Quantifier: quantifier(node, positive); break;
      case NodeKind::Match: match(node); break;
      case NodeKind::Constant:
      case NodeKind::SetConstant:
      case NodeKind::Fact:
      case NodeKind::InRange:
      case NodeKind::Matches:
      case NodeKind::Under:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::MakeSet: break;
    }
    ir::for_each_child(bundle_, node, [&](NodeId child) { walk(child, positive, false); });
  }

 private:
  void compare(const Node& node, bool positive, bool top_level) {
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const bool equal = (node.compare == ast::CompareOp::Equal) == positive;
    const bool equality =
        node.compare == ast::CompareOp::Equal || node.compare == ast::CompareOp::NotEqual;
    if (equality && !equal && is_enum(left)) findings_.growth = &node;
    if (equality && equal && (is_claim_text(bundle_, left) || is_claim_text(bundle_, right)) &&
        (left.kind == NodeKind::Constant || right.kind == NodeKind::Constant))
      findings_.blocklist = &node;
    if (!top_level || !is_effect(bundle_, left)) return;
    const bool below =
        positive ? node.compare == ast::CompareOp::Less || node.compare == ast::CompareOp::LessEqual
                 : node.compare == ast::CompareOp::Greater ||
                       node.compare == ast::CompareOp::GreaterEqual;
    if (below || (equality && equal)) findings_.bounded_effect = &node;
  }

  void membership(const Node& node, bool positive, bool top_level) {
    const Node& left = bundle_.child(node, 0);
    const bool inside = positive != node.negated;
    if (!inside && is_enum(left) && left.kind != NodeKind::Constant) findings_.growth = &node;
    if (inside && is_claim_text(bundle_, left) &&
        bundle_.child(node, 1).kind == NodeKind::SetConstant)
      findings_.blocklist = &node;
    if (inside && top_level && is_effect(bundle_, left)) findings_.bounded_effect = &node;
  }

  void quantifier(const Node& node, bool positive) {
    const bool counts = node.quantifier == ast::QuantifierKind::Sum ||
                        node.quantifier == ast::QuantifierKind::Count;
    const bool all = node.quantifier == ast::QuantifierKind::All && positive;
    if ((counts || all) && may_be_empty(bundle_.child(node, 0))) findings_.empty_trap = &node;
  }

  void match(const Node& node) {
    for (const ir::Arm& arm : bundle_.arms_of(node)) {
      if (!arm.is_else || !is_enum(bundle_.child(node, 0))) continue;
      const Node& result = bundle_.node(arm.result);
      const bool says_no = result.kind == NodeKind::Constant && result.integer == 0;
      if (node.type->kind == TypeKind::Bool && !says_no) findings_.growth = &node;
      findings_.swallowing_else = &node;
    }
  }

  const ir::Bundle& bundle_;
  Findings& findings_;
};

class GrantChecker {
 public:
  GrantChecker(const ir::Bundle& bundle, lang::Diagnostics& diags)
      : bundle_(bundle), typed_(*bundle.typed), diags_(diags) {}

  void run() {
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      const ItemInfo& item = typed_.items[i];
      if (item.decl->kind == ast::DeclKind::Rule)
        grant(item, bundle_.items[i]);
      else
        guard(item, bundle_.items[i]);
    }
    conditional_layers();
    string_lists();
  }

 private:
  using Escape = std::string_view;

  static const ast::Annotation* annotation(const ItemInfo& item, Escape name) {
    const auto found = std::ranges::find(item.decl->annotations, name,
                                         [](const ast::Annotation& a) { return a.name.text; });
    return found == item.decl->annotations.end() ? nullptr : &*found;
  }

  // Reports unless escaped; an escape that escapes nothing is reported at the end.
  bool escaped(const ItemInfo& item, Escape name) {
    if (annotation(item, name) == nullptr) return false;
    used_.insert(std::string(name));
    return true;
  }

  void unused_escapes(const ItemInfo& item) {
    for (const Escape name : {"absent_ok", "open_ended", "claims_only", "grants_all"}) {
      const ast::Annotation* written = annotation(item, name);
      if (written == nullptr || used_.contains(std::string(name))) continue;
      diags_.report(Code::W1312, written->span, fmt::format("`@{}` escapes nothing", name))
          .help("remove it");
    }
    used_.clear();
  }

  static void walk(const ir::Bundle& bundle, const ir::Item& item, Findings& findings) {
    Walker walker(bundle, findings);
    if (item.when) walker.walk(*item.when, true, true);
    if (item.unless) walker.walk(*item.unless, false, true);
  }

  void grant(const ItemInfo& item, const ir::Item& conditions) {
    Findings own;
    walk(bundle_, conditions, own);
    Findings all = own;
    if (const auto& applies = bundle_.policies[static_cast<std::size_t>(item.policy)].applies)
      Walker(bundle_, all).walk(*applies, true, true);
    const lang::Span name = item.decl->name.span;
    const ast::Scope& scope = item.decl->scope;
    if (all.growth != nullptr && !escaped(item, "open_ended")) {
      diags_
          .report(Code::E1301, all.growth->span,
                  fmt::format("grant `{}` is open to enum values that do not exist yet", item.name))
          .note("a value added to the enum later would be granted")
          .help("name the values that are meant, or add `@open_ended(\"…\")` with the reason");
    }
    const bool wide = scope.any || std::ranges::any_of(scope.patterns, &ast::Pattern::wildcard);
    if (wide && all.bounded_effect == nullptr && !escaped(item, "open_ended")) {
      diags_
          .report(Code::E1302, scope.span,
                  fmt::format("grant `{}` covers tools that do not exist yet, whatever they do",
                              item.name))
          .help(
              "bound what they may do: `tool.effect <= …`, or name the tools, or add "
              "`@open_ended(\"…\")`");
    }
    if (all.absence != nullptr && !escaped(item, "absent_ok")) {
      diags_
          .report(Code::E1303, all.absence->span,
                  fmt::format("grant `{}` opens when a fact is absent", item.name))
          .help("grant on what is there, or add `@absent_ok(\"…\")` with the reason");
    }
    if (!own.reads_host && !escaped(item, "claims_only")) {
      diags_
          .report(Code::E1304, name,
                  fmt::format("grant `{}` rests on the agent's word alone", item.name))
          .note("`args` are what the agent wrote")
          .help("test a fact that the host vouches for, or add `@claims_only(\"…\")`");
    }
    if (scope.any && item.decl->verdict.outcome == ast::Outcome::Permit &&
        !escaped(item, "grants_all")) {
      diags_
          .report(Code::E1305, scope.span, fmt::format("rule `{}` permits on any tool", item.name))
          .help("name the tools, or add `@grants_all(\"…\")` with the reason");
    }
    if (own.empty_trap != nullptr) {
      diags_
          .report(Code::W1306, own.empty_trap->span,
                  "this holds, or counts nothing, when the collection is empty")
          .note("over an empty collection `all` and `subset of` are true and `sum` is 0")
          .help("require an element: `… .size >= 1`, or declare the list non-empty");
    }
    unused_escapes(item);
  }

  void guard(const ItemInfo& item, const ir::Item& conditions) {
    Findings findings;
    walk(bundle_, conditions, findings);
    Findings all = findings;
    if (const auto& applies = bundle_.policies[static_cast<std::size_t>(item.policy)].applies)
      Walker(bundle_, all).walk(*applies, true, true);
    if (all.presence != nullptr && !escaped(item, "absent_ok")) {
      diags_
          .report(Code::E1303, all.presence->span,
                  fmt::format("guard `{}` falls silent when a fact is absent", item.name))
          .help(
              "say what absence means in another guard and add `@absent_ok(\"…\")`, or make the "
              "fact required");
    }
    if (findings.blocklist != nullptr && item.decl->verdict.outcome == ast::Outcome::Deny) {
      diags_
          .report(Code::W1307, findings.blocklist->span,
                  fmt::format("guard `{}` lists bad values of what the agent wrote", item.name))
          .note("the next bad value is not on the list")
          .help("grant the good ones instead");
    }
    if (findings.swallowing_else != nullptr) {
      diags_
          .report(Code::W1310, findings.swallowing_else->span,
                  "`else` takes in enum values that do not exist yet")
          .help("name the values");
    }
    unused_escapes(item);
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

  // A string that is compared with many literals is an enum that nobody declared.
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
      if (node.kind == NodeKind::Compare && bundle_.child(node, 1).kind == NodeKind::Constant)
        note(bundle_.child(node, 0), bundle_.child(node, 1).text);
      if (node.kind != NodeKind::In || bundle_.child(node, 1).kind != NodeKind::SetConstant ||
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
};

}  // namespace

void check_grants(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  GrantChecker(bundle, diags).run();
}

}  // namespace remit::compiler
