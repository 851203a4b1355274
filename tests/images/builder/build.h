// Drafts to begin with, and short words to change them with.
//
//     Draft draft = small();
//     item(draft, "shop.rules.pay").when = {load("risk.score"), integer(5), op(Opcode::Less)};
//     EXPECT_EQ(fault(draft), "");
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <remit/compile.h>
#include "tests/images/builder/draft.h"

namespace remit::images {

// The smallest image that decides something: the facts that the engine reads, one tool `shop.pay`
// (`amount: money`, `note: string(64)?`, result `receipt`), one layer `main`, one policy
// `shop.rules` and in it one rule `pay` that permits.
[[nodiscard]] Draft small();
// What the compiler makes of the sources, which must be without errors.
[[nodiscard]] Draft compiled(const std::vector<SourceText>& sources,
                             std::string_view manifest = {});

// Parts by name. One that is not there ends the test.
[[nodiscard]] Enum& enumeration(Draft& draft, std::string_view name);
[[nodiscard]] Record& record(Draft& draft, std::string_view name);
[[nodiscard]] Root& root(Draft& draft, std::string_view name);
[[nodiscard]] Tool& tool(Draft& draft, std::string_view name);
[[nodiscard]] Policy& policy(Draft& draft, std::string_view name);
[[nodiscard]] Item& item(Draft& draft, std::string_view full_name);
// A field of a root: `risk.score`; an argument: `shop.pay.amount`.
[[nodiscard]] Field& field(Draft& draft, std::string_view path);

// ---- types and fields

[[nodiscard]] Type int_type(std::int64_t low, std::int64_t high);
[[nodiscard]] Type string_type(std::int64_t bytes_max);
// Of a kind that has one interval or none: money, duration, timestamp, bool, id, host, …
[[nodiscard]] Type plain(TypeKind kind);
[[nodiscard]] Type enum_type(std::string name);
[[nodiscard]] Type record_type(std::string name);
[[nodiscard]] Type set_of(Type element, std::int64_t high);
[[nodiscard]] Type list_of(Type element, std::int64_t low, std::int64_t high);
[[nodiscard]] Field make_field(std::string name, Type type);
[[nodiscard]] Field optional_field(std::string name, Type type);

// ---- code

[[nodiscard]] Op op(vm::Opcode opcode, std::uint32_t number = 0, std::uint8_t a = 0,
                    std::uint16_t b = 0);
[[nodiscard]] Op load(std::string path);
[[nodiscard]] Op has(std::string path);
[[nodiscard]] Op element(std::string path = {});  // load_element
[[nodiscard]] Op yes();
[[nodiscard]] Op integer(std::int64_t value, TypeKind kind = TypeKind::Int);
[[nodiscard]] Op ordinal(std::string enumeration, std::int64_t value);
[[nodiscard]] Op text(std::string value, TypeKind kind = TypeKind::String);
[[nodiscard]] Op cidr(std::string value);
[[nodiscard]] Op matches(std::string pattern);
[[nodiscard]] Op with_set(vm::Opcode opcode, Set set);
[[nodiscard]] Op push_set(Set set);
[[nodiscard]] Op make_set(std::uint16_t count, std::uint32_t scratch, bool texts);
[[nodiscard]] Op percent();  // one percent of

[[nodiscard]] Set integer_set(TypeKind kind, std::vector<std::int64_t> values, std::string of = {});
[[nodiscard]] Set text_set(TypeKind kind, std::vector<std::string> values);
[[nodiscard]] Set cidr_set(std::vector<std::string> ranges);

// ---- policies

[[nodiscard]] Item make_item(ItemKind kind, std::string name, vm::VerdictClass verdict,
                             Code when = {}, std::vector<std::string> scope = {"shop.pay"});
[[nodiscard]] Template words(std::string text);
// Puts a guard `forged` into shop.rules.
void guard(Draft& draft, Code when, std::vector<std::string> scope = {"shop.pay"});

// ---- answers

// The code of the fault with which the image is refused; empty if it is accepted.
[[nodiscard]] std::string fault(const vm::Image& image);
[[nodiscard]] std::string fault(const Draft& draft);

}  // namespace remit::images
