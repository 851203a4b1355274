// `remit completion SHELL` and `remit man`: both are printed from the table of verbs.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace remit::cli {

namespace {

std::string words_of_choices(std::string_view choices) {
  std::string words(choices);
  for (char& c : words) {
    if (c == '|') c = ' ';
  }
  return words;
}

bool is_choice(std::string_view value) { return value.find('|') != std::string_view::npos; }

template <typename Visit>
void for_each_option(const CommandSpec& command, Visit&& visit) {
  for (const OptionSpec& option : command.options) visit(option);
  for (const OptionSpec& option : common_options()) visit(option);
}

std::string verb_names() {
  std::string names;
  for (const CommandSpec& command : commands())
    names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
  return names;
}

std::string bash_completion() {
  std::string script =
      "# bash completion for remit: source this file, or put it into bash_completion.d\n"
      "_remit() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" "
      "words=\"\"\n"
      "  case \"$previous\" in\n";
  for (const OptionSpec& option : common_options()) {
    script += fmt::format("    {}) words=\"{}\" ;;\n", option.flag, words_of_choices(option.value));
  }
  script += fmt::format(
      "    remit) words=\"{}\" ;;\n  esac\n  if [ -z \"$words\" ]; then\n    case "
      "\"${{COMP_WORDS[1]}}\" in\n",
      verb_names());
  for (const CommandSpec& command : commands()) {
    std::string words;
    for_each_option(command,
                    [&](const OptionSpec& option) { words += fmt::format("{} ", option.flag); });
    for (const PositionalSpec& positional : command.positionals)
      words += words_of_choices(positional.choices) + ' ';
    script += fmt::format("      {}) words=\"{}\" ;;\n", command.name, words);
  }
  return script +
         "    esac\n  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n"
         "}\ncomplete -o filenames -F _remit remit\n";
}

std::string zsh_completion() {
  std::string script = "#compdef remit\n_remit() {\n  local -a verbs=(\n";
  for (const CommandSpec& command : commands())
    script += fmt::format("    '{}:{}'\n", command.name, command.summary);
  script +=
      "  )\n  if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n  case $words[2] in\n";
  for (const CommandSpec& command : commands()) {
    script += fmt::format("    {}) _arguments", command.name);
    for_each_option(command, [&](const OptionSpec& option) {
      script += fmt::format(" '{}[{}]", option.flag, option.help);
      if (is_choice(option.value))
        script += fmt::format(":value:({})", words_of_choices(option.value));
      else if (!option.value.empty())
        script += ":value:_files";
      script += '\'';
    });
    script += " '*:file:_files' ;;\n";
  }
  return script + "  esac\n}\n_remit \"$@\"\n";
}

std::string fish_completion() {
  std::string script =
      fmt::format("complete -c remit -n '__fish_use_subcommand' -f -a '{}'\n", verb_names());
  for (const CommandSpec& command : commands()) {
    for_each_option(command, [&](const OptionSpec& option) {
      script += fmt::format(
          "complete -c remit -n '__fish_seen_subcommand_from {}' -l {} -d '{}'{}\n", command.name,
          option.flag.substr(2), option.help,
          is_choice(option.value) ? fmt::format(" -x -a '{}'", words_of_choices(option.value))
          : option.value.empty()  ? std::string()
                                  : std::string(" -r"));
    });
  }
  return script;
}

// Troff reads a leading dot as a request and a backslash as an escape.
std::string troff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '-') escaped += '\\';
    escaped += c;
  }
  return escaped.starts_with('.') ? "\\&" + escaped : escaped;
}

std::string man_page() {
  std::string page =
      ".TH REMIT 1 \"\" \"Remit " REMIT_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\nremit \\- decide what AI agents may do\n"
      ".SH SYNOPSIS\n.B remit\n.I VERB\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
      ".SH DESCRIPTION\nRemit checks, tests and compiles policies written as .rule files, and "
      "answers for a\n"
      "proposed tool call: permit, queue, escalate or deny, with the reasons.\n.SH VERBS\n";
  for (const CommandSpec& command : commands()) {
    page += fmt::format(".SS remit {}", command.name);
    for (const PositionalSpec& positional : command.positionals) {
      page += positional.arity == Arity::Many   ? fmt::format(" [{}...]", positional.name)
              : positional.arity == Arity::Some ? fmt::format(" {}...", positional.name)
                                                : fmt::format(" {}", positional.name);
    }
    page += fmt::format("\n{}.\n", troff(command.summary));
    for (const PositionalSpec& positional : command.positionals) {
      page += fmt::format(".TP\n\\fI{}\\fR\n{}\n", positional.name, troff(positional.help));
    }
    for (const OptionSpec& option : command.options) {
      page += fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}\n", troff(option.flag),
                          troff(option.value), troff(option.help));
    }
  }
  page += ".SH OPTIONS OF EVERY VERB\n";
  for (const OptionSpec& option : common_options()) {
    page += fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}\n", troff(option.flag), troff(option.value),
                        troff(option.help));
  }
  return page +
         ".SH EXIT STATUS\n0 fine; 1 findings; 2 usage or unreadable input; 3 nothing ran; 5 "
         "integrity; 70 a bug in Remit.\n"
         "With decide \\-\\-exit\\-code: permit 0, deny 10, queue 11, escalate 12.\n";
}

}  // namespace

int run_completion(const Arguments& arguments, Console& console) {
  const std::string_view shell = arguments.one("SHELL");
  console.out(shell == "bash"  ? bash_completion()
              : shell == "zsh" ? zsh_completion()
                               : fish_completion());
  return kFine;
}

int run_man(const Arguments&, Console& console) {
  console.out(man_page());
  return kFine;
}

}  // namespace remit::cli
