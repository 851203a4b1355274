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

std::string to_text(const LoadError& error) {
  std::string text(error.code());
  if (error.offset != 0) text += " at byte " + std::to_string(error.offset);
  return text + ": " + error.message;
}

}  // namespace remit::inline v0

namespace remit::vm {

LoadError load_error(LoadFault fault, std::size_t offset, std::string_view detail) {
  std::string message(sentence(fault));
  if (!detail.empty()) message.append(": ").append(detail);
  return {fault, offset, std::move(message)};
}

std::string detail_of(const LoadError& error) {
  std::string_view text = error.message;
  const std::string_view said = sentence(error.fault);
  if (!text.starts_with(said)) return std::string(text);
  text.remove_prefix(said.size());
  if (text.starts_with(": ")) text.remove_prefix(2);
  return std::string(text);
}

}  // namespace remit::vm
