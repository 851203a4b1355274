#include "vm/reload/subject.h"

#include <utility>

#include <remit/meter.h>
#include "vm/decide/facts_state.h"
#include "vm/engine/state.h"

namespace remit::vm {

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
