// Places and excerpts: the same for any length of line, and found without walking along it.
#include <gtest/gtest.h>

#include <string>

#include "lang/arena.h"
#include "lang/parser.h"
#include "lang/render.h"

namespace remit::lang {
namespace {

// By the definition: lines end with a line feed, columns count code points.
Place walked(std::string_view text, std::size_t offset) {
  Place place;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(text[i + 1]) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

TEST(Place, CountsCodePointsOfLinesOfAnyLength) {
  std::string text;
  for (int i = 0; i < 700; ++i)
    text += i % 97 == 0 ? "\n" : i % 5 == 0 ? "ä" : i % 7 == 0 ? "語" : "a";
  for (int i = 0; i < 900; ++i) text += i % 3 == 0 ? "ß" : "b";
  const SourceFile file("a.rule", text + " ");
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    if ((static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) continue;
    const Place expected = walked(text + " ", offset);
    const Place place = file.place(static_cast<std::uint32_t>(offset));
    EXPECT_EQ(place.line, expected.line) << offset;
    EXPECT_EQ(place.column, expected.column) << offset;
  }
}

struct Parsed {
  SourceMap sources;
  Arena arena;
  Diagnostics diags;

  explicit Parsed(std::string text) {
    (void)parse(sources, sources.add("a.rule", std::move(text)), arena, diags);
  }
};

TEST(Render, ShowsAPlaceFarToTheRight) {
  const Parsed parsed("edition 1 policy a.b // " + std::string(5000, ' ') + std::string("\nrule ") +
                      std::string(3000, ' ') + "$ { permit }\n");
  const std::string text = render(*parsed.diags.sorted().front(), parsed.sources, false);
  EXPECT_NE(text.find("a.rule:2:3006\n"), std::string::npos) << text;
  // Forty columns before it.
  EXPECT_NE(text.find("2 │ " + std::string(40, ' ') + "$ { permit }\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  │ " + std::string(40, ' ') + "^"), std::string::npos) << text;
}

// Of a line that is walked along for each mistake in it, this would take hours.
TEST(Render, TakesTimeForMistakesAndNotForTheLine) {
  std::string line = "edition 1 policy a.b ";
  constexpr std::size_t kMistakes = 200'000;
  for (std::size_t i = 0; i < kMistakes; ++i) line += "rule $ ";
  const Parsed parsed(line);
  ASSERT_GE(parsed.diags.error_count(), kMistakes);
  std::size_t size = 0;
  for (const Diagnostic* diagnostic : parsed.diags.sorted())
    size += render(*diagnostic, parsed.sources, false).size();
  EXPECT_LT(size, kMistakes * 600);
}

TEST(Render, ShowsTwoHundredAndCountsTheRest) {
  std::string text = "edition 1 policy a.b\n";
  for (int i = 0; i < 250; ++i) text += "rule $\n";
  const Parsed parsed(text);
  const std::string all = render_all(parsed.diags, parsed.sources, false);
  EXPECT_NE(all.find("… and " + std::to_string(parsed.diags.error_count() - 200) + " more: "),
            std::string::npos)
      << all.substr(all.size() - 200);
  // What is the same for all is advised once.
  const std::string help = "help: " + parsed.diags.sorted().front()->help_text;
  const std::size_t first = all.find(help);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(all.find(help, first + 1), std::string::npos);
}

}  // namespace
}  // namespace remit::lang
