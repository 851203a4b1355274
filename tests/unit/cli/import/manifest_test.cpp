// The lists of tools that servers give, and those that are refused.
#include <gtest/gtest.h>

#include <vector>

#include "cli/import/manifest.h"

namespace remit::cli {
namespace {

std::string read(ManifestKind kind, const std::vector<std::string>& texts) {
  std::vector<ManifestPage> pages;
  for (const std::string& text : texts)
    pages.push_back({std::to_string(pages.size() + 1) + ".json", text});
  const auto manifest = read_manifest(kind, pages);
  if (!manifest) return manifest.error();
  std::string names;
  for (const ManifestTool& tool : manifest->tools) names += tool.name + ' ';
  return names;
}

TEST(Manifest, ReadsEveryFormOfAList) {
  const std::string tool = R"({"name":"a","inputSchema":{}})";
  for (const std::string& text : {"[" + tool + "]", "{\"tools\":[" + tool + "]}",
                                  "{\"tools\":[" + tool + "],\"nextCursor\":null}",
                                  R"({"jsonrpc":"2.0","id":1,"result":{"tools":[)" + tool + "]}}"})
    EXPECT_EQ(read(ManifestKind::Mcp, {text}), "a ") << text;
  EXPECT_EQ(read(ManifestKind::OpenAi, {R"([{"type":"function","function":{"name":"a"}}])"}), "a ");
  EXPECT_EQ(read(ManifestKind::OpenAi, {R"([{"type":"function","name":"a","parameters":{}}])"}),
            "a ");
}

TEST(Manifest, JoinsPagesAndMissesNone) {
  const std::string one = R"({"tools":[{"name":"a","inputSchema":{}}],"nextCursor":"2"})";
  const std::string two = R"({"tools":[{"name":"b","inputSchema":{}}]})";
  EXPECT_EQ(read(ManifestKind::Mcp, {one, two}), "a b ");
  EXPECT_TRUE(read(ManifestKind::Mcp, {one}).starts_with("1.json: nextCursor: the list goes on"));
  EXPECT_TRUE(
      read(ManifestKind::Mcp, {two, one}).starts_with("2.json: nextCursor: the list goes on"));
  EXPECT_EQ(read(ManifestKind::Mcp, {one, two, two}),
            "3.json: tools[0]: the tool `b` is there twice; the first one: 2.json: tools[0]");
}

TEST(Manifest, NamesWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> kMcp[] = {
      {"", "1.json:1:1: a value is expected where the text or the line ends"},
      {"5", "1.json: a manifest is an array of tools"},
      {"{}", "1.json: it has no `tools`; a manifest is"},
      {R"({"tools":{}})", "1.json: tools: it must be an array of tools"},
      {"[]", "1.json: the manifest lists no tools"},
      {"[5]", "1.json: [0]: a tool is an object"},
      {R"([{"inputSchema":{}}])", "1.json: [0]: it has no `name`"},
      {R"([{"name":5,"inputSchema":{}}])", "1.json: [0].name: a name is a string"},
      {R"([{"name":"","inputSchema":{}}])", R"(1.json: [0].name: the name "" is empty)"},
      {R"([{"name":"a\u202eb","inputSchema":{}}])",
       R"(1.json: [0].name: the name "a\u{202e}b" has characters that no source file may hold)"},
      {R"([{"name":"a"}])", "1.json: [0]: it has no `inputSchema`, which MCP requires"},
      {R"([{"name":"a","inputSchema":true}])", "1.json: [0].inputSchema: it must be a JSON Schema"},
      {R"([{"name":"a","parameters":{}}])",
       "1.json: [0]: it has `parameters`: read it with `remit import openai`"},
      {R"([{"function":{"name":"a"}}])",
       "1.json: [0]: it has `function`: read it with `remit import openai`"},
      {R"([{"name":"a","inputSchema":{},"annotations":[]}])",
       "1.json: [0].annotations: it must be an object"},
      {R"({"tools":[],"nextCursor":5})", "1.json: nextCursor: a cursor is a string"},
      {R"({"tools":[],"nextCursor":""})", "1.json: nextCursor: the list goes on"},
      {R"({"jsonrpc":"2.0"})", "1.json: it has neither `result` nor `error`"},
      {R"({"jsonrpc":"2.0","result":{}})", "1.json: result: it has no `tools`"},
      {R"({"jsonrpc":"2.0","error":{"message":"no"}})",
       R"(1.json: error: the server answered with an error: "no")"},
      {R"({"tools":[],"tools":[]})",
       R"(1.json:1:13: a key stands twice in one object: `"tools":[]}`)"},
  };
  for (const auto& [text, message] : kMcp) {
    const std::string found = read(ManifestKind::Mcp, {std::string(text)});
    EXPECT_TRUE(found.starts_with(message)) << text << "\n" << found;
  }
  const std::pair<std::string_view, std::string_view> kOpenAi[] = {
      {R"([{"type":"web_search"}])",
       R"(1.json: [0].type: it is "web_search", and only a tool of type)"},
      {R"([{"name":"a","inputSchema":{}}])",
       "1.json: [0]: it has `inputSchema`: read it with `remit import mcp`"},
  };
  for (const auto& [text, message] : kOpenAi) {
    const std::string found = read(ManifestKind::OpenAi, {std::string(text)});
    EXPECT_TRUE(found.starts_with(message)) << text << "\n" << found;
  }
}

TEST(Manifest, KeepsSomeToolsAlone) {
  const ManifestPage page{
      "1.json", R"([{"name":"alpha","inputSchema":{}},{"name":"beta","inputSchema":{}}])"};
  const auto left = [&](std::vector<std::string> names, std::vector<std::string_view> known) {
    auto manifest = read_manifest(ManifestKind::Mcp, std::span(&page, 1));
    const auto problems = keep_only(names, known, *manifest);
    return problems.empty() ? std::to_string(manifest->tools.size()) : problems.front();
  };
  EXPECT_EQ(left({"beta"}, {}), "1");
  EXPECT_EQ(left({"beat"}, {}), "the manifest has no tool `beat`: did you mean `beta`?");
  EXPECT_EQ(left({"gone"}, {}), "the manifest has no tool `gone`");
  EXPECT_EQ(left({"gone"}, {"gone"}), "0");
}

}  // namespace
}  // namespace remit::cli
