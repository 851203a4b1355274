// Facts back to JSON in wire form, as records and canonical requests hold them: declared order,
// absent optionals left out, defaults written, sets in the order of their encodings.
#pragma once

#include <string>

#include "stdlib/json_text.h"
#include "vm/answer/redaction.h"
#include "vm/decide/facts_state.h"

namespace remit::vm {

// `args` of the request, as an object. A redaction is asked for every `@sensitive` fact.
void write_args(const Facts::State& facts, stdlib::JsonWriter& json, Redaction* redaction);
// Every host root that has a fact, as members of the object that is open.
void write_roots(const Facts::State& facts, stdlib::JsonWriter& json,
                 Redaction* redaction = nullptr);
// The whole request: tool, roots, args, counters, approvals.
void write_request(const Facts::State& facts, stdlib::JsonWriter& json, Redaction* redaction);
// One scalar.
[[nodiscard]] std::string scalar_text(const Linked& linked, const TypeRow& type,
                                      stdlib::MoneyForm form, const Value& value);
// An amount of a limit.
[[nodiscard]] std::string amount_text(const Linked& linked, TypeKind kind, std::int64_t amount);

}  // namespace remit::vm
