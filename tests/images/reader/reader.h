// A slow reader of rows: what an image decides, from its rows and a request as plain values. It
// shares no code with the interpreter, the verdict algebra or the judging of approvals, and no
// layout: it trusts the rows as a verified image may be trusted, and says so where it may not.
#pragma once

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <remit/decision.h>
#include <remit/explanation.h>
#include <remit/fault.h>
#include "tests/images/reader/request.h"
#include "vm/image/image.h"

namespace remit::images {

// Thrown where code does what a verified image cannot do: it reads what is absent, takes from an
// empty stack, leaves its range.
struct Untrue : std::logic_error {
  using std::logic_error::logic_error;
};

// Of each item in the scope of the tool, in canonical order.
struct ItemAnswer {
  std::string name;
  bool matches = false;
  bool lifted = false;
  std::optional<WaitState> wait;  // of a live wait, where somebody could have answered
};

struct Answer {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;
  std::vector<ItemAnswer> items;  // none if the request was not evaluated
  std::vector<std::string> by;    // sorted
};

// `digest` is what approvals of this action name. Throws Untrue.
[[nodiscard]] Answer read(const vm::Image& image, const Request& request,
                          const std::string& digest);

// The instructions that `read` has run so far in this thread, by opcode.
[[nodiscard]] const std::vector<std::uint64_t>& instructions_run();

}  // namespace remit::images
