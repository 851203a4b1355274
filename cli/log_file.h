// The decision log as a file: read line by line in bounded memory, or continued by one writer at a
// time.
#pragma once

#include <cstddef>
#include <cstdio>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/log.h>
#include "cli/files.h"

namespace remit::cli {

class LogReader {
 public:
  // `path` may be `-`.
  [[nodiscard]] static OrMessage<LogReader> open(const std::string& path);

  struct Line {
    std::string_view text;   // without its break; good until the next call
    bool terminated = true;  // it has a break
  };
  // The next line, or nothing at the end. One that is longer than a log line may be is cut, and
  // then is none.
  [[nodiscard]] std::optional<Line> next();

  // Reading failed before the end.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  explicit LogReader(std::FILE* file) : file_(file) {}
  bool fill();
  void skip_rest();

  std::unique_ptr<std::FILE, Closer> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what was read and not given out
  bool ended_ = false;
  bool failed_ = false;
};

// Why a log cannot be continued, and the exit code that says so.
struct LogRefusal {
  int exit_code = 0;
  std::string message;
};

class LogWriter {
 public:
  // Opens or makes the file, keeps others from writing to it, and continues the chain of its last
  // line. A file that does not end in a sound line is refused.
  [[nodiscard]] static std::expected<LogWriter, LogRefusal> open(const std::string& path,
                                                                 std::vector<std::byte> chain_key);
  LogWriter(LogWriter&& other) noexcept;
  LogWriter& operator=(LogWriter&&) = delete;
  ~LogWriter();

  // The line is in the file when this returns; after an error nothing of it is,
  // or the message says so.
  [[nodiscard]] OrMessage<void> append(const LogEntry& entry);
  // Everything is on the disk when this returns.
  [[nodiscard]] OrMessage<void> sync();

 private:
  LogWriter(int file, std::string path, const LogChain& chain)
      : file_(file), path_(std::move(path)), chain_(chain) {}

  int file_ = -1;
  off_t bytes_ = 0;  // of whole lines
  std::string path_;
  LogChain chain_;
};

}  // namespace remit::cli
