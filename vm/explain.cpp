// Engine::explain: why, for people. Evaluates again, clause by clause, off the decide path.

#include <algorithm>

#include <remit/engine.h>

#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/clause.h"
#include "vm/engine_state.h"
#include "vm/message.h"
#include "vm/names.h"
#include "vm/schema_text.h"

namespace remit {

namespace {

using vm::ClauseRow;
using vm::Image;
using vm::Instruction;
using vm::ItemRow;
using vm::Opcode;
using vm::Range;

class Explainer {
 public:
  Explainer(const vm::Linked& linked, Facts::State& facts)
      : linked_(linked), image_(linked.program.image()), facts_(facts) {}

  void items(Explanation& into, const vm::Outcome& outcome) {
    const vm::ToolPlan& plan = linked_.tools[static_cast<std::size_t>(facts_.tool)];
    const auto deciding = vm::deciding_items(image_, plan, facts_.matched, facts_.lifted,
                                             vm::wait_clock(facts_), outcome);
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
      const bool matched = vm::bit(facts_.matched, i), lifted = vm::bit(facts_.lifted, i);
      ItemExplanation item = explained(plan.items[i], matched);
      item.state = !matched ? ItemState::Unmatched : lifted ? ItemState::Lifted : ItemState::Live;
      item.decides = std::ranges::find(deciding, plan.items[i]) != deciding.end();
      into.items.push_back(std::move(item));
    }
  }

 private:
  static std::string_view class_name(vm::VerdictClass verdict) {
    switch (verdict) {
      case vm::VerdictClass::None: return "";
      case vm::VerdictClass::Permit: return "permit";
      case vm::VerdictClass::Queue: return "queue";
      case vm::VerdictClass::Escalate: return "escalate";
      case vm::VerdictClass::Deny: return "deny";
    }
    return "";
  }

  ItemExplanation explained(ItemId id, bool matched) {
    const ItemRow& row = image_.items[static_cast<std::size_t>(id)];
    ItemExplanation item;
    item.name = vm::full_name(linked_, id);
    item.kind = row.kind == vm::ItemKind::Rule ? "rule" : "guard";
    item.verdict = class_name(row.verdict);
    if (matched && row.because != vm::kNoTemplate) item.because = vm::render(facts_, row.because);
    if (matched && row.advise != vm::kNoTemplate) item.advise = vm::render(facts_, row.advise);
    for (std::uint32_t i = row.parties.first; i < row.parties.first + row.parties.count; ++i) {
      const vm::PartyRow& party = image_.parties[i];
      item.parties.push_back({std::string(vm::enum_name(linked_, "role", party.role)),
                              static_cast<int>(party.need),
                              {}});
    }
    if (row.within_ms != 0) item.within = stdlib::format_duration(row.within_ms);
    if (!image_.debug.empty()) clauses(id, row, item);
    return item;
  }

  void clauses(ItemId id, const ItemRow& row, ItemExplanation& item) {
    const vm::ItemDebugRow& debug = image_.debug.items[static_cast<std::size_t>(id)];
    item.file = image_.debug.strings[debug.file];
    item.line = debug.line;
    for (std::uint32_t i = debug.clauses.first; i < debug.clauses.first + debug.clauses.count; ++i)
      item.clauses.push_back(clause(row, image_.debug.clauses[i]));
    const Value now = facts_.slots[linked_.program.engine_slots().clock_now];
    if (row.expires_ms != vm::kNever) {
      item.clauses.push_back(
          {"expires " + stdlib::format_timestamp(row.expires_ms), now.integer < row.expires_ms,
           "clock.now " + stdlib::format_timestamp(now.integer), item.file, item.line});
    }
  }

  Clause clause(const ItemRow& row, const ClauseRow& source) {
    Clause result;
    result.text = image_.debug.strings[source.text];
    if (source.negated != 0) result.text = "not (" + result.text + ")";
    result.file = image_.debug.strings[source.file];
    result.line = source.line;
    result.values = values(source.code);
    result.holds = vm::clause_holds(linked_, row, source, facts_).value_or(false);
    return result;
  }

  // What the paths of a clause hold, each once.
  std::string values(Range code) const {
    std::string text;
    std::vector<std::uint32_t> seen;
    const vm::Layout& layout = linked_.program.layout();
    for (std::uint32_t i = code.first; i < code.first + code.count; ++i) {
      const Instruction& in = image_.code[i];
      if ((in.opcode != Opcode::Load && in.opcode != Opcode::Has) ||
          std::ranges::find(seen, in.c) != seen.end())
        continue;
      seen.push_back(in.c);
      const vm::SlotInfo* info = layout.find(facts_.tool, in.c);
      if (info == nullptr || info->field == vm::kNoRow) continue;
      const std::string shown =
          sensitive(layout, in.c)
              ? "(sensitive)"
              : vm::shown(linked_, image_.types[static_cast<std::size_t>(info->type)],
                          facts_.slots[in.c]);
      text += (text.empty() ? "" : ", ") + layout.path_of(image_, facts_.tool, in.c) + ' ' + shown;
    }
    return text;
  }

  // The field, or a record that it is part of, is marked.
  bool sensitive(const vm::Layout& layout, std::uint32_t slot) const {
    while (slot != vm::kNoSlot) {
      const vm::SlotInfo* info = layout.find(facts_.tool, slot);
      if (info == nullptr || info->field == vm::kNoRow) return false;
      if (image_.fields[info->field].sensitive != 0) return true;
      slot = info->parent;
    }
    return false;
  }

  const vm::Linked& linked_;
  const Image& image_;
  Facts::State& facts_;
};

// The grant that failed by the fewest clauses.
std::string nearest_grant(const Explanation& explanation) {
  const ItemExplanation* nearest = nullptr;
  std::size_t fewest = 0;
  for (const ItemExplanation& item : explanation.items) {
    if (item.kind != "rule" || item.state != ItemState::Unmatched || item.clauses.empty()) continue;
    const auto failed =
        static_cast<std::size_t>(std::ranges::count(item.clauses, false, &Clause::holds));
    if (nearest != nullptr && failed >= fewest) continue;
    nearest = &item;
    fewest = failed;
  }
  return nearest == nullptr ? std::string() : nearest->name;
}

std::string place(const std::string& file, std::uint32_t line) {
  return file.empty() ? std::string()
                      : "   " + stdlib::printable(file) + ':' + std::to_string(line);
}

std::string party_list(const ItemExplanation& item) {
  std::string text;
  for (const Party& party : item.parties)
    text += (text.empty() ? "" : " and ") + std::to_string(party.need) + " of " + party.role;
  return text;
}

void append_item(const ItemExplanation& item, std::string& text) {
  text += "  " + item.name + place(item.file, item.line) + '\n';
  if (!item.because.empty()) text += "    because  " + stdlib::printable(item.because) + '\n';
  if (!item.advise.empty()) text += "    advise   " + stdlib::printable(item.advise) + '\n';
  if (!item.parties.empty())
    text += "    waits    for " + party_list(item) + " within " + item.within + '\n';
  for (const Clause& clause : item.clauses) {
    text += std::string("    ") + (clause.holds ? "✓ " : "✗ ") + stdlib::printable(clause.text);
    if (!clause.values.empty()) text += "   [" + stdlib::printable(clause.values) + ']';
    text += '\n';
  }
}

// What the schema wants where a fault is; empty for a fault without such a place.
std::string expected_at(const vm::Linked& linked, vm::ToolId tool, std::string_view path) {
  if (path.find('.') == std::string_view::npos) return {};
  const Image& image = linked.program.image();
  const vm::Layout& layout = linked.program.layout();
  // Of an element the collection says what it holds.
  const std::string_view whole = path.substr(0, path.find('['));
  for (std::uint32_t slot = 0; slot < layout.slot_count(tool); ++slot) {
    const vm::SlotInfo* info = layout.find(tool, slot);
    if (info == nullptr || info->field == vm::kNoRow) continue;
    if (layout.path_of(image, tool, slot) != whole) continue;
    static constexpr std::string_view kUnits[] = {"", " as minor", " as major", " as text"};
    return vm::type_text(image, info->type) +
           std::string(kUnits[static_cast<std::size_t>(image.fields[info->field].unit)]) +
           (info->optional ? ", or nothing" : "");
  }
  return "no such name: the schema does not declare it";
}

}  // namespace

Explanation Engine::explain(Facts& facts, const Decision& decision) const {
  Facts::State& state = FactsAccess::state(facts);
  Explanation explanation;
  explanation.verdict = decision.verdict();
  explanation.fault = decision.fault();
  explanation.fault_path = state.path;
  explanation.image = image_hash();
  if (!state.tool_known || state.linked != state_->linked) return explanation;
  const vm::ToolRow& tool =
      state.linked->program.image().tools[static_cast<std::size_t>(state.tool)];
  explanation.tool = state.linked->text(tool.name);
  explanation.steps_bound = tool.steps_bound;
  explanation.expected = expected_at(*state.linked, state.tool, state.path);
  if (decision.fault() != Fault::None && decision.fault() != Fault::Expired) return explanation;
  const vm::Outcome outcome = vm::decide_facts(state);
  explanation.by = vm::deciding_names(*state.linked, state, outcome);
  Explainer(*state.linked, state).items(explanation, outcome);
  if (explanation.verdict == Verdict::Deny) explanation.nearest = nearest_grant(explanation);
  return explanation;
}

std::string to_text(const Explanation& explanation) {
  std::string verdict(name(explanation.verdict));
  for (char& c : verdict) c = static_cast<char>(c - 'a' + 'A');
  std::string text = verdict;
  if (!explanation.tool.empty()) text += "   " + explanation.tool;
  text += '\n';
  if (explanation.fault != Fault::None) {
    text += "fault      " + std::string(code(explanation.fault)) + ": " +
            std::string(sentence(explanation.fault)) + '\n';
    if (!explanation.fault_path.empty())
      text += "at         " + stdlib::printable(explanation.fault_path) + '\n';
    if (!explanation.expected.empty()) text += "expected   " + explanation.expected + '\n';
  }
  if (!explanation.by.empty()) text += "by\n";
  for (const std::string& name : explanation.by) {
    const auto item = std::ranges::find(explanation.items, name, &ItemExplanation::name);
    if (item != explanation.items.end())
      append_item(*item, text);
    else
      text += "  " + name + "   nothing in this layer grants\n";
  }
  for (const ItemExplanation& item : explanation.items) {
    if (item.state != ItemState::Unmatched && !item.decides) {
      text += item.state == ItemState::Lifted ? "lifted\n" : "also live\n";
      append_item(item, text);
    }
  }
  const auto nearest =
      std::ranges::find(explanation.items, explanation.nearest, &ItemExplanation::name);
  if (nearest != explanation.items.end()) {
    const auto holds = std::ranges::count(nearest->clauses, true, &Clause::holds);
    text += "nearest    " + std::to_string(holds) + " of " +
            std::to_string(nearest->clauses.size()) + " clauses hold\n";
    append_item(*nearest, text);
  }
  const auto guards =
      std::ranges::count(explanation.items, std::string("guard"), &ItemExplanation::kind);
  if (!explanation.items.empty())
    text += "looked at  " +
            stdlib::counted(explanation.items.size() - static_cast<std::size_t>(guards), "rule") +
            ", " + stdlib::counted(static_cast<std::size_t>(guards), "guard") + "; at most " +
            std::to_string(explanation.steps_bound) + " steps\n";
  text += "image      sha256:" + explanation.image.substr(0, 12) + '\n';
  return text;
}

}  // namespace remit
