#include "stdlib/formats.h"

#include <algorithm>
#include <string>

#include <remit/internal/characters.h>
#include <remit/limits.h>
#include "stdlib/integer.h"
#include "stdlib/ip.h"
#include "stdlib/text.h"

namespace remit::stdlib {

namespace {

constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kLocalBytesMax = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' || label.back() == '-')
    return false;
  return std::ranges::all_of(label, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > kHostBytesMax) return false;
  std::string_view label;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // A last label of digits or hex is how an address hides in a name: 2130706433, 0x7f000001.
  return !std::ranges::all_of(label, is_digit) && !label.starts_with("0x");
}

// Atoms of RFC 5322, lower case.
bool is_dot_atom(std::string_view local) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~.";
  if (local.empty() || local.size() > kLocalBytesMax || local.front() == '.' || local.back() == '.')
    return false;
  if (local.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(local, [&](char c) {
    return is_lower(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
  });
}

bool is_url_character(char c) {
  constexpr std::string_view kRefused = "\"<>\\^`{|}";
  return c > ' ' && c < '\x7f' && kRefused.find(c) == std::string_view::npos;
}

bool is_port(std::string_view port) {
  const auto number = parse_digits(port);
  return number && *number >= 1 && *number <= 65535;
}

std::string_view write(std::string_view text, std::span<char> buffer) {
  std::ranges::copy(text, buffer.begin());
  return {buffer.data(), text.size()};
}

std::string_view write_lower(std::string_view text, std::span<char> buffer) {
  std::ranges::transform(text, buffer.begin(), lower);
  return {buffer.data(), text.size()};
}

}  // namespace

std::optional<std::string_view> canonical_host(std::string_view text, std::span<char> buffer) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > kHostBytesMax) return std::nullopt;
  const std::string_view host = write_lower(text, buffer);
  if (!is_host(host)) return std::nullopt;
  return host;
}

std::optional<std::string_view> canonical_path(std::string_view text, std::span<char> buffer) {
  if (text.empty() || text.size() > kPathBytesMax || text.front() != '/') return std::nullopt;
  if (text.find_first_of("\\:%\n\r\t") != std::string_view::npos || has_forbidden_character(text))
    return std::nullopt;
  if (text == "/") return write(text, buffer);
  for (std::string_view rest = text.substr(1);;) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return write(text, buffer);
}

std::optional<std::string_view> canonical_email(std::string_view text, std::span<char> buffer) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > kEmailBytesMax + 1) return std::nullopt;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::string_view email = write_lower(text, buffer);
  if (!is_dot_atom(email.substr(0, at)) || !is_host(email.substr(at + 1))) return std::nullopt;
  return email;
}

std::optional<std::string_view> canonical_url(std::string_view text, std::span<char> buffer) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 || colon > kSchemeBytesMax ||
      text.size() > kUrlBytesMax)
    return std::nullopt;
  if (!std::ranges::all_of(text, is_url_character) || text.find('#') != std::string_view::npos)
    return std::nullopt;
  const std::size_t authority_begin = colon + 3;
  const std::size_t authority_end =
      std::min(text.find_first_of("/?", authority_begin), text.size());
  if (authority_end < text.size() && text[authority_end] == '?') return std::nullopt;
  const std::string_view authority = text.substr(authority_begin, authority_end - authority_begin);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  const std::size_t port = authority.find(':');
  if (port != std::string_view::npos && !is_port(authority.substr(port + 1))) return std::nullopt;

  const std::string_view scheme = write_lower(text.substr(0, colon), buffer);
  const bool scheme_ok = is_lower(scheme.front()) && std::ranges::all_of(scheme, [](char c) {
                           return is_lower(c) || is_digit(c) || c == '+' || c == '.' || c == '-';
                         });
  if (!scheme_ok) return std::nullopt;
  std::size_t size = scheme.size();
  size += write("://", buffer.subspan(size)).size();
  const auto host = canonical_host(authority.substr(0, port), buffer.subspan(size));
  if (!host) return std::nullopt;
  size += host->size();
  if (port != std::string_view::npos)
    size += write(authority.substr(port), buffer.subspan(size)).size();
  const std::string_view rest = text.substr(authority_end);
  size += write(rest.empty() ? "/" : rest, buffer.subspan(size)).size();
  if (size > kUrlBytesMax) return std::nullopt;
  return std::string_view(buffer.data(), size);
}

std::optional<std::string_view> canonical_ip(std::string_view text, std::span<char> buffer) {
  if (!parse_ip(text)) return std::nullopt;
  return write(text, buffer);
}

// ---- any of them

namespace {

std::string numbered_host(std::size_t number) { return 'a' + std::to_string(number) + ".example"; }
std::string numbered_path(std::size_t number) { return "/a" + std::to_string(number); }
std::string numbered_email(std::size_t number) {
  return 'a' + std::to_string(number) + "@a.example";
}
std::string numbered_url(std::size_t number) { return "https://" + numbered_host(number) + '/'; }
std::string numbered_ip(std::size_t number) {
  return "192.0." + std::to_string(number / 250) + '.' + std::to_string(number % 250 + 1);
}

struct Format {
  TypeKind kind{};
  std::optional<std::string_view> (*canonical)(std::string_view, std::span<char>) = nullptr;
  std::size_t bytes_max = 0;
  std::string_view shortest;
  std::string (*numbered)(std::size_t) = nullptr;
};
constexpr Format kFormats[] = {
#define REMIT_FORMAT(kind, canonical, bytes_max, shortest, numbered) \
  {TypeKind::kind, canonical, bytes_max, shortest, numbered},
#include "stdlib/formats.def"
#undef REMIT_FORMAT
};

// Null of a kind that is no format.
const Format* row_of(TypeKind kind) {
  const auto* const found = std::ranges::find(kFormats, kind, &Format::kind);
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace

std::optional<TypeKind> format_named(std::string_view spelling) {
  for (const Format& format : kFormats) {
    if (remit::spelling(format.kind) == spelling) return format.kind;
  }
  return std::nullopt;
}

std::optional<std::string_view> canonical_text(TypeKind kind, std::string_view text,
                                               std::span<char> buffer) {
  const Format* const found = row_of(kind);
  return found == nullptr ? std::nullopt : found->canonical(text, buffer);
}

std::int64_t text_bytes_max(TypeKind kind, std::int64_t declared) {
  if (kind == TypeKind::Id) return limits::kIdBytesMax;
  const Format* const found = row_of(kind);
  return found == nullptr ? declared : static_cast<std::int64_t>(found->bytes_max);
}

bool is_text_value(TypeKind kind, std::string_view text, std::int64_t declared) {
  if (!is_text(kind) || text.size() > static_cast<std::size_t>(text_bytes_max(kind, declared)))
    return false;
  if (kind == TypeKind::String) return is_string_value(text);
  if (kind == TypeKind::Id) return is_id(text);
  std::string buffer(text.size() + 1, '\0');
  return canonical_text(kind, text, buffer) == text;
}

std::string_view shortest_text(TypeKind kind) {
  if (kind == TypeKind::Id) return "x";
  const Format* const found = row_of(kind);
  return found == nullptr ? std::string_view() : found->shortest;
}

std::string numbered_text(TypeKind kind, std::size_t number) {
  if (kind == TypeKind::Id) return 'a' + std::to_string(number);
  if (kind == TypeKind::String) {
    // The shortest first, since a string may be bounded by anything.
    if (number == 0) return {};
    return number < 27 ? std::string(1, static_cast<char>('`' + number)) : std::to_string(number);
  }
  const Format* const found = row_of(kind);
  return found == nullptr ? std::string() : found->numbered(number);
}

bool host_under(std::string_view host, std::string_view parent) {
  if (!host.ends_with(parent)) return false;
  return host.size() == parent.size() || host[host.size() - parent.size() - 1] == '.';
}

bool path_under(std::string_view path, std::string_view parent) {
  if (parent == "/") return true;
  if (!path.starts_with(parent)) return false;
  return path.size() == parent.size() || path[parent.size()] == '/';
}

std::string_view email_domain(std::string_view email) { return email.substr(email.rfind('@') + 1); }

std::string_view url_scheme(std::string_view url) { return url.substr(0, url.find(':')); }

std::string_view url_host(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  // Ends at the latest at the path, which begins with `/`.
  std::size_t end = 0;
  while (rest[end] != ':' && rest[end] != '/') ++end;
  return rest.substr(0, end);
}

}  // namespace remit::stdlib
