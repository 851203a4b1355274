// A JSON text as one value of a request: what the decoder takes, in the form in which it keeps it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace remit::stdlib {

// The first problem of a text.
struct JsonFault {
  std::size_t at = 0;     // the byte where it was found
  std::string_view what;  // `a key stands twice in one object`
};

// `text` without the white space between its tokens, which stay as they are spelled. Refused if it
// is not one value as RFC 8259 writes it, in UTF-8, with surrogates in pairs and no key twice in an
// object, at most `depth_max` containers deep, or there is no memory for it.
[[nodiscard]] std::expected<std::string, JsonFault> packed_json(std::string_view text,
                                                                int depth_max) noexcept;

}  // namespace remit::stdlib
