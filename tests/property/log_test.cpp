// Random requests, logged and decided again: the bytes are the same, and where values are withheld
// nothing is called different that is not.
#include <algorithm>
#include <functional>
#include <regex>

#include <nlohmann/json.hpp>

#include <remit/log.h>
#include <remit/replay.h>
#include "tests/property/bundles.h"

namespace remit::property {
namespace {

constexpr int kBundles = 60;
constexpr int kRequests = 40;
constexpr int kShownRequests = 4;

using Json = nlohmann::ordered_json;

const std::vector<std::byte>& key() {
  static const std::vector<std::byte> kKey(32, std::byte{7});
  return kKey;
}

// The same request with bytes changed, cut or doubled: mostly no request any more.
std::string spoilt(std::string text, generator::Random& random) {
  const std::size_t at = random.below(text.size());
  switch (random.below(4)) {
    case 0: text[at] = static_cast<char>(random.below(256)); break;
    case 1: text.resize(at); break;
    case 2: text.insert(at, text.substr(at / 2, 9)); break;
    default: text.erase(at, 1 + random.below(20)); break;
  }
  return text;
}

struct Counts {
  std::uint64_t same = 0, in_part = 0, faults = 0;
};

// Logs and replays random requests, sound and spoilt, and checks the chain.
void log_and_replay(const Engine& engine, const compiler::TypedBundle& bundle,
                    generator::Random& random, const LogOptions& options, Counts& counts) {
  Facts facts = engine.facts({});
  Replay replay(engine);
  LogChain chain;
  LogCheck check;
  for (int i = 0; i < kRequests; ++i) {
    std::string request =
        generator::to_json(bundle, generator::generate_request(bundle, random), random);
    if (random.percent(25)) request = spoilt(std::move(request), random);
    const Decision decision = engine.decide_json(request, facts);
    counts.faults += decision.fault() != Fault::None;
    const std::string line =
        chain.append(log_entry(engine, facts, decision, request, options).value());
    const auto parts = check.next(line);
    ASSERT_TRUE(parts) << line;
    ASSERT_TRUE(check.last_is_sound());
    const Replayed again = replay.compare(*parts);
    const bool is_known = again.result == ReplayResult::Same;
    counts.same += is_known;
    counts.in_part += again.result == ReplayResult::InPart;
    ASSERT_TRUE(is_known || (!options.withhold_key.empty() &&
                             again.result == ReplayResult::InPart && !again.gaps.empty()))
        << line << "\nnow " << again.decision;
    if (is_known) {
      EXPECT_EQ(again.decision, parts->decision);
    }
    // The canonical form of a canonical request is itself.
    if (options.withhold_key.empty() && !parts->request.empty()) {
      EXPECT_EQ(engine.canonical_request(replay.facts(), replay.decision()).value(),
                parts->request);
    }
  }
}

// A random bundle, some of whose fields are `@sensitive`.
generator::Bundle with_sensitive_fields(generator::Random& random, unsigned percent) {
  generator::Bundle source = generator::generate_bundle(random);
  // Fields of the schema are named f0, f1, … and stand on lines of their own.
  for (SourceText& file : source.sources) {
    for (std::size_t at = 0; (at = file.text.find("\n  f", at)) != std::string::npos; ++at) {
      const bool is_field = file.text.find(": ", at) == at + 5;
      if (is_field && random.percent(percent)) file.text.insert(at + 3, "@sensitive ");
    }
    // No message may show one of them.
    static const std::regex kShown(R"(\{[a-z_.]*\.f\d[^}]*\})");
    file.text = std::regex_replace(file.text, kShown, "{risk.score}");
  }
  return source;
}

TEST(Log, GivesTheSameBytesAgain) {
  Counts counts;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const auto bundle = compiled(generator::generate_bundle(random));
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine);
    log_and_replay(*engine, *bundle->typed, random, {random.percent(30), {}}, counts);
  }
  EXPECT_EQ(counts.same, std::uint64_t{kBundles} * kRequests);
  EXPECT_GT(counts.faults, counts.same / 10);
}

TEST(Log, NeverCallsAWithheldValueADifference) {
  Counts counts;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const auto bundle = compiled(with_sensitive_fields(random, 15));
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine);
    log_and_replay(*engine, *bundle->typed, random, {random.percent(30), key()}, counts);
  }
  EXPECT_GT(counts.same, 0U);
  EXPECT_GT(counts.in_part, 0U);
  std::printf("%llu the same, %llu in part\n", static_cast<unsigned long long>(counts.same),
              static_cast<unsigned long long>(counts.in_part));
}

// ---- what a withheld line shows

constexpr std::string_view kMark = "zq9x7";  // no name and no value of a random bundle has it
constexpr std::string_view kNumberMark = "76543";

// Without the digits of hashes, which may be any.
std::string without_hashes(const std::string& line) {
  std::string text;
  std::size_t digits = 0;
  for (const char c : line) {
    text += c;
    digits =
        std::string_view("0123456789abcdef").find(c) != std::string_view::npos ? digits + 1 : 0;
    if (digits == 64) text.resize(text.size() - 64);
  }
  return text;
}

// Values that say what they are, one of which most types take.
const std::vector<Json>& marked_values() {
  const std::string mark(kMark);
  static const std::vector<Json> kValues{
      mark,           "/" + mark, mark + "@" + mark, mark + "://" + mark + "/",
      76543,          "76543",    "76543.00",        "USD 76543.00",
      "EUR 76543.00", "76543ms",  "76543s"};
  return kValues;
}

// Every place of `now` that is withheld in `line` and a value in `request`.
void for_each_withheld(const Json& line, Json& request, const std::function<void(Json&)>& visit) {
  const bool is_withheld = line.is_object() && line.size() == 1 && line.contains("withheld");
  if (is_withheld && !request.is_structured()) return visit(request);
  if (is_withheld || line.type() != request.type()) return;
  if (line.is_object())
    for (auto& [name, value] : request.items()) for_each_withheld(line[name], value, visit);
  if (line.is_array())
    for (std::size_t i = 0; i < line.size(); ++i) for_each_withheld(line[i], request[i], visit);
}

void for_each_object(Json& json, const std::function<void(Json&)>& visit) {
  if (json.is_structured())
    for (Json& value : json) for_each_object(value, visit);
  if (json.is_object()) visit(json);
}

struct Shown {
  const Engine& engine;
  LogOptions options{false, key()};
  Facts facts = engine.facts({});
  Decision decision{};
  int values = 0, names = 0;

  std::string line_of(const Json& request, Fault* fault = nullptr) {
    const std::string text = request.dump();
    decision = engine.decide_json(text, facts);
    if (fault != nullptr) *fault = decision.fault();
    return LogChain().append(log_entry(engine, facts, decision, text, options).value());
  }
  void expect_hidden(const std::string& line) {
    const std::string shown = without_hashes(line);
    EXPECT_EQ(shown.find(kMark), std::string::npos) << line;
    EXPECT_EQ(shown.find(kNumberMark), std::string::npos) << line;
    EXPECT_NE(Replay(engine).compare(*read_log_line(line)).result, ReplayResult::Different) << line;
  }
  // Each withheld value in turn is changed to one that would be seen.
  void change_values(Json& request) {
    const Json line = Json::parse(line_of(request))["request"];
    if (line.is_null()) return;
    // As the line has it: defaults written, sets in their order.
    Json canonical = Json::parse(engine.canonical_request(facts, decision).value());
    for_each_withheld(line, canonical, [&](Json& value) {
      const Json old = value;
      for (const Json& other : marked_values()) {
        value = other;
        Fault fault = Fault::None;
        const std::string changed = line_of(canonical, &fault);
        if (fault != Fault::InvalidRequest) ++values;
        expect_hidden(changed);
      }
      value = old;
    });
  }
  // Each object gets a member more, whose name would be seen. An opaque value may have any.
  void add_names(Json& request) {
    for_each_object(request, [&](Json& object) {
      object[std::string(kMark)] = 1;
      Fault fault = Fault::None;
      const std::string line = line_of(request, &fault);
      if (fault == Fault::InvalidRequest) {
        ++names;
        expect_hidden(line);
      }
      object.erase(std::string(kMark));
    });
  }
};

TEST(WithheldLine, ShowsNoSensitiveValueAndNoNameThatTheSenderChose) {
  int values = 0, names = 0;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const auto bundle = compiled(with_sensitive_fields(random, 40));
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine);
    Shown shown{*engine};
    for (int n = 0; n < kShownRequests; ++n) {
      Json request = Json::parse(generator::to_json(
          *bundle->typed, generator::generate_request(*bundle->typed, random), random));
      shown.change_values(request);
      shown.add_names(request);
    }
    values += shown.values;
    names += shown.names;
  }
  EXPECT_GT(values, 500);
  EXPECT_GT(names, 500);
  std::printf("%d values changed, %d names added\n", values, names);
}

}  // namespace
}  // namespace remit::property
