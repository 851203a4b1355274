#include "cli/run.h"

#include <csignal>
#include <exception>
#include <new>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace remit::cli {

int run(int argc, const char* const* argv) {
  // A closed pipe (`remit decide … | head`) ends the program with a write error, not with a signal.
  std::signal(SIGPIPE, SIG_IGN);
  Console console;
  try {
    const Parsed parsed = parse_arguments(argc, argv);
    if (parsed.command == nullptr) {
      parsed.exit_code == kFine ? console.out(parsed.message) : console.talk(parsed.message);
      return parsed.exit_code;
    }
    console.use_color(parsed.arguments.one("--color"));
    console.use_json(parsed.arguments.one("--format") == "json");
    const int exit_code = parsed.command->run(parsed.arguments, console);
    console.end_progress();
    if (console.flush()) return exit_code;
    console.error("cannot write to standard output");
    return kUsage;
  } catch (const std::bad_alloc&) {
    console.error("out of memory");
    return kUsage;
  } catch (const std::exception& error) {
    console.error(
        fmt::format("internal error: {}; please report it with the command line", error.what()));
    return kOurBug;
  }
}

}  // namespace remit::cli
