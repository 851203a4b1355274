// Each rule of code (vm/verify/abstract_*.cpp), broken alone. The answer says at which
// instruction.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "tests/images/rules/defects.h"
#include "vm/verify/abstract_state.h"

namespace remit::images {
namespace {

using vm::Opcode;

// The smallest image with a fact of each kind.
Draft facts() {
  Draft draft = small();
  draft.records.push_back(
      {"line",
       {make_field("count", int_type(0, 9)), optional_field("spare", int_type(0, 9)),
        make_field("price", plain(TypeKind::Money)),
        make_field("lasts", plain(TypeKind::Duration))}});
  std::vector<Field>& context = root(draft, "context").fields;
  context.push_back(make_field("source_ip", plain(TypeKind::Ip)));
  context.push_back(make_field("host", plain(TypeKind::Host)));
  context.push_back(make_field("hosts", list_of(plain(TypeKind::Host), 0, 4)));
  context.push_back(make_field("ids", list_of(plain(TypeKind::Id), 0, 4)));
  context.push_back(make_field("command", string_type(300)));
  context.push_back(make_field("numbers", list_of(int_type(0, 9), 0, 4)));
  context.push_back(make_field("stages", list_of(enum_type("environment"), 0, 4)));
  context.push_back(make_field("email", plain(TypeKind::Email)));
  context.push_back(make_field("time", plain(TypeKind::TimeOfDay)));
  context.push_back(make_field("lasts", plain(TypeKind::Duration)));
  context.push_back(make_field("large", int_type(0, INT64_MAX)));
  context.push_back(make_field("below", int_type(INT64_MIN, 0)));
  context.push_back(make_field("kinds", set_of(enum_type("environment"), 4)));
  std::vector<Field>& args = tool(draft, "shop.pay").args;
  args.push_back(make_field("lines", list_of(record_type("line"), 0, 9)));
  args.push_back(make_field("blob", {TypeKind::Opaque, 0, 40, {}, {}}));
  return draft;
}

struct Case {
  const char* what;
  std::string answer;  // without the item that it is in
  Code code;
};

// Each as the condition of a guard.
void expect_of_code(const std::vector<Case>& pieces) {
  constexpr std::string_view kOwner = " (in forged)";
  const Draft sound = facts();
  for (const Case& piece : pieces) {
    Draft draft = sound;
    guard(draft, piece.code);
    std::string answer = answer_of(laid_out(draft));
    if (answer.ends_with(kOwner)) answer.resize(answer.size() - kOwner.size());
    EXPECT_EQ(answer, piece.answer) << piece.what;
  }
}

std::string wrong(int instruction, std::string_view detail = {},
                  std::string_view fault = "code.bad_type") {
  return fmt::format("{}: instruction {}{}{}", fault, instruction, detail.empty() ? "" : ", ",
                     detail);
}

TEST(Code, ConstantsAreValues) {
  const char* kIntegral = "an integral constant";
  const auto operand = [](const char* detail) { return wrong(0, detail, "code.bad_operand"); };
  expect_of_code({
      {"a text as a number", wrong(0, kIntegral), {integer(4, TypeKind::Url)}},
      {"a bool as a number", wrong(0, kIntegral), {integer(1, TypeKind::Bool)}},
      {"a number as a text", wrong(0, "a text constant"), {text("4", TypeKind::Int)}},
      {"below an enum",
       operand("an ordinal"),
       {ordinal("environment", -1), load("context.environment"), op(Opcode::Equal)}},
      {"above an enum",
       operand("an ordinal"),
       {ordinal("environment", 2), load("context.environment"), op(Opcode::Equal)}},
      {"the last of an enum",
       "",
       {ordinal("environment", 1), load("context.environment"), op(Opcode::Equal)}},
      {"below all tools",
       operand("a tool"),
       {integer(-1, TypeKind::Tool), load("tool.name"), op(Opcode::Equal)}},
      {"above all tools",
       operand("a tool"),
       {integer(1, TypeKind::Tool), load("tool.name"), op(Opcode::Equal)}},
      {"the last tool", "", {integer(0, TypeKind::Tool), load("tool.name"), op(Opcode::Equal)}},
      {"before midnight",
       operand("a time of day"),
       {integer(-1, TypeKind::TimeOfDay), load("context.time"), op(Opcode::Less)}},
      {"after midnight",
       operand("a time of day"),
       {integer(86'400, TypeKind::TimeOfDay), load("context.time"), op(Opcode::Less)}},
      {"the last minute",
       "",
       {integer(86'399, TypeKind::TimeOfDay), load("context.time"), op(Opcode::Less)}},
  });
}

TEST(Code, FactsAreThereAndAreValues) {
  const std::string kNoValue = "a record or opaque is not a value";
  const std::string kAlways = "a fact that is always present";
  const auto in_loop = [](Op body) {
    return Code{load("target.tenants"), op(Opcode::LoopAny, 4), std::move(body),
                op(Opcode::LoopEnd)};
  };
  expect_of_code({
      {"a record", wrong(0, kNoValue), {load("actor.on_behalf_of")}},
      {"an opaque value", wrong(0, kNoValue), {load("args.blob")}},
      {"what is never absent", wrong(0, kAlways), {has("risk.score")}},
      {"an element that is never absent", wrong(2, kAlways), in_loop(op(Opcode::HasElement))},
      {"what was only asked for",
       wrong(2, {}, "code.absent_read"),
       {has("args.note"), op(Opcode::JumpIfTrue, 4), load("args.note"), matches("a")}},
      {"an element outside a loop",
       wrong(0, "an element outside a loop", "code.bad_operand"),
       {element()}},
      {"a field of a scalar", wrong(2, "a field of a scalar", "code.bad_operand"),
       in_loop(op(Opcode::LoadElement, 3))},
      {"a field that is not there",
       wrong(2, "a field of the element", "code.bad_operand"),
       {load("args.lines"), op(Opcode::LoopAny, 4), op(Opcode::LoadElement, 99),
        op(Opcode::LoopEnd)}},
  });
}

// More facts than the verifier keeps apart: those that it knows, it goes on to know.
TEST(Code, TestsManyFacts) {
  Draft draft = facts();
  Code code;
  for (const auto& [path, count] : {std::pair("risk", 200), {"session", 200}, {"args", 112}}) {
    std::vector<Field>& fields =
        std::string_view(path) == "args" ? tool(draft, "shop.pay").args : root(draft, path).fields;
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("z{:03}", i);
      fields.push_back(optional_field(name, int_type(0, 9)));
      code.push_back(has(fmt::format("{}.{}", path, name)));
      code.push_back(op(Opcode::Drop));
    }
  }
  ASSERT_EQ(code.size(), 2 * vm::kTestedFactsMax);
  const auto end = static_cast<std::uint32_t>(code.size() + 5);
  const auto reads = [&](const char* path) {
    Draft reading = draft;
    Code more = code;
    more.push_back(has(path));
    more.push_back(op(Opcode::JumpIfFalse, end));
    more.push_back(load(path));
    more.push_back(integer(4));
    more.push_back(op(Opcode::Less));
    guard(reading, more);
    return answer_of(laid_out(reading));
  };
  EXPECT_EQ(reads("risk.z000"), "");
  root(draft, "risk").fields.push_back(optional_field("late", int_type(0, 9)));
  EXPECT_EQ(reads("risk.late"), "code.absent_read: instruction 1026 (in forged)");
}

// What was tested and then forgotten is not known behind the condition.
TEST(Code, KnowsOnlyWhatItsConditionFound) {
  Draft draft = facts();
  guard(draft, {has("args.note"), op(Opcode::Drop), yes()});
  Item& forged = item(draft, "shop.rules.forged");
  forged.unless = {load("args.note"), matches("a")};
  EXPECT_EQ(answer_of(laid_out(draft)), "code.absent_read: instruction 3 (in forged)");
  forged.when = {has("args.note")};
  EXPECT_EQ(answer_of(laid_out(draft)), "");
}

// The number of a field of an element may be that of a slot.
TEST(Code, TakesNoFieldOfAnElementForAnArgument) {
  Draft draft = facts();
  Record wide{"wide", {}};
  for (int i = 0; i < 200; ++i)
    wide.fields.push_back(make_field(fmt::format("f{:03}", i), int_type(0, 9)));
  draft.records.push_back(wide);
  root(draft, "context").fields.push_back(make_field("wide", list_of(record_type("wide"), 0, 4)));
  guard(draft, {load("context.wide"), op(Opcode::LoopAny, 6), element("f199"), integer(4),
                op(Opcode::Less), op(Opcode::LoopEnd)});
  EXPECT_EQ(answer_of(laid_out(draft)), "");
}

TEST(Code, SetsAreOfOneType) {
  const std::string kElement = "an element of a set", kTwo = "elements of two types",
                    kOverflow = "code.overflow";
  const auto contains = [](Code elements, std::uint16_t count, bool texts = false) {
    Code code = {load("risk.score")};
    code.insert(code.end(), elements.begin(), elements.end());
    code.push_back(make_set(count, 0, texts));
    code.push_back(op(Opcode::ContainsInteger));
    return code;
  };
  const auto doubled = [](std::int64_t value) {
    return Code{integer(value), integer(2), op(Opcode::Multiply)};
  };
  std::vector<Op> full = {load("risk.score")};
  std::uint32_t at = 0;
  for (const std::uint16_t count : {std::uint16_t{200}, std::uint16_t{200}, std::uint16_t{113}}) {
    full.insert(full.end(), count, integer(1));
    full.push_back(make_set(count, at, false));
    at += count;
  }
  expect_of_code({
      {"a set of sets", wrong(2, kElement), contains({load("target.tenants")}, 1)},
      {"a percentage", wrong(3, kElement), contains({load("risk.score"), percent()}, 1)},
      {"two kinds", wrong(3, kTwo), contains({integer(1), load("spend.cost")}, 2)},
      {"two enums", wrong(3, kTwo),
       contains({ordinal("environment", 0), ordinal("actor_kind", 0)}, 2)},
      {"an address and a range", wrong(3, kTwo),
       contains({load("context.source_ip"), cidr("10.0.0.0/8")}, 2, true)},
      {"too large", wrong(4, kElement, kOverflow), contains(doubled(INT64_MAX), 1)},
      {"too low", wrong(4, kElement, kOverflow), contains(doubled(INT64_MIN), 1)},
      {"numbers as texts", wrong(2, "elements of a set"), contains({integer(1)}, 1, true)},
      {"too many together", wrong(516, {}, "code.scratch_overflow"), full},
  });
}

TEST(Code, TextsAreOfOneType) {
  const std::string kTwo = "two texts of one type";
  expect_of_code({
      {"the domain of what is no address",
       wrong(1, "email"),
       {load("tenant.id"), op(Opcode::EmailDomain), load("context.host"), op(Opcode::TextEqual)}},
      {"the domain of an address",
       "",
       {load("context.email"), op(Opcode::EmailDomain), load("context.host"),
        op(Opcode::TextEqual)}},
      {"an id and a host",
       wrong(2, kTwo),
       {load("tenant.id"), load("context.host"), op(Opcode::TextEqual)}},
      {"a range and an address",
       wrong(2, kTwo),
       {cidr("10.0.0.0/8"), load("context.source_ip"), op(Opcode::TextEqual)}},
      {"an address and a range",
       wrong(2, kTwo),
       {load("context.source_ip"), cidr("10.0.0.0/8"), op(Opcode::TextEqual)}},
  });
}

TEST(Code, ArithmeticIsOfAmounts) {
  const std::string kOperands = "operands of arithmetic";
  const Op risk = load("risk.score"), now = load("clock.now"), cost = load("spend.cost"),
           lasts = load("context.lasts"), time = load("context.time");
  const Op add = op(Opcode::Add), subtract = op(Opcode::Subtract), multiply = op(Opcode::Multiply);
  expect_of_code({
      {"a bool", wrong(2, "a number is needed"), {yes(), integer(1), add}},
      {"a percentage and a number", wrong(3, kOperands), {risk, percent(), integer(1), add}},
      {"a number and a percentage", wrong(3, kOperands), {integer(1), risk, percent(), add}},
      {"a percentage, times two", wrong(3, kOperands), {risk, percent(), integer(2), multiply}},
      {"a moment, times two", wrong(2, kOperands), {now, integer(2), multiply}},
      {"two, times a moment", wrong(2, kOperands), {integer(2), now, multiply}},
      {"money, times money", wrong(2, kOperands), {cost, cost, multiply}},
      {"two, times money", "", {integer(2), cost, multiply, cost, op(Opcode::Less)}},
      {"money, times two", "", {cost, integer(2), multiply, cost, op(Opcode::Less)}},
      {"a moment and some of a duration", wrong(3, kOperands), {now, lasts, percent(), add}},
      {"a moment and a number", wrong(2, kOperands), {now, integer(1), add}},
      {"a moment less a number", wrong(2, kOperands), {now, integer(1), subtract}},
      {"a moment and a moment", wrong(2, kOperands), {now, now, add}},
      {"a moment less a moment", "", {now, now, subtract, lasts, op(Opcode::Less)}},
      {"a moment less a duration", "", {now, lasts, subtract, now, op(Opcode::Less)}},
      {"a time of day and another", wrong(2, kOperands), {time, time, add}},
      {"a number and money", wrong(2, kOperands), {integer(1), cost, add}},
      {"some of a moment", wrong(1, "a percentage"), {now, percent()}},
      {"some of a percentage", wrong(2, "a percentage"), {risk, percent(), percent()}},
      {"some of too much",
       wrong(3, {}, "code.overflow"),
       {load("context.large"), load("context.large"), multiply, op(Opcode::Scale)}},
      {"some of too little",
       wrong(3, {}, "code.overflow"),
       {load("context.below"), load("context.large"), multiply, op(Opcode::Scale)}},
  });
}

TEST(Code, ComparesWhatHasOneTypeAndAnOrder) {
  const std::string kCompared = "operands of a comparison", kRange = "operands of a range";
  const Op risk = load("risk.score"), cost = load("spend.cost"), kind = load("actor.kind"),
           environment = load("context.environment");
  const Op less = op(Opcode::Less), in_range = op(Opcode::InRange);
  expect_of_code({
      {"which bool is less", wrong(2, kCompared), {yes(), yes(), less}},
      {"which tool is less",
       wrong(2, kCompared),
       {load("tool.name"), integer(0, TypeKind::Tool), less}},
      {"which of an enum without order is less",
       wrong(2, kCompared),
       {kind, ordinal("actor_kind", 0), less}},
      {"which of an order is less", "", {load("tool.effect"), ordinal("effect", 1), less}},
      {"values of two enums", wrong(2, kCompared), {environment, kind, op(Opcode::Equal)}},
      {"a percentage and a number", wrong(3, kCompared), {risk, percent(), risk, less}},
      {"from money", wrong(3, kRange), {risk, cost, risk, in_range}},
      {"to money", wrong(3, kRange), {risk, risk, cost, in_range}},
      {"a range without order", wrong(3, kRange), {kind, kind, kind, in_range}},
  });
}

TEST(Code, AsksCollectionsForTheirElements) {
  const std::string kElement = "an element and its collection", kSets = "two sets of one type";
  const Op risk = load("risk.score"), address = load("context.source_ip"),
           environment = load("context.environment"), tenants = load("target.tenants");
  const Op some = push_set(integer_set(TypeKind::Int, {1, 2}));
  const Op in = op(Opcode::ContainsInteger), in_text = op(Opcode::ContainsText);
  const Op overlaps = op(Opcode::OverlapsText);
  const Op addresses = push_set(text_set(TypeKind::Ip, {"10.0.0.1"}));
  expect_of_code({
      {"an element of a number", wrong(2, kElement), {yes(), risk, in}},
      {"an address as one of some ranges",
       wrong(2, kElement),
       {address, push_set(cidr_set({"10.0.0.0/8"})), in_text}},
      {"a range as one of some addresses",
       wrong(2, kElement),
       {cidr("10.0.0.0/8"), addresses, in_text}},
      {"an id as one of some hosts",
       wrong(2, kElement),
       {load("tenant.id"), push_set(text_set(TypeKind::Host, {"a.example"})), in_text}},
      {"a value of another enum",
       wrong(2, kElement),
       {environment, push_set(integer_set(TypeKind::Enum, {0}, "actor_kind")), in}},
      {"a percentage", wrong(3, kElement), {risk, percent(), some, in}},
      {"a number as a text", wrong(2, kElement), {risk, some, in_text}},
      {"a list on the left", wrong(2, kSets), {load("context.ids"), tenants, overlaps}},
      {"a list on the right", wrong(2, kSets), {tenants, load("context.ids"), overlaps}},
      {"ids and hosts",
       wrong(2, kSets),
       {tenants, push_set(text_set(TypeKind::Host, {"a.example"})), overlaps}},
      {"two enums",
       wrong(2, kSets),
       {load("context.kinds"), push_set(integer_set(TypeKind::Enum, {0}, "actor_kind")),
        op(Opcode::OverlapsInteger)}},
      {"ranges and addresses",
       wrong(2, kSets),
       {push_set(cidr_set({"10.0.0.0/8"})), addresses, overlaps}},
      {"addresses and ranges",
       wrong(2, kSets),
       {addresses, push_set(cidr_set({"10.0.0.0/8"})), overlaps}},
      {"numbers as texts", wrong(2, kSets), {some, some, overlaps}},
  });
}

TEST(Code, AsksWhatLiesUnderWhat) {
  const std::string kUnder = "operands of `under`";
  const Op address = load("context.source_ip"), host = load("context.host");
  expect_of_code({
      {"an id under a host", wrong(2, kUnder), {load("tenant.id"), host, op(Opcode::UnderHost)}},
      {"a host under a path",
       wrong(2, kUnder),
       {host, text("/a", TypeKind::Path), op(Opcode::UnderHost)}},
      {"a range under a range",
       wrong(2, kUnder),
       {cidr("10.0.0.0/8"), cidr("10.0.0.0/8"), op(Opcode::UnderIp)}},
      {"an address under an address", wrong(2, kUnder), {address, address, op(Opcode::UnderIp)}},
      {"a host under a list",
       wrong(2, kUnder),
       {host, load("context.hosts"), op(Opcode::UnderAnyHost)}},
      {"a host under a set",
       "",
       {host, push_set(text_set(TypeKind::Host, {"a.example"})), op(Opcode::UnderAnyHost)}},
  });
}

TEST(Code, LooksForTextsInTexts) {
  const std::string kTexts = "a text and texts to look for";
  const auto look_for = [](Set set) { return with_set(Opcode::ContainsAny, std::move(set)); };
  const Op command = load("context.command"), some = look_for(text_set(TypeKind::Id, {"rm"}));
  expect_of_code({
      {"ids in a string", "", {command, some}},
      {"nothing", wrong(0, {}, "code.stack_underflow"), {some}},
      {"in a host", wrong(1, kTexts), {load("context.host"), some}},
      {"in a list", wrong(1, kTexts), {load("context.ids"), some}},
      {"a host", wrong(1, kTexts), {command, look_for(text_set(TypeKind::Host, {"a.example"}))}},
      {"a number", wrong(1, kTexts), {command, look_for(integer_set(TypeKind::Int, {1}))}},
      {"a range", wrong(1, kTexts), {command, look_for(cidr_set({"10.0.0.0/8"}))}},
      {"the empty text",
       wrong(1, "an empty text to look for", "code.bad_operand"),
       {command, look_for(text_set(TypeKind::String, {"", "rm"}))}},
  });
}

TEST(Code, AsksForTheFirstElementsOfAList) {
  const std::string kList = "a list of scalars", kPlace = "a list and what is in a place of it",
                    kUnderflow = "code.stack_underflow";
  const auto has = [](std::uint16_t places) { return op(Opcode::HasPlaces, 0, 0, places); };
  const auto in_place = [](std::uint16_t place, Set set) {
    const bool texts = set.element != vm::ElementKind::Integer;
    Op result = with_set(Opcode::InPlace, std::move(set));
    result.a = texts ? 1 : 0;
    result.b = place;
    return result;
  };
  const Op ids = load("context.ids"), numbers = load("context.numbers"),
           drop = op(Opcode::DropList), first = in_place(1, text_set(TypeKind::Id, {"rm"}));
  Op number_as_text = in_place(1, integer_set(TypeKind::Int, {1}));
  number_as_text.a = 1;
  Op stage = in_place(1, integer_set(TypeKind::Enum, {0}, "actor_kind"));
  expect_of_code({
      {"two places",
       "",
       {ids, has(2), first, in_place(2, text_set(TypeKind::Id, {"a", "b"})), drop}},
      {"only any", "", {ids, has(4), drop}},
      {"too many", wrong(1, "places", "code.bad_operand"), {ids, has(33), drop}},
      {"of a list of nothing", wrong(0, {}, kUnderflow), {has(1), drop}},
      {"of a set", wrong(1, kList), {load("target.tenants"), has(1), drop}},
      {"of records", wrong(1, kList), {load("args.lines"), has(1), drop}},
      {"a place that may not be there",
       wrong(3, "a place that may not be there", "code.bad_operand"),
       {ids, has(1), first, in_place(2, text_set(TypeKind::Id, {"a"})), drop}},
      {"a place of which nothing is known",
       wrong(2, "a place that may not be there", "code.bad_operand"),
       {ids, yes(), first, drop}},
      {"a place once it was negated",
       wrong(3, "a place that may not be there", "code.bad_operand"),
       {ids, has(1), op(Opcode::Not), first, drop}},
      {"a place where paths of two lists join",
       wrong(7, "a place that may not be there", "code.bad_operand"),
       {yes(), op(Opcode::JumpUnless, 5), ids, has(2), op(Opcode::Jump, 7), ids, has(1),
        in_place(2, text_set(TypeKind::Id, {"a"})), drop}},
      {"a place without a list", wrong(1, {}, kUnderflow), {yes(), first}},
      {"a number in ids",
       wrong(2, kPlace),
       {ids, has(1), in_place(1, integer_set(TypeKind::Int, {1})), drop}},
      {"numbers as texts", wrong(2, kPlace), {numbers, has(1), number_as_text, drop}},
      {"a value of another enum", wrong(2, kPlace), {load("context.stages"), has(1), stage, drop}},
      {"ranges among ids",
       wrong(2, kPlace),
       {ids, has(1), in_place(1, cidr_set({"10.0.0.0/8"})), drop}},
      {"an end without a list", wrong(2, "a list below a bool"), {load("risk.score"), yes(), drop}},
      {"an end of a list alone", wrong(1, {}, kUnderflow), {ids, drop}},
  });
}

TEST(Code, MatchesEnumsAndBools) {
  const std::string kOperand = "the operand of a match";
  const auto is_case = [](Set set) { return with_set(Opcode::Case, std::move(set)); };
  const Op some = is_case(integer_set(TypeKind::Int, {1}));
  expect_of_code({
      {"nothing", wrong(0, {}, "code.stack_underflow"), {some}},
      {"a number", wrong(1, kOperand), {load("risk.score"), some}},
      {"a bool that is one", wrong(1, kOperand), {yes(), some}},
      {"a value of another enum",
       wrong(1, kOperand),
       {load("context.environment"), is_case(integer_set(TypeKind::Enum, {0}, "actor_kind"))}},
      {"an arm of a number", wrong(1, kOperand), {integer(5), op(Opcode::Drop), yes()}},
  });
}

TEST(Code, LoopsOverCollections) {
  const std::string kOver = "a collection to loop over", kBody = "the value of a loop's body",
                    kBadLoop = "code.bad_loop";
  const Op tenants = load("target.tenants"), lines = load("args.lines"), end = op(Opcode::LoopEnd);
  const auto sum = [&](std::vector<Op> body, Op compared) {
    Code code = {lines, op(Opcode::LoopSum, static_cast<std::uint32_t>(body.size() + 3))};
    code.insert(code.end(), body.begin(), body.end());
    for (const Op& next : {end, compared, op(Opcode::Less)}) code.push_back(next);
    return code;
  };
  expect_of_code({
      {"a body of nothing", wrong(1, {}, kBadLoop), {tenants, op(Opcode::LoopAny, 3), end}},
      {"no end", wrong(1, {}, kBadLoop), {tenants, op(Opcode::LoopAny, 4), yes(), yes()}},
      {"an end inside",
       wrong(3, {}, kBadLoop),
       {tenants, op(Opcode::LoopAny, 6), yes(), end, yes(), end}},
      {"a number", wrong(1, kOver), {load("risk.score"), op(Opcode::LoopAny, 4), yes(), end}},
      {"ranges",
       wrong(1, kOver),
       {push_set(cidr_set({"10.0.0.0/8"})), op(Opcode::LoopAny, 4), yes(), end}},
      {"a set that was made",
       wrong(2, kOver),
       {integer(1), make_set(1, 0, false), op(Opcode::LoopAny, 5), yes(), end}},
      {"a jump into it",
       wrong(3, "into a loop", "code.bad_jump"),
       {yes(), op(Opcode::JumpUnless, 5), tenants, op(Opcode::LoopAny, 6), yes(), end}},
      {"a sum of durations", "", sum({element("lasts")}, load("context.lasts"))},
      {"a sum of money", "", sum({element("price")}, load("spend.cost"))},
      {"a sum of moments", wrong(3, kBody), sum({load("clock.now")}, load("clock.now"))},
      {"a sum of percentages", wrong(4, kBody), sum({element("count"), percent()}, integer(4))},
      {"all of a number", wrong(3, kBody), {lines, op(Opcode::LoopAll, 4), element("count"), end}},
  });
}

}  // namespace
}  // namespace remit::images
