// Hosts, paths, e-mail addresses, urls and IP addresses: one canonical text each, everything else
// refused (docs/reference/language.md, section 15.2). Their list is formats.def.
//
// `canonical_*` writes the canonical form of `text` to `buffer`, which must have room for
// text.size() + 1 bytes, and returns it; nothing if `text` is not of the format. Only letter case,
// one trailing dot of a host and an empty url path are corrected; whatever else is not canonical is
// refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <remit/type.h>

namespace remit::stdlib {

[[nodiscard]] std::optional<std::string_view> canonical_host(std::string_view text,
                                                             std::span<char> buffer);
[[nodiscard]] std::optional<std::string_view> canonical_path(std::string_view text,
                                                             std::span<char> buffer);
[[nodiscard]] std::optional<std::string_view> canonical_email(std::string_view text,
                                                              std::span<char> buffer);
[[nodiscard]] std::optional<std::string_view> canonical_url(std::string_view text,
                                                            std::span<char> buffer);
[[nodiscard]] std::optional<std::string_view> canonical_ip(std::string_view text,
                                                           std::span<char> buffer);

inline constexpr std::size_t kHostBytesMax = 253;
inline constexpr std::size_t kPathBytesMax = 1024;
inline constexpr std::size_t kUrlBytesMax = 2048;
inline constexpr std::size_t kEmailBytesMax = 64 + 1 + kHostBytesMax;
inline constexpr std::size_t kIpBytesMax = 39;
inline constexpr std::size_t kSchemeBytesMax = 16;

// The format that is spelled so in a schema and before the quotes of a literal.
[[nodiscard]] std::optional<TypeKind> format_named(std::string_view spelling);

// The same of any format, by its kind.
[[nodiscard]] std::optional<std::string_view> canonical_text(TypeKind format, std::string_view text,
                                                             std::span<char> buffer);

// The most bytes of a text of this type; `declared` is the bound of a string.
[[nodiscard]] std::int64_t text_bytes_max(TypeKind kind, std::int64_t declared);

// Whether decoding a request could have made this text a value of the type: it is canonical, and
// within the bound of its kind. `declared` is the bound of a string.
[[nodiscard]] bool is_text_value(TypeKind kind, std::string_view text, std::int64_t declared);

// A value of a text type that none is shorter than.
[[nodiscard]] std::string_view shortest_text(TypeKind kind);

// A text for a number below a thousand, different ones for different numbers, none of them long: a
// value of the type, unless a string is bounded more tightly.
[[nodiscard]] std::string numbered_text(TypeKind kind, std::size_t number);

// The following take canonical text.

// `eu.acme.example` is under `acme.example`; a host is under itself.
[[nodiscard]] bool host_under(std::string_view host, std::string_view parent);
// `/acme/db` is under `/acme`; a path is under itself, and every path is under `/`.
[[nodiscard]] bool path_under(std::string_view path, std::string_view parent);
[[nodiscard]] std::string_view email_domain(std::string_view email);
[[nodiscard]] std::string_view url_scheme(std::string_view url);
[[nodiscard]] std::string_view url_host(std::string_view url);

}  // namespace remit::stdlib
