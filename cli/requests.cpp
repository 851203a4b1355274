#include "cli/requests.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include <remit/limits.h>
#include "stdlib/hash.h"

namespace remit::cli {

namespace {

constexpr std::size_t kLineBytesMax = limits::kRequestBytesMax + 2;
constexpr std::size_t kBlockBytes = 1 << 16;

// A line that was cut is not blank, whatever its beginning: somebody sent it, and is answered.
bool is_blank(const RequestText& line) {
  return line.sha256.empty() && line.text.find_first_not_of(" \t\r\n") == std::string::npos;
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

// One line without its break; what goes beyond the limit is counted and hashed.
bool RequestReader::read_line(RequestText& into) {
  into = {};
  std::optional<stdlib::Sha256> hash;
  std::string block;
  const auto add_block = [&] {
    hash->add(block);
    into.bytes += block.size();
    block.clear();
  };
  int c = 0;
  while ((c = std::getc(file_.get())) != EOF && c != '\n') {
    if (into.text.size() < kLineBytesMax) {
      into.text += static_cast<char>(c);
      continue;
    }
    if (!hash) hash.emplace().add(into.text);
    block += static_cast<char>(c);
    if (block.size() == kBlockBytes) add_block();
  }
  if (hash) {
    add_block();
    into.bytes += into.text.size();
    into.sha256 = stdlib::to_hex(hash->finish());
  }
  if (std::ferror(file_.get()) != 0) failed_ = true;
  return c != EOF || !into.text.empty();
}

// A first line that is not JSON by itself may begin a request that was printed over several lines.
// If all there is makes one, it is one; else what was read is lines again. So it is where a line
// was cut: what the rest of that one was is not known any more.
std::optional<RequestText> RequestReader::whole(const RequestText& first) {
  RequestText all = first, line;
  ahead_.push_back(first);
  while (line.sha256.empty() && all.text.size() < kLineBytesMax && read_line(line)) {
    all.text.append("\n").append(line.text);
    ahead_.push_back(line);
  }
  const bool ended = std::feof(file_.get()) != 0;
  if (!ended || !line.sha256.empty() || ahead_.size() == 1 || !nlohmann::json::accept(all.text))
    return std::nullopt;
  ahead_.clear();
  return all;
}

std::optional<RequestText> RequestReader::next() {
  RequestText line;
  do {
    if (!ahead_.empty()) {
      line = std::move(ahead_.front());
      ahead_.pop_front();
    } else if (!read_line(line)) {
      return std::nullopt;
    }
  } while (is_blank(line));
  if (!std::exchange(begun_, true) && !nlohmann::json::accept(line.text)) {
    if (auto all = whole(line)) return all;
    line = std::move(ahead_.front());
    ahead_.pop_front();
  }
  return line;
}

}  // namespace remit::cli
