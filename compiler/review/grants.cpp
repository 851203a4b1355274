#include "compiler/review/grants.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/review/host_tests.h"
#include "compiler/review/reach.h"
#include "compiler/review/suspicions.h"
#include "lang/annotations.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeId;
using lang::Code;
using lang::Diagnostic;

class GrantChecker {
 public:
  GrantChecker(const ir::Bundle& bundle, const lang::SourceMap& sources, lang::Diagnostics& diags)
      : bundle_(bundle),
        typed_(*bundle.typed),
        sources_(sources),
        diags_(diags),
        reaches_(*bundle.typed) {}

  void run() {
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      const ItemInfo& item = typed_.items[i];
      const ir::Item& conditions = bundle_.items[i];
      const std::vector<Form> own = parts_of(conditions.when, conditions.unless);
      switch (item.kind) {
        case ItemKind::Rule: grant(item, own); break;
        case ItemKind::Guard: closing(item, suspicions(item, own)); break;
        case ItemKind::Limit: limit(item, conditions, own); break;
        case ItemKind::Assert: swallowing(suspicions(item, own)); continue;
        case ItemKind::Row:
        case ItemKind::GuardRow: continue;  // with their table
      }
      unused_escapes(*item.decl);
    }
    for (std::size_t i = 0; i < typed_.tables.size(); ++i)
      table(typed_.tables[i], bundle_.tables[i]);
  }

 private:
  using Escape = std::string_view;

  // Reports unless escaped; an escape that escapes nothing is reported at the end.
  bool escaped(const ItemInfo& item, Escape name) {
    if (lang::find_annotation(item.decl->annotations, name) == nullptr) return false;
    used_.insert(std::string(name));
    return true;
  }

  void unused_escapes(const ast::Decl& decl) {
    for (const Escape name : {"absent_ok", "open_ended", "claims_only", "grants_all"}) {
      const ast::Annotation* written = lang::find_annotation(decl.annotations, name);
      if (written == nullptr || used_.contains(std::string(name))) continue;
      diags_.report(Code::W1312, written->span, fmt::format("`@{}` escapes nothing", name))
          .help("remove it");
    }
    used_.clear();
    reported_.clear();
  }

  // Whether this is the first report of a code at a place: the rows of a table share conditions.
  bool first(Code code, const lang::Span& place) {
    return reported_.emplace(code, place.begin).second;
  }

  [[nodiscard]] std::vector<Form> parts_of(const std::optional<NodeId>& when,
                                           const std::optional<NodeId>& unless) const {
    std::vector<Form> parts;
    if (when) parts.push_back(normal_form(bundle_, *when, true));
    if (unless) parts.push_back(normal_form(bundle_, *unless, false));
    return parts;
  }

  // What the conditions of an item say, those of its policy included.
  [[nodiscard]] Suspicions suspicions(const ItemInfo& item, std::vector<Form> own) const {
    if (const auto& applies = bundle_.applies(item))
      own.push_back(normal_form(bundle_, *applies, true));
    Suspicions all;
    suspect(bundle_, conjunction(std::move(own)), all);
    return all;
  }

  void limit(const ItemInfo& item, const ir::Item& conditions, const std::vector<Form>& own) {
    Suspicions all = suspicions(item, own);
    suspect_value(bundle_, *conditions.maximum, all);
    if (conditions.amount) suspect_value(bundle_, *conditions.amount, all);
    closing(item, all);
  }

  void table(const TableInfo& table, const ir::Table& conditions) {
    const ItemInfo& any = typed_.item(table.rows.front().item);
    const std::vector<Form> shared = parts_of(conditions.when, conditions.unless);
    if (any.kind == ItemKind::GuardRow) {
      Suspicions all = suspicions(any, shared);
      for (const NodeId input : conditions.inputs) suspect_value(bundle_, input, all);
      fails_by_absence(any, all);
      swallowing(all);
    }
    for (const RowInfo& row : table.rows) {
      const ItemInfo& item = typed_.item(row.item);
      std::vector<Form> own = shared;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (auto cell = normal_form(bundle_, conditions.inputs[i], row.cells[i]))
          own.push_back(std::move(*cell));
      }
      if (item.grants()) grant(item, own);
      if (any.kind == ItemKind::GuardRow) blocklist(item, suspicions(item, own));
    }
    unused_escapes(*table.decl);
  }

  void grant(const ItemInfo& item, const std::vector<Form>& own) {
    const Suspicions all = suspicions(item, own);
    growth(item, all);
    wide_scope(item, all);
    if (all.absence != nullptr && !escaped(item, "absent_ok") &&
        first(Code::E1303, all.absence->span)) {
      Diagnostic& diagnostic =
          diags_.report(Code::E1303, all.absence->span,
                        fmt::format("grant `{}` opens when a fact is absent", item.name));
      if (is_row(item.kind)) diagnostic.secondary_at(item.place, "the row");
      diagnostic.help("grant on what is there, or add `@absent_ok(\"…\")` with the reason");
    }
    if (!rests_on_host(bundle_, conjunction(own)) && !escaped(item, "claims_only")) {
      diags_
          .report(Code::E1304, item.place,
                  fmt::format("grant `{}` rests on the agent's word alone", item.name))
          .note("`args` are what the agent wrote")
          .help("test a fact that the host vouches for, or add `@claims_only(\"…\")`");
    }
    if (all.empty_trap != nullptr && first(Code::W1306, all.empty_trap->span)) {
      diags_
          .report(Code::W1306, all.empty_trap->span,
                  "this holds, or counts nothing, when the collection is empty")
          .note("over an empty collection `all` and `subset of` are true and `sum` is 0")
          .help("require an element: `… .size >= 1`, or declare the list non-empty");
    }
  }

  // Values that the grant accepts although the policy does not name them.
  void growth(const ItemInfo& item, const Suspicions& all) {
    const auto report = [&](const lang::Span& place, std::string message) -> Diagnostic* {
      if (escaped(item, "open_ended") || !first(Code::E1301, place)) return nullptr;
      Diagnostic& diagnostic = diags_.report(Code::E1301, place, std::move(message));
      if (is_row(item.kind)) diagnostic.secondary_at(item.place, "the row");
      return &diagnostic;
    };
    const std::string grows =
        fmt::format("grant `{}` is open to enum values that do not exist yet", item.name);
    if (all.growth != nullptr) {
      if (Diagnostic* open = report(all.growth->span, grows)) {
        open->note("a value added to the enum later would be granted")
            .help("name the values that are meant, or add `@open_ended(\"…\")` with the reason");
      }
    }
    if (all.rising != nullptr) {
      const bool cell = all.rising_cell != nullptr;
      if (Diagnostic* open = report(cell ? *all.rising_cell : all.rising->span, grows)) {
        open->note("a value added above it later would be granted")
            .help(fmt::format("write `{}`, or add `@open_ended(\"…\")` with the reason",
                              closed_range(all)));
      }
    }
    if (all.denylist == nullptr || item.outcome() != ast::VerdictWord::Permit) return;
    const std::string open_text =
        fmt::format("grant `{}` permits every text but the ones that it names", item.name);
    if (Diagnostic* open = report(all.denylist->span, open_text)) {
      open->note("the agent writes this text, and the next bad one is not named")
          .help(
              "name what is allowed, with `==`, `in`, `under` or `matches`; or let people decide, "
              "with `queue`; or add `@open_ended(\"…\")` with the reason");
    }
  }

  // `tenant.plan in pro ..= enterprise`, for `tenant.plan >= pro`.
  [[nodiscard]] std::string closed_range(const Suspicions& all) const {
    const Node* value = all.rising;
    if (all.rising_cell == nullptr) {
      const Node &left = bundle_.child(*value, 0), &right = bundle_.child(*value, 1);
      value = left.kind == ir::NodeKind::Constant ? &right : &left;
    }
    const EnumInfo& info = typed_.enumeration(*value->type);
    const auto from = static_cast<std::size_t>(all.rising_from);
    const bool single = from + 1 >= info.values.size();
    const std::string_view low = info.values[from].name, high = info.values.back().name;
    const std::string range = single ? std::string(low) : fmt::format("{} ..= {}", low, high);
    if (all.rising_cell != nullptr) return range;
    return fmt::format("{} {} {}", sources_.text(value->span), single ? "==" : "in", range);
  }

  void wide_scope(const ItemInfo& item, const Suspicions& all) {
    const ast::Scope& scope = item.decl->scope;
    const Reach reach = reaches_.of(scope, typed_.policy(item).module);
    if (reach != Reach::Named && all.bounded_effect == nullptr && !escaped(item, "open_ended")) {
      diags_
          .report(Code::E1302, scope.span,
                  fmt::format("grant `{}` covers tools that do not exist yet, whatever they do",
                              item.name))
          .help(
              "bound what they may do: `tool.effect <= …`, or name the tools, or add "
              "`@open_ended(\"…\")`");
    }
    if (reach == Reach::Any && item.outcome() == ast::VerdictWord::Permit &&
        !escaped(item, "grants_all")) {
      diags_
          .report(Code::E1305, scope.span,
                  fmt::format("{} `{}` permits on any tool", spelling(item.kind), item.name))
          .help("name the tools, or add `@grants_all(\"…\")` with the reason");
    }
  }

  // A guard or a limit.
  void closing(const ItemInfo& item, const Suspicions& all) {
    fails_by_absence(item, all);
    if (item.kind == ItemKind::Guard) blocklist(item, all);
    swallowing(all);
  }

  // A guard, a guard table or a limit.
  void fails_by_absence(const ItemInfo& item, const Suspicions& all) {
    if (all.presence == nullptr || escaped(item, "absent_ok")) return;
    const std::string_view kind =
        item.kind == ItemKind::GuardRow ? "guard table" : ast::keyword(item.decl->kind);
    diags_
        .report(
            Code::E1303, all.presence->span,
            fmt::format("{} `{}` falls silent when a fact is absent", kind, item.decl->name.text))
        .help(
            "say what absence means in another guard and add `@absent_ok(\"…\")`, or make the "
            "fact required");
  }

  void blocklist(const ItemInfo& item, const Suspicions& all) {
    const bool closes = item.outcome() == ast::VerdictWord::Deny || item.waits();
    if (all.blocklist == nullptr || !closes || !first(Code::W1307, all.blocklist->span)) return;
    diags_
        .report(Code::W1307, all.blocklist->span,
                fmt::format("guard `{}` lists bad values of what the agent wrote", item.name))
        .note("the next bad value is not on the list")
        .help("grant the good ones instead");
  }

  void swallowing(const Suspicions& all) {
    if (all.swallowing_else == nullptr) return;
    diags_
        .report(Code::W1310, all.swallowing_else->span,
                "`else` takes in enum values that do not exist yet")
        .help("name the values");
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  const lang::SourceMap& sources_;
  lang::Diagnostics& diags_;
  Reaches reaches_;
  std::set<std::string> used_;
  std::set<std::pair<Code, std::uint32_t>> reported_;  // of the declaration at hand
};

}  // namespace

void review_grants(const ir::Bundle& bundle, const lang::SourceMap& sources,
                   lang::Diagnostics& diags) {
  GrantChecker(bundle, sources, diags).run();
}

}  // namespace remit::compiler
