#include "lang/source.h"

#include <algorithm>

namespace remit::lang {

namespace {

constexpr std::uint32_t kBlockBytes = 256;

std::uint32_t count_code_points(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

}  // namespace

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  line_begins_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_begins_.push_back(static_cast<std::uint32_t>(i + 1));
  }
  std::uint32_t before = 0;
  for (std::size_t i = 0; i <= text_.size(); i += kBlockBytes) {
    code_points_.push_back(before);
    before += count_code_points(std::string_view(text_).substr(i, kBlockBytes));
  }
}

std::uint32_t SourceFile::code_points_before(std::uint32_t offset) const {
  const std::uint32_t block = offset / kBlockBytes;
  const std::uint32_t begin = block * kBlockBytes;
  return code_points_[block] +
         count_code_points(std::string_view(text_).substr(begin, offset - begin));
}

std::uint32_t SourceFile::line_of(std::uint32_t offset) const {
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  return static_cast<std::uint32_t>(after - line_begins_.begin());
}

Place SourceFile::place(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const std::uint32_t line = line_of(offset);
  return {line, 1 + code_points_before(offset) - code_points_before(line_begins_[line - 1])};
}

std::string_view SourceFile::line(std::uint32_t number) const {
  const std::uint32_t begin = line_begins_[number - 1];
  std::size_t end = number < line_begins_.size() ? line_begins_[number] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

FileId SourceMap::add(std::string path, std::string text) {
  files_.push_back(std::make_unique<const SourceFile>(std::move(path), std::move(text)));
  return static_cast<FileId>(files_.size() - 1);
}

std::string_view SourceMap::text(Span span) const {
  return file(span.file).text().substr(span.begin, span.end - span.begin);
}

}  // namespace remit::lang
