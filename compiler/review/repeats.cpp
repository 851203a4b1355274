#include "compiler/review/repeats.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/ir/requirement.h"

namespace remit::compiler {

namespace {

using lang::Code;
using lang::Span;

void repeated_items(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  const TypedBundle& typed = *bundle.typed;
  std::map<std::tuple<LayerIndex, bool, std::vector<std::string>>, const ItemInfo*> seen;
  for (std::size_t i = 0; i < typed.items.size(); ++i) {
    const ItemInfo& item = typed.items[i];
    if (item.kind == ItemKind::Assert) continue;
    std::vector<std::string> texts = requirement_texts(bundle, static_cast<ItemIndex>(i));
    texts[kNameText].clear();
    texts[kBecauseText].clear();
    const bool grants = may_grant(item.kind) && item.grants();
    const auto [first, is_new] =
        seen.try_emplace(std::tuple(typed.policy(item).layer, grants, std::move(texts)), &item);
    if (is_new) continue;
    // The later one is the one too many.
    const bool later = first->second->place.file == item.place.file &&
                       first->second->place.begin > item.place.begin;
    const ItemInfo &copy = later ? *first->second : item, &original = later ? item : *first->second;
    diags
        .report(Code::W1315, copy.place,
                fmt::format("`{}` means the same as `{}`", copy.name, original.name))
        .secondary_at(original.place, "the other one")
        .help("remove one of them, or write what was to be different");
  }
}

// What stands behind the title of a test, token by token.
std::vector<std::string_view> question_of(const TestInfo& test, const TypedBundle& typed) {
  const auto tokens = typed.module(test.module).ast->tokens;
  const std::uint32_t begin = test.decl->title.span.end, end = test.decl->span.end;
  std::vector<std::string_view> question;
  auto token = std::ranges::lower_bound(tokens, begin, {},
                                        [](const lang::Token& each) { return each.span.begin; });
  for (; token != tokens.end() && token->span.begin < end; ++token) question.push_back(token->text);
  return question;
}

void repeated_tests(const TypedBundle& typed, lang::Diagnostics& diags) {
  std::map<std::pair<std::string_view, std::vector<std::string_view>>, const TestInfo*> seen;
  for (const TestInfo& test : typed.tests) {
    const auto [first, is_new] =
        seen.try_emplace(std::pair(test.layer, question_of(test, typed)), &test);
    if (is_new) continue;
    diags
        .report(Code::W1315, test.decl->title.span,
                fmt::format("this test is the same as \"{}\"", first->second->decl->title.text))
        .secondary_at(first->second->decl->title.span, "the other one")
        .help("remove one of them, or write what was to be different");
  }
}

}  // namespace

void review_repeats(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  repeated_items(bundle, diags);
  repeated_tests(*bundle.typed, diags);
}

void review_unused(const TypedBundle& typed, lang::Diagnostics& diags) {
  const auto report = [&](std::string_view kind, std::string_view name, Span place) {
    diags.report(Code::W1314, place, fmt::format("nothing names {} `{}`", kind, name))
        .help("remove it, or use it where it was meant");
  };
  std::set<std::string_view> fixtures;
  for (const TestInfo& test : typed.tests) fixtures.insert(test.decl->fixture.text);
  for (const FixtureInfo& fixture : typed.fixtures) fixtures.insert(fixture.decl->parent.text);
  for (const FixtureInfo& fixture : typed.fixtures) {
    if (!fixtures.contains(fixture.name)) report("fixture", fixture.name, fixture.decl->name.span);
  }
  // What a schema declares is for policies: where there are none, they are elsewhere.
  if (typed.policies.empty()) return;
  for (const UnusedName& unused : typed.unused)
    report(unused.kind, unused.decl->name.text, unused.decl->name.span);
}

}  // namespace remit::compiler
