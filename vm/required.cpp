#include "vm/required.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "vm/layout.h"

namespace remit::vm {

namespace {

struct Fact {
  std::string_view root;
  std::string_view field;  // empty: every field of the root
};

// Read by the engine itself, whatever the rules.
constexpr Fact kAlways[] = {{"actor", "id"}, {"actor", "kind"}, {"tenant", "id"}};
// Read by the engine where somebody may be asked.
constexpr Fact kForWaits[] = {
    {"call", "id"}, {"actor", "version"}, {"actor", "requesters"}, {"context", "environment"},
    {"target", ""}, {"spend", "cost"},    {"clock", "now"}};
constexpr Fact kForLimits[] = {{"call", "id"}};
constexpr Fact kForExpiry[] = {{"clock", "now"}};

class Collector {
 public:
  explicit Collector(const Image& image) : image_(image) {}

  void facts(std::span<const Fact> facts) {
    for (const Fact& fact : facts) {
      for (const RootRow& root : image_.roots) {
        if (image_.strings[static_cast<std::size_t>(root.name)] != fact.root) continue;
        for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
          if (fact.field.empty() ||
              image_.strings[static_cast<std::size_t>(image_.fields[i].name)] == fact.field)
            field(i);
        }
      }
    }
  }

  void code(Range range) {
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      const Instruction& instruction = image_.code[i];
      if (instruction.opcode == Opcode::Load || instruction.opcode == Opcode::Has)
        slot(instruction.c);
    }
  }

  void message(TemplateId id) {
    if (id == kNoTemplate) return;
    const Range pieces = image_.templates[static_cast<std::size_t>(id)].pieces;
    for (std::uint32_t i = pieces.first; i < pieces.first + pieces.count; ++i)
      code(image_.template_pieces[i].code);
  }

  [[nodiscard]] std::vector<std::uint32_t> slots() const { return {slots_.begin(), slots_.end()}; }

 private:
  // The field of a host root that a slot lies in.
  void slot(std::uint32_t slot) {
    for (const RootRow& root : image_.roots) {
      for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
        const std::uint32_t first = image_.fields[i].slot;
        if (slot >= first && slot < first + slots_of(image_, image_.fields[i].type))
          return field(i);
      }
    }
  }

  void field(std::uint32_t row) {
    const FieldRow& field = image_.fields[row];
    if (field.optional == 0 && field.default_row == kNoRow) slots_.insert(field.slot);
  }

  const Image& image_;
  std::set<std::uint32_t> slots_;
};

void inputs(const Image& image, Range range, Collector& collector) {
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
    collector.code(image.inputs[i].code);
}

void table(const Image& image, const TableRow& row, Collector& collector) {
  collector.code(row.when);
  collector.code(row.unless);
  inputs(image, row.inputs, collector);
}

void limit(const Image& image, const LimitRow& row, Collector& collector) {
  collector.code(row.maximum);
  collector.code(row.amount);
  inputs(image, row.keys, collector);
}

bool in_scope(const Image& image, const ItemRow& item, ToolId tool) {
  const auto first = image.scope_tools.begin() + item.scope.first;
  return std::binary_search(first, first + item.scope.count, tool);
}

}  // namespace

std::vector<std::uint32_t> required_slots(const Image& image, ToolId tool) {
  Collector collector(image);
  collector.facts(kAlways);
  for (const ItemRow& item : image.items) {
    if (!in_scope(image, item, tool)) continue;
    collector.code(image.policies[static_cast<std::size_t>(item.policy)].applies);
    collector.code(item.when);
    collector.code(item.unless);
    if (is_row(item.kind)) table(image, image.tables[item.detail], collector);
    if (item.kind == ItemKind::Limit) {
      limit(image, image.limits[item.detail], collector);
      collector.facts(kForLimits);
    }
    collector.message(item.because);
    collector.message(item.advise);
    if (item.expires_ms != kNever) collector.facts(kForExpiry);
    const bool waits = item.kind != ItemKind::Assert && (item.verdict == VerdictClass::Queue ||
                                                         item.verdict == VerdictClass::Escalate);
    if (waits) collector.facts(kForWaits);
  }
  return collector.slots();
}

}  // namespace remit::vm
