// Messages, rendered (docs/reference/language.md, section 11.3). Not part of deciding.
#pragma once

#include <string>

#include "vm/decide/facts_state.h"

namespace remit::vm {

// `facts` are evaluated, and the message's item matched.
[[nodiscard]] std::string render(const Facts::State& facts, Evaluation& found, TemplateId id);

// An amount of money, a duration, a number and the like, however large.
[[nodiscard]] std::string shown_integral(const Linked& linked, const TypeRow& type, Wide wide);

// A fact as a person reads it: `USD 12.50`, `2026-11-20T09:30:00Z`, `{a, b}`.
[[nodiscard]] std::string shown(const Linked& linked, const TypeRow& type, const Value& value);

}  // namespace remit::vm
