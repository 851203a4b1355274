#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/text.h"

namespace remit::cli {

namespace {

namespace fs = std::filesystem;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// The bytes, or why there are none.
OrMessage<std::string> read_stream(std::FILE* file, std::size_t bytes_max) {
  std::string bytes;
  char block[65536];
  while (std::feof(file) == 0 && std::ferror(file) == 0) {
    bytes.append(block, std::fread(block, 1, sizeof block, file));
    if (bytes.size() > bytes_max)
      return std::unexpected(fmt::format("it is larger than {} bytes", bytes_max));
  }
  if (std::ferror(file) != 0) return std::unexpected(std::strerror(errno));
  return bytes;
}

OrMessage<std::string> read_path(const std::string& path, std::size_t bytes_max) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return std::unexpected(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return std::unexpected("it is a folder, not a file");
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return std::unexpected(std::strerror(errno));
  return read_stream(file.get(), bytes_max);
}

bool is_rule_file(const fs::path& path) { return path.extension() == ".rule"; }
bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

void add_file(const fs::path& path, CollectedFiles& collected) {
  if (path.string() != stdlib::printable(path.string())) {
    collected.unusable.push_back({stdlib::printable(path.string()), "its name is not plain text"});
    return;
  }
  auto text = read_path(path.string(), limits::kSourceFileBytesMax);
  if (!text) {
    collected.unusable.push_back({path.string(), text.error()});
  } else if (path.filename() == "remit.toml") {
    collected.files.manifest = std::move(*text);
    collected.files.manifest_path = path.string();
  } else {
    collected.files.sources.push_back({path.string(), std::move(*text)});
  }
}

// A folder is searched to any depth; the manifest counts only at its top.
void add_folder(const fs::path& folder, CollectedFiles& collected) {
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, error);
  if (error) {
    collected.unusable.push_back(
        {folder.string(), fmt::format("cannot read the folder: {}", error.message())});
    return;
  }
  for (const auto end = fs::end(entries); entries != end; entries.increment(error)) {
    // This folder itself is not part of a name that a person reads.
    const fs::path& entry = entries->path();
    const fs::path path = folder == "." ? entry.lexically_relative(folder) : entry;
    if (is_hidden(path)) {
      entries.disable_recursion_pending();
      continue;
    }
    const fs::file_status status = entries->symlink_status(error);
    const bool wanted =
        is_rule_file(path) || (path.filename() == "remit.toml" && entries.depth() == 0);
    const bool linked_folder = fs::is_symlink(status) && fs::is_directory(entries->status(error));
    if (wanted && fs::is_regular_file(status)) {
      add_file(path, collected);
    } else if ((wanted && !fs::is_directory(status)) || linked_folder) {
      // If it were passed over, the rules behind it would be missing without a word.
      collected.unusable.push_back(
          {stdlib::printable(path.string()),
           linked_folder ? "it is a link to a folder" : "not a regular file"});
    }
  }
  if (error)
    collected.unusable.push_back(
        {folder.string(), fmt::format("cannot read the folder: {}", error.message())});
}

}  // namespace

OrMessage<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const bool is_stream = path == "-";
  auto bytes = is_stream ? read_stream(stdin, bytes_max) : read_path(path, bytes_max);
  if (bytes) return bytes;
  return std::unexpected(is_stream ? "cannot read standard input: " + bytes.error()
                                   : fmt::format("cannot read `{}`: {}", path, bytes.error()));
}

OrMessage<void> write_file(const std::string& written, std::string_view bytes) {
  // A link stays a link: what it names is replaced.
  std::error_code error;
  const fs::path target = fs::weakly_canonical(written, error);
  const std::string path = error ? written : target.string();
  const fs::file_status before = fs::status(path, error);
  if (fs::exists(before) && !fs::is_regular_file(before))
    return std::unexpected(fmt::format("cannot write `{}`: it is not a regular file", written));
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  const auto failed = [&](std::string_view step) {
    const std::string reason = std::strerror(errno);
    if (descriptor >= 0) unlink(temporary.c_str());
    return std::unexpected(fmt::format("cannot {} `{}`: {}", step, path, reason));
  };
  if (descriptor < 0) return failed("write");
  // mkstemp makes files private; a result gets the permissions of an ordinary new file, or of the
  // one it replaces.
  struct stat old{};
  const mode_t mask = umask(0);
  umask(mask);
  const mode_t mode = stat(path.c_str(), &old) == 0 ? (old.st_mode & 07777) : (0666 & ~mask);
  bool ok = fchmod(descriptor, mode) == 0;
  for (std::size_t done = 0; ok && done < bytes.size();) {
    const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
    ok = count >= 0 || errno == EINTR;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  ok = ok && fsync(descriptor) == 0;
  ok = close(descriptor) == 0 && ok;
  if (!ok || std::rename(temporary.c_str(), path.c_str()) != 0) return failed("write");
  return {};
}

OrMessage<void> may_replace(const std::string& path, std::string_view begins,
                            std::string_view kind) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};  // writing says what else is there
  std::ifstream file(path, std::ios::binary);
  std::string found(begins.size(), '\0');
  file.read(found.data(), static_cast<std::streamsize>(found.size()));
  // One that cannot be read may be anything.
  const bool is_empty = file.is_open() && file.gcount() == 0;
  if (is_empty || found == begins) return {};
  return std::unexpected(
      fmt::format("`{}` is there, and is not {}; it stays: name another file", path, kind));
}

OrMessage<CollectedFiles> collect_bundle(std::span<const std::string> paths) {
  CollectedFiles collected;
  const std::vector<std::string> here{"."};
  for (const std::string& path : paths.empty() ? std::span<const std::string>(here) : paths) {
    if (path == "-") {
      auto text = read_file(path, limits::kSourceFileBytesMax);
      if (!text) return std::unexpected(text.error());
      collected.files.sources.push_back({"<stdin>", std::move(*text)});
      continue;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
      return std::unexpected(fmt::format("there is no file or folder `{}`", path));
    if (fs::is_directory(status)) {
      add_folder(path, collected);
      if (paths.size() == 1 && path != ".")
        collected.root = path.ends_with('/') ? path : path + '/';
    } else if (fs::is_regular_file(status)) {
      add_file(path, collected);
    } else {
      collected.unusable.push_back({path, "not a regular file"});
    }
  }
  std::ranges::sort(collected.files.sources, {}, &SourceText::path);
  const auto twice = std::ranges::unique(collected.files.sources, {}, &SourceText::path);
  collected.files.sources.erase(twice.begin(), twice.end());
  return collected;
}

}  // namespace remit::cli
