#include <remit/decision.h>
#include <remit/fault.h>

namespace remit::inline v0 {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Permit: return "permit";
    case Verdict::Queue: return "queue";
    case Verdict::Escalate: return "escalate";
    case Verdict::Deny: return "deny";
  }
  return "deny";
}

std::string_view code(Fault fault) {
  switch (fault) {
    case Fault::None: return {};
#define REMIT_FAULT(name, text, sentence) \
  case Fault::name: return text;
#include <remit/faults.def>
#undef REMIT_FAULT
  }
  return {};
}

std::string_view sentence(Fault fault) {
  switch (fault) {
    case Fault::None: return {};
#define REMIT_FAULT(name, code, text) \
  case Fault::name: return text;
#include <remit/faults.def>
#undef REMIT_FAULT
  }
  return {};
}

std::string_view code(PairFault fault) {
  switch (fault) {
#define REMIT_PAIR_FAULT(name, text, sentence) \
  case PairFault::name: return text;
#include <remit/pair_faults.def>
#undef REMIT_PAIR_FAULT
  }
  return {};
}

std::string_view sentence(PairFault fault) {
  switch (fault) {
#define REMIT_PAIR_FAULT(name, code, text) \
  case PairFault::name: return text;
#include <remit/pair_faults.def>
#undef REMIT_PAIR_FAULT
  }
  return {};
}

}  // namespace remit::inline v0
