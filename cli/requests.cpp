#include "cli/requests.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include <remit/limits.h>

namespace remit::cli {

namespace {

constexpr std::size_t kLineBytesMax = limits::kRequestBytesMax + 2;

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

OrMessage<RequestReader> RequestReader::open(const std::string& path) {
  if (path == "-") return RequestReader(stdin);
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return std::unexpected(fmt::format("`{}` is a folder, not a file", path));
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr)
    return std::unexpected(fmt::format("cannot read `{}`: {}", path, std::strerror(errno)));
  return RequestReader(file);
}

// One line without its break; what goes beyond the limit is skipped.
bool RequestReader::read_line(std::string& into) {
  into.clear();
  int c = 0;
  while ((c = std::getc(file_.get())) != EOF && c != '\n') {
    if (into.size() < kLineBytesMax) into += static_cast<char>(c);
  }
  if (std::ferror(file_.get()) != 0) failed_ = true;
  if (c == EOF && into.empty()) return false;
  ++lines_read_;
  return true;
}

std::optional<std::string> RequestReader::next() {
  std::string line;
  do {
    if (!read_line(line)) return std::nullopt;
  } while (is_blank(line));
  line_ = lines_read_;
  // A request printed over several lines: the first line alone is an object that is not closed.
  if (line_ == 1 && line.starts_with('{') && !nlohmann::json::accept(line)) {
    std::string rest, whole = line;
    while (whole.size() < kLineBytesMax && read_line(rest)) {
      whole.append("\n").append(rest);
      if (rest.starts_with('}') && nlohmann::json::accept(whole)) return whole;
    }
    // Not one object after all. What was read is one unreadable request, and is answered as such.
    return whole;
  }
  return line;
}

}  // namespace remit::cli
