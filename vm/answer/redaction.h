// What the writers of requests and records ask before they write what some readers may not see.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vm/image/fact_places.h"

namespace remit::vm {

// Each is given the JSON of a value, and returns what is written in its place.
class Redaction {
 public:
  virtual ~Redaction() = default;
  // A `@sensitive` fact in a root of the request, be it of the request or of what is executed.
  [[nodiscard]] virtual std::string fact(std::string_view root, const FactPlace& place,
                                         std::string json) = 0;
  // The place of a fault.
  [[nodiscard]] virtual std::string place(std::string json) = 0;
  // The digest of the action, and of the action that an approval is for.
  [[nodiscard]] virtual std::string digest(std::string json) = 0;
  [[nodiscard]] virtual std::string approved_digest(std::string json) = 0;
  // Of a line to reserve: the amount, the maximum, and a part of the key.
  [[nodiscard]] virtual std::string amount(std::string_view limit, std::string json) = 0;
  [[nodiscard]] virtual std::string maximum(std::string_view limit, std::string json) = 0;
  [[nodiscard]] virtual std::string key_part(std::string_view limit, std::size_t part,
                                             std::string json) = 0;
};

}  // namespace remit::vm
