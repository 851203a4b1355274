#include "vm/answer/record.h"

#include <optional>
#include <utility>

#include "stdlib/hash.h"
#include "stdlib/json_text.h"
#include "stdlib/time.h"
#include "vm/answer/answer.h"
#include "vm/answer/pair.h"
#include "vm/answer/reservation.h"
#include "vm/answer/wire_out.h"
#include "vm/decide/decide.h"
#include "vm/decide/digest.h"

namespace remit::inline v0 {

std::string to_json(const Action& action) {
  std::string text;
  stdlib::JsonWriter json(text);
  json.begin_object();
  json.key("tool");
  json.string(action.tool);
  json.key("args");
  json.raw(action.args_json);
  json.end_object();
  return text;
}

std::string to_json(const std::vector<Message>& messages) {
  std::string text;
  stdlib::JsonWriter json(text);
  const auto said = [&](std::string_view key, const std::optional<std::string>& message) {
    json.key(key);
    message ? json.string(*message) : json.null();
  };
  json.begin_array();
  for (const Message& message : messages) {
    json.begin_object();
    json.key("item");
    json.string(message.item);
    said("because", message.because);
    said("advise", message.advise);
    json.end_object();
  }
  json.end_array();
  return text;
}

}  // namespace remit::inline v0

namespace remit::vm {

namespace {

using stdlib::JsonWriter;

std::string joined(const std::vector<std::string>& seats) {
  std::string name;
  for (const std::string& seat : seats) name += (name.empty() ? "" : "|") + seat;
  return name;
}

std::string quoted(std::string_view text) {
  std::string json;
  JsonWriter(json).string(text);
  return json;
}

// An answer as JSON. A redaction is asked for what it may hide; what it needs of the arguments and
// the keys is written from the facts again.
class RecordWriter {
 public:
  RecordWriter(const Linked& linked, const Facts::State& facts, Evaluation* found,
               const Answer& answer, Redaction* redaction, std::string& out)
      : linked_(linked),
        facts_(facts),
        found_(found),
        answer_(answer),
        redaction_(redaction),
        json_(out) {}

  void write() {
    json_.begin_object();
    json_.key("verdict");
    json_.string(name(answer_.verdict));
    text_or_null("fault", code(answer_.fault));
    place();
    strings("by", answer_.by);
    json_.key("alarm");
    json_.boolean(answer_.alarm);
    awaiting();
    duties();
    execute();
    reserve();
    strings("consume", answer_.terms.consume);
    text_or_null("reads", answer_.reads);
    text_or_null("call", answer_.call);
    digest();
    json_.key("image");
    json_.string(answer_.image);
    json_.key("edition");
    json_.integer(kEdition);
    json_.key("semantics");
    json_.integer(kSemantics);
    json_.end_object();
  }

 private:
  void text_or_null(std::string_view key, std::string_view text) {
    json_.key(key);
    text.empty() ? json_.null() : json_.string(text);
  }

  void strings(std::string_view key, const std::vector<std::string>& texts) {
    json_.key(key);
    json_.begin_array();
    for (const std::string& text : texts) json_.string(text);
    json_.end_array();
  }

  void place() {
    if (answer_.at.empty() || redaction_ == nullptr) return text_or_null("at", answer_.at);
    json_.key("at");
    json_.raw(redaction_->place(quoted(answer_.at)));
  }

  void awaiting() {
    json_.key("awaiting");
    json_.begin_array();
    for (const Wait& wait : answer_.waits) {
      json_.begin_object();
      json_.key("item");
      json_.string(wait.item);
      json_.key("verdict");
      json_.string(name(wait.verdict));
      json_.key("requirement");
      json_.string(wait.requirement);
      json_.key("parties");
      json_.begin_array();
      for (const Party& party : wait.parties) {
        json_.begin_object();
        json_.key("role");
        json_.string(joined(party.seats));
        json_.key("need");
        json_.integer(party.need);
        strings("have", party.have);
        json_.end_object();
      }
      json_.end_array();
      json_.key("within");
      json_.string(stdlib::format_duration(wait.within_ms));
      json_.key("deadline");
      wait.deadline_ms ? json_.string(stdlib::format_timestamp(*wait.deadline_ms)) : json_.null();
      json_.end_object();
    }
    json_.end_array();
  }

  void duties() {
    const Duties& duties = answer_.duties;
    json_.key("duties");
    json_.begin_object();
    json_.key("log");
    duties.log ? json_.string(kLogLevelNames[static_cast<std::size_t>(*duties.log)]) : json_.null();
    strings("notify", duties.notify);
    strings("redact", duties.redact);
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
    if (!answer_.execute) return json_.null();
    if (redaction_ == nullptr) return json_.raw(to_json(*answer_.execute));
    Action redacted{.tool = answer_.execute->tool, .args = {}, .args_json = {}};
    JsonWriter args(redacted.args_json);
    write_args(facts_, args, redaction_);
    json_.raw(to_json(redacted));
  }

  void reserve() {
    json_.key("reserve");
    json_.begin_array();
    for (const Reservation& line : answer_.terms.reserve) {
      const LimitKey& counter = line.counter;
      std::string amount = amount_text(linked_, counter.kind, line.amount);
      std::optional<std::string> max;
      if (line.max) max = amount_text(linked_, counter.kind, *line.max);
      if (redaction_ != nullptr) {
        amount = redaction_->amount(counter.limit, std::move(amount));
        if (max) max = redaction_->maximum(counter.limit, std::move(*max));
      }
      json_.begin_object();
      json_.key("limit");
      json_.string(counter.limit);
      json_.key("key");
      json_.raw(redaction_ == nullptr ? counter.key : redacted_key(counter.limit));
      json_.key("amount");
      json_.raw(amount);
      json_.key("max");
      max ? json_.raw(*max) : json_.null();
      json_.key("window");
      json_.string(counter.window);
      json_.end_object();
    }
    json_.end_array();
  }

  [[nodiscard]] std::string redacted_key(const std::string& limit) const {
    const std::uint32_t row = linked_.limit_names.at(limit);
    return key_text(facts_, *found_, linked_.program.image().limits[row], redaction_);
  }

  void digest() {
    if (answer_.digest.empty() || redaction_ == nullptr)
      return text_or_null("digest", answer_.digest);
    json_.key("digest");
    json_.raw(redaction_->digest(quoted(answer_.digest)));
  }

  const Linked& linked_;
  const Facts::State& facts_;
  Evaluation* found_;
  const Answer& answer_;
  Redaction* redaction_;
  JsonWriter json_;
};

}  // namespace

std::string record_of(const Linked& linked, const Facts::State& facts, const Decision& decision,
                      const RecordScope& scope) {
  std::optional<Evaluation> found;
  if (was_evaluated(decision)) found = evaluate_again(facts);
  Evaluation* const evaluation = found ? &*found : nullptr;
  const Answer answer = answer_of(linked, facts, decision, evaluation,
                                  {.options = {.with_digest = scope.with_digest},
                                   .may_execute = scope.may_execute,
                                   .is_whole = false});
  std::string out;
  RecordWriter(linked, facts, evaluation, answer, scope.redaction, out).write();
  return out;
}

std::string request_of(const Facts::State& facts, Redaction* redaction) {
  std::string out;
  JsonWriter json(out);
  write_request(facts, json, redaction);
  return out;
}

std::expected<std::string, PairFault> record(const Linked& linked, const Facts& facts,
                                             const Decision& decision, const RecordScope& scope) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  return record_of(linked, **pair, decision, scope);
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
