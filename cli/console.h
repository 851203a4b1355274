// Where the program talks: results to standard output, talk to standard error, colours and progress
// only where a person is looking.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remit::cli {

enum class Style { Plain, Bold, Dim, Red, Green, Yellow, Blue };

class Console {
 public:
  // `color` is auto, always or never.
  void use_color(std::string_view color);
  void use_json(bool json) { json_ = json; }

  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] bool color_out() const { return color_out_; }

  void out(std::string_view text);   // a result
  void talk(std::string_view text);  // a word about it
  // `remit: MESSAGE` to standard error.
  void error(std::string_view message);
  // `text` in a style, where standard output has colours.
  [[nodiscard]] std::string styled(std::string_view text, Style style) const;

  // Shows `text` on the one progress line; nothing unless standard error is a terminal.
  void progress(std::string_view text);
  void end_progress();

  // False once a write to standard output has failed (a closed pipe, a full disk).
  [[nodiscard]] bool flush();

 private:
  bool color_out_ = false;
  bool json_ = false;
  bool progress_shown_ = false;
  bool write_failed_ = false;
};

}  // namespace remit::cli
