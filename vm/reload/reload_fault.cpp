#include <remit/reloader.h>

namespace remit::inline v0 {

std::string_view code(ReloadFault fault) {
  switch (fault) {
#define REMIT_RELOAD_FAULT(name, text, sentence) \
  case ReloadFault::name: return text;
#include <remit/reload_faults.def>
#undef REMIT_RELOAD_FAULT
  }
  return {};
}

std::string_view sentence(ReloadFault fault) {
  switch (fault) {
#define REMIT_RELOAD_FAULT(name, code, text) \
  case ReloadFault::name: return text;
#include <remit/reload_faults.def>
#undef REMIT_RELOAD_FAULT
  }
  return {};
}

std::string to_text(const ReloadError& error) {
  std::string text(code(error.fault));
  text.append(": ").append(sentence(error.fault));
  if (!error.detail.empty()) text.append(": ").append(error.detail);
  return text;
}

}  // namespace remit::inline v0
