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
    const CodeContext context{&image_, &layout_, {}, false, 0};
    const auto result = condition(context, row.applies, {}, text(row.name));
    applies_present_.push_back(result ? result->when_true : PresenceSet{});
    applies_cost_.push_back(result ? result->cost : 0);
  }

  void item(std::size_t index) {
    const ItemRow& row = image_.items[index];
    const CodeContext context{&image_, &layout_, row.scope, true, 0};
    const PresenceSet& applies = applies_present_[static_cast<std::size_t>(row.policy)];
    const auto when = condition(context, row.when, applies, text(row.name));
    if (!when) return;
    const auto unless = condition(context, row.unless, when->when_true, text(row.name));
    if (!unless) return;
    item_cost_.push_back(1 + when->cost + unless->cost);
    const PresenceSet& after = row.unless.count == 0 ? when->when_true : unless->when_false;
    for (const TemplateId id : {row.because, row.advise}) {
      if (id != kNoTemplate)
        message(context, image_.templates[static_cast<std::size_t>(id)], after, text(row.name));
    }
    clauses(index, context);
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
    const auto inside = [](Range part, Range whole) {
      return part.count > 0 && part.first >= whole.first && part.count <= whole.count &&
             part.first - whole.first <= whole.count - part.count;
    };
    const Range range = image_.debug.items[index].clauses;
    for (std::uint32_t i = range.first; i < range.first + range.count && !error_; ++i) {
      const ClauseRow& clause = image_.debug.clauses[i];
      const bool of_policy = inside(clause.code, policy.applies),
                 of_when = inside(clause.code, row.when),
                 of_unless = inside(clause.code, row.unless);
      if (!of_policy && !of_when && !of_unless) {
        error_ = load_error(LoadFault::BadDebugRow, 0, "code of a clause");
        return;
      }
      // Which facts are there is asked when a clause is shown (vm/clause.cpp); here its form is
      // proved.
      PresenceSet all;
      all.everything = true;
      CodeContext place = of_policy ? CodeContext{&image_, &layout_, {}, false, 0} : context;
      place.target_base = clause.code.first - (of_policy ? policy.applies
                                               : of_when ? row.when
                                                         : row.unless)
                                                  .first;
      const auto result = interpreted(place, clause.code, all, "a clause");
      if (result && result->value.kind != TypeKind::Bool)
        error_ = load_error(LoadFault::BadDebugRow, 0, "a clause that is no condition");
    }
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
    // Operands of a top-level `and` lie between jumps to the end of the code.
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i <= code.count; ++i) {
      const bool ends =
          i == code.count || (at(i).opcode == Opcode::JumpIfFalse && at(i).c == code.count);
      if (!ends) continue;
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
  std::vector<std::int64_t> item_cost_;
  std::optional<LoadError> error_;
};

}  // namespace

Verified verify_code(const Image& image, const Layout& layout) {
  return CodeChecker(image, layout).run();
}

}  // namespace remit::vm
