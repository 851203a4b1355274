// Each rule of vm/verify/code.cpp, broken alone: what code must leave for who has it.
#include <gtest/gtest.h>

#include "tests/images/rules/defects.h"

namespace remit::images {
namespace {

using vm::Opcode;

TEST(CodeOfItems, IsWhatItsOwnerNeeds) {
  const Code kNumber = {integer(5)};
  const auto guarded = [](Code when, Code unless = {}) {
    return [=](Draft& d) {
      guard(d, when);
      item(d, "shop.rules.forged").unless = unless;
    };
  };
  expect_answers(
      small(),
      {
          {"a condition that is a number", "code.no_result: forged", guarded(kNumber)},
          {"an exception that is a number", "code.no_result: forged", guarded({yes()}, kNumber)},
          {"a policy that applies when a number", "code.no_result: shop.rules",
           [&](Draft& d) { policy(d, "shop.rules").applies = kNumber; }},
      });
  const auto input = [](Input made) {
    return [made = std::move(made)](Draft& d) {
      d.tables[*item(d, "shop.desk.by_plan.hot").table].inputs[0] = made;
    };
  };
  const auto amount = [](Code code) {
    return
        [code = std::move(code)](Draft& d) { item(d, "shop.desk.per_actor").limit->amount = code; };
  };
  Op counter = op(Opcode::LoadUsed);
  counter.text = "per_tenant";
  const auto used = [&](const char* scope, std::function<void(Draft&)> more = {}) {
    return [=](Draft& d) {
      policy(d, "shop.desk")
          .items.push_back(make_item(ItemKind::Guard, "a", vm::VerdictClass::Deny,
                                     {counter, integer(5, TypeKind::Money), op(Opcode::Greater)},
                                     {scope}));
      if (more) more(d);
    };
  };
  const std::string kNoCounter =
      "code.unknown_fact: instruction 0, a counter that may not be there (in ";
  expect_answers(shop(),
                 {
                     {"an input of another enum", "code.bad_type: by_plan.calm",
                      input({TypeKind::Enum, "plan", {load("context.environment")}})},
                     {"an input that is a percentage", "code.bad_type: by_plan.calm",
                      input({TypeKind::Int, {}, {load("risk.score"), percent()}})},
                     {"an input that is a text", "code.bad_type: by_plan.calm",
                      input({TypeKind::Id, {}, {load("tenant.id")}})},
                     {"a percentage of calls", "code.bad_type: per_actor",
                      amount({load("risk.score"), percent()})},
                     {"fewer than no calls", "code.overflow: per_actor", amount({integer(-1)})},
                     {"too many calls", "code.overflow: per_actor",
                      amount({integer(INT64_MAX), integer(2), op(Opcode::Multiply)})},
                     {"the most calls", "", amount({integer(INT64_MAX)})},
                     {"a counter", "", used("shop.refund")},
                     {"a counter of another tool", kNoCounter + "a)", used("shop.payout")},
                     {"a counter of a limit with an exception", kNoCounter + "a)",
                      used("shop.refund",
                           [](Draft& d) {
                             item(d, "shop.desk.per_tenant").unless = {load("context.freeze")};
                           })},
                     {"a counter that says whether a policy applies", kNoCounter + "shop.desk)",
                      [&](Draft& d) {
                        policy(d, "shop.desk").applies = {counter, integer(5, TypeKind::Money),
                                                          op(Opcode::Less)};
                      }},
                 });
}

TEST(CodeOfMessages, IsOfWhatMayBeShown) {
  const auto says = [](Code code, bool quoted = false) {
    return [=](Draft& d) {
      std::vector<Field>& args = tool(d, "shop.pay").args;
      args.push_back(make_field("host", plain(TypeKind::Host)));
      args.push_back(make_field("path", plain(TypeKind::Path)));
      args.push_back(make_field("email", plain(TypeKind::Email)));
      args.push_back(make_field("order", plain(TypeKind::Id)));
      args.push_back(make_field("secret", int_type(0, 9)));
      args.back().row.sensitive = 1;
      args.push_back(make_field("plain", int_type(0, 9)));
      Field hidden = make_field("hidden", int_type(0, 9));
      hidden.row.sensitive = 1;
      root(d, "risk").fields.push_back(hidden);
      guard(d, {});
      Piece piece;
      piece.row.quoted = quoted ? 1 : 0;
      piece.code = code;
      item(d, "shop.rules.forged").because = Template{{{}, "says ", {}}, piece};
    };
  };
  const auto sum = [](const char* a, const char* b) {
    return Code{load(a), load(b), op(Opcode::Add)};
  };
  const std::string kType = "code.bad_type: forged", kQuotes = "message.quotes: forged",
                    kSensitive = "message.sensitive: forged";
  expect_answers(small(),
                 {
                     {"a set", kType, says({load("target.tenants")})},
                     {"a string in quotes", "", says({load("actor.version")}, true)},
                     {"a string without", kQuotes, says({load("actor.version")})},
                     {"a url", kType, says({text("https://a.example/", TypeKind::Url)})},
                     {"a percentage", kType, says({load("risk.score"), percent()})},
                     {"an address range", kType, says({cidr("10.0.0.0/8")})},
                     {"a host in quotes", "", says({load("args.host")}, true)},
                     {"a path in quotes", "", says({load("args.path")}, true)},
                     {"an address in quotes", "", says({load("args.email")}, true)},
                     {"an id in quotes", "", says({load("args.order")}, true)},
                     {"an id without", kQuotes, says({load("args.order")})},
                     {"a number in quotes", kQuotes, says({load("args.plain")}, true)},
                     {"an id that no agent wrote", kQuotes, says({load("tenant.id")}, true)},
                     {"a secret", kSensitive, says({load("args.secret")})},
                     {"a secret and more", kSensitive, says(sum("args.secret", "args.plain"))},
                     {"a hidden fact", kSensitive, says({load("risk.hidden")})},
                     {"a hidden fact and more", kSensitive, says(sum("risk.hidden", "risk.score"))},
                     {"what is not hidden", "", says(sum("args.plain", "risk.score"))},
                 });
}

}  // namespace
}  // namespace remit::images
