// Small bundles and what the review finds in them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/bundle.h"

namespace remit::compiler {

inline constexpr const char* kSchema = R"(edition 1
schema shop.schema
currency USD
enum plan  { free < pro < enterprise }
enum state { open, closed }
enum role  { support_lead }
record line { sku: id, to: host, label: string(20)? }
extend tenant { plan: plan, home: set<host>(8) }
extend facts  { state: state, on: bool, n: int(0..=9), note: id? }
extend facts  { @absent_ok("nobody must") memo: id? }
tool shop.buy {
  effect communicate
  args {
    name: string(40), other: string(40), id: id, to: host, file: path, mail: email, url: url
    n: int(0..=9), plan: plan, memo: id?
    lines: list<line>(0..=5), names: list<string(40)>(0..=5), ids: set<id>(8)
  }
}
)";

// The codes that are reported for these items, in order; none for what the review says of tools
// that nothing grants.
inline std::vector<std::string> findings(const std::string& items) {
  const auto bundle = compile_bundle(
      {{"schema.rule", kSchema}, {"policy.rule", "edition 1\npolicy shop.policy\n" + items}}, {});
  std::vector<std::string> codes;
  for (const lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    if (diagnostic->code != lang::Code::W1316)
      codes.emplace_back(lang::info(diagnostic->code).name);
  }
  std::ranges::sort(codes);
  return codes;
}

using Codes = std::vector<std::string>;

inline Codes of_permit(const std::string& condition) {
  return findings("rule item on shop.buy { permit when tenant.id == \"t1\" and " + condition +
                  " }");
}
inline Codes of_wait(const std::string& condition) {
  return findings(
      "rule item on shop.buy { queue for support_lead within 1h when tenant.id == \"t1\" and " +
      condition + " because \"B\" }");
}
inline Codes of_grant_alone(const std::string& condition) {
  return findings("rule item on shop.buy { permit when " + condition + " }");
}
inline Codes of_guard(const std::string& condition) {
  return findings("guard item on shop.buy { deny when " + condition + " because \"B\" }");
}
inline Codes of_unless(const std::string& condition) {
  return findings("guard item on shop.buy { deny unless " + condition + " because \"B\" }");
}

}  // namespace remit::compiler
