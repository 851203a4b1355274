// What a file and a manifest have come to differ in, and what an update does about it.
#include <gtest/gtest.h>

#include <vector>

#include <fmt/format.h>

#include "cli/import/tool_text.h"
#include "cli/import/update.h"

namespace remit::cli {
namespace {

// A tool `t` with these properties.
std::string manifest(std::string_view properties, std::string_view more = "") {
  return fmt::format(R"([{{"name":"t",{}"inputSchema":{{"type":"object","properties":{{{}}}}}}}])",
                     more, properties);
}

Manifest parsed(const std::string& text) {
  const ManifestPage page{"m.json", text};
  auto result = read_manifest(ManifestKind::Mcp, std::span(&page, 1));
  EXPECT_TRUE(result) << result.error();
  return std::move(*result);
}

std::string imported(const std::string& text) {
  return schema_text(ManifestKind::Mcp, parsed(text), "ns", {}, names_of_language("ns")).value();
}

Update updated(const std::string& schema, const std::string& text) {
  const auto file = SchemaFile::read("schema.rule", schema);
  EXPECT_TRUE(file) << file.error();
  return update_schema(**file, ManifestKind::Mcp, parsed(text), "ns", {}, {}).value();
}

std::vector<std::string> changes(const std::string& schema, const std::string& text) {
  std::vector<std::string> texts;
  for (const Change& change : updated(schema, text).changes)
    texts.push_back(fmt::format("{} {}", to_text(change.kind), change.text));
  return texts;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in\n" << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

using Texts = std::vector<std::string>;

TEST(ImportUpdate, FindsNothingInWhatWasImported) {
  const std::string text =
      manifest(R"("a":{"type":"string","pattern":"x"},"b":{"enum":["p","q"]},"c":false)",
               R"("annotations":{"readOnlyHint":true},)");
  const std::string schema = imported(text);
  EXPECT_EQ(changes(schema, text), Texts{});
  EXPECT_EQ(updated(schema, text).text, schema);
}

TEST(ImportUpdate, FindsEachChangeOfAServer) {
  struct Case {
    std::string_view was, now;
    Texts expected;
  };
  const Case kCases[] = {
      {R"("a":{"type":"string"})", R"("a":{"type":"string","description":"other"})", {}},
      {R"("a":{"type":"integer"})",
       R"("a":{"type":"integer"},"b":{"type":"integer"})",
       {"new_argument it is new"}},
      {R"("a":{"type":"integer"},"b":{"type":"integer"})",
       R"("a":{"type":"integer"})",
       {"removed_argument the manifest does not have it"}},
      {R"("a":{"type":"integer","maximum":5})",
       R"("a":{"type":"integer"})",
       {fmt::format("changed_argument the manifest allows {0} to {1}, the file {0} to 5", INT64_MIN,
                    INT64_MAX)}},
      {R"("a":{"type":"string","maxLength":5})",
       R"("a":{"type":"string","maxLength":6})",
       {"changed_argument the manifest allows 24 bytes, the file 20"}},
      {R"("a":{"type":"string","maxLength":5})",
       R"("a":{"type":"string"})",
       {"changed_argument the manifest allows 4096 bytes, the file 20"}},
      {R"("a":{"enum":["x"]})",
       R"("a":{"enum":["x","y"]})",
       {R"(changed_argument the manifest alone has the value "y")"}},
      {R"("a":{"enum":["x","y"]})",
       R"("a":{"enum":["x"]})",
       {R"(changed_argument the file alone has the value "y")"}},
      {R"("a":{"type":"string"})",
       R"("a":{"type":"boolean"})",
       {"changed_argument the manifest has `bool`, the file `string(4096)`"}},
      {R"("a":{"type":"string"})",
       R"("a":{"type":"string","format":"email"})",
       {"changed_argument the manifest has `email`, the file `string(4096)`"}},
      {R"("a":{"type":"string"})",
       R"("a":{"type":"string","pattern":"x"})",
       {"changed_argument its schema changed in what the file does not say"}},
      {R"("a":{"type":"object","properties":{"b":{"type":"boolean"}}})",
       R"("a":{"type":"object","properties":{"b":{"type":"boolean"},"c":{"type":"boolean"}}})",
       {R"(changed_argument the manifest alone has the field "c")"}},
      {R"("a":{"type":"number"})",
       R"("a":{"type":"number","maximum":5})",
       {"changed_argument its schema changed in what the file does not say"}},
      {R"("a":false)", R"("a":true)", {"changed_argument it changed; the file leaves it out"}},
  };
  for (const Case& one : kCases)
    EXPECT_EQ(changes(imported(manifest(one.was)), manifest(one.now)), one.expected)
        << one.was << " " << one.now;
}

TEST(ImportUpdate, FindsAChangeBehindAReference) {
  const auto with = [](std::string_view definition) {
    return fmt::format(
        R"([{{"name":"t","inputSchema":{{"type":"object","$defs":{{"k":{{"$ref":"#/$defs/l"}},"l":{}}},)"
        R"("properties":{{"a":{{"$ref":"#/$defs/k"}},"b":{{"type":"string"}}}}}}}}])",
        definition);
  };
  EXPECT_EQ(changes(imported(with(R"({"type":"string","pattern":"x"})")),
                    with(R"({"type":"string","pattern":"y"})")),
            Texts{"changed_argument its schema changed in what the file does not say"});
}

TEST(ImportUpdate, FindsWhatBecameRequiredOrOptional) {
  const auto with = [](std::string_view required) {
    return fmt::format(
        R"([{{"name":"t","inputSchema":{{"type":"object","required":[{}],"properties":{{"a":{{"type":"string"}}}}}}}}])",
        required);
  };
  EXPECT_EQ(changes(imported(with("\"a\"")), with("")),
            Texts{"changed_argument it is optional in the manifest, and required in the file"});
  EXPECT_EQ(changes(imported(with("")), with("\"a\"")),
            Texts{"changed_argument it is required in the manifest, and optional in the file"});
}

TEST(ImportUpdate, FindsChangedHints) {
  const std::string was = manifest("", R"("annotations":{"readOnlyHint":true,"title":"A"},)");
  EXPECT_EQ(
      changes(imported(was), manifest("", R"("annotations":{"readOnlyHint":true,"title":"B"},)")),
      Texts{});
  EXPECT_EQ(changes(imported(was), manifest("", R"("annotations":{"readOnlyHint":false},)")),
            Texts{"changed_hints the server says of itself: readOnlyHint false; before: "
                  "readOnlyHint true"});
  EXPECT_EQ(changes(imported(was), manifest("")),
            Texts{"changed_hints the server says of itself: nothing; before: readOnlyHint true"});
  EXPECT_EQ(changes(imported(manifest("")), was),
            Texts{"changed_hints the server says of itself: readOnlyHint true; before: nothing"});
}

TEST(ImportUpdate, LeavesOutWhatAPersonLeftOut) {
  const std::string was = manifest(R"("a":{"type":"string"},"force":{"type":"boolean"})");
  const std::string edited = replaced(imported(was), "    force: bool?\n", "");
  EXPECT_EQ(changes(edited, was), Texts{});
  const Update update = updated(
      edited,
      manifest(R"("a":{"type":"string"},"force":{"type":"boolean"},"b":{"type":"boolean"})"));
  EXPECT_EQ(update.text.find("force:"), std::string::npos) << update.text;
  EXPECT_NE(update.text.find("b: bool?"), std::string::npos) << update.text;
  EXPECT_EQ(update.left, std::vector<Change>{});
}

TEST(ImportUpdate, SaysThatARequiredArgumentIsLeftOut) {
  const std::string text =
      R"([{"name":"t","inputSchema":{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"string"}}}}])";
  EXPECT_EQ(changes(replaced(imported(text), "    a: string(4096)\n", ""), text),
            Texts{"changed_argument it is required in the manifest, and the file leaves it out: no "
                  "call can be right"});
}

TEST(ImportUpdate, FindsAMemoryThatWasEditedToBeNone) {
  const std::string was = manifest(R"("a":{"type":"integer","maximum":5})");
  const std::string now = manifest(R"("a":{"type":"integer","maximum":9})");
  const std::string edited = replaced(imported(was), "sha256:", "sha256:zz");
  EXPECT_EQ(changes(edited, now), Texts{});
  const auto file = SchemaFile::read("schema.rule", edited);
  EXPECT_EQ(tools_without_baseline(**file), Texts{"t"});
}

TEST(ImportUpdate, AddsBesideWhatHasTheName) {
  const std::string was = manifest(R"("kind":{"enum":["a"]})");
  // A person took a value more; the new tool is not to have it.
  const std::string edited =
      replaced(replaced(imported(was), "{ a }", "{ a, mine }"), "ns.t ", "ns.t_2 ");
  const std::string now =
      R"([{"name":"t","inputSchema":{"type":"object","properties":{"kind":{"enum":["a"]}}}},)"
      R"({"name":"t_2","inputSchema":{"type":"object","properties":{"x":{"enum":["a"]}}}}])";
  const Update update = updated(edited, now);
  EXPECT_NE(update.text.find("enum t_kind { a, mine }"), std::string::npos) << update.text;
  EXPECT_NE(update.text.find("tool ns.t_2_2 named \"t_2\""), std::string::npos) << update.text;
  EXPECT_NE(update.text.find("enum t_kind_2 { a }"), std::string::npos) << update.text;
}

TEST(ImportUpdate, KeepsTheLayoutOfAFileThatIsNotFormatted) {
  const std::string schema =
      "edition 1\nschema ns.tools\ncurrency USD\n\n\n  tool ns.t named \"t\" { effect read args { "
      "a: string // "
      "mine\n} }";
  const Update update =
      updated(schema, manifest(R"("a":{"type":"string"},"b":{"type":"boolean"})"));
  EXPECT_NE(update.text.find("args { a: string // mine\n    b: bool?\n  } }"), std::string::npos)
      << update.text;
}

TEST(ImportUpdate, RefusesWhatIsNoSchema) {
  EXPECT_FALSE(SchemaFile::read("a.rule", "edition 1\npolicy p.p\n"));
  EXPECT_FALSE(SchemaFile::read("a.rule", "edition 1\nschema p.p\ntool x.y {"));
  EXPECT_FALSE(SchemaFile::read("a.rule", ""));
}

}  // namespace
}  // namespace remit::cli
