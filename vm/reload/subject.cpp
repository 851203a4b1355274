#include "vm/reload/subject.h"

#include <remit/meter.h>
#include "vm/answer/pair.h"
#include "vm/decide/decide.h"
#include "vm/decide/facts_state.h"
#include "vm/decide/names.h"
#include "vm/engine/state.h"

namespace remit::vm {

std::vector<std::string> by_of(const Engine& engine, Facts& facts, const Decision& decision) {
  const auto pair = pair_of(*EngineAccess::state(engine).linked, facts, decision);
  if (!pair || !was_evaluated(decision)) return {};
  // What was asked of the facts since may have used their workspace.
  return deciding_names(**pair, decide_again(**pair));
}

Subject subject_of(const Engine& engine, const Facts& facts) {
  const Linked& linked = *EngineAccess::state(engine).linked;
  const Facts::State* state = FactsAccess::find(facts);
  Subject subject{kUnknown, kUnknown};
  if (state == nullptr || state->linked.get() != &linked || !state->tool_known) return subject;
  const Image& image = linked.program.image();
  subject.tool = linked.text(image.tools[static_cast<std::size_t>(state->tool)].name);
  const Value tenant = state->slots[linked.program.engine_slots().tenant_id];
  if (!tenant.absent()) subject.tenant = tenant.view();
  return subject;
}

}  // namespace remit::vm
