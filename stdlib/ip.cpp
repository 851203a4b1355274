#include "stdlib/ip.h"

#include <arpa/inet.h>
#include <cstring>

#include <remit/internal/check.h>
#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

bool is_mapped_v4(const std::array<std::uint8_t, 16>& bytes) {
  for (int i = 0; i < 10; ++i) {
    if (bytes[static_cast<std::size_t>(i)] != 0) return false;
  }
  return bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string format_v4(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) text += (i > 0 ? "." : "") + std::to_string(bytes[i]);
  return text;
}

// RFC 5952: lower-case hex without leading zeros, the longest run of two or more zero groups as
// `::`, the first of equally long ones.
std::string format_v6(const std::array<std::uint8_t, 16>& bytes) {
  unsigned groups[8];
  for (std::size_t i = 0; i < 8; ++i) groups[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
  int best = -1, best_length = 1;
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  std::string text;
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += best_length - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    char group[8];
    std::snprintf(group, sizeof group, "%x", groups[i]);
    text += group;
  }
  return text;
}

// In any spelling that the system reads.
std::optional<IpAddress> parse_any(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  IpAddress address;
  address.is_v6 = text.find(':') != std::string_view::npos;
  if (inet_pton(address.is_v6 ? AF_INET6 : AF_INET, terminated, address.bytes.data()) != 1)
    return std::nullopt;
  return address;
}

}  // namespace

std::string format_ip(const IpAddress& address) {
  return address.is_v6 ? format_v6(address.bytes) : format_v4(address.bytes);
}

IpAddress ip_of(std::string_view canonical) {
  const auto address = parse_any(canonical);
  REMIT_CHECK(address.has_value(), "no address");
  return *address;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  const auto address = parse_any(text);
  if (!address || (address->is_v6 && is_mapped_v4(address->bytes))) return std::nullopt;
  if (format_ip(*address) != text) return std::nullopt;
  return address;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_ip(text.substr(0, slash));
  const auto length = parse_digits(text.substr(slash + 1));
  if (!address || !length || *length > (address->is_v6 ? 128 : 32)) return std::nullopt;
  const Cidr range{*address, static_cast<int>(*length)};
  for (int bit = range.length; bit < 128; ++bit) {
    if ((range.network.bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0)
      return std::nullopt;
  }
  return range;
}

bool ip_under(const IpAddress& address, const Cidr& range) {
  if (address.is_v6 != range.network.is_v6) return false;
  for (int bit = 0; bit < range.length; bit += 8) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const int left = range.length - bit;
    const auto mask = static_cast<std::uint8_t>(left >= 8 ? 0xFF : 0xFF << (8 - left));
    if ((address.bytes[at] & mask) != range.network.bytes[at]) return false;
  }
  return true;
}

}  // namespace remit::stdlib
