// LogCheck: what is wrong with a log, and at which line.
//
// A line is believed when its own hash matches. Numbers that a believed line skips are a gap; a
// later line may still fill it (then it was moved), and what is left at the end was dropped.

#include <remit/log.h>

#include <algorithm>

namespace remit::inline v0 {

namespace {

std::string shown(std::string_view hash) { return std::string(hash.substr(0, 12)) + "…"; }

std::string numbers(std::uint64_t first, std::uint64_t last) {
  return first == last ? std::to_string(first)
                       : std::to_string(first) + " to " + std::to_string(last);
}

std::string counted_lines(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " line" : " lines");
}

}  // namespace

std::string_view name(LogDamage damage) {
  switch (damage) {
    case LogDamage::Malformed: return "malformed";
    case LogDamage::Truncated: return "truncated";
    case LogDamage::Changed: return "changed";
    case LogDamage::Dropped: return "dropped";
    case LogDamage::Reordered: return "reordered";
    case LogDamage::Inserted: return "inserted";
    case LogDamage::Unlinked: return "unlinked";
    case LogDamage::Tail: return "tail";
    case LogDamage::Key: return "key";
  }
  return "malformed";
}

LogCheck::LogCheck(std::span<const std::byte> key, std::string_view known_head)
    : key_(key.begin(), key.end()), known_head_(known_head), links_{head_.hash} {}

void LogCheck::report(LogDamage damage, std::uint64_t line, std::string message) {
  last_is_sound_ = false;
  ++problem_count_;
  if (problems_.size() < kProblemsMax) problems_.push_back({damage, line, std::move(message)});
}

std::optional<LogLine> LogCheck::next(std::string_view text, bool terminated) {
  ++lines_;
  last_is_sound_ = true;
  const auto line = read_log_line(text);
  if (!line) {
    ++unread_;
    const std::string what =
        "expected " + line.error().expected + " at byte " + std::to_string(line.error().offset);
    terminated ? report(LogDamage::Malformed, lines_, "this is not a log line: " + what)
               : report(LogDamage::Truncated, lines_, "the last line is half-written: " + what);
    return std::nullopt;
  }
  if (!terminated)
    report(LogDamage::Truncated, lines_, "the last line is whole, but its line break is missing");
  if (!key_fits(*line)) return *line;
  const std::string hash = log_line_hash(*line, key_);
  if (hash != line->hash) {
    ++unread_;
    report(LogDamage::Changed, lines_,
           "its hash is " + shown(hash) + ", recorded " + shown(line->hash));
    // Either may be what the next line was made to continue.
    links_.resize(1);
    links_.push_back(hash);
    links_.emplace_back(line->hash);
    return *line;
  }
  if (!known_head_.empty() && line->hash == known_head_) known_head_line_ = lines_;
  place(*line);
  return *line;
}

bool LogCheck::key_fits(const LogLine& line) {
  if (line.is_keyed != key_.empty()) return true;
  if (!key_reported_) {
    report(LogDamage::Key, lines_,
           key_.empty() ? "the chain has a key: give it, or nothing can be said"
                        : "the line has no `mac`: it was not written with the key");
  }
  key_reported_ = true;
  last_is_sound_ = false;
  return false;
}

void LogCheck::place(const LogLine& line) {
  const std::uint64_t expected = head_.seq + 1;
  if (line.seq < expected) return place_earlier(line);
  const std::uint64_t skipped = line.seq - expected;
  if (skipped > unread_) {
    add_gap({expected, line.seq - 1, lines_, unread_});
    last_is_sound_ = false;
  } else {
    const bool links = std::ranges::find(links_, line.prev) != links_.end();
    // A line that cannot be read hides what comes after it; one that was changed does not.
    const bool hidden = unread_ > 0 && links_.size() == 1;
    if (!links && !hidden)
      report(LogDamage::Unlinked, lines_,
             "it continues a line with hash " + shown(line.prev) + ", but the line before it has " +
                 shown(head_.hash) +
                 ": that line was replaced, or lines between them were removed");
  }
  unread_ = 0;
  head_ = {line.seq, std::string(line.hash)};
  head_line_ = lines_;
  links_.assign(1, head_.hash);
}

// Each line that comes later is looked for in all of them.
void LogCheck::add_gap(const Gap& gap) {
  if (gaps_.size() < kGapsMax)
    gaps_.push_back(gap);
  else
    report(LogDamage::Dropped, gap.line,
           "lines with seq " + numbers(gap.first, gap.last) + " are missing before it");
}

void LogCheck::place_earlier(const LogLine& line) {
  const auto gap = std::ranges::find_if(
      gaps_, [&](const Gap& g) { return line.seq >= g.first && line.seq <= g.last; });
  if (gap == gaps_.end()) {
    report(LogDamage::Inserted, lines_,
           "it has seq " + std::to_string(line.seq) +
               ", as an earlier line has: one of the two was "
               "inserted");
    // Of two last lines, either may be the one that goes on.
    if (line.seq == head_.seq && links_.size() < kLinksMax) links_.emplace_back(line.hash);
    return;
  }
  report(LogDamage::Reordered, lines_,
         "it has seq " + std::to_string(line.seq) + " and stands after seq " +
             std::to_string(head_.seq) + ": its place is before line " + std::to_string(gap->line));
  Gap rest = *gap;
  rest.first = line.seq + 1;
  gap->last = line.seq - 1;
  if (gap->first > gap->last)
    *gap = rest;
  else if (rest.first <= rest.last)
    add_gap(rest);
  std::erase_if(gaps_, [](const Gap& g) { return g.first > g.last; });
}

void LogCheck::finish(std::optional<std::uint64_t> known_count) {
  for (const Gap& gap : gaps_) {
    std::string message = counted_lines(gap.last - gap.first + 1) + " (seq " +
                          numbers(gap.first, gap.last) +
                          (gap.first == gap.last ? ") is" : ") are") + " missing before it";
    if (gap.unread > 0)
      message += ", or among the " + std::to_string(gap.unread) + " that cannot be believed";
    report(LogDamage::Dropped, gap.line, std::move(message));
  }
  gaps_.clear();
  if (known_count && lines_ != *known_count)
    report(LogDamage::Tail, lines_,
           "the log has " + counted_lines(lines_) + ", but is known to have " +
               std::to_string(*known_count));
  if (!known_head_.empty() && known_head_line_ == 0) {
    report(LogDamage::Tail, lines_,
           "no line has the known head " + shown(known_head_) +
               ": lines are missing at the end, or the chain was written anew");
  } else if (known_head_line_ != 0 && known_head_line_ != lines_) {
    report(LogDamage::Tail, known_head_line_ + 1,
           "the known head is line " + std::to_string(known_head_line_) + ", and " +
               counted_lines(lines_ - known_head_line_) + " come after it");
  }
  std::ranges::stable_sort(problems_, {}, &LogProblem::line);
}

}  // namespace remit::inline v0
