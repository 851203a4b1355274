#include "tests/images/rules/defects.h"

#include <gtest/gtest.h>

#include "tests/unit/vm/shop.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::images {

std::string answer_of(const vm::Image& image) {
  const auto program = vm::verify(vm::serialize(image));
  if (program) return {};
  const LoadError& error = program.error();
  return std::string(error.code()) + error.message.substr(sentence(error.fault).size());
}

std::string answer_of(const Draft& sound, const Defect& defect) {
  Draft draft = sound;
  if (defect.change) defect.change(draft);
  vm::Image image = laid_out(draft);
  if (defect.change_rows) defect.change_rows(image);
  return answer_of(image);
}

void expect_answers(const Draft& sound, const std::vector<Defect>& defects) {
  ASSERT_EQ(answer_of(laid_out(sound)), "");
  for (const Defect& defect : defects)
    EXPECT_EQ(answer_of(sound, defect), defect.answer) << defect.what;
}

Draft shop() {
  static const Draft kShop =
      compiled({{"schema.rule", test::kShop},
                {"policy.rule", test::policy(test::kItems)},
                {"desk.rule", test::policy(test::kDesk, "policy shop.desk")}});
  return kShop;
}

void add_argument(Draft& draft, Type type) {
  tool(draft, "shop.payout").args.push_back(make_field("extra", std::move(type)));
}

Type sized(TypeKind kind, std::int64_t low, std::int64_t high) { return {kind, low, high, {}, {}}; }

vm::ItemRow& item_row(vm::Image& image, std::string_view full_name) {
  for (vm::ItemRow& item : image.items) {
    const vm::StringId policy = image[item.policy].name;
    if (image[policy] + '.' + image[item.name] == full_name) return item;
  }
  ADD_FAILURE() << full_name;
  return image.items[0];
}

}  // namespace remit::images
