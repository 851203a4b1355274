#include "stdlib/canonical.h"

#include <remit/internal/check.h>

namespace remit::stdlib {

Tag tag_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::Bool: return Tag::Bool;
    case TypeKind::Int: return Tag::Int;
    case TypeKind::Money: return Tag::Money;
    case TypeKind::Duration: return Tag::Duration;
    case TypeKind::Timestamp: return Tag::Timestamp;
    case TypeKind::TimeOfDay: return Tag::TimeOfDay;
    case TypeKind::String: return Tag::String;
    case TypeKind::Id: return Tag::Id;
    case TypeKind::Host: return Tag::Host;
    case TypeKind::Path: return Tag::Path;
    case TypeKind::Email: return Tag::Email;
    case TypeKind::Url: return Tag::Url;
    case TypeKind::Ip: return Tag::Ip;
    case TypeKind::Enum: return Tag::Enum;
    case TypeKind::Tool: return Tag::Tool;
    case TypeKind::Opaque: return Tag::Text;
    case TypeKind::Record: return Tag::Record;
    case TypeKind::Set: return Tag::Set;
    case TypeKind::List: return Tag::List;
  }
  REMIT_CHECK(false, "a kind outside the table");
  return Tag::Absent;
}

Encoder::Encoder(std::string_view domain) {
  state_.add(domain);
  state_.add(std::string_view("\0", 1));
}

void Encoder::tag(Tag tag) {
  const std::byte byte{static_cast<std::uint8_t>(tag)};
  state_.add(std::span(&byte, 1));
}

void Encoder::u32(std::uint32_t value) {
  std::byte bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(value >> (24 - 8 * i));
  state_.add(bytes);
}

void Encoder::i64(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  u32(static_cast<std::uint32_t>(bits >> 32));
  u32(static_cast<std::uint32_t>(bits));
}

void Encoder::boolean(bool value) {
  tag(Tag::Bool);
  const std::byte byte{static_cast<std::uint8_t>(value ? 1 : 0)};
  state_.add(std::span(&byte, 1));
}

void Encoder::integer(Tag of, std::int64_t value) {
  tag(of);
  i64(value);
}

void Encoder::money(std::string_view currency, std::int64_t micros) {
  tag(Tag::Money);
  state_.add(currency);
  i64(micros);
}

void Encoder::text(Tag of, std::string_view text) {
  tag(of);
  u32(static_cast<std::uint32_t>(text.size()));
  state_.add(text);
}

void Encoder::hash(const Hash& hash) {
  text(Tag::Text, {reinterpret_cast<const char*>(hash.data()), hash.size()});
}

void Encoder::begin(Tag of, std::uint32_t count) {
  tag(of);
  u32(count);
}

}  // namespace remit::stdlib
