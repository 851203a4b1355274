// Requests from a file or a pipe, one at a time and in bounded memory: one JSON object, or one a
// line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "cli/files.h"

namespace remit::cli {

struct RequestText {
  std::string text;
  // Of one that is longer than a request may be, whose beginning `text` is: the length of all of
  // it, and its SHA-256, 64 hex digits.
  std::uint64_t bytes = 0;
  std::string sha256;
};

class RequestReader {
 public:
  // `path` may be `-`.
  [[nodiscard]] static OrMessage<RequestReader> open(const std::string& path);

  // The next request, or nothing at the end. One longer than a request may be is cut, and then
  // refused.
  [[nodiscard]] std::optional<RequestText> next();

  // Reading failed before the end.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  explicit RequestReader(std::FILE* file) : file_(file) {}
  bool read_line(RequestText& into);
  std::optional<RequestText> whole(const RequestText& first);

  std::unique_ptr<std::FILE, Closer> file_;
  std::deque<RequestText> ahead_;  // lines that were read and not given out
  bool begun_ = false;
  bool failed_ = false;
};

}  // namespace remit::cli
