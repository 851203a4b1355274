#include "stdlib/canonical.h"

#include <remit/internal/check.h>

namespace remit::stdlib {

Tag tag_of(TypeKind kind) {
  switch (kind) {
#define REMIT_TYPE(kind_name, spelling, tag, form) \
  case TypeKind::kind_name: return static_cast<Tag>(tag);
#include <remit/types.def>
#undef REMIT_TYPE
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

void Encoder::number(TypeKind kind, std::int64_t value, std::string_view currency) {
  if (kind == TypeKind::Bool) return boolean(value != 0);
  if (kind == TypeKind::Money) return money(currency, value);
  integer(tag_of(kind), value);
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
