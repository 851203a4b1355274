// Sound images of which one thing is changed, and what the verifier then says. Where a change
// breaks one rule and no other, the check of that rule is shown to be there: without it the answer
// is another.
//
//     expect_answers(shop(), {{"a list of nothing", "row.bad_bound: collection",
//                              [](Draft& d) { add_argument(d, list_of(id, 0, 0)); }}});
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/images/builder/build.h"

namespace remit::images {

struct Defect {
  using OfDraft = std::function<void(Draft&)>;
  using OfRows = std::function<void(vm::Image&)>;

  Defect(const char* what, std::string answer, OfDraft change, OfRows change_rows = {})
      : what(what),
        answer(std::move(answer)),
        change(std::move(change)),
        change_rows(std::move(change_rows)) {}
  Defect(const char* what, std::string answer, OfRows change_rows)
      : Defect(what, std::move(answer), OfDraft(), std::move(change_rows)) {}

  const char* what;
  std::string answer;  // of `answer_of`
  OfDraft change;
  OfRows change_rows;  // once everything is laid out
};

// Of an image that is refused `code: detail`; empty if it is accepted.
[[nodiscard]] std::string answer_of(const vm::Image& image);
[[nodiscard]] std::string answer_of(const Draft& sound, const Defect& defect);

// What keeps the rules is answered with nothing, and so is `sound` itself.
void expect_answers(const Draft& sound, const std::vector<Defect>& defects);

// A bundle with something of everything: tools `shop.refund` and `shop.payout`, policies
// `shop.policy` (waits, duties, overrides, patterns, loops) and `shop.desk` (tables, limits,
// asserts), with clauses. The sources are those of tests/unit/vm/shop.h.
[[nodiscard]] Draft shop();

// An argument `extra` of shop.payout.
void add_argument(Draft& draft, Type type);
[[nodiscard]] Type sized(TypeKind kind, std::int64_t low, std::int64_t high);

// ---- rows

inline constexpr std::uint32_t kNowhere = 99'999;

[[nodiscard]] vm::ItemRow& item_row(vm::Image& image, std::string_view full_name);

template <typename Row>
void add_one_more(std::vector<Row>& rows) {
  rows.push_back(rows.back());
}

}  // namespace remit::images
