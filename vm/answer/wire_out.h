// Facts back to JSON in wire form, as records and canonical requests hold them: declared order,
// absent optionals left out, defaults written, sets in the order of their encodings.
#pragma once

#include "stdlib/json_text.h"
#include "vm/decide/facts_state.h"

namespace remit::vm {

// `args` of the request, as an object.
void write_args(const Facts::State& facts, stdlib::JsonWriter& json);
// Every host root that has a fact, as members of the object that is open.
void write_roots(const Facts::State& facts, stdlib::JsonWriter& json);
// The whole request: tool, roots, args, counters, approvals.
void write_request(const Facts::State& facts, stdlib::JsonWriter& json);
// One scalar.
void write_value(const Linked& linked, const TypeRow& type, MoneyUnit unit, const Value& value,
                 stdlib::JsonWriter& json);

}  // namespace remit::vm
