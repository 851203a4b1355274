// Source text with places: files, byte spans in them, and lines and columns for people.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace remit::lang {

enum class FileId : std::uint32_t {};

// Bytes [begin, end) of a file.
struct Span {
  FileId file{};
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

// From the first byte of `first` to the last of `last`, which is in the same file.
[[nodiscard]] constexpr Span join(Span first, Span last) {
  return {first.file, first.begin, last.end};
}

// Lines and columns count from 1; columns count code points.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class SourceFile {
 public:
  SourceFile(std::string path, std::string text);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Place place(std::uint32_t offset) const;
  // The line of `place`.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;
  // The text of a line without its line break.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const {
    return line_begins_[number - 1];
  }
  [[nodiscard]] std::uint32_t line_count() const {
    return static_cast<std::uint32_t>(line_begins_.size());
  }

 private:
  std::string path_;
  std::string text_;
  [[nodiscard]] std::uint32_t code_points_before(std::uint32_t offset) const;

  std::vector<std::uint32_t> line_begins_;
  std::vector<std::uint32_t> code_points_;  // before each block of bytes, so that no line is walked
};

// All files of a bundle. Texts stay where they are: views into them live as long as the map.
class SourceMap {
 public:
  FileId add(std::string path, std::string text);
  [[nodiscard]] const SourceFile& file(FileId id) const {
    return *files_[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  std::vector<std::unique_ptr<const SourceFile>> files_;
};

}  // namespace remit::lang
