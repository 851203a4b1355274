// Images that are well-formed and wrong: one change to a sound image for each kind, and the check
// that must refuse it.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "tests/unit/vm/bundles.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::vm {
namespace {

Image image_of(const std::string& items = test::kItems, const std::string& schema = {}) {
  const auto compiled =
      compile({{"schema.rule", test::kShop + schema}, {"policy.rule", test::policy(items)}});
  EXPECT_FALSE(compiled.image.empty());
  auto parsed = parse(compiled.image);
  EXPECT_TRUE(parsed);
  return *parsed;
}

std::string fault_of(const Image& image) {
  const auto program = verify(serialize(image));
  return program ? std::string("accepted") : std::string(program.error().code());
}

StringId id(const Image& image, std::string_view text) {
  const auto at = std::ranges::lower_bound(image.strings, text);
  EXPECT_TRUE(at != image.strings.end() && *at == text) << text;
  return static_cast<StringId>(at - image.strings.begin());
}

// A string that nothing else uses any more becomes a result of the last tool.
void keep(Image& image, std::string_view text) {
  image.names.push_back(id(image, text));
  ++image.tools.back().results.count;
}

// Other bytes in the same place of the order.
void respell(Image& image, std::string_view text, std::string_view other) {
  image.strings[static_cast<std::size_t>(id(image, text))] = other;
}

FieldRow& field(Image& image, std::string_view name) {
  for (FieldRow& row : image.fields) {
    if (row.name == id(image, name)) return row;
  }
  ADD_FAILURE() << name;
  return image.fields[0];
}

struct Defect {
  const char* code;
  std::function<void(Image&)> put;
};

void expect_refused(const Image& sound, const std::vector<Defect>& defects) {
  ASSERT_EQ(fault_of(sound), "accepted");
  for (const Defect& defect : defects) {
    Image image = sound;
    defect.put(image);
    EXPECT_EQ(fault_of(image), defect.code);
  }
}

TEST(Verify, RefusesNamesThatStandTwice) {
  expect_refused(
      image_of(),
      {
          {"name.field_twice",
           [](Image& i) {
             const std::uint32_t first = i.tools[0].args.first;
             i.fields[first + 1].name = i.fields[first].name;
           }},
          {"name.wire_name_twice",
           [](Image& i) {
             const std::uint32_t first = i.tools[0].args.first;
             i.fields[first + 1].wire_name = i.fields[first].wire_name;
           }},
          {"name.root_twice", [](Image& i) { i.roots[2].name = i.roots[1].name; }},
          {"name.root_order", [](Image& i) { std::swap(i.roots[0].name, i.roots[1].name); }},
          {"name.enum_value_twice",
           [](Image& i) {
             keep(i, "dev");
             for (auto& value : i.enum_values)
               if (value.name == id(i, "dev")) value.name = value.wire_name = id(i, "staging");
           }},
          {"name.type_twice",
           [](Image& i) {
             keep(i, "principal");
             i.records[1].name = id(i, "risk");
           }},
          {"name.result_twice", [](Image& i) { keep(i, "card"); }},
          {"name.layer_twice",
           [](Image& i) {
             const auto end = static_cast<std::uint32_t>(i.policies.size());
             i.layers.push_back({i.layers[0].name, 0, 0, {end, 0}});
           }},
          {"name.policy_twice",
           [](Image& i) {
             i.layers.push_back({id(i, "risk"), 0, 0, {1, 1}});
             const auto end = static_cast<std::uint32_t>(i.items.size());
             i.policies.push_back({i.policies[0].name, LayerId{1}, {end, 0}, {0, 0}});
           }},
      });
}

TEST(Verify, RefusesNamesOfAnotherForm) {
  expect_refused(
      image_of(),
      {
          {"name.bad_wire_name",
           [](Image& i) { i.fields[i.roots[0].fields.first].wire_name = id(i, "zone"); }},
          {"name.bad_item",
           [](Image& i) {
             keep(i, "small");
             i.items[4].name = id(i, "shop.refund");
           }},
      });
  auto reserved = compile(
      {{"schema.rule", test::kShop},
       {"policy.rule", test::policy("guard g on shop.refund {\n  deny\n  when risk.score > 9\n"
                                    "  because \"g\"\n}\n",
                                    "policy defaulu.x")}});
  Image image = *parse(reserved.image);
  respell(image, "defaulu.x", "default.x");
  EXPECT_EQ(fault_of(image), "name.reserved");
}

// The row `two.x` of policy `shop.one` and an item `x` of policy `shop.one.two`.
TEST(Verify, RefusesTwoItemsOfOneFullName) {
  const auto guard = [](const char* name) {
    return fmt::format(
        "guard {} on shop.refund {{\n  deny\n  when risk.score > 9\n  because \"g\"\n}}\n", name);
  };
  const std::string table =
      "guard table two on shop.refund {\n  row | risk.score\n  x | < 60 => pass\n"
      "  otherwise => deny because \"n\"\n}\n";
  const auto compiled = compile({{"schema.rule", test::kShop},
                                 {"a.rule", test::policy(table, "policy shop.one")},
                                 {"b.rule", test::policy(guard("y"), "policy shop.one.two")},
                                 {"c.rule", test::policy(guard("x"), "policy shop.three")}});
  Image image = *parse(compiled.image);
  EXPECT_EQ(fault_of(image), "accepted");
  keep(image, "y");
  for (ItemRow& item : image.items) {
    if (item.name == id(image, "y")) item.name = id(image, "x");
  }
  EXPECT_EQ(fault_of(image), "name.item_twice");
}

TEST(Verify, RefusesConstantsThatAreNoValues) {
  const Image sound = image_of(
      "guard a on shop.refund {\n  deny\n  when any(h in tenant.home: h == host\"aa.example\")\n"
      "  because \"a\"\n}\n"
      "@absent_ok(\"no address\")\nguard b on shop.refund {\n  deny\n  when has context.source_ip "
      "and context.source_ip under "
      "cidr\"10.0.0.0/8\"\n  because \"b\"\n}\n"
      "guard c on shop.refund {\n  deny\n  when tenant.plan in {pro, enterprise}\n"
      "  because \"c\"\n}\n");
  expect_refused(
      sound,
      {
          {"constant.not_canonical", [](Image& i) { respell(i, "aa.example", "aA.example"); }},
          {"constant.bad_cidr", [](Image& i) { respell(i, "10.0.0.0/8", "10.0.0.1/8"); }},
          {"constant.bad_cidr", [](Image& i) { respell(i, "10.0.0.0/8", "10.0.0.0/99"); }},
          {"constant.bad_element", [](Image& i) { i.set_elements.back() = 99; }},
          {"schema.type_bounds",
           [](Image& i) {
             for (TypeRow& type : i.types)
               if (type.kind == TypeKind::Bool) type.high = 1;
           }},
      });
}

TEST(Verify, RefusesTypesThatNeverEnd) {
  std::string wide = "record wide { ";
  for (int i = 0; i < 80; ++i) wide += fmt::format("f{}: int, ", i);
  wide +=
      "}\nrecord inner { xs: list<int>(0..=4000) }\nrecord outer { ys: list<inner>(0..=1000) }\n"
      "tool shop.many {\n  effect read\n  args { a: list<wide>(0..=100), b: outer? }\n}\n";
  const auto list_of = [](Image& image, std::int64_t high) -> TypeRow& {
    return *std::ranges::find_if(image.types, [=](const TypeRow& type) {
      return type.kind == TypeKind::List && type.high == high;
    });
  };
  expect_refused(image_of(test::kItems, wide),
                 {
                     {"schema.record_depth",
                      [](Image& i) {
                        for (std::uint32_t t = 0; t < i.types.size(); ++t)
                          if (i.types[t].kind == TypeKind::Record && i.types[t].ref == 1)
                            i.fields[i.records[1].fields.first].type = static_cast<TypeId>(t);
                      }},
                     {"schema.too_many_values", [&](Image& i) { list_of(i, 100).high = 4096; }},
                     {"schema.no_value_fits",
                      [&](Image& i) { list_of(i, 4000).low = 4000, list_of(i, 1000).low = 1000; }},
                 });
}

TEST(Verify, RefusesMessagesThatShowWhatTheyMayNot) {
  const Image sound = image_of(
      "guard a on shop.refund {\n  deny\n  when args.amount > USD 50\n"
      "  because \"Refund of {args.amount} on {args.order}\"\n}\n"
      "guard z on shop.refund {\n  deny\n  when risk.score > 9\n  because \"{clock.now}\"\n}\n");
  expect_refused(
      sound, {
                 {"message.pieces",
                  [](Image& i) {
                    i.template_pieces.insert(i.template_pieces.begin(), i.template_pieces.front());
                    ++i.templates[0].pieces.count;
                    ++i.templates[1].pieces.first;
                  }},
                 {"message.time",
                  [](Image& i) {
                    const auto kind = static_cast<std::uint8_t>(TypeKind::Duration);
                    const auto largest = static_cast<std::uint32_t>(i.integers.size() - 1);
                    i.code.push_back({Opcode::PushInteger, kind, 0, largest});
                    i.code.push_back({Opcode::Add, 0, 0, 0});
                    i.template_pieces.back().code.count += 2;
                  }},
             });
}

TEST(Verify, RefusesItemsAndClausesOutOfTheirForm) {
  expect_refused(image_of(),
                 {
                     {"debug.bad_text",
                      [](Image& i) {
                        i.debug.strings[static_cast<std::size_t>(i.debug.clauses[0].text)] +=
                            '\x01';
                      }},
                     {"debug.bad_text", [](Image& i) { i.debug.strings.emplace_back("zzzz"); }},
                     {"debug.clauses_overlap",
                      [](Image& i) {
                        ClauseRow* const clauses = &i.debug.clauses[i.debug.items[4].clauses.first];
                        clauses[0].code.count += 1 + clauses[1].code.count;
                      }},
                 });
}

// Were it looked at for each of them, this would take longer than any suite may be silent.
TEST(Verify, LooksOnceAtATextThatManyClausesShow) {
  Image image = image_of();
  image.debug.strings.emplace_back(4 << 20, 'z');
  ItemDebugRow& last = image.debug.items.back();
  ASSERT_GT(last.clauses.count, 0U);
  ClauseRow clause = image.debug.clauses.back();
  clause.text = static_cast<DebugStringId>(image.debug.strings.size() - 1);
  constexpr std::uint32_t kClauses = 200'000;
  image.debug.clauses.insert(image.debug.clauses.end(), kClauses, clause);
  last.clauses.count += kClauses;
  EXPECT_EQ(fault_of(image), "accepted");
}

TEST(Verify, RefusesNegativeCosts) {
  expect_refused(image_of(), {{"schema.missing_prelude", [](Image& i) {
                                 TypeRow type = i[field(i, "cost").type];
                                 for (TypeRow& row : i.types)
                                   if (row.kind == type.kind && row.low == type.low) row.low = -1;
                               }}});
}

// What one tool has as an argument, another of the scope has otherwise.
TEST(Verify, RefusesAnArgumentThatDiffersBetweenTools) {
  Image image = image_of(
      "guard g on shop.refund {\n  deny\n  when args.amount > USD 50\n  because \"g\"\n}\n");
  image.scope_tools = {ToolId{0}, ToolId{1}};
  image.items[0].scope.count = 2;
  EXPECT_EQ(fault_of(image), "code.argument_differs");
}

// Each within its own bound, but too many: the compiler says so too.
TEST(Verify, RefusesPatternsThatAreTooLargeTogether) {
  constexpr int kCount = 300;
  const auto rules = [](std::string_view tail) {
    std::string items;
    for (int i = 0; i < kCount; ++i)
      items += fmt::format(
          "rule p{0} on shop.refund {{\n  permit\n  when risk.score < 3 and has args.note "
          "and args.note matches re\"k{0:03}{1}\"\n}}\n",
          i, tail);
    return items;
  };
  const std::string small = ".*", large = "[^a]{256}";
  Image image = image_of(rules(small));
  ASSERT_EQ(fault_of(image), "accepted");
  for (int i = 0; i < kCount; ++i)
    respell(image, fmt::format("k{:03}{}", i, small), fmt::format("k{:03}{}", i, large));
  EXPECT_EQ(fault_of(image), "item.patterns_too_large");
  const CompileResult compiled =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(rules(large))}});
  EXPECT_TRUE(compiled.image.empty());
  EXPECT_TRUE(std::ranges::any_of(compiled.messages, [](const CompileMessage& message) {
    return message.rendered.find("E1102") != std::string::npos;
  }));
}

}  // namespace
}  // namespace remit::vm
