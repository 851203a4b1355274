// What `remit why` prints, of a request at hand and of one in a log.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include <remit/engine.h>
#include "cli/arguments.h"
#include "cli/console.h"

namespace remit::cli {

// The explanation of a decision that was just made.
void print_why(const Engine& engine, Facts& facts, const Decision& decision, Console& console);

// `remit why BUNDLE --log FILE --line N`
int run_why_logged(const Arguments& arguments, Console& console);

// The key file of an option: 32 bytes, or nothing if the option was not given. Reports what is
// wrong and gives the exit code.
[[nodiscard]] std::expected<std::vector<std::byte>, int> read_log_key(const Arguments& arguments,
                                                                      std::string_view option,
                                                                      Console& console);

}  // namespace remit::cli
