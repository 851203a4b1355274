// What is said of a request that is not complete, against all requests that it can become: small
// random bundles, whose facts take few values, are decided value by value.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <remit/compile.h>
#include "tests/property/bundles.h"

namespace remit::property {
namespace {

constexpr std::string_view kSchema = R"(edition 1
schema small.schema

currency USD

enum role    { lead, finance }
enum signal  { odd }
enum channel { desk }
enum plan    { free, pro, large }

extend tenant  { plan: plan, vip: bool? }
extend context { level: int(0..=3) }

record pair { left: bool, right: int(0..=1)? }
record line { on: bool, kind: plan, count: int(0..=2), note: string(8) }

tool small.use {
  effect read
  args {
    flag: bool, size: int(0..=3), kind: plan?, pair: pair?, note: string(8)?, dry: bool = true,
    lines: list<line>(0..=3)
  }
}
)";

// The values that a fact can have, as a test binds them; text for `note`, whose values are those
// that conditions name and one more.
struct Fact {
  std::string path;
  std::int64_t low = 0, high = 1;
  bool optional = false;
  std::string record{};  // the fact is a field of it
  std::vector<std::string_view> texts{};
};
const std::vector<Fact> kFacts = {
    {"tenant.plan", 0, 2},
    {"tenant.vip", 0, 1, true},
    {"context.level", 0, 3},
    {"args.flag", 0, 1},
    {"args.size", 0, 3},
    {"args.kind", 0, 2, true},
    {"args.pair", 1, 1, true},
    {"args.pair.left", 0, 1, false, "args.pair"},
    {"args.pair.right", 0, 1, true, "args.pair"},
    {"args.note", 0, 2, true, {}, {"ab", "cd", "zz"}},
    {"args.dry", 0, 1},
};

class SmallPolicy {
 public:
  explicit SmallPolicy(generator::Random& random) : random_(random) {}

  std::string text(std::string_view name, bool grants) {
    std::string body = fmt::format("edition 1\npolicy {} layer {}{}{}\n", name, name.substr(0, 1),
                                   grants ? "" : " guards only",
                                   random_.percent(20) ? " applies when " + host_atom() : "");
    // So that other items decide as well.
    if (grants && random_.percent(70)) {
      body += fmt::format(
          "\n@absent_ok(\"r\") @open_ended(\"r\") @claims_only(\"r\")\n"
          "rule broad on small.use {{\n  permit\n  when context.level <= {}\n}}\n",
          number(1, 2));
    }
    const std::size_t items = 1 + random_.below(4);
    for (std::size_t i = 0; i < items; ++i) body += item(static_cast<int>(i), grants);
    return body;
  }

 private:
  std::string number(std::int64_t low, std::int64_t high) {
    return std::to_string(random_.between(low, high));
  }
  std::string order() {
    return std::string(
        random_.pick(std::vector<std::string_view>{"<", "<=", ">", ">=", "==", "!="}));
  }
  std::string plan() {
    return std::string(random_.pick(std::vector<std::string_view>{"free", "pro", "large"}));
  }

  std::string host_atom() {
    switch (random_.below(4)) {
      case 0: return "tenant.plan == " + plan();
      case 1: return fmt::format("context.level {} {}", order(), number(0, 3));
      case 2: return fmt::format("tenant.plan in {{{}}}", plan());
      default: return "(has tenant.vip and tenant.vip)";
    }
  }
  std::string atom() {
    if (random_.percent(20)) return of_lines();
    switch (random_.below(13)) {
      case 0: return "args.flag";
      case 1: return fmt::format("args.size {} {}", order(), number(0, 3));
      case 2: return fmt::format("args.size + context.level {} {}", order(), number(0, 6));
      case 3: return fmt::format("args.size {} context.level", order());
      case 4: return fmt::format("(has args.kind and args.kind == {})", plan());
      case 5: return "(has args.kind and args.kind == tenant.plan)";
      case 6: return "(has args.pair and args.pair.left)";
      case 7:
        return fmt::format("(has args.pair and has args.pair.right and args.pair.right {} {})",
                           order(), number(0, 1));
      case 8: return "(has args.note and args.note in {\"ab\", \"cd\"})";
      case 9: return "(has args.note and args.note == \"ab\")";
      case 10:
        return fmt::format("match tenant.plan {{ {} => args.flag, else => args.size > {} }}",
                           plan(), number(0, 2));
      case 11: return "args.dry";
      default: return host_atom();
    }
  }
  // The list is known, and stands beside what is not.
  std::string element_atom() {
    switch (random_.below(8)) {
      case 0: return "l.on";
      case 1: return "l.kind == tenant.plan";
      case 2: return fmt::format("l.kind in {{{}, large}}", plan());
      case 3: return fmt::format("l.count {} args.size", order());
      case 4: return "(has args.note and l.note == args.note)";
      case 5: return fmt::format("match l.kind {{ {} => l.on, else => args.flag }}", plan());
      case 6: return fmt::format("match tenant.plan {{ {} => l.on, else => l.count > 0 }}", plan());
      default: return random_.percent(50) ? "args.flag" : "args.dry";
    }
  }
  std::string of_lines() {
    const std::string body = random_.percent(30)
                                 ? element_atom()
                                 : fmt::format("{} {} {}", element_atom(),
                                               random_.percent(50) ? "and" : "or", element_atom());
    const std::string_view negated = random_.percent(30) ? "not " : "";
    switch (random_.below(5)) {
      case 0: return fmt::format("{}any(l in args.lines: {})", negated, body);
      case 1: return fmt::format("{}all(l in args.lines: {})", negated, body);
      case 2: return fmt::format("count(l in args.lines: {}) {} {}", body, order(), number(0, 2));
      case 3:
        return fmt::format("sum(l in args.lines: l.count + args.size) {} {}", order(),
                           number(0, 6));
      default: return fmt::format("args.lines.size {} {}", order(), number(0, 3));
    }
  }
  std::string condition() {
    std::string text = atom();
    for (std::size_t i = random_.below(3); i-- > 0;)
      text = fmt::format("({}{} {} {})", random_.percent(20) ? "not " : "", text,
                         random_.percent(50) ? "and" : "or", atom());
    return text;
  }
  std::string wait() {
    static constexpr std::string_view kWho[] = {"lead", "finance and lead", "2 of finance or lead",
                                                "2 of requester", "owner and requester"};
    return fmt::format("{} {} within 4h", random_.percent(50) ? "queue for" : "escalate to",
                       random_.pick(kWho));
  }

  std::string item(int number, bool grants) {
    const std::size_t kind = random_.below(10);
    std::string head = "\n@absent_ok(\"r\")";
    if (kind < 4 && grants) {
      head += " @open_ended(\"r\") @claims_only(\"r\") @grants_all(\"r\")\n";
      const bool lifts = liftable_ && random_.percent(50);
      std::string text = head + fmt::format("rule r{} on small.use {{\n  ", number);
      const bool permit = random_.percent(60);
      text += permit ? "permit\n" : wait() + "\n";
      text += fmt::format("  when {} and {}\n", lifts ? host_atom() : condition(), condition());
      if (!permit || lifts) text += "  because \"r\"\n";
      if (permit && random_.percent(20)) text += "  expires utc\"2027-01-01T00:00:00Z\"\n";
      if (lifts) text += fmt::format("  overrides {}\n", *liftable_);
      return text + "}\n";
    }
    if (kind < 7) return guard(number, head + "\n");
    if (kind == 7) {
      return head + fmt::format(
                        "\nlimit l{} on small.use {{\n{}  max {} calls per {} in 1d\n"
                        "  otherwise {}\n  because \"l\"\n}}\n",
                        number, random_.percent(40) ? "  when " + condition() + "\n" : "",
                        random_.percent(50) ? "2" : "args.size + 1", "tenant.id",
                        random_.percent(50) ? "deny" : wait());
    }
    if (kind == 8) return table(number, head, grants);
    static constexpr std::string_view kForms[] = {"never permit", "never permit or queue",
                                                  "always deny"};
    return fmt::format("\nassert a{} on small.use {{ {} when {}{} }}\n", number,
                       random_.pick(kForms), condition(),
                       random_.percent(20) ? " and approved() == 0" : "");
  }

  std::string guard(int number, std::string head) {
    const std::string name = fmt::format("g{}", number);
    const bool lift = random_.percent(40);
    std::string text =
        head + fmt::format("guard {}{} on small.use {{\n  {}\n", name, lift ? " overridable" : "",
                           random_.percent(60) ? "deny" : wait());
    text += fmt::format("  when {}\n  because \"g\"\n}}\n", condition());
    if (lift) liftable_ = name;
    return text;
  }

  std::string table(int number, std::string head, bool grants) {
    if (grants) head += " @open_ended(\"r\") @claims_only(\"r\") @grants_all(\"r\")";
    std::string text = head + fmt::format(
                                  "\n{}table t{} on small.use {{\n"
                                  "  row | tenant.plan | args.size + context.level\n",
                                  grants ? "" : "guard ", number);
    const auto outcome = [&] {
      const std::size_t choice = random_.below(4);
      if (choice == 0) return std::string("deny because \"t\"");
      if (choice == 1) return wait() + " because \"t\"";
      return std::string(grants && choice == 2 ? "permit" : "pass");
    };
    text += fmt::format("  low | {} | < {} => {}\n", plan(), this->number(1, 3), outcome());
    text += fmt::format("  high | * | >= {} => {}\n", this->number(4, 6), outcome());
    return text + fmt::format("  otherwise => {}\n}}\n",
                              random_.percent(50) ? "pass" : "deny because \"t\"");
  }

  generator::Random& random_;
  std::optional<std::string> liftable_;
};

struct Seen {
  bool permit = false, wait = false;
  std::set<std::string> roles;
};

// One engine, with some facts bound and the others tried.
class Enumeration {
 public:
  Enumeration(const Engine& engine, generator::Random& random)
      : engine_(engine), random_(random), facts_(engine.facts("small.use")) {
    for (const Fact& fact : kFacts) slots_.push_back(*engine.slot("small.use", fact.path));
    const auto required = engine.required_facts("small.use");
    for (const RequiredFact& fact : required.value()) {
      if (fact.path.starts_with("limits.")) counters_.push_back(fact.path.substr(7));
    }
    if (random.percent(70)) requesters_ = {"agent-1", "ana", "ANA"};
    if (random.percent(50)) requesters_.push_back("bo");
    if (random.percent(70)) owners_ = {"bo", "cy"};
    base();
  }

  ToolPossibility said() {
    choose();
    lines_.clear();
    for (std::size_t i = random_.below(4); i > 0; --i) {
      for (const std::int64_t most : {1, 2, 2}) lines_.emplace_back(random_.between(0, most));
      lines_.emplace_back(random_.pick(std::vector<std::string_view>{"ab", "cd", "zz"}));
    }
    base();
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      if (chosen_[i]) bind(i, *chosen_[i]);
    }
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      if (used_[i]) facts_.set_counter(counters_[i], *used_[i]);
    }
    return engine_.possible(facts_).at(0);
  }

  Seen tried() {
    Seen seen;
    values_.assign(kFacts.size(), kAbsent);
    uses_.assign(counters_.size(), 0);
    from(0, seen);
    return seen;
  }
  [[nodiscard]] std::uint64_t decisions() const { return decisions_; }
  // How many requests there are to try.
  [[nodiscard]] double cases() const {
    double cases = 1;
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      if (!chosen_[i] && kFacts[i].record.empty())
        cases *= static_cast<double>(kFacts[i].high - kFacts[i].low + 1 + kFacts[i].optional);
    }
    for (const auto& used : used_) cases *= used ? 1 : 5;
    return cases;
  }

 private:
  static constexpr std::int64_t kAbsent = -1;
  static constexpr std::int64_t kNow = 1'795'167'000'000;

  void set(std::string_view path, auto value) {
    const auto slot = engine_.slot("small.use", path);
    const bool bound = !slot || facts_.set(*slot, value);
    EXPECT_TRUE(bound) << path;
  }
  // What the engine itself reads.
  void base() {
    facts_.reset("small.use");
    set("call.id", "c-1");
    set("actor.id", "agent-1");
    set("actor.kind", "agent");
    set("actor.version", "1");
    set("tenant.id", "t1");
    set("target.class", "internal");
    set("spend.cost", std::int64_t{0});
    set("context.environment", "production");
    set("clock.now", kNow);
    EXPECT_TRUE(facts_.set_absent(*engine_.slot("small.use", "actor.on_behalf_of")));
    set("target.tenants", std::span<const std::string_view>());
    set("actor.requesters", std::span<const std::string_view>(requesters_));
    set("target.owners", std::span<const std::string_view>(owners_));
    EXPECT_TRUE(
        facts_.set_rows(*engine_.slot("small.use", "args.lines"), lines_, lines_.size() / 4));
  }

  void bind(std::size_t i, std::int64_t value) {
    const Fact& fact = kFacts[i];
    const bool bound = value == kAbsent           ? facts_.set_absent(slots_[i])
                       : fact.path == "args.pair" ? facts_.set_present(slots_[i])
                       : fact.texts.empty()
                           ? facts_.set(slots_[i], value)
                           : facts_.set(slots_[i], fact.texts[static_cast<std::size_t>(value)]);
    EXPECT_TRUE(bound) << fact.path;
  }

  // Which facts are known, and what they are. Those of a record are known with it or without.
  void choose() {
    chosen_.assign(kFacts.size(), std::nullopt);
    used_.assign(counters_.size(), std::nullopt);
    const auto chance = static_cast<unsigned>(30 + random_.below(50));
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      const Fact& fact = kFacts[i];
      if (!random_.percent(chance)) continue;
      if (fact.path.starts_with("args.pair.") && chosen_[6] == std::optional<std::int64_t>(kAbsent))
        continue;
      if (fact.optional && random_.percent(40))
        chosen_[i] = kAbsent;
      else
        chosen_[i] = random_.between(fact.low, fact.high);
    }
    for (auto& used : used_) {
      if (random_.percent(chance)) used = random_.between(0, 4);
    }
  }

  void from(std::size_t i, Seen& seen) {
    if (i == kFacts.size()) return counter(0, seen);
    const Fact& fact = kFacts[i];
    const bool inside = !fact.record.empty();
    const bool around = !inside || values_[6] != kAbsent;
    const auto with = [&](std::int64_t value) {
      values_[i] = value;
      from(i + 1, seen);
    };
    if (!around) {
      // No request has what is bound inside a record that is not there.
      if (!chosen_[i] || *chosen_[i] == kAbsent) with(kAbsent);
      return;
    }
    if (chosen_[i]) return with(*chosen_[i]);
    if (fact.optional) with(kAbsent);
    for (std::int64_t value = fact.low; value <= fact.high; ++value) with(value);
  }

  void counter(std::size_t i, Seen& seen) {
    if (i == counters_.size()) return decide(seen);
    for (std::int64_t used = 0; used <= 4; ++used) {
      if (used_[i] && *used_[i] != used) continue;
      uses_[i] = used;
      counter(i + 1, seen);
    }
  }

  void decide(Seen& seen) {
    base();
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      if (values_[i] != kAbsent) bind(i, values_[i]);
    }
    for (std::size_t i = 0; i < counters_.size(); ++i)
      EXPECT_TRUE(facts_.set_counter(counters_[i], uses_[i]));
    const Decision decision = engine_.decide(facts_);
    ++decisions_;
    ASSERT_TRUE(decision.fault() == Fault::None || decision.fault() == Fault::Assert)
        << code(decision.fault());
    seen.permit = seen.permit || decision.verdict() == Verdict::Permit;
    if (decision.verdict() != Verdict::Queue && decision.verdict() != Verdict::Escalate) return;
    if (seen.roles.size() == 4) return;
    const Answer asked = engine_.answer(facts_, decision).value();
    if (!is_permitted_once_agreed(asked)) return;
    seen.wait = true;
    for (const Wait& wait : asked.waits) {
      for (const Party& party : wait.parties)
        seen.roles.insert(party.seats.begin(), party.seats.end());
    }
  }

  // Who can sit where, each once: the actor does not confirm, and an owner has not asked.
  [[nodiscard]] std::vector<std::string> people_for(const std::string& seat, int need) const {
    std::vector<std::string> people;
    const auto has = [](const auto& list, std::string_view person) {
      return std::ranges::find(list, person) != list.end();
    };
    if (seat == "requester") {
      if (has(requesters_, "ana")) people.emplace_back("ana");
      if (has(requesters_, "bo")) people.emplace_back("bo");
    } else if (seat == "owner") {
      if (has(owners_, "cy")) people.emplace_back("cy");
      if (has(owners_, "bo") && !has(requesters_, "bo")) people.emplace_back("bo");
    } else {
      for (int i = 0; i < need; ++i) people.push_back(seat + std::to_string(i));
    }
    return people;
  }

  // Whether a call that waits is permitted when as many people agree as are asked.
  bool is_permitted_once_agreed(const Answer& asked) {
    std::vector<std::string> names;
    names.reserve(64);
    for (const Wait& wait : asked.waits) {
      for (const Party& party : wait.parties) {
        const std::vector<std::string> people = people_for(party.seats.front(), party.need);
        if (people.size() < static_cast<std::size_t>(party.need)) return false;
        for (int i = 0; i < party.need; ++i) {
          names.push_back("p-" + std::to_string(names.size()));
          EXPECT_TRUE(facts_.add_approval({.id = names.back(),
                                           .by = people[static_cast<std::size_t>(i)],
                                           .kind = "human",
                                           .tenant = "t1",
                                           .role = party.seats.front(),
                                           .granted = true,
                                           .digest = asked.digest,
                                           .requirement = wait.requirement,
                                           .asked_at_ms = kNow,
                                           .at_ms = kNow}));
        }
      }
    }
    return engine_.decide(facts_).verdict() == Verdict::Permit;
  }

  const Engine& engine_;
  generator::Random& random_;
  Facts facts_;
  std::vector<std::string_view> requesters_, owners_;
  std::vector<FactValue> lines_;
  std::vector<SlotId> slots_;
  std::vector<std::string> counters_;
  std::vector<std::optional<std::int64_t>> chosen_, used_;
  std::vector<std::int64_t> values_, uses_;
  std::uint64_t decisions_ = 0;
};

// A bundle of one or two layers; nothing if it does not compile, as where a rule can never hold.
std::optional<Engine> small_engine(generator::Random& random, std::string& text) {
  const bool two = random.percent(40), guards = random.percent(50);
  std::vector<SourceText> sources{{"schema.rule", std::string(kSchema)}};
  sources.push_back({"a.rule", SmallPolicy(random).text("a.one", true)});
  if (two) sources.push_back({"b.rule", SmallPolicy(random).text("b.one", !guards)});
  const std::string manifest = fmt::format(
      "name = \"small\"\nlayers = [\"a\"{}]\nmax_steps = 1000000\n", two ? ", \"b\"" : "");
  const CompileResult result = compile(sources, manifest);
  text.clear();
  for (std::size_t i = 1; i < sources.size(); ++i) text += sources[i].text;
  if (result.image.empty()) {
    for (const CompileMessage& message : result.messages) {
      if (message.is_error) text += message.rendered;
    }
    return std::nullopt;
  }
  const auto engine = Engine::load(result.image, Trust::unsigned_image());
  EXPECT_TRUE(engine.has_value());
  return engine ? std::optional(*engine) : std::nullopt;
}

TEST(Narrow, IsWhatTryingEveryRequestGives) {
  const std::uint64_t bundles = setting("REMIT_NARROW_BUNDLES", 700);
  std::string refused;
  std::uint64_t pairs = 0, decisions = 0, compiled = 0, nevers = 0, exact = 0;
  for (std::uint64_t i = 0; i < bundles; ++i) {
    generator::Random random(law_seed() + i);
    std::string text;
    const auto engine = small_engine(random, text);
    if (!engine) {
      refused = text;
      continue;
    }
    ++compiled;
    Enumeration enumeration(*engine, random);
    for (int r = 0; r < 10; ++r) {
      const ToolPossibility said = enumeration.said();
      if (enumeration.cases() > 3000) continue;
      const Seen seen = enumeration.tried();
      ++pairs;
      exact += said.exact;
      nevers += said.never();
      // Whether people's answers could satisfy an assert is not tried, and not said to be exact.
      EXPECT_TRUE(said.exact || text.find("approved()") != std::string::npos);
      EXPECT_LE(seen.permit, said.permit);
      EXPECT_LE(seen.wait, said.wait);
      for (const std::string& role : seen.roles)
        EXPECT_NE(std::ranges::find(said.roles, role), said.roles.end()) << role;
      if (said.exact) {
        EXPECT_EQ(said.permit, seen.permit);
        EXPECT_EQ(said.wait, seen.wait);
        EXPECT_EQ(std::set<std::string>(said.roles.begin(), said.roles.end()), seen.roles);
      }
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "bundle " << law_seed() + i << ", facts " << r << '\n' << text;
        return;
      }
    }
    decisions += enumeration.decisions();
  }
  EXPECT_GT(compiled * 2, bundles) << refused;
  EXPECT_GT(nevers, 0U);
  EXPECT_GT(pairs, bundles * 3);
  std::printf("%llu bundles, %llu pairs (%llu exact, %llu never), %llu decisions\n",
              static_cast<unsigned long long>(compiled), static_cast<unsigned long long>(pairs),
              static_cast<unsigned long long>(exact), static_cast<unsigned long long>(nevers),
              static_cast<unsigned long long>(decisions));
}

}  // namespace
}  // namespace remit::property
