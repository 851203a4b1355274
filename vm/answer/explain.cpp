#include "vm/answer/explain.h"

#include <algorithm>

#include <remit/item.h>
#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/answer/answer.h"
#include "vm/answer/clause.h"
#include "vm/answer/message.h"
#include "vm/answer/pair.h"
#include "vm/answer/reservation.h"
#include "vm/decide/decide.h"
#include "vm/decide/names.h"
#include "vm/image/schema_text.h"
#include "vm/image/seats.h"

namespace remit::vm {

namespace {

class Explainer {
 public:
  Explainer(const Linked& linked, const Facts::State& facts, Evaluation& found)
      : linked_(linked), image_(linked.program.image()), facts_(facts), found_(found) {}

  void items(Explanation& into, const Findings& findings) {
    for (std::size_t i = 0; i < findings.plan->items.size(); ++i) {
      const bool matched = bit(findings.matched, i), lifted = bit(findings.lifted, i);
      ItemExplanation item = explained(findings.plan->items[i], matched);
      item.state = !matched ? ItemState::Unmatched : lifted ? ItemState::Lifted : ItemState::Live;
      item.decides = matched && !lifted && decides(findings, found_.outcome, i);
      if (item.state == ItemState::Live && is_wait(findings.item(i))) answers(findings, i, item);
      if (findings.item(i).kind == ItemKind::Limit) use(findings.item(i), item);
      into.items.push_back(std::move(item));
    }
  }

 private:
  static std::optional<Verdict> verdict_of(VerdictClass verdict) {
    switch (verdict) {
      case VerdictClass::None: return std::nullopt;
      case VerdictClass::Permit: return Verdict::Permit;
      case VerdictClass::Queue: return Verdict::Queue;
      case VerdictClass::Escalate: return Verdict::Escalate;
      case VerdictClass::Deny: return Verdict::Deny;
    }
    return Verdict::Deny;
  }

  ItemExplanation explained(ItemId id, bool matched) {
    const ItemRow& row = image_[id];
    ItemExplanation item;
    item.name = full_name(linked_, id);
    item.kind = row.kind;
    item.verdict = verdict_of(row.verdict);
    if (matched && row.because != kNoTemplate) item.because = render(facts_, found_, row.because);
    if (matched && row.advise != kNoTemplate) item.advise = render(facts_, found_, row.advise);
    for (const PartyRow& party : image_.rows(row.parties))
      item.parties.push_back(party_of(linked_, party));
    item.within_ms = row.within_ms;
    if (is_wait(row)) item.requirement = stdlib::to_hex(row.requirement);
    if (!image_.debug.empty()) clauses(id, row, item);
    return item;
  }

  // Who has answered a live wait, and what became of it.
  void answers(const Findings& findings, std::size_t position, ItemExplanation& item) {
    item.wait = bit(findings.refused, position)    ? WaitState::Refused
                : bit(findings.released, position) ? WaitState::Released
                : findings.expired(position)       ? WaitState::Expired
                                                   : WaitState::Open;
    if (facts_.approvals.empty()) return;
    const ItemRow& row = findings.item(position);
    if (!approvals_) approvals_ = approvals_of(facts_);
    const auto used = judge_wait(image_, row, *approvals_).used;
    for (std::size_t i = 0; i < item.parties.size(); ++i) {
      const auto people = people_of(image_, image_.rows(row.parties)[i], facts_.approvals, used);
      item.parties[i].have.assign(people.begin(), people.end());
    }
  }

  // What a limit compared, as one clause more: it holds where the limit is passed.
  void use(const ItemRow& row, ItemExplanation& item) {
    const auto& limits = linked_.plan_of(facts_.tool).limits;
    const auto index =
        static_cast<std::size_t>(std::ranges::lower_bound(limits, row.detail) - limits.begin());
    const LimitRow& limit = image_.limit_of(row);
    if (facts_.counters[index].absent() || !limit_applies(facts_, found_, limit)) return;
    const LimitUse use = limit_use(facts_, found_, index);
    TypeRow type;
    type.kind = limit.kind;
    const bool hides_amount = reads_sensitive(limit.amount);
    const auto shown = [&](Wide amount, bool hides) {
      return hides ? "(sensitive)" : shown_integral(linked_, type, amount);
    };
    bool hides_key = false;
    for (const InputRow& input : image_.rows(limit.keys))
      hides_key = hides_key || reads_sensitive(input.code);
    item.clauses.push_back(
        {"used + amount > max", use.exceeded(),
         shown(use.used, hides_amount) + " + " + shown(use.amount, hides_amount) + ", max " +
             shown(use.maximum, hides_amount || reads_sensitive(limit.maximum)) + ' ' +
             (hides_key ? window_phrase(limit) : counter_text(facts_, found_, limit)),
         item.file, item.line});
  }

  void clauses(ItemId id, const ItemRow& row, ItemExplanation& item) {
    const ItemDebugRow& debug = image_.debug.items[static_cast<std::size_t>(id)];
    item.file = image_[debug.file];
    item.line = debug.line;
    for (const ClauseRow& part : image_.rows(debug.clauses))
      item.clauses.push_back(clause(row, part));
    const Value now = facts_.slots[linked_.program.engine_slots().clock_now];
    if (row.expires_ms != kNever) {
      item.clauses.push_back(
          {"expires " + stdlib::format_timestamp(row.expires_ms), now.integer < row.expires_ms,
           "clock.now " + stdlib::format_timestamp(now.integer), item.file, item.line});
    }
  }

  Clause clause(const ItemRow& row, const ClauseRow& source) {
    Clause result;
    result.text = image_[source.text];
    if (source.negated != 0) result.text = "not (" + result.text + ")";
    result.file = image_[source.file];
    result.line = source.line;
    result.values = values(source.code);
    result.holds = clause_holds(linked_, row, source, facts_, found_).value_or(false);
    return result;
  }

  // What the paths of a clause hold, each once.
  [[nodiscard]] std::string values(CodeRange code) const {
    std::string text;
    std::vector<std::uint32_t> seen;
    const Layout& layout = linked_.program.layout();
    for (const Instruction& in : image_.rows(code)) {
      const std::string read = engine_value(in);
      if (!read.empty()) text += (text.empty() ? "" : ", ") + read;
      if ((in.opcode != Opcode::Load && in.opcode != Opcode::Has) ||
          std::ranges::find(seen, in.c) != seen.end())
        continue;
      seen.push_back(in.c);
      const auto info = layout.find(facts_.tool, in.c);
      if (!info || info->field == kNoRow) continue;
      const std::string value = sensitive(layout, in.c)
                                    ? "(sensitive)"
                                    : shown(linked_, image_[info->type], facts_.slots[in.c]);
      text += (text.empty() ? "" : ", ") + layout.path_of(image_, facts_.tool, in.c) + ' ' + value;
    }
    return text;
  }

  // `limits.per_tenant.used USD 12.00`, `approved(lead) 1`; empty for other instructions.
  [[nodiscard]] std::string engine_value(const Instruction& in) const {
    if (in.opcode == Opcode::PushApproved) {
      const auto seat = seat_asked(in);
      const std::string name(seat ? seat_name(linked_, *seat) : std::string_view());
      return "approved(" + name + ") " +
             std::to_string(people(facts_.approvals, found_.used, seat));
    }
    if (in.opcode != Opcode::LoadUsed) return {};
    const LimitRow& limit = image_.limits[in.c];
    const auto& limits = linked_.plan_of(facts_.tool).limits;
    const auto index = std::ranges::lower_bound(limits, in.c) - limits.begin();
    TypeRow type;
    type.kind = limit.kind;
    const ItemRow& item = image_[limit.item];
    return "limits." + std::string(linked_.text(item.name)) + ".used " +
           (reads_sensitive(limit.amount)
                ? "(sensitive)"
                : shown(linked_, type, facts_.counters[static_cast<std::size_t>(index)]));
  }

  // Some fact that the code reads is marked, or some field of an element.
  [[nodiscard]] bool reads_sensitive(CodeRange code) const {
    for (const Instruction& in : image_.rows(code)) {
      // Of which record, the code does not say.
      if (in.opcode == Opcode::LoadElement && any_record_is_sensitive()) return true;
      if ((in.opcode == Opcode::Load || in.opcode == Opcode::Has) &&
          sensitive(linked_.program.layout(), in.c))
        return true;
    }
    return false;
  }

  [[nodiscard]] bool any_record_is_sensitive() const {
    return std::ranges::any_of(image_.records, [&](const RecordRow& record) {
      const auto fields = image_.rows(record.fields);
      return std::ranges::any_of(fields,
                                 [](const FieldRow& field) { return field.sensitive != 0; });
    });
  }

  // The field, or a record that it is part of, is marked.
  [[nodiscard]] bool sensitive(const Layout& layout, std::uint32_t slot) const {
    while (slot != kNoSlot) {
      const auto info = layout.find(facts_.tool, slot);
      if (!info || info->field == kNoRow) return false;
      if (image_.fields[info->field].sensitive != 0) return true;
      slot = info->parent;
    }
    return false;
  }

  const Linked& linked_;
  const Image& image_;
  const Facts::State& facts_;
  Evaluation& found_;
  std::optional<Approvals> approvals_;  // once something waits
};

// The grant that failed by the fewest clauses.
std::string nearest_grant(const Explanation& explanation) {
  const ItemExplanation* nearest = nullptr;
  std::size_t fewest = 0;
  for (const ItemExplanation& item : explanation.items) {
    const bool grants =
        item.kind == ItemKind::Rule ||
        (item.kind == ItemKind::Row && item.verdict && *item.verdict != Verdict::Deny);
    if (!grants || item.state != ItemState::Unmatched || item.clauses.empty()) continue;
    const auto failed =
        static_cast<std::size_t>(std::ranges::count(item.clauses, false, &Clause::holds));
    if (nearest != nullptr && failed >= fewest) continue;
    nearest = &item;
    fewest = failed;
  }
  return nearest == nullptr ? std::string() : nearest->name;
}

// What the schema wants where a fault is; empty for a fault without such a place.
std::string expected_at(const Linked& linked, ToolId tool, std::string_view path) {
  if (path.starts_with("(slot of ")) return "a slot that this engine gave out for this tool";
  if (path.starts_with("approvals[")) return "an approval record, whole and well-formed";
  if (path.starts_with("limits.")) {
    const auto limit = linked.limit_names.find(std::string(path.substr(7)));
    return limit == linked.limit_names.end()
               ? "no such limit covers this tool"
               : std::string(spelling(linked.program.image().limits[limit->second].kind)) +
                     ", not negative";
  }
  if (path.find('.') == std::string_view::npos) return {};
  const Image& image = linked.program.image();
  const Layout& layout = linked.program.layout();
  // Of an element the collection says what it holds.
  const std::string_view whole = path.substr(0, path.find('['));
  for (std::uint32_t slot = 0; slot < layout.slot_count(tool); ++slot) {
    const auto info = layout.find(tool, slot);
    if (!info || info->field == kNoRow) continue;
    if (layout.path_of(image, tool, slot) != whole) continue;
    const std::string unit = to_text(money_form(image.fields[info->field]));
    return type_text(image, info->type) + (unit.empty() ? "" : " as " + unit) +
           (info->optional ? ", or nothing" : "");
  }
  return "no such name: the schema does not declare it";
}

}  // namespace

std::expected<Explanation, PairFault> explain(const Linked& linked, const Facts& facts,
                                              const Decision& decision) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  const Facts::State& state = **pair;
  Explanation explanation;
  explanation.verdict = decision.verdict();
  explanation.fault = decision.fault();
  explanation.at = fault_place(linked, state, decision);
  explanation.image = stdlib::to_hex(linked.program.hash());
  if (!is_own(linked, state) || !state.tool_known) return explanation;
  const ToolRow& tool = linked.program.image()[state.tool];
  explanation.tool = linked.text(tool.name);
  explanation.steps_bound = tool.steps_bound;
  explanation.expected = expected_at(linked, state.tool, explanation.at);
  if (!was_evaluated(decision)) return explanation;
  Evaluation found = evaluate_again(state);
  const Findings findings = findings_of(state, found);
  explanation.by = deciding_names(linked, findings, found.outcome);
  Explainer(linked, state, found).items(explanation, findings);
  found.workspace.require_memory();
  if (explanation.verdict == Verdict::Deny) explanation.nearest = nearest_grant(explanation);
  return explanation;
}

}  // namespace remit::vm
