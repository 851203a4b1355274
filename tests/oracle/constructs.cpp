#include "tests/oracle/constructs.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/operators.h"

namespace remit::oracle {

namespace {

// What stands beside the operators of lang/operators.def.
constexpr std::string_view kOthers[] = {"places", "matches", "range", "match", "has"};

}  // namespace

Constructs& constructs() {
  thread_local Constructs all;
  return all;
}

void Constructs::end_bundle() {
  for (const auto& [name, holds] : seen_) {
    if (holds && seen_.contains({name, false})) ++bundles_[name];
  }
  seen_.clear();
  ++all_;
}

std::string Constructs::rare(std::uint64_t least) const {
  std::string text;
  const auto ask = [&](std::string_view name) {
    const auto found = bundles_.find(name);
    const std::uint64_t bundles = found == bundles_.end() ? 0 : found->second;
    if (bundles * 100 < least * all_)
      text += fmt::format("{}: {} of {} bundles; ", name, bundles, all_);
  };
  std::ranges::for_each(kOthers, ask);
  for (const ast::OperatorInfo& row : ast::kComparisons) ask(row.spelling);
  for (const ast::RelationInfo& row : ast::kRelations) ask(row.spelling);
  for (const ast::OperatorInfo& row : ast::kQuantifiers) ask(row.spelling);
  return text;
}

}  // namespace remit::oracle
