// What stands outside conditions: inputs of tables, amounts and keys of limits, counters.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/generator/conditions.h"
#include "tests/generator/pools.h"

namespace remit::generator {

using compiler::ToolIndex;
using compiler::Type;

namespace {

constexpr Type kBool{TypeKind::Bool, compiler::kNoRef, 0, 1, nullptr};

bool is_number(TypeKind kind) { return is_integral(kind) && compiler::is_ordered_kind(kind); }

}  // namespace

void Conditions::add_counter(const std::string& limit, TypeKind kind,
                             const std::vector<ToolIndex>& tools) {
  counters_.push_back({limit, {kind, compiler::kNoRef, 0, INT64_MAX, nullptr}, tools});
}

Term Conditions::input(const std::vector<ToolIndex>& tools) {
  make_readable(tools);
  asked_.clear();
  const std::size_t form = random_.below(10);
  if (form <= 2) {
    const auto fact =
        std::ranges::find(facts_, form == 0 ? "tool.name" : "tool.effect", &Readable::path);
    return {fact->path, fact->type, 0, 0, {}};
  }
  if (form == 3) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      const std::string test = atom();
      // A `match` is not an input.
      if (test.find("match ") == std::string::npos) return {test, &kBool, 0, 1, {}};
    }
  }
  while (true) {
    const Readable fact = random_.pick(facts_);
    if (fact.type == nullptr) continue;
    const TypeKind kind = fact.type->kind;
    if (is_number(kind)) {
      const Number value = number(fact);
      return {value.text, fact.type, value.low, value.high, std::exchange(asked_, {})};
    }
    if (is_integral(kind)) return {use(fact), fact.type, 0, 1, std::exchange(asked_, {})};
  }
}

Term Conditions::amount(const std::vector<ToolIndex>& tools, std::optional<TypeKind> kind, Wide low,
                        Wide high) {
  make_readable(tools);
  for (int attempt = 0; attempt < 200; ++attempt) {
    asked_.clear();
    const Readable fact = random_.pick(facts_);
    if (fact.type == nullptr || !compiler::is_amount(fact.type->kind) ||
        (kind && fact.type->kind != *kind))
      continue;
    const Number value = number(fact);
    if (value.low >= low && value.high <= high)
      return {value.text, fact.type, value.low, value.high, std::exchange(asked_, {})};
  }
  return {};
}

Term Conditions::key(const std::vector<ToolIndex>& tools) {
  make_readable(tools);
  while (true) {
    asked_.clear();
    const Readable fact = random_.pick(facts_);
    const bool fits = fact.type == nullptr || fact.type->kind == TypeKind::Id ||
                      fact.type->kind == TypeKind::Enum || fact.type->kind == TypeKind::Bool ||
                      fact.type->kind == TypeKind::Host || fact.type->kind == TypeKind::Tool ||
                      (fact.type->kind == TypeKind::String && fact.type->high <= 256);
    if (fits) return {use(fact), fact.type, 0, 0, std::exchange(asked_, {})};
  }
}

std::string Conditions::approval_atom() {
  static constexpr std::string_view kWho[] = {"approved()",          "approved(lead)",
                                              "approved(finance)",   "approved(role.staff)",
                                              "approved(requester)", "approved(owner)"};
  static constexpr std::string_view kHow[] = {"== 0", "< 2", ">= 2", "!= 1", "> 0"};
  return fmt::format("{} {}", random_.pick(kWho), random_.pick(kHow));
}

}  // namespace remit::generator
