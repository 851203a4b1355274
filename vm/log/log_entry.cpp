#include "vm/log/log_entry.h"

#include <span>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "stdlib/json_text.h"
#include "stdlib/text.h"
#include "vm/answer/pair.h"
#include "vm/answer/record.h"
#include "vm/log/withhold.h"
#include "vm/log/withholding.h"

namespace remit::vm {

namespace {

// What no request says: that the engine was off, or did not have the program of the facts.
Fault switched_off(const Decision& decision) {
  if (decision.fault() == Fault::NoBundle) return Fault::NoBundle;
  return DecisionAccess::by_switch(decision) ? decision.fault() : Fault::None;
}

// `,"text":"…"`, or `,"base64":"…"` for bytes that are not UTF-8; of what is not all of it,
// `,"bytes":…,"sha256":"…"` besides.
std::string kept(const std::optional<Received>& received, const LogOptions& options) {
  if (!received) return ",\"text\":null";
  const std::string_view text = received->text;
  if (!options.withhold_key.empty()) {
    // One byte too many is refused like many.
    const std::string_view cut = text.substr(0, limits::kRequestBytesMax + 1);
    return ",\"text\":" + withheld(cut, options.withhold_key);
  }
  std::string_view held = stdlib::beginning(text, limits::kLogTextBytesMax);
  std::string json;
  const bool is_text = stdlib::is_utf8(held);
  if (!is_text) held = text.substr(0, limits::kLogTextBytesMax);
  stdlib::JsonWriter writer(json);
  is_text ? writer.string(held) : writer.string(stdlib::to_base64(held));
  json.insert(0, is_text ? ",\"text\":" : ",\"base64\":");
  if (held.size() == received->bytes) return json;
  const std::string hash = received->sha256.empty()
                               ? stdlib::to_hex(stdlib::sha256(std::as_bytes(std::span(text))))
                               : std::string(received->sha256);
  return json + ",\"bytes\":" + std::to_string(received->bytes) + ",\"sha256\":\"" + hash + '"';
}

}  // namespace

std::expected<LogEntry, PairFault> log_entry(const Linked& linked, const Facts& facts,
                                             const Decision& decision,
                                             const std::optional<Received>& received,
                                             const LogOptions& options) {
  const auto pair = pair_of(linked, facts, decision);
  if (!pair) return std::unexpected(pair.error());
  const Facts::State& state = **pair;
  const Fault off = switched_off(decision);
  std::optional<Withholding> withholding;
  if (!options.withhold_key.empty()) withholding.emplace(state, options.withhold_key);
  Redaction* const redaction = withholding ? &*withholding : nullptr;
  LogEntry entry;
  if (was_decoded(linked, state, decision)) {
    entry.request = request_of(state, redaction);
  } else {
    entry.request = "null";
    entry.more = kept(received, options);
  }
  // As it was made: that the engine is halted by now is not part of it.
  entry.decision =
      record_of(linked, state, decision,
                {.with_digest = options.with_digest, .may_execute = true, .redaction = redaction});
  if (off != Fault::None) entry.more += ",\"off\":\"" + std::string(code(off)) + '"';
  if (redaction != nullptr)
    entry.more += ",\"withheld_by\":\"" + withhold_key_name(options.withhold_key) + '"';
  return entry;
}

}  // namespace remit::vm
