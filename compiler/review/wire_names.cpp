#include "compiler/review/wire_names.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "stdlib/text.h"

namespace remit::compiler {

namespace {

using lang::Code;
using lang::Span;

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What tells names apart at a glance: letters in one case, digits, what is not ASCII, and signs
// that are part of a name (`+1` beside `-1`, `c++` beside `c`) where others only part its words.
std::string folded(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9', ascii = static_cast<unsigned char>(c) < 0x80;
    if (c >= 'A' && c <= 'Z')
      result += static_cast<char>(c - 'A' + 'a');
    else if (is_ascii_letter(c) || digit || !ascii || c == '+' || c == '#')
      result += c;
  }
  return result;
}

// Greek and Cyrillic letters and full-width forms, many of which look like Latin ones.
bool looks_latin(char32_t c) { return (c >= 0x370 && c <= 0x52F) || (c >= 0xFF01 && c <= 0xFF5E); }

bool mixes_scripts(std::string_view name) {
  bool latin = false, foreign = false;
  while (!name.empty()) {
    const stdlib::CodePoint point = stdlib::first_code_point(name);
    latin = latin || is_ascii_letter(name.front());
    foreign = foreign || looks_latin(point.value);
    name.remove_prefix(point.length);
  }
  return latin && foreign;
}

// The names of one record, enum or registry.
class NameList {
 public:
  explicit NameList(lang::Diagnostics& diags) : diags_(diags) {}

  void add(std::string_view name, Span place) {
    const auto [first, is_new] = seen_.try_emplace(folded(name), name, place);
    if (!is_new) {
      diags_
          .report(Code::W1319, place,
                  fmt::format("the wire names `{}` and `{}` are easily taken for one another",
                              first->second.first, name))
          .secondary_at(first->second.second, "the other one")
          .note("they differ only in case and punctuation")
          .help("rename one of them, or give it another wire name with `named`");
    }
    if (!mixes_scripts(name)) return;
    diags_
        .report(Code::W1319, place,
                fmt::format("the wire name `{}` mixes Latin letters with letters that look like "
                            "them",
                            name))
        .help("write it in one script");
  }

 private:
  lang::Diagnostics& diags_;
  std::map<std::string, std::pair<std::string_view, Span>> seen_;
};

void add_fields(const std::vector<FieldInfo>& fields, lang::Diagnostics& diags) {
  NameList names(diags);
  for (const FieldInfo& field : fields) names.add(field.wire_name, field.span);
}

}  // namespace

void review_wire_names(const TypedBundle& typed, lang::Diagnostics& diags) {
  const lang::FileId prelude = typed.modules.front().ast->file;
  NameList tools(diags);
  for (const ToolInfo& tool : typed.tools) {
    tools.add(tool.wire_name, tool.span);
    add_fields(tool.args, diags);
  }
  for (const RecordInfo& record : typed.records) {
    if (record.span.file != prelude) add_fields(record.fields, diags);
  }
  for (const EnumInfo& info : typed.enums) {
    if (info.span.file == prelude) continue;
    NameList values(diags);
    for (const EnumValueInfo& value : info.values) values.add(value.wire_name, value.span);
  }
}

}  // namespace remit::compiler
