#include "tests/steps/cases.h"

#include <fmt/format.h>

namespace remit::steps {

namespace {

using vm::Opcode;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

// `count` elements of `width` characters that differ only at their end, every `step`th from
// `first`, in order.
std::string texts(int count, int width, int first = 0, int step = 1, std::string_view end = "") {
  std::string result;
  for (int i = 0; i < count; ++i) {
    const std::string number = fmt::format("{:05}{}", first + i * step, end);
    result +=
        fmt::format("{}\"{}{}\"", i == 0 ? "" : ",",
                    std::string(static_cast<std::size_t>(width) - number.size(), 'a'), number);
  }
  return result;
}

std::string numbers(int count, int first = 0, int step = 1) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += fmt::format("{}{}", i == 0 ? "" : ",", first + i * step);
  return result;
}

// Hosts of the greatest length with the same end, which is the part that `under` looks at.
std::string hosts(int count) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result +=
        fmt::format("{}\"h{:05}.{}example\"", i == 0 ? "" : ",", i, repeated("abcdefgh.", 26));
  return result;
}

std::string paths(int count) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += fmt::format("{}\"{}/{:05}\"", i == 0 ? "" : ",", repeated("/abcdefg", 20), i);
  return result;
}

const std::string kLong = repeated("a", 65535);

void add_plain(std::vector<StepsCase>& cases) {
  const std::string ints = "x: int(-1000..=1000), y: int(-1000..=1000)", members = R"("x":7,"y":7)";
  cases.insert(cases.end(),
               {{"bool", Opcode::PushBool, "b: bool", "args.b == true", R"("b":true)"},
                {"integer", Opcode::PushInteger, ints, "args.x == 7", members},
                {"has", Opcode::Has, "x: int?", "has args.x", R"("x":1)"},
                {"load", Opcode::Load, ints, "args.x == args.y", members},
                {"not", Opcode::Not, "b: bool", "not args.b", R"("b":false)"},
                {"and", Opcode::JumpIfFalse, "b: bool, c: bool", "(args.b or args.c)",
                 R"("b":false,"c":true)"},
                {"or", Opcode::JumpIfTrue, "b: bool, c: bool", "(args.b or args.c)",
                 R"("b":false,"c":true)"},
                {"add", Opcode::Add, ints, "args.x + args.y >= args.x", members},
                {"subtract", Opcode::Subtract, ints, "args.x - args.y <= args.x", members},
                {"multiply", Opcode::Multiply, ints, "args.x * args.y >= args.x", members},
                {"percent", Opcode::Percent, "m: money, n: money", "args.m > 50% of args.n",
                 R"("m":"USD 9","n":"USD 9")"},
                {"scale", Opcode::Scale, "m: money, n: money", "args.m > 50% of args.n",
                 R"("m":"USD 9","n":"USD 9")"},
                {"equal", Opcode::Equal, ints, "args.x == args.y", members},
                {"not equal", Opcode::NotEqual, ints, "args.x != args.y", R"("x":7,"y":8)"},
                {"less", Opcode::Less, ints, "args.x < args.y", R"("x":7,"y":8)"},
                {"less equal", Opcode::LessEqual, ints, "args.x <= args.y", members},
                {"greater", Opcode::Greater, ints, "args.x > args.y", R"("x":8,"y":7)"},
                {"greater equal", Opcode::GreaterEqual, ints, "args.x >= args.y", members},
                {"range", Opcode::InRange, ints, "args.x in args.y ..= 900", members}});
}

void add_texts(std::vector<StepsCase>& cases) {
  const std::string two = fmt::format(R"("s":"{0}b","t":"{0}b")", kLong);
  const std::string mail =
      fmt::format(R"("m":"{}@{}example")", repeated("a", 64), repeated("abcdefgh.", 26));
  const std::string url =
      fmt::format(R"("u":"https://{}example/{}")", repeated("abcdefgh.", 26), repeated("a", 1700));
  cases.insert(
      cases.end(),
      {{"text constant", Opcode::PushText, "s: string(8)", R"(args.s == "12345678")",
        R"("s":"12345678")"},
       {"text equal, long", Opcode::TextEqual, "s: string(65536), t: string(65536)",
        "args.s == args.t", two, 20},
       {"text equal, short", Opcode::TextEqual, "s: string(65536), t: string(1)",
        "args.s == args.t", R"("s":"a","t":"a")"},
       {"text not equal, long", Opcode::TextNotEqual, "s: string(65536), t: string(65536)",
        "args.s != args.t", fmt::format(R"("s":"{0}b","t":"{0}c")", kLong), 20},
       {"domain", Opcode::EmailDomain, "m: email", R"(args.m.domain under host"example")", mail},
       {"url host", Opcode::UrlHost, "u: url", R"(args.u.host under host"example")", url},
       {"url scheme", Opcode::UrlScheme, "u: url", R"(args.u.scheme == "https")", url},
       {"under host", Opcode::UnderHost, "h: host, g: host", "args.h under args.g",
        fmt::format(R"("h":"x.{0}example","g":"{0}example")", repeated("abcdefgh.", 26))},
       {"under path", Opcode::UnderPath, "p: path, q: path", "args.p under args.q",
        fmt::format(R"("p":"{0}/x","q":"{0}")", repeated("/abcdefg", 120))},
       {"under ip 4", Opcode::UnderIp, "a: ip", R"(args.a under cidr"255.255.254.0/23")",
        R"("a":"255.255.255.255")"},
       {"under ip 6", Opcode::UnderIp, "a: ip", R"(args.a under cidr"2001:db8:1:2::/65")",
        R"("a":"2001:db8:1:2:7fff:5:6:7")"},
       {"address range", Opcode::PushCidr, "a: ip", R"(args.a under cidr"::/0")",
        R"("a":"2001:db8:1:2:7fff:5:6:7")"}});
}

// Texts that almost match everywhere, and the first of many that is a part.
void add_parts(std::vector<StepsCase>& cases) {
  const std::string all_a = fmt::format(R"("s":"{}")", kLong), text = "s: string(65536)";
  const auto part = [](int before, int after) {
    return fmt::format(R"("{}b{}")", repeated("a", before), repeated("a", after));
  };
  std::string ends;
  for (int i = 0; i < 256; ++i)
    ends += fmt::format("{}\"{}{:03}\"", i == 0 ? "" : ",", repeated("a", 13), i);
  const std::string list = "l: list<string(200)>(0..=64)";
  const std::string words = fmt::format(R"("l":[{}])", texts(64, 190));
  std::string places;
  for (int i = 0; i < 32; ++i) places += (i == 0 ? "" : ",") + texts(1, 190, i);
  cases.insert(
      cases.end(),
      {{"contains, one byte", Opcode::ContainsAny, text, R"(not (args.s contains "b"))", all_a},
       {"contains, two bytes", Opcode::ContainsAny, text, R"(not (args.s contains "ab"))", all_a},
       {"contains, short", Opcode::ContainsAny, text, "not (args.s contains " + part(0, 8) + ")",
        all_a},
       {"contains, medium", Opcode::ContainsAny, text,
        "not (args.s contains " + part(120, 120) + ")", all_a},
       {"contains, medium, first", Opcode::ContainsAny, text,
        "not (args.s contains " + part(0, 250) + ")", all_a},
       {"contains, long", Opcode::ContainsAny, text, "not (args.s contains " + part(400, 400) + ")",
        all_a},
       {"contains, of a short text", Opcode::ContainsAny, "s: string(8)",
        R"(not (args.s contains "aaaaaaab"))", R"("s":"aaaaaaaa")"},
       {"starts with", Opcode::StartsWithAny, text, "not (args.s starts with {" + ends + "})",
        all_a},
       {"ends with", Opcode::EndsWithAny, text, "not (args.s ends with {" + ends + "})", all_a},
       {"places", Opcode::InPlace, list, "args.l starts with [" + places + "]", words},
       {"places of a set", Opcode::InPlace, list, "args.l starts with [{" + texts(200, 190) + "}]",
        fmt::format(R"("l":[{}])", texts(64, 190, 199))},
       {"has places", Opcode::HasPlaces, list, "args.l starts with [*, *]", words},
       {"end of places", Opcode::DropList, list, "args.l starts with [*]", words}});
}

void add_collections(std::vector<StepsCase>& cases) {
  const std::string two_ids = "a: set<id>(4096), b: set<id>(4096)";
  const std::string two_ints = "a: set<int>(4096), b: set<int>(4096)";
  // One set holds the even ones and the last of the other, which holds the odd ones.
  const std::string apart =
      fmt::format(R"("a":[{},"{}"],"b":[{}])", texts(4095, 100, 0, 2), repeated("z", 100),
                  texts(4095, 100, 1, 2) + ",\"" + repeated("z", 100) + "\"");
  const std::string same = fmt::format(R"("a":[{0}],"b":[{0}])", texts(4096, 100));
  cases.insert(
      cases.end(),
      {{"size", Opcode::Size, "a: set<int>(4096)", "args.a.size == 4096",
        fmt::format(R"("a":[{}])", numbers(4096))},
       {"set", Opcode::PushSet, "x: int", "args.x in {" + numbers(256) + "}", R"("x":255)"},
       {"in integers", Opcode::ContainsInteger, "x: int, a: set<int>(4096)", "args.x in args.a",
        fmt::format(R"("x":4095,"a":[{}])", numbers(4096))},
       {"in texts", Opcode::ContainsText, "x: id, a: set<id>(4096)", "args.x in args.a",
        fmt::format(R"("x":{},"a":[{}])", texts(1, 128, 4095), texts(4096, 128))},
       {"in texts, one", Opcode::ContainsText, "x: id, a: set<id>(1)", "args.x in args.a",
        fmt::format(R"("x":{0},"a":[{0}])", texts(1, 128))},
       {"in strings", Opcode::ContainsText, "x: string(2000), a: list<string(2000)>(0..=500)",
        "args.x in args.a",
        fmt::format(R"("x":{},"a":[{}])", texts(1, 1990, 499), texts(500, 1990))},
       {"overlaps integers", Opcode::OverlapsInteger, two_ints, "args.a overlaps args.b",
        fmt::format(R"("a":[{},99999],"b":[{},99999])", numbers(4095, 0, 2), numbers(4095, 1, 2))},
       {"overlaps texts", Opcode::OverlapsText, two_ids, "args.a overlaps args.b", apart},
       {"overlaps texts, uneven", Opcode::OverlapsText, "a: set<id>(4096), b: set<id>(1)",
        "args.a overlaps args.b",
        fmt::format(R"("a":[{}],"b":[{}])", texts(4096, 128), texts(1, 128, 4095))},
       {"subset of integers", Opcode::SubsetInteger, two_ints, "args.a subset of args.b",
        fmt::format(R"("a":[{0}],"b":[{0}])", numbers(4096))},
       {"subset of texts", Opcode::SubsetText, two_ids, "args.a subset of args.b", same},
       {"made set", Opcode::MakeSet, "x: id, y: id, z: id, a: set<id>(3)",
        "{args.x, args.y, args.z} subset of args.a",
        fmt::format(R"("x":{},"y":{},"z":{},"a":[{}])", texts(1, 128, 2), texts(1, 128, 1),
                    texts(1, 128, 0), texts(3, 128))},
       {"under any host", Opcode::UnderAnyHost, "h: host, a: set<host>(4000)",
        "args.h under args.a",
        fmt::format(R"("h":"x.h03999.{}example","a":[{}])", repeated("abcdefgh.", 26),
                    hosts(4000))},
       {"under any path", Opcode::UnderAnyPath, "p: path, a: set<path>(4096)",
        "args.p under args.a",
        fmt::format(R"("p":"{}/04095/x","a":[{}])", repeated("/abcdefg", 20), paths(4096))},
       {"under any range", Opcode::UnderAnyIp, "a: ip",
        R"(args.a under {cidr"10.0.0.0/8", cidr"11.0.0.0/8", cidr"2001:db8:1:2::/65"})",
        R"("a":"2001:db8:1:2:7fff:5:6:7")"}});
  // Many facts in a set that is sorted for each evaluation.
  std::string fields = "a: set<id>(1)", made, members = R"("a":["z"])";
  for (int i = 0; i < 200; ++i) {
    fields += fmt::format(", f{}: id", i);
    made += fmt::format("{}args.f{}", i == 0 ? "" : ", ", i);
    members += fmt::format(R"(,"f{}":{})", i, i == 100 ? "\"z\"" : texts(1, 128, (i * 77) % 200));
  }
  cases.push_back(
      {"made set, large", Opcode::MakeSet, fields, "{" + made + "} overlaps args.a", members, 4});
}

void add_control(std::vector<StepsCase>& cases) {
  const std::string kind = "k: kind", last = R"("k":"v4095")";
  std::string arms;
  for (int i = 0; i < 200; ++i) arms += fmt::format("v{} => false, ", i);
  std::string wide;
  for (int i = 0; i < 4000; ++i) wide += fmt::format("{}v{}", i == 0 ? "" : ", ", i);
  const std::string list = "a: list<int(0..=9999)>(0..=4096)";
  const std::string members = fmt::format(R"("a":[{}])", numbers(4096));
  const std::string records = "a: list<line>(0..=1000)";
  const std::string lines =
      fmt::format(R"("a":[{}{{"n":1,"o":2}}])", repeated(R"({"n":1,"o":2},)", 999));
  cases.insert(
      cases.end(),
      {{"match, many arms", Opcode::JumpUnless, kind, "match args.k { " + arms + "else => true }",
        last, 8},
       {"match, a wide arm", Opcode::Case, kind,
        "match args.k { " + wide + " => false, else => true }", last, 4},
       {"match, last arm", Opcode::LastCase, kind, "match args.k { v1 => false, else => true }",
        last},
       {"match, arm", Opcode::Drop, kind, "match args.k { v4095 => true, else => false }", last},
       {"match, end of arm", Opcode::Jump, kind, "match args.k { v4095 => true, else => false }",
        last},
       {"any", Opcode::LoopAny, list, "any(x in args.a: x == 4095)", members, 4},
       {"all", Opcode::LoopAll, list, "all(x in args.a: x <= 4095)", members, 4},
       {"count", Opcode::LoopCount, list, "count(x in args.a: x <= 4095) == 4096", members, 4},
       {"sum", Opcode::LoopSum, list, "sum(x in args.a: x) > 9", members, 4},
       {"element", Opcode::LoadElement, records, "all(x in args.a: x.n == 1)", lines, 4},
       {"element has", Opcode::HasElement, records, "all(x in args.a: has x.o)", lines, 4},
       {"loop of one", Opcode::LoopEnd, "a: list<int>(0..=1)", "any(x in args.a: x == 1)",
        R"("a":[1])"}});
}

std::string letters_at_random(int count) {
  std::string text;
  std::uint32_t state = 1;
  for (int i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    text += (state >> 30 & 1) != 0 ? 'a' : 'b';
  }
  return text;
}

// Every other one of 150 characters, so that no two of a class make a range.
std::string odd_characters() {
  std::string text;
  for (int c = '0'; c < 'z'; c += 2)
    text += std::string(c == '\\' ? "\\" : "") + static_cast<char>(c);
  for (int c = 0xA2; c < 0x180; c += 2) {
    text += static_cast<char>(0xC0 | c >> 6);
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
  return text;
}

// By what the automaton of RE2 makes of them.
void add_patterns(std::vector<StepsCase>& cases) {
  struct Class {
    std::string name;
    std::string pattern;
    std::string text;
    bool holds;
    int times;
  };
  constexpr int kTextBytes = 16384;
  const std::string random = letters_at_random(kTextBytes);
  std::string wide;
  for (int i = 0; i < kTextBytes / 3; ++i) wide += (i % 2 != 0) ? "\xE0\xA4\x85" : "\xE4\xB8\x80";
  const Class classes[] = {
      {"literals", "(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)*a*",
       repeated("a", kTextBytes), true, 1},
      {"one class", "[a-c]*", random, true, 4},
      {"any character", ".*", wide, true, 4},
      {"negated class", "[^x]*", wide, true, 4},
      {"alternatives", "(a|b|ab|ba|aab|abb)*", random, true, 2},
      {"states that grow", "[ab]*a[ab]{8}", random, false, 1},
      {"more states than fit", "([ab]*a[ab]{60})?.*x", random, false, 1},
      {"many more", "([ab]*a[ab]{200})?.*x", random, false, 1},
      {"more of any character", "([^x]*a[^x]{14}b)?.*x", random, false, 1},
      {"ways that skip", "(.*a(.?.?){60}b)?.*x", random, false, 1},
      {"ways that skip and grow", "(.*a[ab]{9}([^c]?b?){30}b)?.*x", random, false, 1},
      {"large class", "(.*a[acegikmoqsuwyABCDE]{14}b)?.*x", random, false, 1},
      {"larger class", "(.*a[abcdefghijklmnopqrstuvwxyz!#%&+:;<=>@|~0246]{14}b)?.*x", random, false,
       1},
      {"largest class", fmt::format("(.*a[{}ab]{{14}}b)?.*x", odd_characters()), random, false, 1},
      {"counted groups", "(((a|b){1,30}c?){0,3}.*)*x", random, false, 1},
      {"counted any", "(.{0,50}){0,4}x", wide, false, 1},
      {"characters of many bytes", "([^0-9]*[^a]){1,9}x", wide, false, 2},
      {"one character", "a", "a", true, 40},
  };
  for (const Class& row : classes) {
    cases.push_back({fmt::format("pattern: {}", row.name), Opcode::Matches,
                     fmt::format("s: string({})", row.text.size()),
                     fmt::format("{}args.s matches re\"{}\"{}", row.holds ? "" : "not (",
                                 row.pattern, row.holds ? "" : ")"),
                     fmt::format("\"s\":\"{}\"", row.text), row.times});
  }
}

}  // namespace

std::vector<StepsCase> steps_cases() {
  std::vector<StepsCase> cases;
  add_plain(cases);
  add_texts(cases);
  add_parts(cases);
  add_collections(cases);
  add_control(cases);
  add_patterns(cases);
  return cases;
}

namespace {

// One condition over many items that are only looked at once it holds.
PolicyCase one_condition() {
  std::string asserts;
  for (int i = 0; i < 300; ++i)
    asserts += fmt::format("assert a{} on t.t {{ never permit when risk.score == 99 }}\n", i);
  return {
      "applies, of many asserts",
      " applies when session.text matches re\"([ab]*a[ab]{60})?.*\"\nrule ok on t.t {\n  permit\n"
      "  when risk.score < 50\n}\n" +
          asserts,
      fmt::format(R"(,"session":{{"text":"{}"}})", letters_at_random(8192))};
}

PolicyCase all_lift_all() {
  constexpr int kCount = 700;
  std::string guards, rules, names;
  for (int i = 0; i < kCount; ++i) {
    guards += fmt::format(
        "guard g{} overridable on t.t {{\n  deny\n  when risk.score < 50\n  because \"g\"\n}}\n",
        i);
    names += fmt::format("{}g{}", i == 0 ? "" : ", ", i);
  }
  for (int i = 0; i < kCount; ++i) {
    rules += fmt::format(
        "rule r{} on t.t {{\n  permit\n  when risk.score < 50\n  because \"r\"\n  overrides "
        "{}\n}}\n",
        i, names);
  }
  return {"overrides, all of all", "\n" + guards + rules};
}

PolicyCase all_wait() {
  std::string rules;
  for (int i = 0; i < 500; ++i) {
    rules += fmt::format(
        "rule w{} on t.t {{\n  queue for a and b and c and d and e and f and g and h within 1h\n"
        "  when risk.score < {}\n  because \"w\"\n}}\n",
        i, 50 + i % 40);
  }
  return {"waits, all refused by others", "\n" + rules, {}, "queue", true};
}

}  // namespace

std::vector<PolicyCase> policy_cases() { return {one_condition(), all_lift_all(), all_wait()}; }

std::vector<BodyCase> body_cases() {
  std::string unknown;
  for (int i = 0; i < 60'000; ++i) unknown += fmt::format(R"("u{:06}":1,)", i);
  const auto list = [](std::string_view name, std::string_view element, int count) {
    std::string elements;
    for (int i = 0; i < count; ++i) elements += fmt::format("{}{}", i == 0 ? "" : ",", element);
    return fmt::format("\"{}\":[{}]", name, elements);
  };
  const std::string deep = repeated("[", 30) + "1" + repeated("]", 30);
  std::string members;
  for (int i = 0; i < 5'000; ++i) members += fmt::format(R"({}"k{}":1)", i == 0 ? "" : ",", i);
  return {
      {"unknown names", "x: int", unknown + R"("x":1)"},
      {"integers", "a: list<int>(0..=4096)", list("a", "1", 4096)},
      {"bools", "a: list<bool>(0..=4096)", list("a", "true", 4096)},
      {"money", "a: list<money>(0..=4096)", list("a", R"("USD 1")", 4096)},
      {"money as an object", "a: list<money>(0..=4096)",
       list("a", R"({"currency":"USD","micros":1})", 4096)},
      {"durations", "a: list<duration>(0..=4096)", list("a", R"("1s")", 4096)},
      {"timestamps", "a: list<timestamp>(0..=4096)", list("a", R"("2026-11-20T09:30:00Z")", 4096)},
      {"times", "a: list<timeofday>(0..=4096)", list("a", R"("09:30")", 4096)},
      {"enums of many values", "a: list<kind>(0..=4096)", list("a", R"("v4095")", 4096)},
      {"tools", "a: list<tool>(0..=4096)", list("a", R"("t.t")", 4096)},
      {"ids", "a: list<id>(0..=4096)", list("a", R"("a")", 4096)},
      {"sets of ids, backwards", "a: set<id>(4096)",
       [] {
         std::string elements;
         for (int i = 4095; i >= 0; --i)
           elements += fmt::format("\"{:04}\"{}", i, i > 0 ? "," : "");
         return "\"a\":[" + elements + "]";
       }()},
      {"sets of integers, backwards", "a: set<int>(4096)",
       [] {
         std::string elements;
         for (int i = 4095; i >= 0; --i) elements += fmt::format("{}{}", i, i > 0 ? "," : "");
         return "\"a\":[" + elements + "]";
       }()},
      {"strings", "a: list<string(8)>(0..=4096)", list("a", R"("a")", 4096)},
      {"a long string", "s: string(65536)", fmt::format(R"("s":"{}")", kLong)},
      {"escapes", "s: string(65536)", fmt::format(R"("s":"{}")", repeated("\\n", 65000))},
      {"escaped characters", "s: string(65536)",
       fmt::format(R"("s":"{}")", repeated("\\u00e9", 32000))},
      {"characters of many bytes", "s: string(65536)",
       fmt::format(R"("s":"{}")", repeated("\u4e00", 21845))},
      {"hosts", "a: list<host>(0..=4096)", list("a", R"("a.b.c.example")", 4096)},
      {"paths", "a: list<path>(0..=4096)", list("a", R"("/a/b/c/d/e")", 4096)},
      {"emails", "a: list<email>(0..=4096)", list("a", R"("a@b.example")", 4096)},
      {"urls", "a: list<url>(0..=4096)", list("a", R"("https://a.example:8443/p?q")", 4096)},
      {"addresses of 4 bytes", "a: list<ip>(0..=4096)", list("a", R"("1.2.3.4")", 4096)},
      {"addresses of 16 bytes", "a: list<ip>(0..=4096)", list("a", R"("1::2")", 4096)},
      {"opaque, deep", "o: opaque(65536)",
       fmt::format(R"("o":[{}])",
                   [&] {
                     std::string elements;
                     for (int i = 0; i < 1000; ++i) elements += (i == 0 ? "" : ",") + deep;
                     return elements;
                   }())},
      {"opaque, many members", "o: opaque(65536)", fmt::format(R"("o":{{{}}})", members)},
      {"records", "a: list<line>(0..=1000)", list("a", R"({"n":1})", 1000), 1000},
      {"records of many fields", "a: list<wide>(0..=1000)", list("a", "{}", 1000), 250 * 1000},
      {"white space", "x: int", R"("x":1)" + repeated(" ", 1'000'000)},
  };
}

}  // namespace remit::steps
