// The formatter: whatever the white space of a file, one layout, the same comments, the same bytes.
#include "lang/printer.h"

#include <algorithm>

#include "tests/property/bundles.h"
#include "vm/image/container.h"

namespace remit::property {
namespace {

constexpr int kBundles = 60;

// The same tokens with other white space between them, and here and there a comment.
std::string shaken(const std::string& text, generator::Random& random) {
  const Parsed file(text);
  static constexpr const char* kSpaces[] = {
      " ", " ", "  ", "\n", "\n\n\n", "\t", "\r\n   ", " // remark\n", "\n  // remark\n"};
  std::string result;
  std::uint32_t end = 0;
  for (const lang::Token& token : file.module->tokens) {
    // Where nothing stood, nothing may stand: a prefix touches its quote.
    if (token.span.begin > end) result += random.pick(kSpaces);
    result += text.substr(token.span.begin, token.span.end - token.span.begin);
    end = token.span.end;
  }
  return result + '\n';
}

std::size_t remarks(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("// remark"); at != std::string::npos;
       at = text.find("// remark", at + 1))
    ++count;
  return count;
}

TEST(Format, KeepsBytesAndCommentsAndIsIdempotent) {
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const generator::Bundle bundle = generator::generate_bundle(random);
    generator::Bundle formatted = bundle;
    for (SourceText& source : formatted.sources) {
      const std::string before = shaken(source.text, random);
      const auto once = lang::format(before);
      ASSERT_TRUE(once) << before;
      EXPECT_EQ(remarks(*once), remarks(before)) << before;
      EXPECT_EQ(*lang::format(*once), *once) << before;
      source.text = *once;
    }
    const auto first = compiled(bundle), second = compiled(formatted);
    ASSERT_FALSE(first->image.empty());
    EXPECT_EQ(vm::split(first->image)->seal.image, vm::split(second->image)->seal.image);
  }
}

}  // namespace
}  // namespace remit::property
