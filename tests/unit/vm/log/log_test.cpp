// The decision log: what a line is, what damage is found and where, what is kept of a request.
#include <gtest/gtest.h>

#include "stdlib/hash.h"
#include "tests/unit/vm/logs.h"

namespace remit {
namespace {

using test::again;
using test::approved;
using test::key_of;
using test::kItems;
using test::logged;
using test::value_of;

std::vector<std::string> small_log(std::span<const std::byte> key = {}) {
  LogChain chain({}, key);
  std::vector<std::string> lines;
  for (int i = 1; i <= 6; ++i)
    lines.push_back(chain.append("{\"n\":" + std::to_string(i) + "}", "{\"verdict\":\"deny\"}"));
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

LogCheck checked(std::string_view text, std::span<const std::byte> key = {},
                 std::string_view head = {}, std::optional<std::uint64_t> count = {}) {
  LogCheck check(key, head);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    (void)check.next(text.substr(0, end), end != std::string_view::npos);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  check.finish(count);
  return check;
}

// `changed 3` of every problem, joined by commas.
std::string damage(const LogCheck& check) {
  std::string text;
  for (const LogProblem& problem : check.problems())
    text += (text.empty() ? "" : ", ") + std::string(name(problem.damage)) + ' ' +
            std::to_string(problem.line);
  return text;
}
std::string damage(const std::vector<std::string>& lines) { return damage(checked(joined(lines))); }

TEST(LogChain, IsOneKnownText) {
  EXPECT_EQ(small_log()[0],
            R"({"seq":1,"prev":"0000000000000000000000000000000000000000000000000000000000000000",)"
            R"("request":{"n":1},"decision":{"verdict":"deny"},)"
            R"("hash":"6ec9b595791b99cf96909b9fd3f259b60bb7188dbf78f0fbc0981ce2f78ed05b"})");
}

TEST(LogChain, GoesOnFromAHead) {
  const auto lines = small_log();
  LogChain chain;
  (void)chain.append("{\"n\":1}", "{\"verdict\":\"deny\"}");
  LogChain later(chain.head());
  EXPECT_EQ(later.append("{\"n\":2}", "{\"verdict\":\"deny\"}"), lines[1]);
}

TEST(LogChain, ThatWasMovedFromGoesOnLikeTheOther) {
  const auto key = key_of('k');
  LogChain chain({}, key);
  (void)chain.append("{\"n\":1}", "{\"verdict\":\"deny\"}");
  LogChain moved = std::move(chain);
  const std::string line = moved.append("{\"n\":2}", "{\"verdict\":\"deny\"}");
  EXPECT_EQ(line, small_log(key)[1]);
  EXPECT_EQ(chain.append("{\"n\":2}", "{\"verdict\":\"deny\"}"), line);
  EXPECT_EQ(damage(checked(small_log(key)[0] + '\n' + line + '\n' + line + '\n', key)),
            "inserted 3");
}

TEST(Replay, ThatWasMovedFromReplaysAsOneJustMade) {
  const Engine engine = test::engine({test::policy(kItems)});
  const std::string line = logged(engine, test::refund());
  const LogLine parts = *read_log_line(line);
  Replay replay(engine);
  EXPECT_EQ(replay.compare(parts).result, ReplayResult::Same);
  EXPECT_FALSE(replay.money().empty());
  const Facts taken = std::move(replay.facts());
  EXPECT_TRUE(replay.money().empty());
  EXPECT_EQ(replay.compare(parts).result, ReplayResult::Same);
  Replay moved = std::move(replay);
  EXPECT_EQ(moved.compare(parts).result, ReplayResult::Same);
  EXPECT_TRUE(replay.money().empty());
  EXPECT_EQ(replay.compare(parts).result, ReplayResult::Same);
  EXPECT_EQ(replay.decide(parts), moved.decide(parts));
}

// The switch of a host is not part of what it once decided.
TEST(Replay, GoesOnWhileTheEngineIsOff) {
  const Engine engine = test::engine({test::policy(kItems)});
  const std::string line = logged(engine, test::refund());
  engine.halt();
  EXPECT_EQ(again(engine, line).result, ReplayResult::Same);
  Replay replay(engine);
  engine.retire();
  EXPECT_EQ(replay.compare(*read_log_line(line)).result, ReplayResult::Same);
}

// A host that binds slots may bind more than any text of a request may hold.
TEST(Replay, ARequestThatWasBoundIsRepeatedHoweverLong) {
  const Engine engine = test::engine(
      {"edition 1\nschema shop.cards\n\ntool shop.charge {\n  effect write_irreversible\n  args { "
       "notes: list<string(4096)>(0..=4096), @sensitive card: string(30)? }\n}\n",
       test::policy(
           "rule go on shop.charge {\n  permit\n  when args.notes.size > 100 and tenant.id "
           "in target.tenants\n}\n")});
  Facts facts = engine.facts({});
  (void)engine.decide_json(
      R"({"tool":"shop.charge","args":{"notes":[],"card":"4111"},)" + test::kFacts + "}", facts);
  const std::string note(4000, 'n');
  const std::vector<std::string_view> notes(400, note);
  EXPECT_TRUE(facts.set(*engine.slot("shop.charge", "args.notes"), std::span(notes)));
  const Decision decision = engine.decide(facts);
  EXPECT_EQ(decision.verdict(), Verdict::Permit);
  const auto key = key_of('k');
  for (const LogOptions& options : {LogOptions{}, LogOptions{false, key}}) {
    std::string line =
        LogChain().append(log_entry(engine, facts, decision, std::nullopt, options).value());
    EXPECT_GT(line.size(), limits::kRequestBytesMax);
    EXPECT_EQ(again(engine, line).result, ReplayResult::Same);
    line.replace(line.find("\"verdict\":\"permit\""), 18, "\"verdict\":\"queue\" ");
    EXPECT_EQ(again(engine, line.erase(line.find("\"queue\" ") + 7, 1)).result,
              ReplayResult::Different);
  }
}

// Lines that jump about cost as much as others, however many there are.
TEST(LogCheck, RemembersSoManyGapsAndForks) {
  const auto line = [](std::uint64_t seq) {
    return LogChain({seq - 1, std::string(64, '0')}).append("{}", "{}");
  };
  LogCheck check;
  (void)check.next(line(1));
  (void)check.next(line(4'000'000'000));
  for (std::uint64_t i = 1; i <= 3 * LogCheck::kGapsMax; ++i) (void)check.next(line(2 * i + 1));
  LogHead fork;
  for (std::size_t i = 0; i < 2 * LogCheck::kLinksMax; ++i) {
    LogChain chain({3'999'999'999, log_line_hash(*read_log_line(line(i + 1)))});
    (void)check.next(chain.append("{}", "{}"));
    fork = chain.head();
  }
  // One for each line that is out of place, and one as soon as there is one gap too many.
  const std::uint64_t before = 3 * LogCheck::kGapsMax + 1 + 2 * LogCheck::kLinksMax;
  EXPECT_EQ(check.problem_count(), before);
  // The last of the forks is not one that may go on.
  (void)check.next(LogChain(fork).append("{}", "{}"));
  EXPECT_EQ(check.problem_count(), before + 1);
  check.finish();
  EXPECT_EQ(check.problem_count(), before + 1 + LogCheck::kGapsMax);
}

// Memory for decoding is many times that of the text: a line that somebody made for it has none.
TEST(Replay, ARequestOfManyMegabytesIsNotRepeated) {
  const Engine engine = test::engine({test::policy(kItems)});
  const auto result = [&](std::size_t bytes) {
    const std::string request =
        R"({"tool":"shop.refund","args":{"x":")" + std::string(bytes, 'x') + "\"}}";
    return again(engine, LogChain().append(request, "{}")).result;
  };
  EXPECT_EQ(result(limits::kReplayBytesMax - 100), ReplayResult::Different);
  EXPECT_EQ(result(limits::kReplayBytesMax), ReplayResult::NotRepeatable);
}

TEST(LogCheck, AcceptsWhatWasWritten) {
  const auto lines = small_log();
  const LogCheck check = checked(joined(lines), {}, read_log_line(lines.back())->hash, 6);
  EXPECT_EQ(damage(check), "");
  EXPECT_EQ(check.head().seq, 6U);
  EXPECT_EQ(damage(checked("")), "");
}

TEST(LogCheck, FindsEveryFlippedBitInItsLine) {
  const std::string text = joined(small_log());
  std::uint64_t line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      const LogCheck check = checked(damaged);
      ASSERT_FALSE(check.problems().empty()) << "byte " << i << " bit " << bit;
      ASSERT_EQ(check.problems().front().line, line) << "byte " << i << " bit " << bit;
    }
    line += text[i] == '\n';
  }
}

TEST(LogCheck, FindsEveryTruncation) {
  const std::string text = joined(small_log());
  for (std::size_t size = 1; size < text.size(); ++size) {
    const LogCheck check = checked(text.substr(0, size));
    if (text[size - 1] == '\n') {
      EXPECT_EQ(damage(check), "");  // nothing shows it but a known head
      continue;
    }
    EXPECT_EQ(damage(check), "truncated " + std::to_string(check.lines())) << size;
  }
}

TEST(LogCheck, NamesEachKindOfDamage) {
  const auto whole = small_log();
  auto lines = whole;
  lines.erase(lines.begin() + 2);
  EXPECT_EQ(damage(lines), "dropped 3");
  lines.erase(lines.begin());
  EXPECT_EQ(damage(lines), "dropped 1, dropped 2");

  lines = whole;
  std::swap(lines[2], lines[3]);
  EXPECT_EQ(damage(lines), "reordered 4");
  std::swap(lines[0], lines[1]);
  EXPECT_EQ(damage(lines), "reordered 2, reordered 4");
  lines = whole;
  std::swap(lines[0], lines[5]);
  EXPECT_NE(damage(lines).find("reordered"), std::string::npos);

  lines = whole;
  lines.insert(lines.begin() + 3, whole[2]);
  EXPECT_EQ(damage(lines), "inserted 4");
  lines = whole;
  lines.insert(lines.begin() + 3, "garbage");
  EXPECT_EQ(damage(lines), "malformed 4");
  lines = whole;
  lines.emplace_back();
  EXPECT_EQ(damage(lines), "malformed 7");
  EXPECT_EQ(damage(checked(joined(whole) + "{\"seq\"")), "truncated 7");
  EXPECT_EQ(damage(checked(joined(whole).substr(0, joined(whole).size() - 1))), "truncated 6");

  // A line that was replaced by a whole one is found by what comes after it.
  lines = whole;
  LogChain forger({2, std::string(read_log_line(whole[1])->hash)});
  lines[2] = forger.append("{\"n\":9}", "{\"verdict\":\"permit\"}");
  EXPECT_EQ(damage(lines), "unlinked 4");
  // One that was put between two others has the number of one of them.
  lines = whole;
  lines.insert(lines.begin() + 2, forger.append("{\"n\":9}", "{}"));
  EXPECT_EQ(damage(lines).find("inserted") == std::string::npos, false) << damage(lines);
}

TEST(LogCheck, FindsADroppedTailByAKnownHead) {
  const auto whole = small_log();
  const std::string head(read_log_line(whole.back())->hash);
  auto lines = whole;
  lines.pop_back();
  EXPECT_EQ(damage(checked(joined(lines))), "");
  EXPECT_EQ(damage(checked(joined(lines), {}, head)), "tail 5");
  EXPECT_EQ(damage(checked(joined(lines), {}, {}, 6)), "tail 5");
  EXPECT_EQ(damage(checked(joined(whole), {}, read_log_line(lines.back())->hash)), "tail 6");
}

TEST(LogCheck, NeedsTheKeyOfAChain) {
  const auto one = key_of('1'), two = key_of('2');
  const std::string keyed = joined(small_log(one)), plain = joined(small_log());
  EXPECT_EQ(damage(checked(keyed, one)), "");
  EXPECT_EQ(damage(checked(keyed)), "key 1");
  EXPECT_EQ(damage(checked(plain, one)), "key 1");
  EXPECT_EQ(checked(keyed, two).problem_count(), 6U);
}

TEST(LogCheck, KeepsNoMoreThanItSays) {
  LogCheck check;
  for (int i = 0; i < 5000; ++i) (void)check.next("garbage");
  check.finish();
  EXPECT_EQ(check.problems().size(), LogCheck::kProblemsMax);
  EXPECT_EQ(check.problem_count(), 5000U);
}

TEST(LogLine, HasOneForm) {
  const std::string line = small_log()[0];
  const struct {
    std::string from, to;
  } kCases[] = {
      {"\"seq\":1", "\"seq\":01"},
      {"\"seq\":1", "\"seq\":0"},
      {"\"seq\":1", "\"seq\": 1"},
      {"\"seq\":1", "\"seq\":99999999999999999999"},
      {"{\"n\":1}", "{\"n\": 1}"},
      {"{\"n\":1}", "[1]"},
      {"{\"n\":1}", "null"},
      {"{\"n\":1}", "null,\"text\":5"},
      {"{\"n\":1}", "null,\"text\":\"x\",\"bytes\":5000"},
      {"{\"n\":1}",
       "null,\"text\":\"x\",\"bytes\":4096,\"sha256\":\"" + std::string(64, '0') + '"'},
      {"{\"n\":1}",
       "null,\"text\":\"x\",\"bytes\":5000,\"sha256\":\"" + std::string(63, '0') + '"'},
      {"{\"n\":1}", "null,\"text\":null,\"bytes\":5000,\"sha256\":\"" + std::string(64, '0') + '"'},
      {"{\"n\":1}", "{\"n\":\"\xFF\"}"},
      {"{\"n\":1}", "{\"n\":1},\"off\":\"engine.assert\""},
      {"{\"n\":1}", "{\"n\":1},\"withheld_by\":\"00\""},
      {"\"decision\":{", "\"decision\":[]{"},
      {"\"hash\"", "\"Hash\""},
      {"\"}", "\"} "},
  };
  ASSERT_TRUE(read_log_line(line));
  for (const auto& [from, to] : kCases) {
    std::string other = line;
    const std::size_t at = other.rfind(from);
    ASSERT_NE(at, std::string::npos) << from;
    EXPECT_FALSE(read_log_line(other.replace(at, from.size(), to))) << to;
  }
}

// ---- what is kept, and decided again

TEST(Log, RepeatsEveryKindOfDecision) {
  const Engine engine = test::engine({test::policy(kItems)});
  const std::string kRequests[] = {
      test::refund(),
      test::refund(R"("order":"o-1","amount":900000)"),
      test::refund(R"("order":"o-1","amount":2000,"blob":{"a":[1,2e5,"\u00e9"]},"note":"a\"b\n")"),
      test::refund(R"("order":"o-1","amount":"x")"),
      test::refund(R"("order":"o-1")"),
      test::payout(R"({"account":"a","amount":"USD 1"})"),
      R"({"tool":"shop.refund","args":{"order":"o-1","amount":1}})",
      R"({"tool":"shop.refund"})",
      R"({"tool":"shop.nothing"})",
      "{}",
      "",
      "\xFF\xFE not a text",
      "a\x01\"\\\n\t b",
      std::string(limits::kLogTextBytesMax, 'x'),
  };
  for (const std::string& request : kRequests) {
    for (const bool with_digest : {false, true}) {
      const std::string line = logged(engine, request, {with_digest, {}});
      EXPECT_EQ(again(engine, line).result, ReplayResult::Same) << line.substr(0, 300) << '\n'
                                                                << again(engine, line).decision;
    }
  }
}

TEST(Log, KeepsTheBeginningOfWhatWasNotDecoded) {
  const Engine engine = test::engine({test::policy(kItems)});
  const Engine other = test::engine({test::policy("const x = 1\n" + kItems, "policy shop.other")});
  const struct {
    std::string request, kept;
  } kCases[] = {
      {std::string(4097, 'x'), ",\"text\":\"" + std::string(4096, 'x') + "\",\"bytes\":4097,"},
      // Cut at a character.
      {std::string(4095, 'x') + "\xC3\xA9",
       ",\"text\":\"" + std::string(4095, 'x') + "\",\"bytes\":4097,"},
      {std::string(4094, 'x') + "\xC3\xA9z",
       ",\"text\":\"" + std::string(4094, 'x') + "\xC3\xA9\","},
      // No text at all.
      {std::string(5000, '\xFF'), ",\"base64\":\"//////////////"},
      {std::string(limits::kRequestBytesMax + 5, 'x'), ",\"bytes\":1048581,"},
      {R"({"tool":"shop.nothing","x":")" + std::string(5000, 'x') + "\"}",
       "\"engine.unknown_tool\""},
      {R"({"x":")" + std::string(5000, 'x') + "\"}", "\"engine.missing_fact\",\"at\":\"tool\""},
  };
  for (const auto& [request, kept] : kCases) {
    std::string line = logged(engine, request);
    EXPECT_NE(line.find(kept), std::string::npos) << line.substr(4000);
    EXPECT_LT(line.size(), 8000U);
    const auto parts = read_log_line(line);
    ASSERT_TRUE(parts) << line;
    EXPECT_EQ(parts->text_bytes, request.size());
    EXPECT_EQ(parts->text_hash, stdlib::to_hex(stdlib::sha256(std::as_bytes(std::span(request)))));
    EXPECT_FALSE(parts->text());
    EXPECT_EQ(again(engine, line).result, ReplayResult::NotRepeatable);
    EXPECT_EQ(again(other, line).result, ReplayResult::OtherImage);
    // A permit of a request that nobody read is forged.
    line.replace(line.find("\"verdict\":\"deny\""), 16, "\"verdict\":\"permit\"");
    EXPECT_EQ(again(engine, line).result, ReplayResult::Different);
  }
  // A withheld text is one hash with a key, and nothing that could be guessed without.
  const std::vector<std::byte> key(32, std::byte{1});
  EXPECT_EQ(logged(engine, kCases[0].request, {false, key}).find("sha256"), std::string::npos);
}

TEST(Log, RepeatsWhatTheHostSwitchedOff) {
  Engine engine = test::engine({test::policy(kItems)});
  engine.halt();
  const std::string halted = logged(engine, test::refund());
  engine.halt(false);
  EXPECT_NE(halted.find("\"off\":\"engine.halted\""), std::string::npos);
  EXPECT_EQ(again(engine, halted).result, ReplayResult::Same);

  std::string request = test::refund();
  request.insert(1, R"("control":{"halted":true},)");
  const std::string by_fact = logged(engine, request);
  EXPECT_EQ(by_fact.find("\"off\""), std::string::npos);
  EXPECT_EQ(again(engine, by_fact).result, ReplayResult::Same);

  engine.retire();
  const std::string retired = logged(engine, test::refund());
  EXPECT_NE(retired.find("\"off\":\"engine.no_bundle\""), std::string::npos);
  EXPECT_EQ(again(test::engine({test::policy(kItems)}), retired).result, ReplayResult::Same);
}

TEST(Log, SaysWhatDiffersAndWhatAnotherImageMade) {
  const Engine engine = test::engine({test::policy(kItems)});
  const Engine other = test::engine({test::policy("const x = 1\n" + kItems, "policy shop.other")});
  std::string line = logged(engine, test::refund());
  EXPECT_EQ(again(other, line).result, ReplayResult::OtherImage);
  line.replace(line.find("\"verdict\":\"permit\""), 18, "\"verdict\":\"deny\"");
  EXPECT_EQ(again(engine, line).result, ReplayResult::Different);
  // A record that hides its image is not a record of another one.
  line.erase(line.find(",\"image\""), std::string_view(R"(,"image":"")").size() + 64);
  EXPECT_EQ(again(engine, line).result, ReplayResult::Different);
}

// What follows `key` in a record, up to the next quote.
TEST(Log, RepeatsApprovalsAndCounters) {
  const Engine engine = test::engine({test::policy(
      kItems +
      "limit day on shop.refund {\n  max USD 100 of args.amount per tenant.id in 1d\n  otherwise "
      "deny\n  because \"d\"\n}\n")});
  const auto with_counter = [](std::string request, const char* used) {
    return request.insert(1, std::string(R"("limits":{"shop.policy.day":"USD )") + used + "\"},");
  };
  const std::string large = with_counter(test::refund(R"("order":"o-1","amount":6000)"), "0.00");
  const std::string requests[] = {with_counter(test::refund(), "0.00"),
                                  with_counter(test::refund(), "99.00"), test::refund(), large,
                                  approved(engine, large, "support_lead")};
  std::string verdicts;
  for (const std::string& request : requests) {
    const std::string line = logged(engine, request);
    const Replayed now = again(engine, line);
    EXPECT_EQ(now.result, ReplayResult::Same) << line << '\n' << now.decision;
    verdicts += value_of(now.decision, "\"verdict\":\"") + ' ';
  }
  EXPECT_EQ(verdicts, "permit deny deny queue permit ");
}

TEST(Log, KeepsFactsThatAHostBound) {
  const Engine engine = test::engine({test::policy(kItems)});
  Facts facts = engine.facts("shop.refund");
  facts.set(*engine.slot("shop.refund", "args.order"), "no id");
  const Decision decision = engine.decide(facts);
  const std::string line =
      LogChain().append(log_entry(engine, facts, decision, std::nullopt, {}).value());
  EXPECT_NE(line.find("\"request\":null,\"text\":null,"), std::string::npos);
  EXPECT_EQ(again(engine, line).result, ReplayResult::InPart);
}

}  // namespace
}  // namespace remit
