// The decision log: one line a decision, each holding the hash of the one before.
//
//     remit::LogChain log;  // or from the head of an older log
//     const remit::Decision decision = engine.decide_json(request, facts);
//     if (const auto entry = remit::log_entry(engine, facts, decision, request))
//       file << log.append(*entry) << '\n';
//
// A line is `{"seq":1,"prev":"…","request":{…},"decision":{…},"hash":"…"}` (docs/reference/log.md).
// A host appends lines; an auditor reads them with LogCheck, which finds what was changed, dropped,
// moved or added, and decides them again with Replay (remit/replay.h). Nothing here does I/O.
//
// What a chain proves: whoever changes a line must rewrite every line after it. Somebody who can
// rewrite the whole file can do that, unless the head is kept elsewhere or the chain has a key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/api.h>
#include <remit/decision.h>
#include <remit/engine.h>
#include <remit/facts.h>

namespace remit::inline v0 {

// Where a chain stands: its last line.
struct LogHead {
  std::uint64_t seq = 0;  // 0: there is no line yet
  std::string hash = std::string(64, '0');
};

// What a line says beside its place in the chain.
struct LogEntry {
  // The JSON of `request`: the canonical request, or `null` for one that was not decoded.
  std::string request;
  // Members that stand after it, with their comma: `,"text":"…"`; mostly none.
  std::string more;
  std::string decision;  // the decision record
};

struct LogOptions {
  // Ask for the action digest in every record.
  bool with_digest = false;
  // If not empty: every `@sensitive` value, what was made of one, the text of a request that was
  // not decoded, and an `at` that holds a name of the sender's is replaced by
  // `{"withheld":"<HMAC-SHA-256 of the value's canonical JSON>"}` under this key.
  // Of any length; 32 bytes recommended. Read during the call only.
  std::span<const std::byte> withhold_key = {};
};

// A text that was too long to be held, and is refused: its beginning, of more than
// limits::kRequestBytesMax bytes.
struct LongText {
  std::string_view beginning;
  std::uint64_t bytes = 0;  // of all of it
  std::string_view sha256;  // of all of it, 64 hex digits
};

// What to log of a decision that `engine` made on `facts`. The decision is logged as it was made,
// even if the engine was halted or retired since. `text` is the request as it was received; a host
// that binds slots has none. Most lines do not need it, since the canonical request gives the same
// decision. Of a request that was not decoded they keep the first 4 KiB of `text`, and if it is
// longer its length and SHA-256.
[[nodiscard]] REMIT_API std::expected<LogEntry, PairFault> log_entry(
    const Engine& engine, const Facts& facts, const Decision& decision,
    std::optional<std::string_view> text, const LogOptions& options = {});
[[nodiscard]] REMIT_API std::expected<LogEntry, PairFault> log_entry(
    const Engine& engine, const Facts& facts, const Decision& decision, const LongText& text,
    const LogOptions& options = {});

// The writing end. One thread at a time.
class REMIT_API LogChain {
 public:
  // With a `key` (of any length; 32 bytes recommended; copied), lines carry a `mac` (HMAC-SHA-256)
  // in place of a `hash`.
  explicit LogChain(LogHead head = {}, std::span<const std::byte> key = {});
  // Moving copies: both then continue from the same line. Write the lines of one of them only; a
  // log with lines of both is damaged, which LogCheck reports.
  LogChain(const LogChain&) = default;
  LogChain& operator=(const LogChain&) = default;

  // The next line, without a line break.
  [[nodiscard]] std::string append(const LogEntry& entry);
  // The same for an entry without `more`: `request` is canonical JSON or `null`, `decision` the
  // decision record.
  [[nodiscard]] std::string append(std::string_view request, std::string_view decision);

  [[nodiscard]] const LogHead& head() const { return head_; }

 private:
  LogHead head_;
  std::vector<std::byte> key_;
};

// One line, taken apart. Views into the line.
struct LogLine {
  std::uint64_t seq = 0;
  std::string_view prev;     // 64 hex digits
  std::string_view request;  // canonical JSON; empty where the line has `null`
  std::string_view kept;     // of a request that was not decoded: the JSON of its text
  bool is_base64 = false;    // `kept` is base64: the text is not UTF-8
  // Of a text of which only the beginning is kept: its length and its SHA-256, 64 hex digits.
  std::uint64_t text_bytes = 0;
  std::string_view text_hash;        // empty: all of it is kept
  Fault switched_off = Fault::None;  // the host had switched the engine off
  std::string_view withheld_by;  // identifies the key of withheld values; empty: none are withheld
  std::string_view decision;     // the decision record
  std::string_view hash;         // 64 hex digits
  bool is_keyed = false;         // `hash` is a `mac`
  std::string_view hashed;       // the line up to the comma before `hash`

  // The request to decide again: canonical or as received. Nothing if the line does not hold it
  // all.
  [[nodiscard]] REMIT_API std::optional<std::string> text() const;
};

// Why a line cannot be read: what was expected, and the byte of the line where it was not found.
struct LogLineError {
  std::string expected;
  std::size_t offset = 0;
};

// Takes a line (without its line break) apart. Only the one form that LogChain writes is accepted.
// The hash is not checked.
[[nodiscard]] REMIT_API std::expected<LogLine, LogLineError> read_log_line(std::string_view line);

// The hash that belongs to what a line says.
[[nodiscard]] REMIT_API std::string log_line_hash(const LogLine& line,
                                                  std::span<const std::byte> key = {});

enum class LogDamage : std::uint8_t {
  Malformed,  // not a log line
  Truncated,  // the last line has no end
  Changed,    // a line's own hash does not match
  Dropped,    // lines are missing
  Reordered,  // a line stands after later ones
  Inserted,   // a line has the number of another
  Unlinked,   // a line does not continue the one before, though the numbers fit
  Tail,       // the log does not end where it is known to end
  Key,        // a chain with a key and none was given, or the other way round
};

[[nodiscard]] REMIT_API std::string_view name(LogDamage damage);  // `dropped`; static text

struct LogProblem {
  LogDamage damage{};
  std::uint64_t line =
      0;  // counted from 1; for missing lines, the one before which they are missing
  std::string message;
};

// The reading end: takes the lines of a log one at a time and says what is wrong. Memory does not
// grow with the log.
class REMIT_API LogCheck {
 public:
  // `key` is that of the chain, copied. `known_head` is the 64 hex digits that the last line must
  // have; empty: unknown.
  explicit LogCheck(std::span<const std::byte> key = {}, std::string_view known_head = {});

  // The next line without its break; `terminated` is false for a last line that has none. Gives its
  // parts if it can be read, whether or not it is as it was written.
  std::optional<LogLine> next(std::string_view line, bool terminated = true);
  // After the last line. `known_count`: how many lines there should be.
  void finish(std::optional<std::uint64_t> known_count = std::nullopt);

  // Whether the line of the last call of `next` was sound in itself and in its place.
  [[nodiscard]] bool last_is_sound() const { return last_is_sound_; }
  // By line after `finish`. At most kProblemsMax are kept; `problem_count` counts all.
  [[nodiscard]] const std::vector<LogProblem>& problems() const { return problems_; }
  [[nodiscard]] std::uint64_t problem_count() const { return problem_count_; }
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  // The last line of the chain so far.
  [[nodiscard]] const LogHead& head() const { return head_; }

  static constexpr std::size_t kProblemsMax = 1000;
  // Gaps in the numbers that later lines may fill; more gaps are reported as dropped at once.
  static constexpr std::size_t kGapsMax = 1000;
  // Lines with the number of the last one, each of which may be the one that goes on.
  static constexpr std::size_t kLinksMax = 1000;

 private:
  // Numbers that were skipped and may still come.
  struct Gap {
    std::uint64_t first = 0, last = 0;
    std::uint64_t line = 0;    // before which they are missing
    std::uint64_t unread = 0;  // lines there that could not be read
  };

  void report(LogDamage damage, std::uint64_t line, std::string message);
  bool key_fits(const LogLine& line);
  void place(const LogLine& line);
  void add_gap(const Gap& gap);
  void place_earlier(const LogLine& line);

  std::vector<std::byte> key_;
  std::string known_head_;
  std::uint64_t known_head_line_ = 0;
  std::vector<LogProblem> problems_;
  std::uint64_t problem_count_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t unread_ = 0;  // lines since the last sound one that could not be believed
  bool last_is_sound_ = false;
  bool key_reported_ = false;
  LogHead head_;
  std::uint64_t head_line_ = 0;
  std::vector<std::string> links_;  // what the next line's `prev` may be
  std::vector<Gap> gaps_;
};

}  // namespace remit::inline v0
