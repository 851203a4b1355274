// What a JSON Schema means, with its references.
#include <gtest/gtest.h>

#include "cli/import/schema_view.h"

namespace remit::cli {
namespace {

std::unique_ptr<const Json> json(std::string_view text) {
  auto root = read_json(text);
  EXPECT_TRUE(root) << root.error();
  return std::move(*root);
}

TEST(SchemaView, FollowsPointersWithTheirEscapes) {
  const auto document =
      json(R"({"$defs": {"a/b": {"x~y": [{"n": 1}, {"n": 2}]}, "c d%": {"n": 3}, "": {"n": 4}}})");
  const auto number = [&](std::string_view reference) {
    const Json* found = pointed_at(*document, reference);
    return found == nullptr || found->member("n") == nullptr ? "none" : found->member("n")->text;
  };
  EXPECT_EQ(pointed_at(*document, "#"), document.get());
  EXPECT_EQ(number("#/$defs/a~1b/x~0y/1"), "2");
  EXPECT_EQ(number("#/%24defs/c%20d%25"), "3");
  EXPECT_EQ(number("#/$defs/"), "4");
  for (const std::string_view wrong :
       {"", "/$defs", "#$defs", "#/$defs/a/b", "#/$defs/a~1b/x~0y/2", "#/$defs/a~1b/x~0y/01",
        "#/$defs/a~1b/x~0y/-1", "#/$defs/a~2b", "#/$defs/a~", "#/$defs/c%2", "#/$defs/c%zz",
        "#/none/x"})
    EXPECT_EQ(number(wrong), "none") << wrong;
}

TEST(SchemaView, LooksThroughReferencesAllOfOneAndNull) {
  const auto document = json(R"({"$defs": {"k": {"type": "integer", "maximum": 9}},
      "x": {"anyOf": [{"allOf": [{"$ref": "#/$defs/k"}], "maximum": 5}, {"type": "null"}]}})");
  SchemaView schema(*document, *document->member("x"), {});
  EXPECT_EQ(schema.problem(), "");
  EXPECT_EQ(schema.type(), "integer");
  EXPECT_TRUE(schema.is_nullable());
  EXPECT_EQ(schema.find("maximum")->text, "5");
  EXPECT_EQ(schema.dropped(), std::vector<std::string>{"`maximum` 9"});
}

TEST(SchemaView, ShowsWhatNobodyAskedFor) {
  const auto schema_json = json(
      R"({"type": "string", "title": "T", "x-order": 1, "$defs": {}, "pattern": "a", "minLength": 1})");
  SchemaView schema(*schema_json, *schema_json, {});
  EXPECT_EQ(schema.type(), "string");
  EXPECT_EQ(schema.dropped(), (std::vector<std::string>{"`pattern` \"a\"", "`minLength` 1"}));
  EXPECT_NE(schema.find("pattern"), nullptr);
  EXPECT_EQ(schema.dropped(), std::vector<std::string>{"`minLength` 1"});
}

TEST(SchemaView, EndsWhereAReferenceTurnsBack) {
  const auto document =
      json(R"({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]},
      "self": {"anyOf": [{"$ref": "#/$defs/self"}, {"type": "null"}]}}})");
  for (const std::string_view name : {"a", "b", "self"}) {
    SchemaView schema(*document, *document->member("$defs")->member(name), {});
    EXPECT_TRUE(schema.problem().starts_with("it holds itself"))
        << name << ": " << schema.problem();
  }
  const Json* open[] = {document->member("$defs")};
  const auto up = json(R"({"$ref": "#/$defs"})");
  EXPECT_TRUE(SchemaView(*document, *up, open).problem().starts_with("it holds itself"));
}

TEST(SchemaView, EndsAChainThatIsTooLong) {
  std::string text = R"({"$defs": {)";
  for (int i = 0; i < 1000; ++i)
    text +=
        "\"d" + std::to_string(i) + R"(": {"$ref": "#/$defs/d)" + std::to_string(i + 1) + "\"},";
  const auto document = json(text + R"("d1000": true}})");
  const SchemaView schema(*document, *document->member("$defs")->member("d0"), {});
  EXPECT_EQ(schema.problem(), "its schema refers on and on");
}

TEST(SchemaView, TakesTheTypeOfValuesWhereNoneIsWritten) {
  const std::pair<std::string_view, std::string_view> kTypes[] = {
      {R"({"enum": ["a", null]})", "string"},
      {R"({"const": 1.0})", "integer"},
      {R"({"const": 1.5})", "number"},
      {R"({"enum": [1, "a"]})", ""},
      {R"({"type": ["null", "string"]})", "string"},
      {R"({"type": ["integer", "string"]})", ""},
      {R"({"properties": {}})", "object"},
      {R"({"items": {}})", "array"},
      {R"({})", ""},
      {R"({"oneOf": [{"const": "a"}, {"const": "b", "title": "B"}]})", "string"},
      {R"({"oneOf": [{"const": "a"}, {"pattern": "b"}]})", ""}};
  for (const auto& [text, type] : kTypes) {
    const auto document = json(text);
    SchemaView schema(*document, *document, {});
    EXPECT_EQ(schema.type(), type) << text;
  }
}

}  // namespace
}  // namespace remit::cli
