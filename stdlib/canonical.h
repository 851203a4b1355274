// The canonical encoding of values, of which digests are made
// (docs/reference/language.md, section 16.1).
//
// Streams into a hash, so that a digest costs no memory. A record, set or list begins with its
// count, and exactly that many values must follow; elements of a set in the order of their
// encodings.
#pragma once

#include <cstdint>
#include <string_view>

#include <remit/type.h>
#include "stdlib/hash.h"

namespace remit::stdlib {

// The tag bytes: those of types.def, and two more.
enum class Tag : std::uint8_t {
  Absent = 0x00,
#define REMIT_TYPE(kind, spelling, tag, form) kind = tag,
#include <remit/types.def>
#undef REMIT_TYPE
  Text = Opaque,  // hashes and texts too
};

// The tag of values of a type.
[[nodiscard]] Tag tag_of(TypeKind kind);

class Encoder {
 public:
  // Begins SHA-256(domain, one zero byte, values…).
  explicit Encoder(std::string_view domain);

  void absent() { tag(Tag::Absent); }
  void boolean(bool value);
  // Int, duration, timestamp, timeofday.
  void integer(Tag tag, std::int64_t value);
  void money(std::string_view currency, std::int64_t micros);
  // A number by its type: each of the above.
  void number(TypeKind kind, std::int64_t value, std::string_view currency);
  // Every kind of text; for an enum the value's name, for a tool its dotted name.
  void text(Tag tag, std::string_view text);
  // A hash, as its 32 bytes.
  void hash(const Hash& hash);
  // Record, set, list: `count` values follow.
  void begin(Tag tag, std::uint32_t count);

  [[nodiscard]] Hash finish() { return state_.finish(); }

 private:
  void tag(Tag tag);
  void u32(std::uint32_t value);
  void i64(std::int64_t value);
  Sha256 state_;
};

}  // namespace remit::stdlib
