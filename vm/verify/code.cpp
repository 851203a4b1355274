// Every piece of code of an image, each once.

#include <algorithm>
#include <iterator>
#include <string_view>

#include "stdlib/limit_key.h"
#include "stdlib/steps.h"
#include "stdlib/time.h"
#include "vm/image/load_fault.h"
#include "vm/verify/abstract_machine.h"
#include "vm/verify/parts.h"

namespace remit::vm {

namespace {

constexpr std::int64_t kCostMax = std::int64_t{1} << 40;

class CodeChecker {
 public:
  CodeChecker(const Image& image, const Layout& layout,
              std::span<const stdlib::CompiledPattern> patterns, CodeCosts& costs, CodeNotes& notes)
      : image_(image), layout_(layout), patterns_(patterns), costs_(costs), notes_(notes) {
    notes_.pieces.resize(image.template_pieces.size());
    // What later pieces know is kept by its address.
    applies_present_.reserve(image.policies.size());
    table_present_.reserve(image.tables.size());
  }

  void run() {
    for (std::size_t p = 0; p < image_.policies.size(); ++p) policy(p);
    for (std::size_t t = 0; t < image_.tables.size(); ++t) table(t);
    for (std::size_t i = 0; i < image_.items.size(); ++i) item(i);
  }

 private:
  [[nodiscard]] std::string_view text(StringId id) const { return image_[id]; }

  CodeResult interpreted(const CodeContext& context, CodeRange code, const PresenceSet& present,
                         std::string_view owner) {
    auto result = run_abstract(context, code, present);
    if (!result) result.error().message.append(" (in ").append(owner).append(")");
    return passed(std::move(result));
  }

  // A condition leaves a bool; no code at all is a condition that holds.
  CodeResult condition(const CodeContext& context, CodeRange code, const PresenceSet& present,
                       std::string_view owner) {
    if (code.empty()) return {};
    CodeResult result = interpreted(context, code, present, owner);
    require(result.value.kind == TypeKind::Bool, LoadFault::NoResult, owner);
    return result;
  }

  void policy(std::size_t index) {
    const PolicyRow& row = image_.policies[index];
    const CodeContext context{.image = &image_, .layout = &layout_, .patterns = patterns_};
    CodeResult result = condition(context, row.applies, {}, text(row.name));
    applies_present_.push_back(std::move(result.when_true));
    costs_.applies.push_back(result.cost);
  }

  // The code of an item's own and of its table; a limit reads no counters.
  [[nodiscard]] CodeContext context_of(const ItemRow& row, const ToolSet& scope) const {
    return {.image = &image_,
            .layout = &layout_,
            .patterns = patterns_,
            .scope = &scope,
            .tool = image_.scope_tools[row.scope.first],
            .policy = row.kind == ItemKind::Limit ? kNoPolicy : row.policy,
            .in_assert = row.kind == ItemKind::Assert};
  }

  // What is known to be present after `when` and `unless`, and what they cost.
  struct Conditions {
    PresenceSet present;
    std::int64_t cost = 0;
  };
  Conditions conditions(const CodeContext& context, PolicyId policy, CodeRange when,
                        CodeRange unless, std::string_view owner) {
    const PresenceSet& applies = applies_present_[static_cast<std::size_t>(policy)];
    CodeResult first = condition(context, when, applies, owner);
    PresenceSet present = std::move(first.when_true);
    present.before = &applies;
    const CodeResult second = condition(context, unless, present, owner);
    PresenceSet after;
    after.before = &applies;
    after.everything = present.everything || second.when_false.everything;
    std::ranges::set_union(present.known, second.when_false.known, std::back_inserter(after.known));
    return {std::move(after), first.cost + second.cost};
  }

  // A value of a table or limit, which is as its row says. It is no address range, for it is
  // integral or of the kinds of a key (verify_meaning).
  CodeResult input(const CodeContext& context, const InputRow& row, const PresenceSet& present,
                   std::string_view owner) {
    CodeResult result = interpreted(context, row.code, present, owner);
    const AbstractValue& value = result.value;
    const bool same =
        value.kind == row.kind && (value.kind != TypeKind::Enum || value.ref == row.ref);
    require(same && !value.scaled, LoadFault::BadType, owner);
    return result;
  }

  void table(std::size_t index) {
    const TableRow& row = image_.tables[index];
    const ItemRow& first = image_.items[row.items.first];
    const ToolSet scope = tools_of(image_, first.scope);
    const CodeContext context = context_of(first, scope);
    const std::string_view owner = text(first.name);
    Conditions shared = conditions(context, first.policy, row.when, row.unless, owner);
    std::int64_t cost = shared.cost;
    for (const InputRow& one : image_.rows(row.inputs)) {
      require(is_integral(one.kind), LoadFault::BadType, owner);
      const CodeResult result = input(context, one, shared.present, owner);
      cost += result.cost;
      // The clause of a cell is run by itself.
      if (!image_.debug.empty()) notes_.add(one.code, result.needed);
    }
    table_present_.push_back(std::move(shared.present));
    table_cost_.push_back(cost);
  }

  void item(std::size_t index) {
    const ItemRow& row = image_.items[index];
    const ToolSet scope = tools_of(image_, row.scope);
    const CodeContext context = context_of(row, scope);
    PresenceSet after;
    std::int64_t cost = 1 + stdlib::override_steps(row.overrides.count);
    if (is_row(row.kind)) {
      after.before = &table_present_[row.detail];
      for (const CellRow& cell : image_.rows(row.cells)) cost += cell.items.count;
      // What the rows of a table share is counted with the first of them.
      if (image_.table_of(row).items.first == index) cost += table_cost_[row.detail];
    } else {
      Conditions own = conditions(context, row.policy, row.when, row.unless, text(row.name));
      cost += own.cost;
      after = std::move(own.present);
    }
    if (row.kind == ItemKind::Limit) cost += limit(context, image_.limit_of(row), after);
    costs_.items.push_back(std::min(cost, kCostMax));
    std::int64_t of_messages = 0;
    for (const TemplateId id : {row.because, row.advise}) {
      if (id != kNoTemplate) of_messages += message(context, image_[id], after, text(row.name));
    }
    // They are not counted in the decision, and may take as long as one.
    require(of_messages <= image_.steps_max, LoadFault::MessageCost, text(row.name));
  }

  std::int64_t limit(const CodeContext& context, const LimitRow& row, const PresenceSet& present) {
    const std::string_view owner = text(image_[row.item].name);
    const auto amount = [&](CodeRange code) {
      CodeResult result = interpreted(context, code, present, owner);
      require(result.value.kind == row.kind && !result.value.scaled, LoadFault::BadType, owner);
      return result;
    };
    std::int64_t cost = amount(row.maximum).cost;
    if (!row.amount.empty()) {
      const CodeResult counted = amount(row.amount);
      require(counted.value.low >= 0 && counted.value.high <= INT64_MAX, LoadFault::Overflow,
              owner);
      cost += counted.cost;
    }
    for (const InputRow& key : image_.rows(row.keys)) {
      const CodeResult counted = input(context, key, present, owner);
      require(stdlib::can_be_key(key.kind, static_cast<std::int64_t>(counted.value.high)),
              LoadFault::BadType, owner);
      cost = std::min(cost + counted.cost, kCostMax);
    }
    return cost;
  }

  // What the values of a message cost.
  std::int64_t message(const CodeContext& context, const TemplateRow& row,
                       const PresenceSet& present, std::string_view owner) {
    std::int64_t cost = 0;
    for (std::uint32_t i = row.pieces.first; i < row.pieces.end(); ++i) {
      const TemplatePieceRow& piece = image_.template_pieces[i];
      if (piece.code.empty()) continue;
      const CodeResult result = interpreted(context, piece.code, present, owner);
      shown(result, piece, owner);
      notes_.pieces[i] = {result.value.kind, result.value.ref};
      cost = std::min(cost + result.cost, kCostMax);
    }
    return cost;
  }

  // What a message shows has a text, and one that an agent wrote stands in quotes.
  void shown(const CodeResult& result, const TemplatePieceRow& piece, std::string_view owner) {
    const AbstractValue& value = result.value;
    require(is_scalar(value.kind) && value.kind != TypeKind::Url && !value.scaled && !value.cidr,
            LoadFault::BadType, owner);
    require(value.kind != TypeKind::Timestamp ||
                (value.low >= 0 && value.high <= stdlib::kTimestampMax),
            LoadFault::MessageTime, owner);
    require((piece.quoted != 0) == is_quoted_in_messages(value.kind, result.reads_args),
            LoadFault::MessageQuotes, owner);
    require(!result.reads_sensitive, LoadFault::MessageSensitive, owner);
  }

  const Image& image_;
  const Layout& layout_;
  std::span<const stdlib::CompiledPattern> patterns_;
  CodeCosts& costs_;
  CodeNotes& notes_;
  std::vector<PresenceSet> applies_present_;
  std::vector<PresenceSet> table_present_;
  std::vector<std::int64_t> table_cost_;
};

}  // namespace

Verified verify_code(const Image& image, const Layout& layout,
                     std::span<const stdlib::CompiledPattern> patterns, CodeCosts& costs,
                     CodeNotes& notes) {
  return checked([&] { CodeChecker(image, layout, patterns, costs, notes).run(); });
}

}  // namespace remit::vm
