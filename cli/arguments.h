// The words of one call, parsed against the table of verbs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"

namespace remit::cli {

class Arguments {
 public:
  // The values of a positional or an option, by the name in the table (`PATH`, `--format`).
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;
  // The one value, or the table's fallback, or empty.
  [[nodiscard]] std::string_view one(std::string_view name) const;
  // A switch, or an option that was given.
  [[nodiscard]] bool has(std::string_view name) const { return !all(name).empty(); }

 private:
  friend struct Parsed;
  friend struct Parser;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// What a command line asks for. `command` is null when there is nothing to run: then `message` is
// to be printed (help and version to standard output, a usage error to standard error) and
// `exit_code` returned.
struct Parsed {
  const CommandSpec* command = nullptr;
  Arguments arguments;
  std::string message;
  int exit_code = 0;
};

[[nodiscard]] Parsed parse_arguments(int argc, const char* const* argv);

}  // namespace remit::cli
