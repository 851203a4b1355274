// `@sensitive` values and the decision log: taking them out of what is logged, and deciding again
// without them.
//
// A withheld value is `{"withheld":"<64 hex>"}`. Only an opaque field takes that for a value: to
// decide such a request again, `with_placeholders` puts another value of the type in its place
// first, and says which facts are not the real ones. What depends on those is then not taken for
// known.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/decide/link.h"
#include "vm/image/fact_places.h"

namespace remit::vm {

// The 16 hex digits by which lines name the key of their withheld values.
[[nodiscard]] std::string withhold_key_name(std::span<const std::byte> key);

// `{"withheld":"…"}` for a JSON text.
[[nodiscard]] std::string withheld(std::string_view json, std::span<const std::byte> key);

// A fact that is not the real one.
struct Placeholder {
  std::string path;  // `args.card`, `args.payees[].account`
  FactPlace place;

  friend auto operator<=>(const Placeholder&, const Placeholder&) = default;
};

struct Restored {
  std::string request;
  std::vector<Placeholder> placeholders;  // each path once
};

// A request that decodes. Nothing if it is not for a tool of this program, or if the values that
// would stand in it are together longer than a request may be, and longer than this one.
[[nodiscard]] std::optional<Restored> with_placeholders(const Linked& linked,
                                                        std::string_view request);

// Who reads a fact that is not the real one while a request for `tool` is decided: full names of
// items, and policies as `NAME applies when`, in canonical order, each once. Code that belongs to
// no item or policy is `other code`.
[[nodiscard]] std::vector<std::string> readers(const Linked& linked, ToolId tool,
                                               const FactPlace& place);

// Whether the action digest covers the fact at a path that a schema declares, or what stands in a
// root.
[[nodiscard]] bool is_in_digest(std::string_view path);

}  // namespace remit::vm
