// The debug section: its rows and texts, and the code of its clauses: parts of conditions, each a
// condition by itself.
//
// A clause of a policy stands under each of its items, and its code is proved once. Those of one
// condition do not overlap, so what is proved here is no longer than the code itself.

#include <algorithm>
#include <vector>

#include "stdlib/text.h"
#include "vm/verify/abstract_machine.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

// Rows and texts of the debug section.
class DebugChecker {
 public:
  explicit DebugChecker(const Image& image) : image_(image) {}

  void run() {
    if (!image_.debug.empty()) rows();
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
      next += item.clauses.count;
    }
    require(next == debug.clauses.size(), LoadFault::BadDebugRow, "clauses");
    for (const ClauseRow& clause : debug.clauses) {
      require(image_.has(clause.text) && image_.has(clause.file) && clause.negated <= 1,
              LoadFault::BadDebugRow, "clause");
    }
    texts();
  }

  // Clauses are shown as they stand; names of files are a host's, and escaped where they are shown.
  void texts() {
    const Debug& debug = image_.debug;
    Marks used(debug.strings.size()), shown(debug.strings.size());
    for (const ItemDebugRow& item : debug.items) used.add(item.file);
    for (const ClauseRow& clause : debug.clauses) {
      used.add(clause.file);
      used.add(clause.text);
      shown.add(clause.text);
    }
    require(used.all(), LoadFault::BadDebugText, "unused");
    // Each text once: any number of clauses may show one.
    for (std::size_t i = 0; i < debug.strings.size(); ++i)
      require(!shown.has(i) || !stdlib::has_forbidden_character(debug.strings[i]),
              LoadFault::BadDebugText, "a clause");
  }

  const Image& image_;
};

class ClauseChecker {
 public:
  ClauseChecker(const Image& image, const Layout& layout,
                std::span<const stdlib::CompiledPattern> patterns, CodeNotes& notes)
      : image_(image), layout_(layout), patterns_(patterns), notes_(notes) {}

  void run() {
    for (std::uint32_t i = 0; i < image_.debug.items.size(); ++i) {
      for (const ClauseRow& clause : image_.rows(image_.debug.items[i].clauses)) place(i, clause);
    }
    apart();
    for (const Part& part : parts_) prove(part);
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
    fail(LoadFault::BadDebugRow, "code of a clause");
  }

  // Only rows have cells. The clause has the code of the cell's input.
  void cell(const ItemRow& row, const ClauseRow& clause) {
    const bool fits = clause.cell < row.cells.count && clause.negated == 0 &&
                      image_.rows(image_.table_of(row).inputs)[clause.cell].code == clause.code;
    require(fits, LoadFault::BadDebugRow, "a cell");
  }

  void apart() {
    const auto key = [](const Part& part) { return std::pair(part.code.first, part.code.count); };
    std::ranges::sort(parts_, {}, key);
    const auto twice = std::ranges::unique(parts_, {}, key);
    parts_.erase(twice.begin(), twice.end());
    for (std::size_t i = 1; i < parts_.size(); ++i)
      require(parts_[i - 1].code.end() <= parts_[i].code.first, LoadFault::ClausesOverlap);
  }

  // Its form is proved, and which facts it needs is noted: whether they are there is asked when the
  // clause is shown (vm/answer/clause.cpp).
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
    auto result = run_abstract(context, part.code, all);
    if (!result) result.error().message += " (in a clause)";
    const CodeResult proved = passed(std::move(result));
    require(proved.value.kind == TypeKind::Bool, LoadFault::BadDebugRow,
            "a clause that is not a condition");
    notes_.add(part.code, proved.needed);
  }

  const Image& image_;
  const Layout& layout_;
  std::span<const stdlib::CompiledPattern> patterns_;
  CodeNotes& notes_;
  std::vector<Part> parts_;
};

}  // namespace

Verified verify_debug(const Image& image) {
  return checked([&] { DebugChecker(image).run(); });
}

Verified verify_clauses(const Image& image, const Layout& layout,
                        std::span<const stdlib::CompiledPattern> patterns, CodeNotes& notes) {
  return checked([&] { ClauseChecker(image, layout, patterns, notes).run(); });
}

}  // namespace remit::vm
