// A value of any type, as JSON that decodes: what stands for a withheld value when a logged request
// is decided again.
#pragma once

#include <string>

#include "vm/decide/link.h"

namespace remit::vm {

// For a field, in its wire unit; as short as the type allows. Where that is longer than a request
// may be (limits::kRequestBytesMax), it stops soon after that many bytes, and does not decode.
[[nodiscard]] std::string placeholder_text(const Linked& linked, const FieldRow& field);

}  // namespace remit::vm
