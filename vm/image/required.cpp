#include "vm/image/required.h"

#include <bit>
#include <span>
#include <string_view>

#include "vm/image/record_sizes.h"

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

constexpr std::uint32_t kNotRequired = 0xFFFF'FFFF;

}  // namespace

class RequiredCollector {
 public:
  RequiredCollector(const Image& image, RequiredFacts& into) : image_(image), into_(into) {
    number_facts();
    into_.words_ = (into_.slots_.size() + 63) / 64;
    into_.bits_.resize(into_.words_ * image.tools.size());
    found_.resize(into_.words_);
  }

  void run() {
    const Numbers waits = numbers_of(kForWaits), limits = numbers_of(kForLimits),
                  expiry = numbers_of(kForExpiry);
    for (const std::uint32_t number : numbers_of(kAlways)) add(number);
    for (std::size_t t = 0; t < image_.tools.size(); ++t) give(static_cast<ToolId>(t));
    forget();
    for (const PolicyRow& policy : image_.policies) applies(policy);
    for (std::size_t i = 0; i < image_.items.size(); ++i) {
      const ItemRow& row = image_.items[i];
      item(row, static_cast<std::uint32_t>(i));
      const bool is_wait = row.kind != ItemKind::Assert && (row.verdict == VerdictClass::Queue ||
                                                            row.verdict == VerdictClass::Escalate);
      if (is_wait) add_all(waits);
      if (row.kind == ItemKind::Limit) add_all(limits);
      if (row.expires_ms != kNever) add_all(expiry);
      if (!touched_.empty()) {
        for (const ToolId tool : image_.rows(row.scope)) give(tool);
      }
      forget();
    }
  }

 private:
  using Numbers = std::vector<std::uint32_t>;

  // Every slot of the host leads to the number of the field of a root that it lies in.
  void number_facts() {
    const std::vector<RecordSize> sizes = record_sizes(image_);
    number_of_slot_.assign(kFirstHostSlot, kNotRequired);
    for (const RootRow& root : image_.roots) {
      for (const FieldRow& field : image_.rows(root.fields)) {
        const bool can_be = field.optional == 0 && field.default_row == kNoRow;
        const std::uint32_t number =
            can_be ? static_cast<std::uint32_t>(into_.slots_.size()) : kNotRequired;
        number_of_slot_.resize(number_of_slot_.size() + values_of(image_, sizes, field.type),
                               number);
        if (can_be) into_.slots_.push_back(field.slot);
      }
    }
  }

  [[nodiscard]] Numbers numbers_of(std::span<const Fact> facts) const {
    Numbers numbers;
    const auto text = [&](StringId id) -> std::string_view { return image_[id]; };
    for (const RootRow& root : image_.roots) {
      for (const Fact& fact : facts) {
        if (text(root.name) != fact.root) continue;
        for (const FieldRow& field : image_.rows(root.fields)) {
          if (fact.field.empty() || text(field.name) == fact.field)
            numbers.push_back(number_of_slot_[field.slot]);
        }
      }
    }
    std::erase(numbers, kNotRequired);
    return numbers;
  }

  // ---- what one owner reads

  void add(std::uint32_t number) {
    std::uint64_t& word = found_[number / 64];
    if (word == 0) touched_.push_back(number / 64);
    word |= std::uint64_t{1} << (number % 64);
  }
  void add_all(const Numbers& numbers) {
    for (const std::uint32_t number : numbers) add(number);
  }
  void give(ToolId tool) {
    const std::size_t first = static_cast<std::size_t>(tool) * into_.words_;
    for (const std::uint32_t word : touched_) into_.bits_[first + word] |= found_[word];
  }
  void forget() {
    for (const std::uint32_t word : touched_) found_[word] = 0;
    touched_.clear();
  }

  void code(CodeRange range) {
    for (const Instruction& in : image_.rows(range)) {
      const bool reads = in.opcode == Opcode::Load || in.opcode == Opcode::Has;
      if (reads && in.c < number_of_slot_.size() && number_of_slot_[in.c] != kNotRequired)
        add(number_of_slot_[in.c]);
    }
  }
  void inputs(RangeOf<InputRow> range) {
    for (const InputRow& input : image_.rows(range)) code(input.code);
  }
  void message(TemplateId id) {
    if (id == kNoTemplate) return;
    const RangeOf<TemplatePieceRow> pieces = image_[id].pieces;
    for (const TemplatePieceRow& piece : image_.rows(pieces)) code(piece.code);
  }

  // `applies when` is read for every tool that some item of the policy covers.
  void applies(const PolicyRow& policy) {
    code(policy.applies);
    if (!touched_.empty()) {
      for (const ItemRow& item : image_.rows(policy.items)) {
        const RangeOf<ToolId> scope = item.scope;
        for (const ToolId tool : image_.rows(scope)) give(tool);
      }
    }
    forget();
  }

  // Rows of a table have one scope, so what they share is read with the first.
  void item(const ItemRow& row, std::uint32_t index) {
    code(row.when);
    code(row.unless);
    if (is_row(row.kind) && image_.table_of(row).items.first == index) {
      const TableRow& table = image_.table_of(row);
      code(table.when);
      code(table.unless);
      inputs(table.inputs);
    }
    if (row.kind == ItemKind::Limit) {
      const LimitRow& limit = image_.limit_of(row);
      code(limit.maximum);
      code(limit.amount);
      inputs(limit.keys);
    }
    message(row.because);
    message(row.advise);
  }

  const Image& image_;
  RequiredFacts& into_;
  Numbers number_of_slot_;
  std::vector<std::uint64_t> found_;
  Numbers touched_;  // words of found_ that are not zero
};

RequiredFacts::RequiredFacts(const Image& image) { RequiredCollector(image, *this).run(); }

std::vector<std::uint32_t> RequiredFacts::of(ToolId tool) const {
  std::vector<std::uint32_t> slots;
  const auto own = std::span(bits_).subspan(static_cast<std::size_t>(tool) * words_, words_);
  for (std::size_t word = 0; word < own.size(); ++word) {
    for (std::uint64_t bits = own[word]; bits != 0; bits &= bits - 1)
      slots.push_back(slots_[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))]);
  }
  return slots;
}

}  // namespace remit::vm
