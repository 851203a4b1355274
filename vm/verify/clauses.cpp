// The debug section: its rows and texts, and the code of its clauses: parts of conditions, each a
// condition by itself.
//
// A clause of a policy stands under each of its items, and its code is proved once. Those of one
// condition do not overlap, so what is proved here is no longer than the code itself.

#include <algorithm>
#include <optional>
#include <vector>

#include "stdlib/text.h"
#include "vm/verify/abstract_machine.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

// Rows and texts of the debug section.
class DebugChecker : RowRules {
 public:
  explicit DebugChecker(const Image& image) : image_(image) {}

  Verified run() {
    if (!image_.debug.empty()) rows();
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  void rows() {
    const Debug& debug = image_.debug;
    require(debug.items.size() == image_.items.size(), LoadFault::BadDebugRow, "items");
    require(std::ranges::is_sorted(debug.strings) &&
                std::ranges::adjacent_find(debug.strings) == debug.strings.end(),
            LoadFault::BadDebugRow, "strings");
    std::uint32_t next = 0;
    for (const ItemDebugRow& item : debug.items) {
      require(image_.has(item.file) && item.clauses.first == next &&
                  item.clauses.count <= debug.clauses.size() - next,
              LoadFault::BadDebugRow, "item");
      if (error_) return;
      next += item.clauses.count;
    }
    require(next == debug.clauses.size(), LoadFault::BadDebugRow, "clauses");
    for (const ClauseRow& clause : debug.clauses) {
      require(image_.has(clause.text) && image_.has(clause.file) && clause.negated <= 1,
              LoadFault::BadDebugRow, "clause");
    }
    if (!error_) texts();
  }

  // Clauses are shown as they stand; names of files are a host's, and escaped where they are shown.
  void texts() {
    const Debug& debug = image_.debug;
    Marks<DebugStringId> used(debug.strings.size());
    for (const ItemDebugRow& item : debug.items) used.add(item.file);
    for (const ClauseRow& clause : debug.clauses) {
      used.add(clause.file);
      used.add(clause.text);
    }
    require(used.all(), LoadFault::BadDebugText, "unused");
    for (const ClauseRow& clause : debug.clauses)
      require(!stdlib::has_forbidden_character(image_[clause.text]), LoadFault::BadDebugText,
              "a clause");
  }

  const Image& image_;
};

class ClauseChecker {
 public:
  ClauseChecker(const Image& image, const Layout& layout,
                std::span<const stdlib::CompiledPattern> patterns)
      : image_(image), layout_(layout), patterns_(patterns) {}

  Verified run() {
    for (std::uint32_t i = 0; i < image_.debug.items.size() && !error_; ++i) {
      const RangeOf<ClauseRow> range = image_.debug.items[i].clauses;
      for (std::uint32_t c = range.first; c < range.end() && !error_; ++c)
        place(i, image_.debug.clauses[c]);
    }
    if (!error_) apart();
    for (const Part& part : parts_) {
      if (error_) break;
      prove(part);
    }
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  // A part of a condition, and an item that has it.
  struct Part {
    CodeRange code;
    std::uint32_t base = 0;  // where the condition begins
    std::uint32_t item = 0;
    bool of_policy = false;
  };

  static bool inside(CodeRange part, CodeRange whole) {
    return part.count > 0 && part.first >= whole.first &&
           std::uint64_t{part.first} + part.count <= std::uint64_t{whole.first} + whole.count;
  }

  void place(std::uint32_t index, const ClauseRow& clause) {
    const ItemRow& row = image_.items[index];
    if (clause.cell != kNoRow) return cell(row, clause);
    const PolicyRow& policy = image_[row.policy];
    const CodeRange when = is_row(row.kind) ? image_.table_of(row).when : row.when;
    const CodeRange unless = is_row(row.kind) ? image_.table_of(row).unless : row.unless;
    const bool of_policy = inside(clause.code, policy.applies);
    for (const CodeRange owner : {policy.applies, when, unless}) {
      if (!inside(clause.code, owner)) continue;
      parts_.push_back({clause.code, owner.first, index, of_policy});
      return;
    }
    error_ = load_error(LoadFault::BadDebugRow, 0, "code of a clause");
  }

  // Only rows have cells. The clause has the code of the cell's input.
  void cell(const ItemRow& row, const ClauseRow& clause) {
    const bool fits = clause.cell < row.cells.count && clause.negated == 0 &&
                      image_.rows(image_.table_of(row).inputs)[clause.cell].code == clause.code;
    if (!fits) error_ = load_error(LoadFault::BadDebugRow, 0, "a cell");
  }

  void apart() {
    const auto key = [](const Part& part) { return std::pair(part.code.first, part.code.count); };
    std::ranges::sort(parts_, {}, key);
    const auto twice = std::ranges::unique(parts_, {}, key);
    parts_.erase(twice.begin(), twice.end());
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      if (parts_[i - 1].code.first + parts_[i - 1].code.count > parts_[i].code.first)
        error_ = load_error(LoadFault::ClausesOverlap, 0);
    }
  }

  // Which facts are there is asked when a clause is shown (vm/answer/clause.cpp); here its form is
  // proved.
  void prove(const Part& part) {
    const ItemRow& row = image_.items[part.item];
    const ToolSet scope = part.of_policy ? ToolSet() : tools_of(image_, row.scope);
    CodeContext context{.image = &image_, .layout = &layout_, .patterns = patterns_};
    if (!part.of_policy) {
      context.scope = &scope;
      context.tool = image_.scope_tools[row.scope.first];
      context.policy = row.kind == ItemKind::Limit ? kNoPolicy : row.policy;
      context.in_assert = row.kind == ItemKind::Assert;
    }
    context.target_base = part.code.first - part.base;
    PresenceSet all;
    all.everything = true;
    const auto result = run_abstract(context, part.code, all);
    if (!result) {
      error_ = result.error();
      error_->message += " (in a clause)";
    } else if (result->value.kind != TypeKind::Bool) {
      error_ = load_error(LoadFault::BadDebugRow, 0, "a clause that is not a condition");
    }
  }

  const Image& image_;
  const Layout& layout_;
  std::span<const stdlib::CompiledPattern> patterns_;
  std::vector<Part> parts_;
  std::optional<LoadError> error_;
};

}  // namespace

Verified verify_debug(const Image& image) { return DebugChecker(image).run(); }

Verified verify_clauses(const Image& image, const Layout& layout,
                        std::span<const stdlib::CompiledPattern> patterns) {
  return ClauseChecker(image, layout, patterns).run();
}

}  // namespace remit::vm
