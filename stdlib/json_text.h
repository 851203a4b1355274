// The canonical JSON writer: one line, no white space, the order is the caller's. What is logged
// and replayed is written with this and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remit::stdlib {

// Appends to a string. Commas are put between the members of an object and the elements of an
// array.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  // The next value belongs to this member.
  void key(std::string_view name);

  void string(std::string_view text);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void integer(std::int64_t value) { raw(std::to_string(value)); }
  // Text that is JSON already.
  void raw(std::string_view json);

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void escaped(std::string_view text);

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace remit::stdlib
