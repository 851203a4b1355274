#include "vm/narrow/unknowns.h"

#include <algorithm>
#include <set>

namespace remit::vm {

namespace {

class UnknownsFinder {
 public:
  UnknownsFinder(const KnownFacts& known, ToolId tool)
      : known_(known),
        linked_(*known.linked),
        image_(linked_.program.image()),
        layout_(linked_.program.layout()),
        plan_(linked_.plan_of(tool)) {
    result_.tool = tool;
  }

  Unknowns run() {
    fill_known();
    read_items();
    // Ascending: a record stands before its fields.
    result_.of_slot.assign(result_.slots.size(), kNoRow);
    for (const std::uint32_t slot : with_records()) add_slot(slot);
    result_.of_counter.assign(result_.counters.size(), kNoRow);
    for (std::uint32_t i = 0; i < result_.counters.size(); ++i) {
      if (result_.counters[i].absent()) add_counter(i);
    }
    return std::move(result_);
  }

 private:
  // ---- what is known

  void fill_known() {
    const Facts::State& facts = *known_.facts;
    result_.slots.assign(layout_.slot_count(result_.tool), Value::none());
    const bool own = facts.tool_known && facts.tool == result_.tool;
    const std::size_t known =
        !facts.tool_known
            ? 0
            : std::min(own ? facts.slots.size() : layout_.host.size(), result_.slots.size());
    std::copy_n(facts.slots.begin(), known, result_.slots.begin());
    // A default that was filled in for a decision is nothing that the host has said.
    for (const std::uint32_t slot : facts.filled) {
      if (slot < known) result_.slots[slot] = Value::none();
    }
    const ToolRow& row = image_[result_.tool];
    const auto set = [&](ToolSlot slot, std::int64_t integer) {
      result_.slots[static_cast<std::size_t>(slot)] = Value::of_integer(integer);
    };
    set(ToolSlot::Name, static_cast<std::int64_t>(result_.tool));
    set(ToolSlot::Effect, row.effect);
    result_.slots[static_cast<std::size_t>(ToolSlot::Undo)] =
        row.undo_ms >= 0 ? Value::of_integer(row.undo_ms) : Value::none();
    set(ToolSlot::Reads, row.reads);
    set(ToolSlot::Clearance, row.clearance);
    fill_counters(facts, own);
    // A request in which it is true is denied whatever the rest of it says.
    Value& halted = result_.slots[linked_.program.engine_slots().control_halted];
    if (halted.absent()) halted = Value::of_integer(0);
  }

  void fill_counters(const Facts::State& facts, bool own) {
    result_.counters.assign(plan_.limits.size(), Value::none());
    if (!facts.tool_known) return;
    const std::vector<std::uint32_t>& bound = linked_.plan_of(facts.tool).limits;
    for (std::size_t i = 0; i < plan_.limits.size(); ++i) {
      const auto at = std::ranges::lower_bound(bound, plan_.limits[i]);
      if (at == bound.end() || *at != plan_.limits[i]) continue;
      if (own || (*known_.shared_limits)[plan_.limits[i]])
        result_.counters[i] = facts.counters[static_cast<std::size_t>(at - bound.begin())];
    }
  }

  // ---- what is read

  void read(std::uint32_t slot) {
    if (slot >= kFirstHostSlot) read_.insert(slot);
  }
  void code(CodeRange range) {
    for (const Instruction& in : image_.rows(range)) {
      if (in.opcode == Opcode::Load || in.opcode == Opcode::Has) read(in.c);
    }
  }

  void read_items() {
    const EngineSlots& engine = linked_.program.engine_slots();
    for (const PolicyGroup& group : plan_.groups) code(image_[group.policy].applies);
    for (std::size_t i = 0; i < plan_.items.size(); ++i) {
      const ItemRow& item = image_[plan_.items[i]];
      if (is_row(item.kind)) {
        const TableRow& table = image_.table_of(item);
        code(table.when);
        code(table.unless);
        for (const InputRow& input : image_.rows(table.inputs)) code(input.code);
        for (const ItemRow& row : image_.rows(table.items)) engine_reads(row, engine);
        i += table.items.count - 1;
        continue;
      }
      code(item.when);
      code(item.unless);
      if (item.kind == ItemKind::Limit) {
        code(image_.limit_of(item).maximum);
        code(image_.limit_of(item).amount);
      }
      engine_reads(item, engine);
    }
  }

  void engine_reads(const ItemRow& item, const EngineSlots& engine) {
    if (item.expires_ms != kNever || is_wait(item)) read(engine.clock_now);
    if (is_wait(item)) read(engine.call_first_asked);
  }

  // What is read and not known, and the records that it lies in.
  [[nodiscard]] std::set<std::uint32_t> with_records() const {
    std::set<std::uint32_t> slots;
    for (std::uint32_t slot : read_) {
      if (is_known(slot)) continue;
      for (; slot != kNoSlot && !is_known(slot); slot = layout_.find(result_.tool, slot)->parent)
        slots.insert(slot);
    }
    return slots;
  }

  [[nodiscard]] bool is_known(std::uint32_t slot) const { return !result_.slots[slot].absent(); }

  // ---- the unknowns

  void add_slot(std::uint32_t slot) {
    const SlotInfo info = *layout_.find(result_.tool, slot);
    const FieldRow& field = image_.fields[info.field];
    Unknown unknown;
    unknown.slot = slot;
    unknown.field = &field;
    unknown.optional = info.optional;
    Domain domain = domain_of(image_, field);
    const bool has_default = info.parent == kNoSlot && field.default_row != kNoRow;
    if (info.parent != kNoSlot) {
      unknown.parent = result_.of_slot[info.parent];
      unknown.fixed_presence = unknown.parent == kNoRow;
      // Of a record that may be absent, every field may.
      domain.may_be_absent = info.optional || !unknown.fixed_presence;
    } else {
      // What an item reads and is not optional is required, or has a default.
      domain.may_be_absent = info.optional && !has_default;
    }
    if (holds_known(slot, field))
      domain.may_be_absent = false;
    else if (result_.slots[slot].said_absent())
      say_absent(field, has_default, domain);
    result_.of_slot[slot] = static_cast<std::uint32_t>(result_.facts.size());
    result_.facts.push_back(unknown);
    result_.domains.push_back(std::move(domain));
  }

  // The host said that there is none: then there is the default, or what is optional is absent. It
  // can still bind what must be there.
  void say_absent(const FieldRow& field, bool has_default, Domain& domain) {
    const bool text = is_text(image_[field.type].kind);
    if (has_default && text) {
      domain.text = linked_.text_value(static_cast<StringId>(field.default_row));
    } else if (has_default) {
      const std::int64_t value = image_.integers[field.default_row];
      domain.narrow_to(value, value);
    } else if (domain.may_be_absent) {
      domain.may_be_there = false;
    }
  }

  // Something inside a record is bound, so that it is there.
  [[nodiscard]] bool holds_known(std::uint32_t slot, const FieldRow& field) const {
    const std::uint32_t width =
        layout_.fields[static_cast<std::size_t>(&field - image_.fields.data())].width;
    for (std::uint32_t i = 1; i < width; ++i) {
      if (is_known(slot + i)) return true;
    }
    return false;
  }

  void add_counter(std::uint32_t counter) {
    Unknown unknown;
    unknown.counter = counter;
    Domain domain;
    domain.high = INT64_MAX;
    result_.of_counter[counter] = static_cast<std::uint32_t>(result_.facts.size());
    result_.facts.push_back(unknown);
    result_.domains.push_back(std::move(domain));
  }

  const KnownFacts& known_;
  const Linked& linked_;
  const Image& image_;
  const Layout& layout_;
  const ToolPlan& plan_;
  Unknowns result_;
  std::set<std::uint32_t> read_;
};

}  // namespace

bool Unknowns::settle(Domains& domains) const {
  const auto pass = [&](std::size_t i) {
    const Unknown& fact = facts[i];
    if (fact.parent == kNoRow) return;
    Domain &own = domains[i], &around = domains[fact.parent];
    if (!around.may_be_there) own.may_be_there = false;
    if (!around.may_be_absent && !fact.optional) own.may_be_absent = false;
    if (!own.may_be_absent) around.may_be_absent = false;
    if (!own.may_be_there && !fact.optional) around.may_be_there = false;
  };
  // What a field says reaches the records around it, and what they say then all fields.
  for (std::size_t i = facts.size(); i-- > 0;) pass(i);
  for (std::size_t i = 0; i < facts.size(); ++i) pass(i);
  return std::ranges::none_of(domains, &Domain::empty);
}

Unknowns unknowns_of(const KnownFacts& known, ToolId tool) {
  return UnknownsFinder(known, tool).run();
}

std::vector<bool> shared_limits(const Program& program) {
  const Image& image = program.image();
  const auto is_of_tool = [&](const Instruction& in) {
    const bool reads = in.opcode == Opcode::Load || in.opcode == Opcode::Has;
    return reads && (in.c < kFirstHostSlot || !program.layout().is_host(in.c));
  };
  std::vector<bool> shared;
  for (const LimitRow& limit : image.limits) {
    shared.push_back(std::ranges::none_of(image.rows(limit.keys), [&](const InputRow& key) {
      return std::ranges::any_of(image.rows(key.code), is_of_tool);
    }));
  }
  return shared;
}

}  // namespace remit::vm
