#include "vm/answer/record.h"

#include <algorithm>

#include "stdlib/hash.h"
#include "stdlib/json_text.h"
#include "stdlib/time.h"
#include "vm/answer/pair.h"
#include "vm/answer/reservation.h"
#include "vm/answer/wire_out.h"
#include "vm/decide/decide.h"
#include "vm/decide/digest.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

using stdlib::JsonWriter;

void write_strings(std::vector<std::string_view> names, JsonWriter& json) {
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  json.begin_array();
  for (const std::string_view name : names) json.string(name);
  json.end_array();
}

class RecordWriter {
 public:
  RecordWriter(const Linked& linked, Facts::State& facts, const Decision& decision,
               bool may_execute, std::string& out)
      : may_execute_(may_execute),
        linked_(linked),
        image_(linked_.program.image()),
        facts_(facts),
        decision_(decision),
        json_(out) {}

  void write(bool with_digest) {
    // A request that was not evaluated has no items, facts or action to speak of.
    evaluated_ = was_evaluated(decision_);
    if (evaluated_) outcome_ = decide_again(facts_);
    const bool waits =
        decision_.verdict() == Verdict::Queue || decision_.verdict() == Verdict::Escalate;
    json_.begin_object();
    json_.key("verdict");
    json_.string(name(decision_.verdict()));
    json_.key("fault");
    decision_.fault() == Fault::None ? json_.null() : json_.string(code(decision_.fault()));
    json_.key("at");
    facts_.path.empty() ? json_.null() : json_.string(facts_.path);
    by();
    json_.key("alarm");
    json_.boolean(decision_.alarm());
    awaiting(waits);
    duties();
    execute();
    reserve();
    consume();
    identity(waits || with_digest || !facts_.approvals.empty());
    json_.end_object();
  }

 private:
  [[nodiscard]] const ToolPlan& plan() const { return linked_.plan_of(facts_.tool); }
  [[nodiscard]] const ItemRow& row(ItemId item) const { return image_[item]; }

  void by() {
    json_.key("by");
    json_.begin_array();
    if (evaluated_) {
      for (const std::string& name : deciding_names(facts_, outcome_)) json_.string(name);
    }
    json_.end_array();
  }

  void awaiting(bool waits) {
    json_.key("awaiting");
    json_.begin_array();
    if (waits) {
      const Findings findings = findings_of(facts_);
      const Approvals approvals = approvals_of(facts_);
      for_each_live(findings, [&](std::size_t position) {
        if (is_wait(findings.item(position)) && findings.open(position))
          wait(plan().items[position], approvals);
      });
    }
    json_.end_array();
  }

  void wait(ItemId item, const Approvals& approvals) {
    const ItemRow& wait = row(item);
    const ApprovalMask used = judge_wait(image_, wait, approvals).used;
    json_.begin_object();
    json_.key("item");
    json_.string(full_name(linked_, item));
    json_.key("verdict");
    json_.string(wait.verdict == VerdictClass::Queue ? "queue" : "escalate");
    json_.key("requirement");
    json_.string(stdlib::to_hex(wait.requirement));
    json_.key("parties");
    json_.begin_array();
    for (const PartyRow& party : image_.rows(wait.parties)) {
      json_.begin_object();
      json_.key("role");
      json_.string(enum_name(linked_, "role", role_of(image_, party)));
      json_.key("need");
      json_.integer(party.need);
      json_.key("have");
      write_strings(people_of(image_, party, facts_.approvals, used), json_);
      json_.end_object();
    }
    json_.end_array();
    json_.key("within");
    json_.string(stdlib::format_duration(wait.within_ms));
    json_.end_object();
  }

  void reserve() {
    json_.key("reserve");
    json_.begin_array();
    if (evaluated_ && may_execute_) {
      for (const Reservation& line : reservations(facts_, outcome_)) {
        json_.begin_object();
        json_.key("limit");
        json_.string(line.counter.limit);
        json_.key("key");
        json_.raw(line.counter.key);
        json_.key("amount");
        write_amount(facts_, line.counter.kind, line.amount, json_);
        json_.key("max");
        line.max ? write_amount(facts_, line.counter.kind, *line.max, json_) : json_.null();
        json_.key("window");
        json_.string(line.counter.window);
        json_.end_object();
      }
    }
    json_.end_array();
  }

  void consume() {
    json_.key("consume");
    write_strings(
        evaluated_ && may_execute_ ? consumed(facts_, outcome_) : std::vector<std::string_view>(),
        json_);
  }

  void duties() {
    const Duties duties = evaluated_ ? joined_duties(findings_of(facts_), outcome_) : Duties();
    json_.key("duties");
    json_.begin_object();
    json_.key("log");
    duties.log < 0 ? json_.null() : json_.string(kLogLevelNames[duties.log]);
    std::vector<std::string_view> channels, names;
    for (const std::uint32_t channel : duties.notify)
      channels.push_back(enum_name(linked_, "channel", channel));
    for (const StringId name : duties.redact) names.push_back(linked_.text(name));
    json_.key("notify");
    write_strings(std::move(channels), json_);
    json_.key("redact");
    write_strings(std::move(names), json_);
    json_.key("dry_run");
    json_.boolean(duties.dry_run);
    json_.key("snapshot");
    json_.boolean(duties.snapshot);
    json_.key("step_up");
    json_.boolean(duties.step_up);
    json_.key("delay");
    json_.string(stdlib::format_duration(duties.delay_ms));
    json_.end_object();
  }

  void execute() {
    json_.key("execute");
    if (decision_.verdict() != Verdict::Permit || !may_execute_) return json_.null();
    json_.begin_object();
    json_.key("tool");
    json_.string(linked_.text(image_[facts_.tool].wire_name));
    json_.key("args");
    write_args(facts_, json_);
    json_.end_object();
  }

  void identity(bool with_digest) {
    const Value call =
        evaluated_ ? facts_.slots[linked_.program.engine_slots().call_id] : Value::none();
    json_.key("reads");
    evaluated_ ? json_.string(enum_name(linked_, "class", image_[facts_.tool].reads))
               : json_.null();
    json_.key("call");
    call.absent() ? json_.null() : json_.string(call.view());
    json_.key("digest");
    evaluated_&& with_digest ? json_.string(stdlib::to_hex(action_digest(facts_))) : json_.null();
    json_.key("image");
    json_.string(stdlib::to_hex(linked_.program.hash()));
    json_.key("edition");
    json_.integer(kEdition);
    json_.key("semantics");
    json_.integer(kSemantics);
  }

  const bool may_execute_;
  const Linked& linked_;
  const Image& image_;
  Facts::State& facts_;
  const Decision& decision_;
  JsonWriter json_;
  bool evaluated_ = false;
  Outcome outcome_;
};

}  // namespace

std::string record_of(const Linked& linked, Facts::State& facts, const Decision& decision,
                      bool with_digest, bool may_execute) {
  std::string out;
  RecordWriter(linked, facts, decision, may_execute, out).write(with_digest);
  return out;
}

std::string request_of(const Facts::State& facts) {
  std::string out;
  JsonWriter json(out);
  write_request(facts, json);
  return out;
}

std::expected<std::string, PairFault> record(const Linked& linked, Facts& facts,
                                             const Decision& decision, bool with_digest,
                                             bool may_execute) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  return record_of(linked, **pair, decision, with_digest, may_execute);
}

std::expected<std::string, PairFault> digest(const Linked& linked, const Facts& facts,
                                             const Decision& decision) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  if (!was_evaluated(decision)) return std::unexpected(PairFault::NotEvaluated);
  return stdlib::to_hex(action_digest(**pair));
}

std::expected<std::string, PairFault> canonical_request(const Linked& linked, const Facts& facts,
                                                        const Decision& decision) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  if (!was_decoded(linked, **pair, decision)) return std::unexpected(PairFault::NotDecoded);
  return request_of(**pair);
}

}  // namespace remit::vm
