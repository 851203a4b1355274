// An image that is refused is refused by the check that its test is about: with that one check
// switched off the same image is accepted, so the test can fail.
#include <gtest/gtest.h>

#include <functional>

#include "tests/mutants/accepting.h"
#include "tests/unit/compiler/bundles.h"
#include "vm/program.h"
#include "vm/serialize.h"

namespace remit {
namespace {

struct Forgery {
  const char* what;
  const char* check;  // as scripts/mutants.py names it
  std::function<void(vm::Image&)> lie;
};

const Forgery kForgeries[] = {
    {"a version before the first", "verify_rows:strings:BadBound",
     [](vm::Image& i) { i.version = -1; }},
    {"an undo that is never and always", "verify_rows:tools:BadBound",
     [](vm::Image& i) { i.tools[0].undo_ms = -2; }},
    {"a bound that is not that of the code", "verify_bounds:",
     [](vm::Image& i) { i.tools[0].steps_bound += 1; }},
    {"more steps than the bundle allows", "verify_bounds:",
     [](vm::Image& i) { i.steps_max = 5; }},
    {"a wait that ends at once", "verify_meaning:item:BadVerdict",
     [](vm::Image& i) {
       for (vm::ItemRow& item : i.items)
         if (item.within_ms != 0) item.within_ms = 1;
     }},
    {"a clause outside its item", "verify_clauses:",
     [](vm::Image& i) { i.debug.clauses[0].code.first += 1; }},
};

TEST(Forgeries, EachIsAcceptedWithItsOneCheckSwitchedOff) {
  const auto sound = vm::parse(
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}}).image);
  ASSERT_TRUE(sound);
  for (const Forgery& forgery : kForgeries) {
    vm::Image image = *sound;
    forgery.lie(image);
    const std::vector<std::byte> file = vm::serialize(image);
    ASSERT_FALSE(vm::verify(file)) << forgery.what;
    const auto names = mutants::accepting(file);
    EXPECT_EQ(names.size(), 1U) << forgery.what << ": " << testing::PrintToString(names);
    for (const std::string& name : names) EXPECT_TRUE(name.starts_with(forgery.check)) << name;
  }
}

TEST(Forgeries, ASoundImageIsAcceptedWhateverIsSwitchedOff) {
  const auto file =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}}).image;
  EXPECT_GT(mutants::accepting(file).size(), 200U);
}

}  // namespace
}  // namespace remit
