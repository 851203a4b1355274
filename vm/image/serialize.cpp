#include "vm/image/serialize.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>

#include "vm/image/load_fault.h"
#include "vm/image/row_fields.h"

namespace remit::vm {

namespace {

constexpr std::uint32_t kFlagDev = 1;

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
    } else if constexpr (std::is_same_v<T, Hash> || std::is_same_v<T, CurrencyCode>) {
      for (const auto byte : value) this->value(byte);
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

std::vector<std::byte> written(const Debug& debug) {
  Writer out;
  if (debug.empty()) return {};
  for (const std::size_t count : {debug.strings.size(), debug.items.size(), debug.clauses.size()})
    out.value(static_cast<std::uint32_t>(count));
  out.rows(debug.strings);
  out.rows(debug.items);
  out.rows(debug.clauses);
  return std::move(out.bytes());
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
      if constexpr (!AnyId<T>) {
        if (number > static_cast<std::underlying_type_t<T>>(last_of(T{}))) {
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
    } else if constexpr (std::is_same_v<T, Hash> || std::is_same_v<T, CurrencyCode>) {
      for (auto& byte : into) value(byte);
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

void read_header(Reader& in, Image& image) {
  std::uint64_t magic = 0, size = 0;
  std::uint32_t format = 0, edition = 0, semantics = 0, flags = 0;
  in.value(magic);
  in.value(size);
  const auto check = [&](std::uint32_t& number, auto&& good, LoadFault fault) {
    const std::size_t at = in.at();
    in.value(number);
    if (!in.failed() && !good(number)) in.fail(fault, at, std::to_string(number));
  };
  const auto is = [](std::uint32_t expected) {
    return [=](std::uint32_t found) { return found == expected; };
  };
  in.value(format);  // what `split` looked at
  check(edition, is(kEdition), LoadFault::UnknownEdition);
  check(semantics, is(kSemantics), LoadFault::UnknownSemantics);
  check(
      flags, [](std::uint32_t found) { return (found & ~kFlagDev) == 0; }, LoadFault::UnknownFlag);
  image.dev = (flags & kFlagDev) != 0;
  in.value(image.name);
  in.value(image.version);
  in.value(image.expires_ms);
  in.value(image.steps_max);
  in.value(image.currency);
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

std::vector<std::byte> written_body(const Image& image) {
  Writer out;
  out.text(kBodyMagic);
  out.value(std::uint64_t{0});
  for (const std::uint32_t number :
       {kFormatVersion, kEdition, kSemantics, image.dev ? kFlagDev : 0U})
    out.value(number);
  out.value(image.name);
  out.value(image.version);
  out.value(image.expires_ms);
  out.value(image.steps_max);
  out.value(image.currency);
  // The directory: for each section its offset and its number of rows.
  std::size_t entry = out.bytes().size();
#define REMIT_SECTION(member)  \
  out.value(std::uint64_t{0}); \
  out.value(static_cast<std::uint32_t>(image.member.size()));
#include "vm/image/sections.def"
#undef REMIT_SECTION
#define REMIT_SECTION(member)               \
  out.patch_u64(entry, out.bytes().size()); \
  entry += 12;                              \
  out.rows(image.member);
#include "vm/image/sections.def"
#undef REMIT_SECTION
  out.patch_u64(kMagicBytes, out.bytes().size());
  return std::move(out.bytes());
}

std::expected<Image, LoadError> read_body(std::span<const std::byte> body) {
  Image image;
  Reader in(body);
  read_header(in, image);
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t count = 0;
  };
  std::vector<Entry> directory;
#define REMIT_SECTION(member)                \
  in.value(directory.emplace_back().offset); \
  in.value(directory.back().count);
#include "vm/image/sections.def"
#undef REMIT_SECTION
  std::size_t next = 0;
#define REMIT_SECTION(member)                                                                     \
  if (!in.failed() && directory[next].offset != in.at()) in.fail(LoadFault::BadSection, in.at()); \
  if (!in.failed()) in.rows(directory[next].count, image.member);                                 \
  ++next;
#include "vm/image/sections.def"
#undef REMIT_SECTION
  if (!in.failed() && in.left() != 0)
    in.fail(LoadFault::BadSection, in.at(), "bytes are left over");
  if (in.failed()) return std::unexpected(in.error());
  return image;
}

// What was written twice, padded or left unused does not come out the same.
std::optional<LoadError> difference(std::span<const std::byte> read,
                                    std::span<const std::byte> again, std::size_t base) {
  const auto at = std::ranges::mismatch(read, again).in1 - read.begin();
  if (std::ranges::equal(read, again)) return std::nullopt;
  return load_error(LoadFault::NotCanonical, base + static_cast<std::size_t>(at));
}

}  // namespace

std::vector<std::byte> serialize(const Image& image) {
  return sealed(written_body(image), written(image.debug));
}

std::expected<Image, LoadError> parse(std::span<const std::byte> file) {
  const auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  return parse(*blocks);
}

std::expected<Image, LoadError> parse(const Blocks& blocks) {
  auto image = read_body(blocks.body);
  if (!image) return image;
  const std::size_t debug_at = blocks.body.size() + kSealBytes + kDebugHeadBytes;
  auto debug = read_debug(blocks.debug, debug_at);
  if (!debug) return std::unexpected(debug.error());
  image->debug = std::move(*debug);
  if (const auto error = difference(blocks.body, written_body(*image), 0))
    return std::unexpected(*error);
  if (const auto error = difference(blocks.debug, written(image->debug), debug_at))
    return std::unexpected(*error);
  return image;
}

}  // namespace remit::vm
