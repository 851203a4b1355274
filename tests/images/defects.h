// Sound images of which one thing is changed, and what the verifier then says. Where a change
// breaks one rule and no other, the check of that rule is shown to be there: without it the answer
// is another.
//
//     expect_answers(shop(), {{"a type that ends before it begins", "row.bad_bound: interval of a
//     type",
//                              [](Draft& d) { add_argument(d, int_type(5, 4)); }}});
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/images/build.h"

namespace remit::images {

struct Defect {
  const char* what;
  std::string answer;  // of `answer_of`
  std::function<void(Draft&)> change;
  std::function<void(vm::Image&)> change_rows{};  // once everything is laid out
};

// Of an image that is refused `code: detail`; empty if it is accepted.
[[nodiscard]] std::string answer_of(const vm::Image& image);
[[nodiscard]] std::string answer_of(const Draft& sound, const Defect& defect);

// What keeps the rules is answered with nothing, and so is `sound` itself.
void expect_answers(const Draft& sound, const std::vector<Defect>& defects);

// A bundle with something of everything: tools `shop.refund` and `shop.payout`, policies
// `shop.policy` (waits, duties, overrides, patterns, loops) and `shop.desk` (tables, limits,
// asserts), with clauses. The sources are those of tests/unit/compiler/shop.h.
[[nodiscard]] Draft shop();

// An argument `extra` of shop.payout.
void add_argument(Draft& draft, Type type);

}  // namespace remit::images
