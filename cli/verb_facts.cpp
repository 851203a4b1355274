// `remit facts BUNDLE`

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "lang/suggest.h"

namespace remit::cli {

int run_facts(const Arguments& arguments, Console& console) {
  int exit_code = kFine;
  auto engine = open_engine(std::string(arguments.one("BUNDLE")), std::nullopt, console, exit_code);
  if (!engine) return exit_code;
  const std::string_view only = arguments.one("--tool");
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  bool found = false;
  for (const std::string_view tool : engine->tools()) {
    if (!only.empty() && tool != only) continue;
    found = true;
    const std::vector<RequiredFact> facts = *engine->required_facts(tool);
    if (console.json()) {
      auto& list = json[std::string(tool)] = nlohmann::ordered_json::array();
      for (const RequiredFact& fact : facts) {
        list.push_back({{"path", fact.path}, {"type", fact.type}});
        if (fact.window.empty()) continue;
        list.back()["window"] = fact.window;
        list.back()["conditional"] = fact.conditional;
      }
      continue;
    }
    console.out(console.styled(tool, Style::Bold) + '\n');
    for (const RequiredFact& fact : facts)
      console.out(fmt::format("  {:<28} {}{}{}\n", fact.path, fact.type,
                              fact.window.empty() ? "" : " used, window " + fact.window,
                              fact.conditional ? ", where the limit applies" : ""));
  }
  if (!found) {
    const auto nearest = lang::nearest_name(only, engine->tools());
    console.error(only.empty() ? std::string("the bundle declares no tools")
                               : fmt::format("there is no tool with the wire name `{}`{}", only,
                                             nearest ? fmt::format("; did you mean `{}`?", *nearest)
                                                     : std::string()));
    return only.empty() ? kNothingRan : kUsage;
  }
  if (console.json()) console.out(json.dump() + '\n');
  return kFine;
}

}  // namespace remit::cli
