// IP addresses and ranges. Canonical text is a dotted quad, or IPv6 as RFC 5952 writes it;
// IPv4-mapped IPv6 is not an address here, since it would be a second name for an IPv4 one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remit::stdlib {

struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the first four

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// An address and the number of its leading bits that count; the others are zero.
struct Cidr {
  IpAddress network;
  int length = 0;
};

// Of text that is known to be an address in canonical form, without asking again.
[[nodiscard]] IpAddress ip_of(std::string_view canonical);
// Canonical text only.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);
[[nodiscard]] std::optional<Cidr> parse_cidr(std::string_view text);
[[nodiscard]] std::string format_ip(const IpAddress& address);

// Versions never mix.
[[nodiscard]] bool ip_under(const IpAddress& address, const Cidr& range);

}  // namespace remit::stdlib
