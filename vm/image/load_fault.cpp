#include "vm/image/load_fault.h"

#include <string>
#include <utility>

namespace remit::inline v0 {

std::string_view code(LoadFault fault) {
  switch (fault) {
#define REMIT_LOAD_FAULT(name, text, sentence) \
  case LoadFault::name: return text;
#include <remit/load_faults.def>
#undef REMIT_LOAD_FAULT
  }
  return {};
}

std::string_view sentence(LoadFault fault) {
  switch (fault) {
#define REMIT_LOAD_FAULT(name, code, text) \
  case LoadFault::name: return text;
#include <remit/load_faults.def>
#undef REMIT_LOAD_FAULT
  }
  return {};
}

}  // namespace remit::inline v0

namespace remit::vm {

LoadError load_error(LoadFault fault, std::size_t offset, std::string_view detail) {
  std::string message(sentence(fault));
  if (!detail.empty()) message.append(": ").append(detail);
  return {fault, offset, std::move(message)};
}

}  // namespace remit::vm
