// Canonical JSON, copied with some of its values replaced.
#pragma once

#include <string>
#include <string_view>

#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"

namespace remit::vm {

// An object or array with each value replaced by what `change` makes of it.
[[nodiscard]] std::string mapped(std::string_view container, auto&& change) {
  const bool is_object = container.starts_with('{');
  if (!is_object && !container.starts_with('[')) return std::string(container);
  std::string out;
  stdlib::JsonWriter json(out);
  is_object ? json.begin_object() : json.begin_array();
  stdlib::JsonParts parts(container);
  while (const auto part = parts.next()) {
    if (is_object) json.key(part->key);
    json.raw(change(*part));
  }
  is_object ? json.end_object() : json.end_array();
  return out;
}

}  // namespace remit::vm
