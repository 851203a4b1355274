// Lines of the decision log: LogChain writes them, read_log_line takes them apart.

#include <remit/log.h>

#include <charconv>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/text.h"

namespace remit::inline v0 {

namespace {

constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kKeyNameDigits = 16;

// SHA-256, or HMAC-SHA-256 with a key, of ("remit/log/1", one zero byte, the line without its last
// member).
std::string hash_of(std::string_view hashed, std::span<const std::byte> key) {
  constexpr std::string_view kDomain("remit/log/1\0", 12);
  const auto finish = [&](auto&& state) {
    state.add(kDomain);
    state.add(hashed);
    state.add("}");
    return stdlib::to_hex(state.finish());
  };
  return key.empty() ? finish(stdlib::Sha256()) : finish(stdlib::HmacSha256(key));
}

struct LineReader {
  explicit LineReader(std::string_view text) : line(text) {}

  std::string_view line;
  std::size_t at = 0;
  std::string expected;

  bool fail(std::string what) {
    if (expected.empty()) expected = std::move(what);
    return false;
  }
  [[nodiscard]] bool has(std::string_view text) const {
    return line.substr(at, text.size()) == text;
  }
  bool take(std::string_view text) {
    if (!has(text)) return fail("`" + std::string(text) + "`");
    at += text.size();
    return true;
  }

  bool number(std::uint64_t& into) {
    const char* begin = line.data() + at;
    const auto [end, error] = std::from_chars(begin, line.data() + line.size(), into);
    // One spelling a number.
    if (error != std::errc() || *begin == '0') return fail("a number from 1");
    at += static_cast<std::size_t>(end - begin);
    return true;
  }

  bool hex(std::size_t digits, std::string_view& into) {
    into = line.substr(at, digits);
    if (into.size() != digits || !stdlib::is_hex(into))
      return fail(std::to_string(digits) + " lower-case hex digits");
    at += digits;
    return true;
  }

  bool value(char begin, std::string_view& into, const char* what) {
    const auto end = has({&begin, 1}) ? stdlib::json_value_end(line, at) : std::nullopt;
    if (!end) return fail(what);
    into = line.substr(at, *end - at);
    at = *end;
    return true;
  }

  // `null`, and the text that could not be decoded.
  bool kept(LogLine& into) {
    if (!take("null")) return false;
    into.is_base64 = has(",\"base64\":");
    if (!take(into.is_base64 ? ",\"base64\":" : ",\"text\":")) return false;
    if (!into.is_base64 && has("null")) {
      into.kept = line.substr(at, 4);
      at += 4;
      return true;
    }
    const char begin = !into.is_base64 && has("{") ? '{' : '"';
    if (!value(begin, into.kept, "the text of the request")) return false;
    if (begin == '{' || !has(",\"bytes\":")) return true;
    if (!take(",\"bytes\":") || !number(into.text_bytes)) return false;
    if (into.text_bytes <= limits::kLogTextBytesMax) return fail("a length above 4096");
    return take(",\"sha256\":\"") && hex(kHashDigits, into.text_hash) && take("\"");
  }

  bool switched_off(LogLine& into) {
    if (!has(",\"off\":")) return true;
    for (const Fault fault : {Fault::Halted, Fault::NoBundle}) {
      const std::string member = ",\"off\":\"" + std::string(code(fault)) + '"';
      if (!has(member)) continue;
      into.switched_off = fault;
      return take(member);
    }
    return fail("`engine.halted` or `engine.no_bundle`");
  }

  bool parts(LogLine& into) {
    if (!take("{\"seq\":") || !number(into.seq) || !take(",\"prev\":\"") ||
        !hex(kHashDigits, into.prev) || !take("\",\"request\":"))
      return false;
    if (!(has("null") ? kept(into) : value('{', into.request, "the canonical request")))
      return false;
    if (!switched_off(into)) return false;
    if (has(",\"withheld_by\":") &&
        !(take(",\"withheld_by\":\"") && hex(kKeyNameDigits, into.withheld_by) && take("\"")))
      return false;
    if (!take(",\"decision\":") || !value('{', into.decision, "the decision record")) return false;
    into.hashed = line.substr(0, at);
    into.is_keyed = has(",\"mac\":");
    return take(into.is_keyed ? ",\"mac\":\"" : ",\"hash\":\"") && hex(kHashDigits, into.hash) &&
           take("\"}") && (at == line.size() || fail("the end of the line"));
  }
};

}  // namespace

LogChain::LogChain(LogHead head, std::span<const std::byte> key)
    : head_(std::move(head)), key_(key.begin(), key.end()) {}

std::string LogChain::append(const LogEntry& entry) {
  std::string line =
      "{\"seq\":" + std::to_string(head_.seq + 1) + ",\"prev\":\"" + head_.hash + "\",\"request\":";
  line.append(entry.request).append(entry.more).append(",\"decision\":").append(entry.decision);
  std::string hash = hash_of(line, key_);
  line.append(key_.empty() ? ",\"hash\":\"" : ",\"mac\":\"").append(hash).append("\"}");
  head_ = {head_.seq + 1, std::move(hash)};
  return line;
}

std::string LogChain::append(std::string_view request, std::string_view decision) {
  return append(LogEntry{std::string(request), {}, std::string(decision)});
}

std::expected<LogLine, LogLineError> read_log_line(std::string_view line) {
  LineReader reader(line);
  LogLine result;
  if (!reader.parts(result))
    return std::unexpected(LogLineError{std::move(reader.expected), reader.at});
  if (!stdlib::is_utf8(line)) return std::unexpected(LogLineError{"UTF-8", 0});
  return result;
}

std::string log_line_hash(const LogLine& line, std::span<const std::byte> key) {
  return hash_of(line.hashed, key);
}

std::optional<std::string> LogLine::text() const {
  if (!request.empty()) return std::string(request);
  if (!text_hash.empty()) return std::nullopt;
  auto text = stdlib::json_unescaped(kept);
  return text && is_base64 ? stdlib::from_base64(*text) : text;
}

}  // namespace remit::inline v0
