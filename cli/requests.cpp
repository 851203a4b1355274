#include "cli/requests.h"

#include <cerrno>
#include <cstring>
#include <utility>

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
  return c != EOF || !into.empty();
}

// A first line that is not JSON by itself may begin a request that was printed over several lines.
// If all there is makes one, it is one; else what was read is lines again.
std::optional<std::string> RequestReader::whole(const std::string& first) {
  std::string text = first, line;
  ahead_.push_back(first);
  while (text.size() < kLineBytesMax && read_line(line)) {
    text.append("\n").append(line);
    ahead_.push_back(line);
  }
  const bool ended = std::feof(file_.get()) != 0;
  if (!ended || ahead_.size() == 1 || !nlohmann::json::accept(text)) return std::nullopt;
  ahead_.clear();
  return text;
}

std::optional<std::string> RequestReader::next() {
  std::string line;
  do {
    if (!ahead_.empty()) {
      line = std::move(ahead_.front());
      ahead_.pop_front();
    } else if (!read_line(line)) {
      return std::nullopt;
    }
  } while (is_blank(line));
  if (!std::exchange(begun_, true) && !nlohmann::json::accept(line)) {
    if (auto text = whole(line)) return text;
    line = std::move(ahead_.front());
    ahead_.pop_front();
  }
  return line;
}

}  // namespace remit::cli
