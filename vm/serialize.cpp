#include "vm/serialize.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "stdlib/hash.h"
#include "vm/load_fault.h"
#include "vm/rows.h"

namespace remit::vm {

namespace {

constexpr std::string_view kMagic = "REMITIMG";
constexpr std::string_view kDebugMagic = "REMITDBG";
constexpr std::string_view kSignatureMagic = "REMITSIG";
constexpr std::size_t kHashOffset = 8;
constexpr std::size_t kHashedFrom = kHashOffset + sizeof(Hash);
constexpr std::size_t kTrailerBytes = 8 + stdlib::kSignatureBytes;
constexpr std::size_t kDebugHeadBytes = 8 + 8 + sizeof(Hash);
constexpr std::uint32_t kFlagDev = 1;

// One past the last value of each enumeration that stands in a row.
template <typename E>
constexpr unsigned kEnumerators = 0;
template <>
constexpr unsigned kEnumerators<TypeKind> = static_cast<unsigned>(TypeKind::List) + 1;
template <>
constexpr unsigned kEnumerators<MoneyUnit> = static_cast<unsigned>(MoneyUnit::Text) + 1;
template <>
constexpr unsigned kEnumerators<ElementKind> = static_cast<unsigned>(ElementKind::Cidr) + 1;
template <>
constexpr unsigned kEnumerators<ItemKind> = static_cast<unsigned>(ItemKind::Assert) + 1;
template <>
constexpr unsigned kEnumerators<VerdictClass> = static_cast<unsigned>(VerdictClass::Deny) + 1;
template <>
constexpr unsigned kEnumerators<DutyKind> = static_cast<unsigned>(DutyKind::Delay) + 1;
template <>
constexpr unsigned kEnumerators<Opcode> = kOpcodeCount;

// ---- writing

class Writer {
 public:
  template <typename T>
  void value(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      this->value(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_integral_v<T>) {
      const auto bits = static_cast<std::make_unsigned_t<T>>(value);
      for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes_.push_back(static_cast<std::byte>(bits >> (8 * i)));
    } else if constexpr (std::is_same_v<T, Range>) {
      this->value(value.first);
      this->value(value.count);
    } else if constexpr (std::is_same_v<T, Hash>) {
      for (const std::uint8_t byte : value) this->value(byte);
    } else {
      fields_of(value, [this](const auto&... field) { (this->value(field), ...); });
    }
  }
  void text(std::string_view text) {
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
  }
  template <typename Row>
  void rows(const std::vector<Row>& rows) {
    for (const Row& row : rows) value(row);
  }
  void rows(const std::vector<std::string>& strings) {
    for (const std::string& string : strings) value(static_cast<std::uint32_t>(string.size()));
    for (const std::string& string : strings) text(string);
  }
  void patch_u64(std::size_t at, std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i) bytes_[at + i] = static_cast<std::byte>(number >> (8 * i));
  }
  [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// What a row takes in a file.
template <typename Row>
std::size_t row_bytes() {
  static const std::size_t bytes = [] {
    Writer one;
    one.value(Row{});
    return one.bytes().size();
  }();
  return bytes;
}

void write_debug(const Debug& debug, Writer& out) {
  if (debug.empty()) return;
  Writer content;
  for (const std::size_t count : {debug.strings.size(), debug.items.size(), debug.clauses.size()})
    content.value(static_cast<std::uint32_t>(count));
  content.rows(debug.strings);
  content.rows(debug.items);
  content.rows(debug.clauses);
  out.text(kDebugMagic);
  out.value(static_cast<std::uint64_t>(content.bytes().size()));
  out.value(stdlib::sha256(content.bytes()));
  out.bytes().insert(out.bytes().end(), content.bytes().begin(), content.bytes().end());
}

// ---- reading

// Reads within bounds; the first problem stays, and from then on everything reads as zero.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes, std::size_t base = 0)
      : bytes_(bytes), base_(base) {}

  template <typename T>
  void value(T& into) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      this->value(number);
      if constexpr (kEnumerators<T> != 0) {
        if (number >= kEnumerators<T>) {
          fail(std::is_same_v<T, Opcode> ? LoadFault::UnknownOpcode : LoadFault::BadEnumerator,
               at_ - sizeof number);
          number = 0;
        }
      }
      into = static_cast<T>(number);
    } else if constexpr (std::is_integral_v<T>) {
      std::make_unsigned_t<T> bits = 0;
      if (left() < sizeof(T)) {
        fail(LoadFault::Truncated, at_);
      } else {
        for (std::size_t i = 0; i < sizeof(T); ++i)
          bits = static_cast<std::make_unsigned_t<T>>(
              bits | static_cast<std::make_unsigned_t<T>>(
                         static_cast<std::make_unsigned_t<T>>(bytes_[at_ + i]) << (8 * i)));
        at_ += sizeof(T);
      }
      into = static_cast<T>(bits);
    } else if constexpr (std::is_same_v<T, Range>) {
      value(into.first);
      value(into.count);
    } else if constexpr (std::is_same_v<T, Hash>) {
      for (std::uint8_t& byte : into) value(byte);
    } else {
      fields_of(into, [this](auto&... field) { (this->value(field), ...); });
    }
  }

  template <typename Row>
  void rows(std::uint32_t count, std::vector<Row>& into) {
    // A count that cannot be is refused before memory is asked for.
    if (count > left() / row_bytes<Row>()) return fail(LoadFault::BadSection, at_);
    into.reserve(count);
    for (std::uint32_t i = 0; i < count && !failed(); ++i) value(into.emplace_back());
  }
  void rows(std::uint32_t count, std::vector<std::string>& into) {
    if (count > left() / 4) return fail(LoadFault::BadSection, at_);
    std::vector<std::uint32_t> sizes;
    rows(count, sizes);
    for (const std::uint32_t size : sizes) {
      if (size > left()) return fail(LoadFault::Truncated, at_);
      into.emplace_back(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
      at_ += size;
    }
  }

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const LoadError& error() const { return *error_; }
  void fail(LoadFault fault, std::size_t at, std::string_view detail = {}) {
    if (!error_) error_ = load_error(fault, base_ + at, detail);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t base_ = 0;
  std::size_t at_ = 0;
  std::optional<LoadError> error_;
};

bool begins_with(std::span<const std::byte> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::uint64_t u64_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
  return number;
}

// The blocks of a file: body, then perhaps debug, then perhaps a signature.
struct Blocks {
  std::span<const std::byte> body;
  std::span<const std::byte> debug;      // content, without its head
  std::span<const std::byte> signature;  // 64 bytes, or none
};

std::expected<Blocks, LoadError> split(std::span<const std::byte> file) {
  if (!begins_with(file, kMagic)) return std::unexpected(load_error(LoadFault::BadMagic, 0));
  if (file.size() < kHashedFrom + 8)
    return std::unexpected(load_error(LoadFault::Truncated, file.size()));
  const std::uint64_t body_size = u64_at(file, kHashedFrom);
  if (body_size > file.size())
    return std::unexpected(load_error(LoadFault::Truncated, file.size()));
  if (body_size < kHashedFrom + 8)
    return std::unexpected(load_error(LoadFault::BadLength, kHashedFrom));
  Blocks blocks;
  blocks.body = file.first(body_size);
  std::span<const std::byte> rest = file.subspan(body_size);
  if (begins_with(rest, kDebugMagic)) {
    if (rest.size() < kDebugHeadBytes)
      return std::unexpected(load_error(LoadFault::Truncated, file.size()));
    const std::uint64_t size = u64_at(rest, 8);
    if (size > rest.size() - kDebugHeadBytes)
      return std::unexpected(load_error(LoadFault::Truncated, file.size()));
    blocks.debug = rest.subspan(kDebugHeadBytes, size);
    const Hash hash = stdlib::sha256(blocks.debug);
    if (std::memcmp(hash.data(), rest.data() + 16, hash.size()) != 0)
      return std::unexpected(load_error(LoadFault::BadDebugHash, body_size + 16));
    rest = rest.subspan(kDebugHeadBytes + size);
  }
  if (begins_with(rest, kSignatureMagic) && rest.size() == kTrailerBytes) {
    blocks.signature = rest.subspan(8);
    rest = {};
  }
  if (!rest.empty())
    return std::unexpected(load_error(LoadFault::BadTrailer, file.size() - rest.size()));
  const Hash hash = stdlib::sha256(blocks.body.subspan(kHashedFrom));
  if (std::memcmp(hash.data(), file.data() + kHashOffset, hash.size()) != 0)
    return std::unexpected(load_error(LoadFault::BadHash, kHashOffset));
  return blocks;
}

void read_header(Reader& in, Image& image) {
  std::uint64_t magic = 0, size = 0;
  Hash hash;
  std::uint32_t format = 0, edition = 0, semantics = 0, flags = 0;
  in.value(magic);
  in.value(hash);
  in.value(size);
  for (auto* number : {&format, &edition, &semantics, &flags}) in.value(*number);
  if (!in.failed() && format != kFormatVersion) in.fail(LoadFault::UnknownFormat, in.at() - 16);
  if (!in.failed() && edition != kEdition) in.fail(LoadFault::UnknownEdition, in.at() - 12);
  if (!in.failed() && semantics != kSemantics) in.fail(LoadFault::UnknownSemantics, in.at() - 8);
  if (!in.failed() && (flags & ~kFlagDev) != 0) in.fail(LoadFault::UnknownFlag, in.at() - 4);
  image.dev = (flags & kFlagDev) != 0;
  in.value(image.name);
  in.value(image.version);
  in.value(image.expires_ms);
  in.value(image.steps_max);
  for (char& letter : image.currency) {
    std::uint8_t byte = 0;
    in.value(byte);
    letter = static_cast<char>(byte);
  }
  in.value(image.minor_digits);
}

std::expected<Debug, LoadError> read_debug(std::span<const std::byte> content, std::size_t base) {
  Debug debug;
  if (content.empty()) return debug;
  Reader in(content, base);
  std::uint32_t strings = 0, items = 0, clauses = 0;
  for (auto* count : {&strings, &items, &clauses}) in.value(*count);
  in.rows(strings, debug.strings);
  in.rows(items, debug.items);
  in.rows(clauses, debug.clauses);
  if (!in.failed() && in.left() != 0)
    in.fail(LoadFault::BadDebugRow, in.at(), "bytes are left over");
  if (in.failed()) return std::unexpected(in.error());
  return debug;
}

}  // namespace

std::vector<std::byte> serialize(const Image& image) {
  Writer out;
  out.text(kMagic);
  out.value(Hash{});
  out.value(std::uint64_t{0});
  for (const std::uint32_t number :
       {kFormatVersion, kEdition, kSemantics, image.dev ? kFlagDev : 0U})
    out.value(number);
  out.value(image.name);
  out.value(image.version);
  out.value(image.expires_ms);
  out.value(image.steps_max);
  for (const char letter : image.currency) out.value(static_cast<std::uint8_t>(letter));
  out.value(image.minor_digits);
  // The directory: for each section its offset and its number of rows.
  std::size_t entry = out.bytes().size();
#define REMIT_SECTION(member)  \
  out.value(std::uint64_t{0}); \
  out.value(static_cast<std::uint32_t>(image.member.size()));
#include "vm/sections.def"
#undef REMIT_SECTION
#define REMIT_SECTION(member)               \
  out.patch_u64(entry, out.bytes().size()); \
  entry += 12;                              \
  out.rows(image.member);
#include "vm/sections.def"
#undef REMIT_SECTION
  out.patch_u64(kHashedFrom, out.bytes().size());
  repair_hash(out.bytes());
  write_debug(image.debug, out);
  return std::move(out.bytes());
}

std::expected<std::span<const std::byte>, LoadError> body_of(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  return blocks->body;
}

std::expected<Image, LoadError> parse(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  Image image;
  Reader in(blocks->body);
  read_header(in, image);
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t count = 0;
  };
  std::vector<Entry> directory;
#define REMIT_SECTION(member)                \
  in.value(directory.emplace_back().offset); \
  in.value(directory.back().count);
#include "vm/sections.def"
#undef REMIT_SECTION
  std::size_t next = 0;
#define REMIT_SECTION(member)                                                                     \
  if (!in.failed() && directory[next].offset != in.at()) in.fail(LoadFault::BadSection, in.at()); \
  if (!in.failed()) in.rows(directory[next].count, image.member);                                 \
  ++next;
#include "vm/sections.def"
#undef REMIT_SECTION
  if (!in.failed() && in.left() != 0)
    in.fail(LoadFault::BadSection, in.at(), "bytes are left over");
  if (in.failed()) return std::unexpected(in.error());
  auto debug = read_debug(blocks->debug, blocks->body.size() + kDebugHeadBytes);
  if (!debug) return std::unexpected(debug.error());
  image.debug = std::move(*debug);
  // What was written twice, padded or left unused does not come out the same.
  const std::vector<std::byte> again = serialize(image);
  const std::size_t content = file.size() - (blocks->signature.empty() ? 0 : kTrailerBytes);
  const auto difference = std::ranges::mismatch(again, file.first(content));
  if (difference.in1 != again.end() ||
      difference.in2 != file.begin() + static_cast<std::ptrdiff_t>(content)) {
    return std::unexpected(load_error(LoadFault::NotCanonical,
                                      static_cast<std::size_t>(difference.in1 - again.begin())));
  }
  return image;
}

std::expected<std::vector<std::byte>, LoadError> sign(std::span<const std::byte> file,
                                                      std::span<const std::byte> secret_key) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  const std::size_t content = file.size() - (blocks->signature.empty() ? 0 : kTrailerBytes);
  std::vector<std::byte> result(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(content));
  const auto magic = std::as_bytes(std::span(kSignatureMagic));
  const stdlib::Signature signature = stdlib::sign(blocks->body, secret_key);
  const auto bytes = std::as_bytes(std::span(signature));
  result.insert(result.end(), magic.begin(), magic.end());
  result.insert(result.end(), bytes.begin(), bytes.end());
  return result;
}

std::expected<void, LoadError> check_signature(std::span<const std::byte> file,
                                               std::span<const std::byte> public_key) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  if (blocks->signature.empty())
    return std::unexpected(load_error(LoadFault::Unsigned, file.size()));
  const std::span signature(reinterpret_cast<const std::uint8_t*>(blocks->signature.data()),
                            blocks->signature.size());
  if (stdlib::verify_signature(blocks->body, signature, public_key)) return {};
  return std::unexpected(load_error(LoadFault::BadSignature, file.size() - kTrailerBytes));
}

std::expected<Hash, LoadError> image_hash(std::span<const std::byte> file) {
  const auto body = body_of(file);
  if (!body) return std::unexpected(body.error());
  return stdlib::sha256(*body);
}

void repair_hash(std::vector<std::byte>& file) {
  if (file.size() < kHashedFrom + 8) return;
  const std::size_t body = std::min<std::uint64_t>(u64_at(file, kHashedFrom), file.size());
  if (body < kHashedFrom) return;
  const Hash hash = stdlib::sha256(std::span(file).subspan(kHashedFrom, body - kHashedFrom));
  std::memcpy(file.data() + kHashOffset, hash.data(), hash.size());
}

}  // namespace remit::vm
