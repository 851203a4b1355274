// Every piece of code of an image, and the static bounds that follow from it.

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "vm/interpret.h"
#include "vm/load_fault.h"
#include "vm/verify.h"

namespace remit::vm {

namespace {

class CodeChecker {
 public:
  CodeChecker(const Image& image, const Layout& layout) : image_(image), layout_(layout) {}

  Verified run() {
    for (std::size_t p = 0; p < image_.policies.size() && !error_; ++p) policy(p);
    for (std::size_t t = 0; t < image_.tables.size() && !error_; ++t) table(t);
    for (std::size_t i = 0; i < image_.items.size() && !error_; ++i) item(i);
    if (!error_) bounds();
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  std::string_view text(StringId id) const { return image_.strings[static_cast<std::size_t>(id)]; }

  std::optional<CodeResult> interpreted(const CodeContext& context, Range code,
                                        const PresenceSet& present, std::string_view owner) {
    auto result = interpret(context, code, present);
    if (result) return std::move(*result);
    error_ = result.error();
    error_->message += " (in " + std::string(owner) + ")";
    return std::nullopt;
  }

  // A condition leaves a bool; no code at all is a condition that holds.
  std::optional<CodeResult> condition(const CodeContext& context, Range code,
                                      const PresenceSet& present, std::string_view owner) {
    if (code.count == 0) return CodeResult{{}, present, present, 0};
    auto result = interpreted(context, code, present, owner);
    if (result && result->value.kind != TypeKind::Bool) {
      error_ = load_error(LoadFault::NoResult, 0, owner);
      return std::nullopt;
    }
    return result;
  }

  void policy(std::size_t index) {
    const PolicyRow& row = image_.policies[index];
    const CodeContext context{.image = &image_, .layout = &layout_};
    const auto result = condition(context, row.applies, {}, text(row.name));
    applies_present_.push_back(result ? result->when_true : PresenceSet{});
    applies_cost_.push_back(result ? result->cost : 0);
  }

  // The code of an item's own and of its table; a limit reads no counters.
  CodeContext context_of(const ItemRow& row) const {
    return {.image = &image_,
            .layout = &layout_,
            .scope = row.scope,
            .has_scope = true,
            .policy = row.kind == ItemKind::Limit ? PolicyId{kNoRow} : row.policy,
            .in_assert = row.kind == ItemKind::Assert};
  }

  // What is known to be present after `when` and `unless`, and what they cost.
  struct Conditions {
    PresenceSet present;
    std::int64_t cost = 0;
  };
  std::optional<Conditions> conditions(const CodeContext& context, PolicyId policy, Range when,
                                       Range unless, std::string_view owner) {
    const auto first =
        condition(context, when, applies_present_[static_cast<std::size_t>(policy)], owner);
    if (!first) return std::nullopt;
    const auto second = condition(context, unless, first->when_true, owner);
    if (!second) return std::nullopt;
    return Conditions{unless.count == 0 ? first->when_true : second->when_false,
                      first->cost + second->cost};
  }

  // A value of a table or limit, which is as its row says; what it costs.
  std::int64_t input(const CodeContext& context, const InputRow& row, const PresenceSet& present,
                     std::string_view owner) {
    const auto result = interpreted(context, row.code, present, owner);
    if (!result) return 0;
    const AbstractValue& value = result->value;
    const bool same =
        value.kind == row.kind && (value.kind != TypeKind::Enum || value.ref == row.ref);
    if (!same || value.scaled || value.cidr) error_ = load_error(LoadFault::BadType, 0, owner);
    return result->cost;
  }

  void table(std::size_t index) {
    const TableRow& row = image_.tables[index];
    const ItemRow& first = image_.items[row.items.first];
    const CodeContext context = context_of(first);
    const auto shared = conditions(context, first.policy, row.when, row.unless, text(first.name));
    if (!shared) return;
    std::int64_t cost = shared->cost;
    for (std::uint32_t i = row.inputs.first; i < row.inputs.first + row.inputs.count && !error_;
         ++i) {
      if (!is_integral(image_.inputs[i].kind))
        error_ = load_error(LoadFault::BadType, 0, "an input of a table");
      else
        cost += input(context, image_.inputs[i], shared->present, text(first.name));
    }
    table_present_.push_back(shared->present);
    table_cost_.push_back(cost);
  }

  void item(std::size_t index) {
    const ItemRow& row = image_.items[index];
    const CodeContext context = context_of(row);
    PresenceSet after;
    std::int64_t cost = 1;
    if (is_row(row.kind)) {
      after = table_present_[row.detail];
      for (std::uint32_t i = row.cells.first; i < row.cells.first + row.cells.count; ++i)
        cost += image_.cells[i].items.count;
      // The first row of a table bears what they share.
      if (image_.tables[row.detail].items.first == index) cost += table_cost_[row.detail];
    } else {
      auto own = conditions(context, row.policy, row.when, row.unless, text(row.name));
      if (!own) return;
      cost += own->cost;
      after = std::move(own->present);
    }
    if (row.kind == ItemKind::Limit) cost += limit(context, image_.limits[row.detail], after);
    item_cost_.push_back(cost);
    for (const TemplateId id : {row.because, row.advise}) {
      if (id != kNoTemplate)
        message(context, image_.templates[static_cast<std::size_t>(id)], after, text(row.name));
    }
    clauses(index, context);
  }

  std::int64_t limit(const CodeContext& context, const LimitRow& row, const PresenceSet& present) {
    const std::string_view owner = text(image_.items[static_cast<std::size_t>(row.item)].name);
    std::int64_t cost = 0;
    const auto amount = [&](Range code, bool counted) {
      const auto result = interpreted(context, code, present, owner);
      if (!result) return;
      cost += result->cost;
      const AbstractValue& value = result->value;
      if (value.kind != row.kind || value.scaled)
        error_ = load_error(LoadFault::BadType, 0, owner);
      else if (counted && (value.low < 0 || value.high > INT64_MAX))
        error_ = load_error(LoadFault::Overflow, 0, owner);
    };
    amount(row.maximum, false);
    if (!error_ && row.amount.count != 0) amount(row.amount, true);
    for (std::uint32_t i = row.keys.first; i < row.keys.first + row.keys.count && !error_; ++i)
      cost += input(context, image_.inputs[i], present, owner);
    return cost;
  }

  void message(const CodeContext& context, const TemplateRow& row, const PresenceSet& present,
               std::string_view owner) {
    for (std::uint32_t i = row.pieces.first; i < row.pieces.first + row.pieces.count && !error_;
         ++i) {
      const TemplatePieceRow& piece = image_.template_pieces[i];
      if (piece.code.count == 0) continue;
      const auto result = interpreted(context, piece.code, present, owner);
      if (!result) return;
      const AbstractValue& value = result->value;
      const bool shown = is_scalar(value.kind) && value.kind != TypeKind::String &&
                         value.kind != TypeKind::Url && !value.scaled && !value.cidr;
      const bool fits = value.low >= Wide{INT64_MIN} && value.high <= Wide{INT64_MAX};
      const bool quotable = value.kind == TypeKind::Id || value.kind == TypeKind::Host ||
                            value.kind == TypeKind::Path || value.kind == TypeKind::Email;
      if (!shown || (is_integral(value.kind) && !fits && value.kind == TypeKind::Timestamp) ||
          (piece.quoted != 0 && !quotable)) {
        error_ = load_error(LoadFault::BadType, 0, "a value in a message");
      }
    }
  }

  // A clause is a part of the code of its item or policy, and a condition by itself.
  void clauses(std::size_t index, const CodeContext& context) {
    if (image_.debug.empty() || error_) return;
    const ItemRow& row = image_.items[index];
    const PolicyRow& policy = image_.policies[static_cast<std::size_t>(row.policy)];
    const Range when = is_row(row.kind) ? image_.tables[row.detail].when : row.when;
    const Range unless = is_row(row.kind) ? image_.tables[row.detail].unless : row.unless;
    const auto inside = [](Range part, Range whole) {
      return part.count > 0 && part.first >= whole.first && part.count <= whole.count &&
             part.first - whole.first <= whole.count - part.count;
    };
    const Range range = image_.debug.items[index].clauses;
    for (std::uint32_t i = range.first; i < range.first + range.count && !error_; ++i) {
      const ClauseRow& clause = image_.debug.clauses[i];
      if (clause.cell != kNoRow) {
        cell_clause(row, clause);
        continue;
      }
      const bool of_policy = inside(clause.code, policy.applies),
                 of_when = inside(clause.code, when), of_unless = inside(clause.code, unless);
      if (!of_policy && !of_when && !of_unless) {
        error_ = load_error(LoadFault::BadDebugRow, 0, "code of a clause");
        return;
      }
      // Which facts are there is asked when a clause is shown (vm/clause.cpp); here its form is
      // proved.
      PresenceSet all;
      all.everything = true;
      CodeContext place = of_policy ? CodeContext{.image = &image_, .layout = &layout_} : context;
      place.target_base = clause.code.first - (of_policy ? policy.applies
                                               : of_when ? when
                                                         : unless)
                                                  .first;
      const auto result = interpreted(place, clause.code, all, "a clause");
      if (result && result->value.kind != TypeKind::Bool)
        error_ = load_error(LoadFault::BadDebugRow, 0, "a clause that is no condition");
    }
  }

  // A cell of a row beside the code of its input.
  void cell_clause(const ItemRow& row, const ClauseRow& clause) {
    const bool fits =
        is_row(row.kind) && clause.cell < row.cells.count && clause.negated == 0 &&
        image_.inputs[image_.tables[row.detail].inputs.first + clause.cell].code == clause.code;
    if (!fits) error_ = load_error(LoadFault::BadDebugRow, 0, "a cell");
  }

  // The ids that a top-level `tenant.id == "…"` or `in {…}` of the code names.
  std::vector<std::int64_t> tenants(Range code) const {
    const auto is_tenant = [&](const Instruction& in) {
      const SlotInfo* info =
          in.opcode == Opcode::Load && layout_.host.has(in.c) ? &layout_.host.at(in.c) : nullptr;
      return info != nullptr && info->is_field_of_root && in.c == tenant_slot();
    };
    const auto at = [&](std::uint32_t i) -> const Instruction& {
      return image_.code[code.first + i];
    };
    // Operands of a top-level `and` lie between jumps to the end of the code, and no other jump
    // leads over these: inside an `or` or a `match` an `and` may end where the code does.
    std::uint32_t begin = 0, reach = 0;
    for (std::uint32_t i = 0; i <= code.count; ++i) {
      const bool ends = i == code.count || (at(i).opcode == Opcode::JumpIfFalse &&
                                            at(i).c == code.count && reach <= i);
      if (!ends) {
        if (info(at(i).opcode).c == Operand::Target) reach = std::max(reach, at(i).c);
        continue;
      }
      if (i - begin == 3 && is_tenant(at(begin))) {
        const Instruction &operand = at(begin + 1), &test = at(begin + 2);
        if (operand.opcode == Opcode::PushText && test.opcode == Opcode::TextEqual)
          return {operand.c};
        if (operand.opcode == Opcode::PushSet && test.opcode == Opcode::ContainsText &&
            test.a == 0) {
          const Range elements = image_.sets[operand.c].elements;
          const auto first = image_.set_elements.begin() + elements.first;
          return {first, first + elements.count};
        }
      }
      begin = i + 1;
    }
    return {};
  }

  std::uint32_t tenant_slot() const {
    for (const RootRow& root : image_.roots) {
      if (text(root.name) != "tenant") continue;
      for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
        if (text(image_.fields[i].name) == "id") return image_.fields[i].slot;
      }
    }
    return kNoSlot;
  }

  void bounds() {
    std::vector<std::int64_t> common(image_.tools.size(), 0);
    std::vector<std::map<std::int64_t, std::int64_t>> by_tenant(image_.tools.size());
    for (std::size_t p = 0; p < image_.policies.size(); ++p) {
      const PolicyRow& policy = image_.policies[p];
      std::map<std::size_t, std::int64_t> of_policy;
      for (std::uint32_t i = policy.items.first; i < policy.items.first + policy.items.count; ++i) {
        const Range scope = image_.items[i].scope;
        for (std::uint32_t s = scope.first; s < scope.first + scope.count; ++s)
          of_policy[static_cast<std::size_t>(image_.scope_tools[s])] += item_cost_[i];
      }
      const auto named = tenants(policy.applies);
      for (const auto& [tool, cost] : of_policy) {
        if (named.empty()) common[tool] += applies_cost_[p] + cost;
        for (const std::int64_t tenant : named) by_tenant[tool][tenant] += applies_cost_[p] + cost;
      }
    }
    for (std::size_t i = 0; i < image_.tools.size() && !error_; ++i) {
      std::int64_t most = 0;
      for (const auto& [tenant, cost] : by_tenant[i]) most = std::max(most, cost);
      const std::int64_t bound = common[i] + most;
      const std::string_view name = text(image_.tools[i].name);
      if (bound != image_.tools[i].steps_bound)
        error_ = load_error(LoadFault::BadCost, 0,
                            std::string(name) + " takes " + std::to_string(bound) +
                                ", the file says " + std::to_string(image_.tools[i].steps_bound));
      else if (bound > image_.steps_max)
        error_ = load_error(LoadFault::CostTooHigh, 0, name);
    }
  }

  const Image& image_;
  const Layout& layout_;
  std::vector<PresenceSet> applies_present_;
  std::vector<std::int64_t> applies_cost_;
  std::vector<PresenceSet> table_present_;
  std::vector<std::int64_t> table_cost_;
  std::vector<std::int64_t> item_cost_;
  std::optional<LoadError> error_;
};

}  // namespace

Verified verify_code(const Image& image, const Layout& layout) {
  return CodeChecker(image, layout).run();
}

}  // namespace remit::vm
