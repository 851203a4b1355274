// What `remit inspect --code` shows is what decides: each column of each row of an image is changed
// in turn, and the listing must change.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/row_changes.h"
#include "vm/answer/disassemble.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

namespace fs = std::filesystem;
using test::Values;
using vm::Image;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The bundle of a folder of the repository, its tests left out.
std::vector<std::byte> bundle_of(const std::string& folder) {
  const fs::path path = fs::path(REMIT_SOURCE_DIR) / folder;
  std::vector<SourceText> sources;
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".rule") && !name.ends_with(".test.rule"))
      sources.push_back({name, contents(entry.path())});
  }
  const CompileResult result = compile(sources, contents(path / "remit.toml"));
  EXPECT_FALSE(result.image.empty()) << folder;
  return result.image;
}

// What the bundles of the repository have not.
std::vector<std::byte> rest() {
  const CompileResult result =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(R"(
rule until_june on shop.payout {
  permit
  when tenant.id in target.tenants and target.tenants.size == 1
  unless risk.score > 90
  advise "Ask before June"
  expires utc"2027-06-01"
}
)")}});
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  return result.image;
}

// Changes the columns of one image and counts, by section and column, how often it could.
class Changer {
 public:
  explicit Changer(Image image) : image_(std::move(image)), layout_(vm::make_layout(image_)) {
    image_.currencies.push_back({{'Z', 'Z', 'Z'}, 3});  // for what refers to one
    before_ = listing();
  }

  std::string listing() const { return vm::list_header(image_) + vm::list_rows(image_, layout_); }

  void change_sections(std::map<std::string, int>& tally) {
    tally_ = &tally;
#define REMIT_SECTION(member) change_rows(#member, image_.member);
#include "vm/image/sections.def"
#undef REMIT_SECTION
  }

 private:
  template <typename Row>
  void change_rows(const std::string& section, std::vector<Row>& rows) {
    for (std::size_t number = 0; number < rows.size(); ++number) {
      Row& row = rows[number];
      const std::string where = section + ' ' + std::to_string(number) + " column ";
      int column = 0;
      const auto change = [&](auto& field) {
        const Values values = test::other_values(image_, row, number, field);
        change_column(where + std::to_string(column), field, values);
        (*tally_)[section + ' ' + std::to_string(column++)] += static_cast<int>(values.all.size());
      };
      if constexpr (requires { vm::fields_of(row, [](auto&...) {}); })
        vm::fields_of(row, [&](auto&... fields) { (change(fields), ...); });
      else
        change(row);
    }
  }

  template <typename Field>
  void change_column(const std::string& where, Field& field, const Values& values) {
    const Field old = field;
    int shown = 0;
    for (const auto& value : values.all) {
      test::assign(field, value);
      shown += listing() != before_;
      field = old;
    }
    const int wanted = static_cast<int>(
        values.each_is_shown ? values.all.size() : std::min<std::size_t>(values.all.size(), 1));
    EXPECT_GE(shown, wanted) << where << " is not shown";
  }

  Image image_;
  vm::Layout layout_;  // of the image as it was: it names slots, and needs rows that fit
  std::string before_;
  std::map<std::string, int>* tally_ = nullptr;
};

TEST(Listing, ChangesWithEachColumnOfEachRow) {
  std::map<std::string, int> tally;
  std::vector<std::vector<std::byte>> images{rest()};
  for (const char* folder : {"docs/reference/vectors", "examples/acme", "tests/lit/Inputs/desk"})
    images.push_back(bundle_of(folder));
  for (const auto& bytes : images) {
    const auto program = vm::verify(bytes);
    ASSERT_TRUE(program) << program.error().message;
    Changer(program->image()).change_sections(tally);
  }
  for (const auto& [column, count] : tally) EXPECT_GT(count, 0) << column << " was never changed";
}

// The header has no row: its bytes, from the flags to the directory, are changed one by one.
TEST(Listing, ChangesWithEachByteOfTheHeader) {
  constexpr std::size_t kFlags = 28, kDirectoryEntry = 12;
  std::size_t sections = 0;
#define REMIT_SECTION(member) ++sections;
#include "vm/image/sections.def"
#undef REMIT_SECTION
  const auto bytes = bundle_of("examples/acme");
  const auto program = vm::verify(bytes);
  ASSERT_TRUE(program) << program.error().message;
  const std::string before = vm::list_header(program->image());
  std::size_t header = kFlags;
  const auto u64 = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;)
      value = value << 8 | static_cast<std::uint64_t>(bytes[at + i]);
    return value;
  };
  // The directory ends where the first section begins, as its first entry says.
  while (u64(header) != header + sections * kDirectoryEntry) ++header;
  int changed = 0;
  for (std::size_t at = kFlags; at < header; ++at) {
    for (const unsigned flip : {1U, 2U, 128U}) {
      auto other = bytes;
      other[at] ^= std::byte(flip);
      vm::reseal(other);
      const auto parsed = vm::parse(other);
      if (!parsed) continue;
      if (parsed->name != vm::kNoString &&
          static_cast<std::size_t>(parsed->name) >= parsed->strings.size())
        continue;
      if (static_cast<std::size_t>(parsed->currency) >= parsed->currencies.size()) continue;
      ++changed;
      EXPECT_NE(vm::list_header(*parsed), before) << "byte " << at << " is not shown";
    }
  }
  EXPECT_GT(changed, 50);
}

// ---- forgeries that were listed like the image that they were made from

class ForgedRows : public testing::Test {
 protected:
  ForgedRows()
      : image_(*vm::parse(
            compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}})
                .image)),
        layout_(vm::make_layout(image_)),
        before_(vm::list_rows(image_, layout_)) {}

  void expect_shown() const { EXPECT_NE(vm::list_rows(image_, layout_), before_); }

  Image image_;
  vm::Layout layout_;
  std::string before_;
};

TEST_F(ForgedRows, OtherRequirementIsShown) {
  for (vm::ItemRow& item : image_.items)
    if (item.requirement != vm::Hash{}) item.requirement[31] ^= 1;
  expect_shown();
}

TEST_F(ForgedRows, OtherToolHashIsShown) {
  image_.tools.back().hash[0] ^= 1;
  expect_shown();
}

TEST_F(ForgedRows, RuleThatLiftsGuardsIsShown) {
  // Lifts the first guard, after what is lifted already.
  vm::ItemRow* last = nullptr;
  std::optional<ItemId> guard;
  for (std::size_t i = 0; i < image_.items.size(); ++i) {
    if (image_.items[i].kind == ItemKind::Rule) last = &image_.items[i];
    if (image_.items[i].kind == ItemKind::Guard && !guard) guard = static_cast<ItemId>(i);
  }
  ASSERT_TRUE(last != nullptr && guard);
  last->overrides = {static_cast<std::uint32_t>(image_.overridden.size()), 1};
  image_.overridden.push_back(*guard);
  expect_shown();
}

TEST_F(ForgedRows, GuardsOfNothingAreShown) {
  for (vm::ItemRow& item : image_.items)
    if (item.kind == ItemKind::Guard) item.verdict = vm::VerdictClass::None;
  expect_shown();
}

// ---- texts

TEST(Listing, SaysNothingToATerminal) {
  Image image = *vm::parse(bundle_of("examples/acme"));
  const vm::Layout layout = vm::make_layout(image);
  for (std::string& text : image.strings) text += "\x1b]0;x\a\n\xE2\x80\xAE\"";
  const std::string shown = vm::list_header(image) + vm::list_rows(image, layout);
  for (const char c : shown) ASSERT_TRUE(c == '\n' || (c >= ' ' && c < 0x7F)) << int(c);
  EXPECT_NE(shown.find(R"(\u{1b}]0;x\u{7}\u{a}\u{202e}\u{22}")"), std::string::npos);
}

}  // namespace
}  // namespace remit
