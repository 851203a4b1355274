// Over what a limit counts. Their list is windows.def.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace remit::inline v0 {

// A duration that slides with the moment of the decision; the period of the calendar that this
// moment lies in, weeks from Monday; or everything that was ever counted.
enum class Window : std::uint8_t {
#define REMIT_WINDOW(kind, word) kind,
#include <remit/windows.def>
#undef REMIT_WINDOW
};

inline constexpr std::string_view kWindowWords[] = {
#define REMIT_WINDOW(kind, word) word,
#include <remit/windows.def>
#undef REMIT_WINDOW
};

// `day`, `ever`; of one that slides nothing.
[[nodiscard]] constexpr std::string_view spelling(Window window) {
  return kWindowWords[static_cast<std::size_t>(window)];
}

[[nodiscard]] constexpr bool is_calendar(Window window) {
  return window != Window::Sliding && window != Window::Ever;
}

// The period of the calendar of this name.
[[nodiscard]] constexpr std::optional<Window> calendar_window(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kWindowWords); ++i) {
    const auto window = static_cast<Window>(i);
    if (is_calendar(window) && spelling(window) == name) return window;
  }
  return std::nullopt;
}

}  // namespace remit::inline v0
