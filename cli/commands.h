// The one table of verbs. The argument parser, `--help`, the shell completions, the man page and
// the test of the CLI reference read it.
#pragma once

#include <span>
#include <string_view>

namespace remit::cli {

class Arguments;
class Console;

enum class Arity { One, Optional, Many, Some };  // Some: one or more

struct PositionalSpec {
  std::string_view name;  // `PATH`
  Arity arity = Arity::One;
  std::string_view help;
  std::string_view choices = {};  // `openai|mcp`; empty: anything
};

struct OptionSpec {
  std::string_view flag;  // `--format`
  std::string_view short_flag = {};
  std::string_view value = {};     // `FILE`, or `human|json` for a choice; empty: a switch
  std::string_view fallback = {};  // the value when it is not given
  std::string_view help;
  bool required = false;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;
  std::span<const PositionalSpec> positionals;
  std::span<const OptionSpec> options;
  int (*run)(const Arguments& arguments, Console& console);
};

// In the order of `remit --help`.
[[nodiscard]] std::span<const CommandSpec> commands();
// Options that every verb has.
[[nodiscard]] std::span<const OptionSpec> common_options();

int run_check(const Arguments&, Console&);
int run_fmt(const Arguments&, Console&);
int run_test(const Arguments&, Console&);
int run_build(const Arguments&, Console&);
int run_decide(const Arguments&, Console&);
int run_why(const Arguments&, Console&);
int run_replay(const Arguments&, Console&);
int run_facts(const Arguments&, Console&);
int run_inspect(const Arguments&, Console&);
int run_verify(const Arguments&, Console&);
int run_import(const Arguments&, Console&);
int run_init(const Arguments&, Console&);
int run_explain(const Arguments&, Console&);
int run_completion(const Arguments&, Console&);
int run_man(const Arguments&, Console&);

}  // namespace remit::cli
