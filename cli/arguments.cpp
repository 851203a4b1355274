#include "cli/arguments.h"

#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/exit_code.h"
#include "lang/suggest.h"

namespace remit::cli {

namespace {

std::vector<std::string> split_choices(std::string_view choices) {
  std::vector<std::string> result;
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    result.emplace_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view() : choices.substr(bar + 1);
  }
  return result;
}

// The choices are the option's type name already; help need not list them again.
CLI::Validator one_of(std::string_view choices) {
  return CLI::IsMember(split_choices(choices)).description("");
}

}  // namespace

const std::vector<std::string>& Arguments::all(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto found = values_.find(name);
  return found == values_.end() ? kNone : found->second;
}

std::string_view Arguments::one(std::string_view name) const {
  const std::vector<std::string>& values = all(name);
  if (!values.empty()) return values.back();
  for (const OptionSpec& option : common_options()) {
    if (option.flag == name) return option.fallback;
  }
  return {};
}

// Builds the CLI11 app from the table and takes the answers out again.
struct Parser {
  CLI::App app{"Remit: what your AI agents may do, decided by rules", "remit"};
  Arguments arguments;

  void add_option(CLI::App& verb, const OptionSpec& option) {
    const std::string names = option.short_flag.empty()
                                  ? std::string(option.flag)
                                  : fmt::format("{},{}", option.short_flag, option.flag);
    std::vector<std::string>& values = arguments.values_[std::string(option.flag)];
    if (option.value.empty()) {
      verb.add_flag_callback(
          names, [&values] { values.emplace_back("true"); }, std::string(option.help));
      return;
    }
    const auto keep = [&values](const std::string& value) { values.push_back(value); };
    CLI::Option* added =
        verb.add_option_function<std::string>(names, keep, std::string(option.help));
    added->required(option.required);
    if (option.value.find('|') != std::string_view::npos) {
      added->check(one_of(option.value))->type_name(std::string(option.value));
    } else {
      added->type_name(std::string(option.value));
    }
  }

  void add_positional(CLI::App& verb, const PositionalSpec& positional) {
    std::vector<std::string>& values = arguments.values_[std::string(positional.name)];
    const std::string name(positional.name), help(positional.help);
    const auto keep = [&values](const std::string& value) { values.push_back(value); };
    const bool several = positional.arity == Arity::Many || positional.arity == Arity::Some;
    CLI::Option* added = several ? verb.add_option(name, values, help)
                                 : verb.add_option_function<std::string>(name, keep, help);
    const bool required = positional.arity == Arity::One || positional.arity == Arity::Some;
    added->required(required)->type_name(std::string(positional.choices));
    if (!positional.choices.empty()) added->check(one_of(positional.choices));
  }

  void add_verb(const CommandSpec& command) {
    CLI::App* verb = app.add_subcommand(std::string(command.name), std::string(command.summary));
    for (const PositionalSpec& positional : command.positionals) add_positional(*verb, positional);
    for (const OptionSpec& option : command.options) add_option(*verb, option);
    for (const OptionSpec& option : common_options()) add_option(*verb, option);
  }
};

namespace {

// CLI11 says only that a verb is required; the nearest verb helps more.
std::string usage_message(const CLI::ParseError& error, int argc, const char* const* argv) {
  std::string message = fmt::format("remit: {}\n", error.what());
  std::vector<std::string_view> names;
  for (const CommandSpec& command : commands()) names.push_back(command.name);
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    message = fmt::format("remit: there is no verb `{}`\n", argv[1]);
    if (const auto nearest = lang::nearest_name(argv[1], names))
      message += fmt::format("did you mean `{}`?\n", *nearest);
  }
  const bool known = argc > 1 && std::find(names.begin(), names.end(), argv[1]) != names.end();
  return message +
         (known ? fmt::format("see `remit {} --help`\n", argv[1]) : "see `remit --help`\n");
}

}  // namespace

Parsed parse_arguments(int argc, const char* const* argv) {
  Parser parser;
  parser.app.set_version_flag("--version", "remit " REMIT_VERSION);
  parser.app.require_subcommand(1);
  for (const CommandSpec& command : commands()) parser.add_verb(command);

  Parsed parsed;
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto verbs = parser.app.get_subcommands();
    parsed.message = verbs.empty() ? parser.app.help() : verbs.front()->help("remit");
    return parsed;
  } catch (const CLI::CallForVersion& version) {
    parsed.message = fmt::format("{}\n", version.what());
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.message = usage_message(error, argc, argv);
    parsed.exit_code = kUsage;
    return parsed;
  }
  const std::string verb = parser.app.get_subcommands().front()->get_name();
  for (const CommandSpec& command : commands()) {
    if (command.name == verb) parsed.command = &command;
  }
  parsed.arguments = std::move(parser.arguments);
  return parsed;
}

}  // namespace remit::cli
