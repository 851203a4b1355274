#include "compiler/review/review.h"

#include "compiler/review/allowed.h"
#include "compiler/review/decided.h"
#include "compiler/review/grants.h"
#include "compiler/review/limits.h"
#include "compiler/review/lists.h"
#include "compiler/review/repeats.h"
#include "compiler/review/tools.h"
#include "compiler/review/wire_names.h"

namespace remit::compiler {

void review(const ir::Bundle& bundle, const lang::SourceMap& sources, lang::Diagnostics& diags) {
  review_decided(bundle, sources, diags);
  review_grants(bundle, sources, diags);
  review_limits(bundle, diags);
  review_tools(bundle, diags);
  review_lists(bundle, diags);
  review_repeats(bundle, diags);
  review_unused(*bundle.typed, diags);
  review_wire_names(*bundle.typed, diags);
  silence_allowed(*bundle.typed, is_reviewed, diags);
}

}  // namespace remit::compiler
