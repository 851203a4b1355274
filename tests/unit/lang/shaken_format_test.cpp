// Random tables, limits and asserts with random white space and comments: whatever they look like,
// the formatter writes the same tokens and comments in the same order, and formatting again changes
// nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lang/parser.h"
#include "lang/printer.h"
#include "tests/generator/random.h"

namespace remit::lang {
namespace {

using generator::Random;
using Words = std::vector<std::string>;

constexpr int kRounds = 400;
constexpr std::uint64_t kSeed = 20261125;

// Writes declarations word by word; a word is a token, or several that nothing may part.
class Author {
 public:
  explicit Author(Random& random) : random_(random) {}

  Words file(bool clauses) {
    words_ = {"edition", "1", "policy", "a.b"};
    table(clauses);
    if (clauses) limit();
    if (clauses) assertion();
    return std::move(words_);
  }

 private:
  void add(std::initializer_list<const char*> words) {
    words_.insert(words_.end(), words.begin(), words.end());
  }
  void pick(std::initializer_list<const char*> words) {
    words_.emplace_back(words.begin()[random_.below(words.size())]);
  }

  void condition() {
    pick({"x", "args.when", "ready()"});
    for (std::size_t i = random_.below(5); i > 0; --i) {
      add({"and"});
      pick({"some_rather_long_name_of_a_fact", "has y", "b.max == -3", "c in {d, e}"});
    }
  }

  void header_cell() {
    pick({"p", "tenant.plan", "args.amount + USD 2", "x in {a, b}", "(x or y)"});
  }

  void item() {
    pick({"pro", "q.enterprise", "7", "-USD 3.50", "09:00", "true", "< 5", ">= -1", "1 ..= 5",
          "-2 ..< USD 1"});
  }
  void cell() {
    if (random_.percent(20)) return add({"*"});
    if (random_.percent(20)) add({"not"});
    item();
    for (std::size_t i = random_.below(3); i > 0; --i) {
      add({","});
      item();
    }
  }

  void messages() {
    if (random_.percent(40)) {
      add({"because"});
      pick({R"("why")", R"("ein längerer Grund, 界界界")", R"("{args.amount} // is above it")",
            R"("a reason so long that no line of a hundred columns holds it beside its row")"});
    }
    if (random_.percent(20)) add({"advise", R"("ask")"});
    duties();
  }
  void duties() {
    if (random_.percent(20)) add({"require", "log full", ",", "redact because"});
  }
  void outcome() {
    if (random_.percent(20)) {
      add({"pass"});
      return duties();
    }
    pick({"permit", "deny", "queue for lead within 4h",
          "escalate to 2 of lead and officer within day"});
    messages();
  }

  void table(bool clauses) {
    if (random_.percent(50)) add({"guard"});
    add({"table", "t", "on", "any", "{"});
    if (clauses && random_.percent(30)) {
      add({"when"});
      condition();
    }
    const std::size_t cells = 1 + random_.below(4);
    add({"row"});
    for (std::size_t i = 0; i < cells; ++i) {
      add({"|"});
      header_cell();
    }
    for (std::size_t row = 1 + random_.below(5); row > 0; --row) {
      pick({"a", "row", "max", "a_long_label", "when_it_rains"});
      for (std::size_t i = 0; i < cells; ++i) {
        add({"|"});
        cell();
      }
      add({"=>"});
      outcome();
    }
    if (random_.percent(50)) {
      add({"otherwise", "=>"});
      outcome();
    }
    add({"}"});
  }

  void limit() {
    add({"limit", "l", "on", "any", "{"});
    if (random_.percent(50)) {
      add({"unless"});
      condition();
    }
    add({"max"});
    pick({"60", "(a + 3) * 2", "max(USD 3)"});
    pick({"calls", "of args.max"});
    add({"per", "tenant.id", "in"});
    pick({"1d", "calendar month", "window"});
    add({"otherwise", "deny"});
    messages();
    add({"}"});
  }

  void assertion() {
    add({"assert", "s", "{"});
    pick({"never permit", "never permit or queue", "always deny"});
    add({"when"});
    condition();
    add({"}"});
  }

  Random& random_;
  Words words_;
};

bool parts(char c) { return c == '|' || c == ',' || c == '{' || c == '}'; }

template <std::size_t Count>
std::string shaken(const Words& words, const char* const (&spaces)[Count], Random& random) {
  std::string result = words.front();
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool joins = parts(words[i].front()) || parts(result.back());
    if (!joins || !random.percent(20)) result += random.pick(spaces);
    result += words[i];
  }
  return result + '\n';
}

struct Read {
  SourceMap sources;
  Arena arena;
  Diagnostics diags;
  ast::Module* module = nullptr;

  explicit Read(std::string text) {
    module = parse(sources, sources.add("test.rule", std::move(text)), arena, diags);
  }
};

// Tokens and comments in order.
Words reading(const std::string& text) {
  const Read read(text);
  Words result;
  auto comment = read.module->comments.begin();
  for (const Token& token : read.module->tokens) {
    for (; comment != read.module->comments.end() && comment->span.begin < token.span.begin;
         ++comment)
      result.emplace_back(comment->text);
    result.emplace_back(token.text);
  }
  return result;
}

TEST(ShakenFormat, KeepsTokensAndCommentsInOrderAndIsIdempotent) {
  static constexpr const char* kSpaces[] = {
      " ",          " ", " ", " ", "  ", "\n", "\n\n\n", "\t", "\r\n   ", " // remark | =>\n",
      "\n // own\n"};
  for (int round = 0; round < kRounds; ++round) {
    Random random(kSeed + static_cast<std::uint64_t>(round));
    const std::string before = shaken(Author(random).file(true), kSpaces, random);
    const auto once = format(before);
    ASSERT_TRUE(once) << before;
    ASSERT_EQ(reading(*once), reading(before)) << before;
    ASSERT_EQ(*format(*once), *once) << before;
  }
}

std::vector<std::size_t> bars_of(std::string_view line) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '|') result.push_back(i);
  }
  return result;
}

// Of the lines of a table, without comments.
void expect_columns(std::string_view text) {
  std::vector<std::size_t> bars;
  std::size_t arrow = 0;
  for (std::size_t at = text.find("  row"), end = 0; text[at] != '}'; at = end + 1) {
    end = text.find('\n', at);
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("    ")) continue;  // messages
    const std::size_t found = line.find(" => ");
    if (bars.empty()) bars = bars_of(line);
    if (!line.starts_with("  otherwise ")) {
      EXPECT_EQ(bars_of(line), bars) << text;
    }
    if (found == line.npos) continue;  // the header
    if (arrow == 0) arrow = found;
    EXPECT_EQ(found, arrow) << text;
    if (line.find("because") != line.npos && line.find("界") == line.npos) {
      EXPECT_LE(line.size(), 100U) << text;
    }
  }
}

TEST(ShakenFormat, WritesATableOneWay) {
  static constexpr const char* kSpaces[] = {" ", "  ", "\n", "\t", "\r\n   "};
  for (int round = 0; round < kRounds; ++round) {
    Random random(kSeed + static_cast<std::uint64_t>(round));
    const Words words = Author(random).file(false);
    const std::string one = shaken(words, kSpaces, random);
    const std::string other = shaken(words, kSpaces, random);
    const auto once = format(one);
    ASSERT_TRUE(once) << one;
    ASSERT_EQ(*format(other), *once) << one << other;
    expect_columns(*once);
  }
}

}  // namespace
}  // namespace remit::lang
