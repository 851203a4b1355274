#include "cli/console.h"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::string_view code_of(Style style) {
  switch (style) {
    case Style::Plain: return "";
    case Style::Bold: return "\x1b[1m";
    case Style::Dim: return "\x1b[2m";
    case Style::Red: return "\x1b[1;31m";
    case Style::Green: return "\x1b[32m";
    case Style::Yellow: return "\x1b[33m";
    case Style::Blue: return "\x1b[34m";
  }
  return "";
}

}  // namespace

void Console::use_color(std::string_view color) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool allowed = no_color == nullptr || *no_color == '\0';
  color_out_ = color == "always" || (color == "auto" && allowed && isatty(STDOUT_FILENO) != 0);
}

void Console::out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) write_failed_ = true;
}

void Console::talk(std::string_view text) {
  // What was said first is read first, also where both streams go to one place.
  (void)flush();  // a failed write is remembered and is the exit code
  end_progress();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::error(std::string_view message) {
  talk("remit: " + stdlib::printable(message) + '\n');
}

std::string Console::styled(std::string_view text, Style style) const {
  if (!color_out_ || style == Style::Plain) return std::string(text);
  return std::string(code_of(style)).append(text).append("\x1b[0m");
}

void Console::progress(std::string_view text) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  progress_shown_ = true;
}

void Console::end_progress() {
  if (!progress_shown_) return;
  std::fputs("\r\x1b[K", stderr);
  progress_shown_ = false;
}

bool Console::flush() {
  if (std::fflush(stdout) != 0) write_failed_ = true;
  return !write_failed_;
}

}  // namespace remit::cli
