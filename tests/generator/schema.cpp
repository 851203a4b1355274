#include "tests/generator/schema.h"

#include <vector>

#include <fmt/format.h>

#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

namespace {

class Schema {
 public:
  explicit Schema(Random& random) : random_(random) {}

  std::string text() {
    minor_ = static_cast<int>(random_.pick(std::vector<int>{0, 2, 3}));
    text_ = fmt::format("edition 1\nschema gen.schema\n\ncurrency USD minor {}\n\n", minor_);
    text_ +=
        "enum role    { lead, finance, @platform staff }\nenum signal  { velocity, odd_hour }\n"
        "enum channel { desk, security }\n";
    // Names and wire names that are each other's are the ones to mix up.
    text_ += random_.percent(30)
                 ? "enum plan    { free named \"pro\", pro named \"free\", enterprise }\n"
                 : fmt::format("enum plan    {{ free, pro{}, enterprise }}\n", wire("Pro plan"));
    text_ +=
        fmt::format("enum tier    {{ low < middle{} < high < top{} }}\n", wire("2"), wire("x"));
    if (random_.percent(30))
      text_ += fmt::format("enum class   {{ open{} < closed }}\n", wire("\xC3\xA9"));
    if (random_.percent(30))
      text_ += fmt::format("enum environment {{ lab, live{} }}\n", wire("lab 2"));
    record("leaf", 3, false);
    record("branch", 3, true);
    extend("tenant", 2);
    extend("context", 3);
    extend("zoo", 6);
    extend("aviary", 3);
    for (int i = 0; i < 4; ++i) tool(i);
    return text_;
  }

 private:
  std::string ends(std::int64_t a, std::int64_t b, std::string (*spell)(std::int64_t)) {
    return fmt::format("({}..={})", spell(a), spell(b));
  }

  std::string wire(std::string_view name) {
    return random_.percent(40) ? fmt::format(" named {}", quoted(name)) : std::string();
  }

  std::string scalar() {
    static constexpr std::string_view kPlain[] = {
        "bool",       "int",         "money", "duration", "timestamp", "timeofday", "string",
        "string(12)", "string(400)", "id",    "host",     "path",      "email",     "url",
        "ip",         "plan",        "tier",  "tool",     "class"};
    const std::size_t choice = random_.below(std::size(kPlain) + 3);
    if (choice < std::size(kPlain)) return std::string(kPlain[choice]);
    if (choice == std::size(kPlain))
      return ends(random_.pick(std::vector<std::int64_t>{-7, 0}),
                  random_.pick(std::vector<std::int64_t>{5, 100, 1000}),
                  [](std::int64_t n) { return std::to_string(n); })
          .insert(0, "int");
    return ends(random_.pick(std::vector<std::int64_t>{-5'000'000, 0}), 500'000'000, money)
        .insert(0, "money");
  }

  // Sets hold distinct values; there are at least three of each of these types.
  std::string element() {
    static constexpr std::string_view kElements[] = {
        "id", "host", "path", "email", "plan", "tier", "tool", "ip", "int", "money", "string(12)"};
    return std::string(random_.pick(kElements));
  }

  std::string type(bool records) {
    const std::size_t choice = random_.below(10);
    if (choice == 0) return fmt::format("set<{}>({})", element(), random_.between(1, 6));
    if (choice == 1) return fmt::format("list<{}>(0..={})", element(), random_.between(1, 6));
    if (choice == 2 && records) {
      const std::int64_t low = random_.between(0, 1);
      return fmt::format("list<{}>({}..={})", random_.percent(70) ? "leaf" : "branch", low,
                         random_.between(2, 5));
    }
    if (choice == 3 && records) return random_.percent(50) ? "leaf" : "branch";
    return scalar();
  }

  // `unit` is how money stands on the wire where that can be chosen.
  std::string field(int number, bool records, bool may_have_unit, bool may_have_default) {
    std::string spelled = type(records);
    const bool optional = random_.percent(30);
    std::string text = fmt::format("f{}: {}{}", number, spelled, optional ? "?" : "");
    if (random_.percent(15) && may_have_unit) text += fmt::format(" named \"F-{}\"", number);
    static constexpr std::string_view kUnits[] = {"",         " as minor",   " as major",
                                                  " as text", " as major 6", " as text 0"};
    if (may_have_unit && spelled.starts_with("money")) text += random_.pick(kUnits);
    if (may_have_default && !optional && random_.percent(40)) {
      if (spelled == "bool") text += " = true";
      if (spelled == "plan") text += " = pro";
      if (spelled == "int") text += " = 5";
      if (spelled == "duration") text += " = 30m";
    }
    return text;
  }

  std::string fields(int count, bool records, bool wire, bool defaults) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "  " + field(i, records, wire, defaults) + "\n";
    return text;
  }

  void record(std::string_view name, int count, bool nested) {
    text_ += fmt::format("\nrecord {} {{\n{}", name, fields(count, false, true, false));
    if (nested) text_ += "  inner: leaf?\n  outer: leaf\n";
    text_ += "}\n";
  }

  void extend(std::string_view root, int count) {
    text_ += fmt::format("\nextend {} {{\n{}}}\n", root, fields(count, true, false, false));
  }

  void tool(int number) {
    static constexpr std::string_view kEffects[] = {
        "read", "write_reversible", "write_irreversible", "communicate", "privileged"};
    text_ += fmt::format("\ntool {}.t{} {{\n  effect {}\n", number < 2 ? "one" : "two.sub", number,
                         random_.pick(kEffects));
    if (random_.percent(50)) text_ += "  undo 2h\n";
    // The first two arguments are the same everywhere, so that rules over several tools can read
    // them.
    text_ += "  args {\n    amount: money as minor\n    order: id\n";
    text_ += "    note: string(20)?\n    blob: opaque(60)?\n";
    text_ += fields(4, true, true, true);
    text_ += "  }\n  result { card, phone }\n}\n";
  }

  Random& random_;
  std::string text_;
  int minor_ = 2;
};

}  // namespace

std::string generate_schema(Random& random) { return Schema(random).text(); }

}  // namespace remit::generator
