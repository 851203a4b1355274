// The list of formats, each by the one set of functions that reads it.

#include <set>
#include <string>

#include <gtest/gtest.h>

#include <remit/limits.h>
#include "stdlib/formats.h"

namespace remit::stdlib {
namespace {

constexpr TypeKind kFormats[] = {
#define REMIT_TYPE(kind, spelling, tag, form) TypeKind::kind,
#include <remit/types.def>
#undef REMIT_TYPE
};

TEST(Formats, AreKnownByTheirWord) {
  for (const TypeKind kind : kFormats) {
    const bool is_format = form_of(kind) == TypeForm::Format;
    EXPECT_EQ(format_named(spelling(kind)), is_format ? std::optional(kind) : std::nullopt)
        << spelling(kind);
  }
  EXPECT_FALSE(format_named("cidr"));
  EXPECT_FALSE(format_named(""));
}

TEST(Formats, HaveAShortestTextThatIsAValue) {
  for (const TypeKind kind : kFormats) {
    if (!is_text(kind)) continue;
    const std::string_view text = shortest_text(kind);
    EXPECT_TRUE(is_text_value(kind, text, 0)) << spelling(kind);
    if (!text.empty()) {
      EXPECT_FALSE(is_text_value(kind, text.substr(1), 0)) << spelling(kind);
    }
  }
}

TEST(Formats, HaveATextForEachNumber) {
  for (const TypeKind kind : kFormats) {
    if (!is_text(kind)) continue;
    std::set<std::string> texts;
    for (std::size_t number = 0; number < 1000; ++number) {
      const std::string text = numbered_text(kind, number);
      EXPECT_TRUE(is_text_value(kind, text, 3)) << text;
      EXPECT_TRUE(texts.insert(text).second) << text;
    }
  }
}

TEST(Formats, EndAtTheirBound) {
  const auto long_path = [](std::size_t bytes) { return '/' + std::string(bytes - 1, 'a'); };
  EXPECT_TRUE(is_text_value(TypeKind::Path, long_path(kPathBytesMax), 0));
  EXPECT_FALSE(is_text_value(TypeKind::Path, long_path(kPathBytesMax + 1), 0));
  const auto long_url = [](std::size_t bytes) { return "a://b/" + std::string(bytes - 6, 'c'); };
  EXPECT_TRUE(is_text_value(TypeKind::Url, long_url(kUrlBytesMax), 0));
  EXPECT_FALSE(is_text_value(TypeKind::Url, long_url(kUrlBytesMax + 1), 0));
  EXPECT_TRUE(is_text_value(TypeKind::String, "abc", 3));
  EXPECT_FALSE(is_text_value(TypeKind::String, "abcd", 3));
  EXPECT_TRUE(is_text_value(TypeKind::Id, std::string(limits::kIdBytesMax, 'x'), 0));
  EXPECT_FALSE(is_text_value(TypeKind::Id, std::string(limits::kIdBytesMax + 1, 'x'), 0));
}

TEST(Formats, HoldCanonicalTextsOnly) {
  EXPECT_TRUE(is_text_value(TypeKind::Host, "acme.example", 0));
  EXPECT_FALSE(is_text_value(TypeKind::Host, "Acme.example", 0));
  EXPECT_FALSE(is_text_value(TypeKind::Url, "https://acme.example", 0)) << "the path is missing";
  EXPECT_FALSE(is_text_value(TypeKind::Ip, "::ffff:10.0.0.1", 0));
  EXPECT_FALSE(is_text_value(TypeKind::Bool, "true", 0));
}

}  // namespace
}  // namespace remit::stdlib
