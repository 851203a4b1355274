// An image that is refused is refused by the check that its test is about: with that one check
// switched off the same image is accepted, so the test can fail.
#include <gtest/gtest.h>

#include <functional>

#include "tests/images/rules/forgeries.h"
#include "tests/mutants/accepting.h"
#include "tests/unit/vm/bundles.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

// Of checks that no forgery by hand was about.
struct Defect {
  const char* what;
  const char* check;  // as scripts/mutants.py names it; the beginning
  std::function<void(vm::Image&)> put;
};

const Defect kDefects[] = {
    {"a version before the first", "rows:strings:BadBound", [](vm::Image& i) { i.version = -1; }},
    {"an undo that is never and always", "rows:tools:BadBound",
     [](vm::Image& i) { i.tools[0].undo_ms = -2; }},
    {"a bound that is not that of the code",
     "bounds:", [](vm::Image& i) { i.tools[0].steps_bound += 1; }},
    {"more steps than the bundle allows", "bounds:", [](vm::Image& i) { i.steps_max = 5; }},
    {"a wait that ends at once", "meaning:item:BadVerdict",
     [](vm::Image& i) {
       for (vm::ItemRow& item : i.items)
         if (item.within_ms != 0) item.within_ms = 1;
     }},
    {"a clause outside its item",
     "clauses:", [](vm::Image& i) { i.debug.clauses.back().code = i.debug.clauses.front().code; }},
};

void expect_one(const char* what, const mutants::MakeFile& made, std::string_view check) {
  ASSERT_FALSE(vm::verify(made())) << what;
  const auto names = mutants::accepting(made);
  EXPECT_EQ(names.size(), check.empty() ? 0U : 1U) << what << ": " << testing::PrintToString(names);
  for (const std::string& name : names)
    EXPECT_TRUE(name.starts_with(check)) << what << ": " << name;
}

TEST(Forgeries, EachIsAcceptedWithItsOneCheckSwitchedOff) {
  for (const images::Forgery& forgery : images::forgeries())
    expect_one(forgery.name, [&] { return forgery.made(true); }, forgery.check);
}

TEST(Forgeries, EachDefectIsSeenByItsOneCheck) {
  const auto sound = vm::parse(
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}}).image);
  ASSERT_TRUE(sound);
  for (const Defect& defect : kDefects) {
    vm::Image image = *sound;
    defect.put(image);
    expect_one(defect.what, [&] { return vm::serialize(image); }, defect.check);
  }
}

TEST(Forgeries, ASoundImageIsAcceptedWhateverIsSwitchedOff) {
  const auto file =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}}).image;
  EXPECT_GT(mutants::accepting([&] { return file; }).size(), 200U);
}

}  // namespace
}  // namespace remit
