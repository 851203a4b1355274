// Tables, limits and asserts of a random policy.

#include <algorithm>

#include <fmt/format.h>

#include "tests/generator/policy.h"
#include "tests/generator/tables.h"

namespace remit::generator {

namespace {

// Of a maximum: times three it still fits where a limit compares.
constexpr Wide kLimitMost = Wide{INT64_MAX} * 3;

}  // namespace

// ---- tables

std::string Policy::outcome(const Scope& where, bool guard, bool otherwise) {
  const std::size_t choice = random_.below(20);
  const std::string why = machine_ ? "" : " " + because(where);
  const std::string require = random_.percent(25) ? " require " + duties() : "";
  if (otherwise && !guard) {
    return choice < 12 ? "pass" + require : "deny" + why + require;
  }
  if (choice < 3) return "deny" + why + require;
  if (choice < 9) return wait() + why + require;
  if (choice < 15 && !guard) return "permit" + require;
  return "pass" + require;
}

void Policy::table(int number) {
  const Scope where = scope();
  const bool guard = guards_only_ || random_.percent(40);
  const Grid grid = generate_grid(bundle_, conditions_, where.readable(), random_);
  annotations(!guard, where, true);
  body_ += fmt::format("{}table {}{} on {} {{\n", guard ? "guard " : "", guard ? "gt" : "t", number,
                       where.text);
  conditions_asking(where, grid.asked, 35);
  body_ += grid.header + "\n";
  for (std::size_t i = 0; i < grid.cells.size(); ++i)
    body_ += fmt::format("  row{} {}=> {}\n", i, grid.cells[i], outcome(where, guard, false));
  if (grid.open) body_ += fmt::format("  otherwise => {}\n", outcome(where, guard, true));
  body_ += "}\n";
}

// ---- limits

void Policy::limit(int number) {
  const Scope where = scope();
  const std::string name = fmt::format("l{}", number);
  conditions_.read_counters(false);
  const bool calls = random_.percent(30);
  const Term amount = calls ? Term{} : conditions_.amount(where.readable(), {}, 0, INT64_MAX);
  const TypeKind kind = calls ? TypeKind::Int : amount.type->kind;
  const bool fixed = random_.percent(60);
  const Term most =
      fixed ? Term{} : conditions_.amount(where.readable(), kind, -kLimitMost, kLimitMost);
  std::vector<std::string> asked = amount.asked;
  asked.insert(asked.end(), most.asked.begin(), most.asked.end());
  std::vector<std::string> keys;
  const std::size_t key_count = random_.percent(15) ? 0 : 1 + random_.below(3);
  for (std::size_t i = 0; i < key_count; ++i) {
    const Term key = conditions_.key(where.readable());
    keys.push_back(key.text);
    asked.insert(asked.end(), key.asked.begin(), key.asked.end());
  }
  std::ranges::sort(asked);
  asked.erase(std::ranges::unique(asked).begin(), asked.end());
  static constexpr std::string_view kMost[] = {"3", "USD 50.00", "2h"};
  static constexpr std::string_view kWindows[] = {"in 1s",
                                                  "in 90s",
                                                  "in 1h",
                                                  "in 36h",
                                                  "in 30d",
                                                  "in calendar day",
                                                  "in calendar week",
                                                  "in calendar month",
                                                  "in calendar year",
                                                  "ever"};
  const std::string_view constant = kMost[kind == TypeKind::Int     ? 0
                                          : kind == TypeKind::Money ? 1
                                                                    : 2];

  annotations(false, where, false);
  body_ += fmt::format("limit {} on {} {{\n", name, where.text);
  const std::size_t conditions = body_.size();
  conditions_asking(where, asked, 30);
  const bool conditional = body_.size() != conditions;
  body_ += fmt::format("  max {} {}{}{} {}\n", most.text.empty() ? constant : most.text,
                       calls ? "calls" : "of " + amount.text, keys.empty() ? "" : " per ",
                       fmt::join(keys, ", "), random_.pick(kWindows));
  body_ += fmt::format("  otherwise {}\n", random_.percent(45) ? "deny" : wait());
  message(where);
  if (random_.percent(25)) body_ += fmt::format("  require {}\n", duties());
  body_ += "}\n";
  conditions_.read_counters(true);
  if (!conditional) conditions_.add_counter(name, kind, where.tools);
}

// ---- asserts

void Policy::assertion(int number) {
  const Scope where = scope();
  static constexpr std::string_view kForms[] = {"never permit", "never permit or queue",
                                                "always deny"};
  std::string condition = conditions_.condition(where.readable(), 1);
  if (random_.percent(60)) condition += " and " + conditions_.approval_atom();
  if (random_.percent(40)) condition += " and " + conditions_.more(1);
  const bool everywhere = where.any && random_.percent(50);
  body_ += fmt::format("\nassert a{}{} {{ {} when {} }}\n", number,
                       everywhere ? "" : " on " + where.text, random_.pick(kForms), condition);
}

}  // namespace remit::generator
