#include "cli/log_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "cli/exit_code.h"

namespace remit::cli {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

std::string reason() { return std::strerror(errno); }

// The last line of the file, without its break. Nothing if the file is empty.
OrMessage<std::optional<std::string>> last_line(int file, std::size_t size) {
  std::string tail;
  std::size_t begin = size;
  while (begin > 0) {
    const std::size_t count = std::min(kBlockBytes, begin);
    std::string block(count, '\0');
    begin -= count;
    if (pread(file, block.data(), count, static_cast<off_t>(begin)) != static_cast<ssize_t>(count))
      return std::unexpected("reading it failed: " + reason());
    tail.insert(0, block);
    if (!tail.ends_with('\n'))
      return std::unexpected("its last line has no line break; put it aside and cut it off");
    const std::size_t before = tail.rfind('\n', tail.size() - 2);
    if (tail.size() > 1 && before != std::string::npos)
      return tail.substr(before + 1, tail.size() - before - 2);
    if (tail.size() > limits::kLogLineBytesMax) return std::unexpected("its last line is too long");
  }
  if (tail.empty()) return std::nullopt;
  return tail.substr(0, tail.size() - 1);
}

// Where the chain in the file stands.
OrMessage<LogHead> head_of(int file, std::size_t size, std::span<const std::byte> key) {
  const auto text = last_line(file, size);
  if (!text) return std::unexpected(text.error());
  if (!*text) return LogHead{};
  const auto line = read_log_line(**text);
  if (!line)
    return std::unexpected(fmt::format("its last line is not a log line: expected {} at byte {}",
                                       line.error().expected, line.error().offset));
  if (line->is_keyed != !key.empty())
    return std::unexpected(line->is_keyed ? "its chain has a key, and none is given"
                                          : "its chain has no key, and one is given");
  if (log_line_hash(*line, key) != line->hash)
    return std::unexpected("its last line was changed: the hash does not match");
  return LogHead{line->seq, std::string(line->hash)};
}

}  // namespace

OrMessage<LogReader> LogReader::open(const std::string& path) {
  if (path == "-") return LogReader(stdin);
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return std::unexpected(fmt::format("`{}` is a folder, not a file", path));
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::unexpected(fmt::format("cannot read `{}`: {}", path, reason()));
  return LogReader(file);
}

// Reads another block behind what is there.
bool LogReader::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (buffer_.size() < end_ + kBlockBytes) buffer_.resize(end_ + kBlockBytes);
  const std::size_t count = std::fread(buffer_.data() + end_, 1, kBlockBytes, file_.get());
  end_ += count;
  failed_ = std::ferror(file_.get()) != 0;
  ended_ = count == 0;
  return count > 0;
}

// Drops what is left of a line that is too long.
void LogReader::skip_rest() {
  int c = 0;
  while ((c = std::getc(file_.get())) != EOF && c != '\n') {
  }
}

std::optional<LogReader::Line> LogReader::next() {
  std::size_t searched = 0;
  for (;;) {
    const char* begin = buffer_.data() + begin_;
    const std::size_t size = end_ - begin_;
    const void* found =
        size > searched ? std::memchr(begin + searched, '\n', size - searched) : nullptr;
    if (found != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - begin);
      begin_ += length + 1;
      return Line{{begin, length}, true};
    }
    if (size > limits::kLogLineBytesMax) {
      begin_ = end_;
      skip_rest();
      return Line{{begin, size}, true};
    }
    searched = size;
    if (fill()) continue;
    if (size == 0) return std::nullopt;
    begin = buffer_.data() + begin_;
    begin_ = end_;
    return Line{{begin, size}, false};
  }
}

std::expected<LogWriter, LogRefusal> LogWriter::open(const std::string& path,
                                                     std::vector<std::byte> chain_key) {
  const auto refused = [&](int code, const std::string& why) {
    return std::unexpected(
        LogRefusal{code, fmt::format("the log `{}` cannot be continued: {}", path, why)});
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return refused(kUsage, reason());
  LogWriter writer(file, path, LogChain());
  struct stat status{};
  if (fstat(file, &status) != 0) return refused(kUsage, reason());
  if (!S_ISREG(status.st_mode)) return refused(kUsage, "it is not a regular file");
  if (flock(file, LOCK_EX | LOCK_NB) != 0) return refused(kUsage, "another process writes to it");
  // Only now is its end its end.
  if (fstat(file, &status) != 0) return refused(kUsage, reason());
  auto head = head_of(file, static_cast<std::size_t>(status.st_size), chain_key);
  if (!head) return refused(kIntegrity, head.error());
  writer.chain_ = LogChain(std::move(*head), chain_key);
  writer.bytes_ = status.st_size;
  return writer;
}

LogWriter::LogWriter(LogWriter&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_),
      path_(std::move(other.path_)),
      chain_(other.chain_) {}

LogWriter::~LogWriter() {
  if (file_ >= 0) close(file_);
}

OrMessage<void> LogWriter::append(const LogEntry& entry) {
  const std::string line = chain_.append(entry) + '\n';
  for (std::size_t written = 0; written < line.size();) {
    const ssize_t count = write(file_, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      // Half a line would end the chain; as it was, it can be continued.
      const std::string why = reason();
      const bool restored = ftruncate(file_, bytes_) == 0;
      return std::unexpected(
          fmt::format("writing to the log `{}` failed: {}{}", path_, why,
                      restored ? "" : "; its last line is half-written: cut it off"));
    }
    written += static_cast<std::size_t>(count);
  }
  bytes_ += static_cast<off_t>(line.size());
  return {};
}

OrMessage<void> LogWriter::sync() {
  if (fsync(file_) != 0)
    return std::unexpected(fmt::format("writing to the log `{}` failed: {}", path_, reason()));
  return {};
}

}  // namespace remit::cli
