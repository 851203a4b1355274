// What a line of the decision log keeps of a request and its decision.

#include <remit/log.h>

#include <span>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "stdlib/json_text.h"
#include "stdlib/text.h"
#include "vm/digest.h"
#include "vm/engine_state.h"
#include "vm/pair.h"
#include "vm/withhold.h"

namespace remit {

namespace {

// What no request says: that the engine was off, or did not have the program of the facts.
Fault switched_off(const Decision& decision) {
  if (decision.fault() == Fault::NoBundle) return Fault::NoBundle;
  return DecisionAccess::by_switch(decision) ? decision.fault() : Fault::None;
}

// `,"text":"…"`, or `,"base64":"…"` for bytes that are not UTF-8; of what is not `whole` but its
// beginning, `,"bytes":…,"sha256":"…"` of all of it besides.
std::string kept(std::optional<std::string_view> text, bool whole, const LogOptions& options) {
  if (!text) return ",\"text\":null";
  if (!options.withhold_key.empty()) {
    // One byte too many is refused like many.
    const std::string_view cut = text->substr(0, limits::kRequestBytesMax + 1);
    return ",\"text\":" + vm::withheld(cut, options.withhold_key);
  }
  std::string_view held = whole ? *text : stdlib::beginning(*text, limits::kLogTextBytesMax);
  std::string json;
  const bool is_text = stdlib::is_utf8(held);
  if (!is_text) held = whole ? *text : text->substr(0, limits::kLogTextBytesMax);
  stdlib::JsonWriter writer(json);
  is_text ? writer.string(held) : writer.string(stdlib::to_base64(held));
  json.insert(0, is_text ? ",\"text\":" : ",\"base64\":");
  if (held.size() == text->size()) return json;
  return json + ",\"bytes\":" + std::to_string(text->size()) + ",\"sha256\":\"" +
         stdlib::to_hex(stdlib::sha256(std::as_bytes(std::span(*text)))) + '"';
}

}  // namespace

std::expected<LogEntry, PairFault> log_entry(const Engine& engine, Facts& facts,
                                             const Decision& decision,
                                             std::optional<std::string_view> text,
                                             const LogOptions& options) {
  const Engine::State& inside = EngineAccess::state(engine);
  const auto pair = vm::pair_of(inside, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  Facts::State& state = **pair;
  const Fault off = switched_off(decision);
  LogEntry entry;
  // As it was made: that the engine is halted by now is not part of it.
  entry.decision = vm::record_of(inside, state, decision, options.with_digest, true);
  if (vm::was_decoded(inside, state, decision)) entry.request = vm::request_of(state);
  // What the canonical form has made too long to be read again is kept as it came.
  const bool too_long = entry.request.size() > limits::kRequestBytesMax && text.has_value();
  const std::string canonical = entry.request;
  if (entry.request.empty() || too_long) {
    entry.request = "null";
    entry.more = kept(text, too_long, options);
  }
  if (off != Fault::None) entry.more += ",\"off\":\"" + std::string(code(off)) + '"';
  if (options.withhold_key.empty()) return entry;
  entry.more += ",\"withheld_by\":\"" + vm::withhold_key_name(options.withhold_key) + '"';
  const vm::Linked& linked = *inside.linked;
  if (!state.path.empty() && state.problem.has_sent_name)
    entry.decision = vm::withhold_place(entry.decision, options.withhold_key);
  // The decision holds what the request does, whether or not the line keeps the request.
  if (!canonical.empty()) {
    vm::WithheldFacts taken;
    const std::string request =
        vm::withhold_request(linked, state.tool, canonical,
                             stdlib::to_hex(vm::action_digest(state)), options.withhold_key, taken);
    entry.decision = vm::withhold_decision(linked, state.tool, entry.decision, request, taken,
                                           options.withhold_key);
    if (!too_long) entry.request = request;
  }
  return entry;
}

}  // namespace remit
