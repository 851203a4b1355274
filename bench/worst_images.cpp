// The images that are most expensive to verify: `worst_images KIND BYTES` makes one of about that
// size and verifies it once. scripts/verify_cost.py counts the instructions of that for growing
// sizes.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include <remit/compile.h>
#include "vm/decide/link.h"
#include "vm/image/required.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::bench {
namespace {

using namespace vm;

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "worst_images: %s\n", message.c_str());
  std::exit(1);
}

std::uint32_t size_of(const auto& rows) { return static_cast<std::uint32_t>(rows.size()); }

// An image that compiles, to which rows are added.
Image compiled(std::string schema, const std::string& policy) {
  schema = "edition 1\nschema worst.schema\ncurrency USD\n" + schema;
  const CompileResult result =
      compile({{"schema.rule", schema}, {"policy.rule", "edition 1\npolicy worst.p" + policy}},
              "name = \"worst\"\nlayers = [\"main\"]\nmax_steps = 1000000\n");
  if (result.image.empty()) give_up(result.messages.front().rendered);
  auto image = parse(result.image);
  if (!image) give_up(image.error().message);
  image->debug = {};
  return *image;
}

// The rows of new strings, and every row of an old one where it now lies.
std::vector<StringId> add_strings(Image& image, const std::vector<std::string>& more) {
  std::vector<std::string> all = image.strings;
  all.insert(all.end(), more.begin(), more.end());
  std::ranges::sort(all);
  const auto twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  const auto row = [&](std::string_view text) {
    return static_cast<StringId>(std::ranges::lower_bound(all, text) - all.begin());
  };
  const auto move = [&](StringId& id) {
    if (id != kNoString) id = row(image[id]);
  };
  move(image.name);
  for (auto* rows : {&image.names, &image.patterns})
    for (StringId& id : *rows) move(id);
  const auto names = [&](auto& rows) {
    for (auto& each : rows) move(each.name);
  };
  names(image.enums), names(image.enum_values), names(image.fields), names(image.records);
  names(image.roots), names(image.tools), names(image.layers), names(image.policies);
  names(image.items), names(image.duties);
  for (auto& each : image.fields) move(each.wire_name);
  for (auto& each : image.enum_values) move(each.wire_name);
  for (auto& each : image.tools) move(each.wire_name);
  for (auto& each : image.template_pieces) move(each.text);
  for (const SetRow& set : image.sets) {
    for (std::uint32_t e = 0; set.element != ElementKind::Integer && e < set.elements.count; ++e) {
      std::int64_t& element = image.set_elements[set.elements.first + e];
      element = static_cast<std::int64_t>(row(image[string_of(element)]));
    }
  }
  for (Instruction& in : image.code) {
    if (info(in.opcode).c == Operand::String)
      in.c = static_cast<std::uint32_t>(row(image.strings[in.c]));
  }
  std::vector<StringId> ids;
  for (const std::string& text : more) ids.push_back(row(text));
  image.strings = std::move(all);
  return ids;
}

// Bounds and required facts as the image has them.
void repair(Image& image) {
  const auto bounds = step_bounds(image);
  if (!bounds) return;  // it is refused before these are looked at
  image.required_slots.clear();
  const RequiredFacts required(image);
  for (std::size_t t = 0; t < image.tools.size(); ++t) {
    image.tools[t].steps_bound = (*bounds)[t];
    const auto slots = required.of(static_cast<ToolId>(t));
    image.tools[t].required = {size_of(image.required_slots), size_of(slots)};
    image.required_slots.insert(image.required_slots.end(), slots.begin(), slots.end());
  }
}

std::string tools(std::size_t count, const std::string& args, const std::string& results = {}) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("tool t.t{:04} {{ effect read args {{ {} }}{} }}\n", i, args,
                        results.empty() ? "" : " result { " + results + " }");
  }
  return text;
}

std::string listed(std::size_t count, std::string_view form) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += (i == 0 ? "" : ", ") + fmt::format(fmt::runtime(form), i);
  return text;
}

constexpr std::string_view kGuard =
    "\n\nguard g on any {\n  deny\n  when risk.score > 9\n  because \"g\"\n}\n";

// The one guard `count` times over.
void repeat_guard(Image& image, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("i{:07}", i));
  const ItemRow item = image.items[0];
  names.emplace_back("g");
  const std::vector<StringId> ids = add_strings(image, names);
  const std::vector<Instruction> when(image.code.begin() + item.when.first,
                                      image.code.begin() + item.when.first + item.when.count);
  const std::vector<Instruction> applies(image.code.begin(), image.code.begin() + item.when.first);
  const std::vector<ToolId> scope(image.scope_tools);
  image.code = applies;
  image.scope_tools.clear(), image.items.clear();
  for (std::size_t i = 0; i < count; ++i) {
    ItemRow row = item;
    row.name = ids[i];
    row.scope = {size_of(image.scope_tools), size_of(scope)};
    image.scope_tools.insert(image.scope_tools.end(), scope.begin(), scope.end());
    row.when = {size_of(image.code), size_of(when)};
    image.code.insert(image.code.end(), when.begin(), when.end());
    row.unless = {size_of(image.code), 0};
    row.because = TemplateId{static_cast<std::uint32_t>(i)};
    image.items.push_back(row);
  }
  const TemplatePieceRow piece = image.template_pieces[0];
  image.templates.clear(), image.template_pieces.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    image.templates.push_back({{i, 1}});
    image.template_pieces.push_back({piece.text, {size_of(image.code), 0}, 0});
  }
  image.policies[0].items.count = static_cast<std::uint32_t>(count);
}

// ---- kinds, each of about `bytes`

// Rules as an author writes them.
Image honest(std::size_t bytes) {
  std::string rules = "\n\n";
  for (std::size_t i = 0; i < bytes / 900; ++i) {
    rules += fmt::format(
        "rule r{:06} on t.t0000 {{\n  permit\n  when tenant.id == \"t{}\" and args.n < {} and "
        "risk.score < {}\n}}\n",
        i, i % 1000, i % 500 + 1, i % 99 + 1);
  }
  Image image = compiled(tools(1, "n: int"), rules);
  image.steps_max = 1'000'000;
  return image;
}

// Jumps that each carry a deep stack of values that no other way shares.
Image jumps(std::size_t bytes) {
  Image image = compiled(tools(1, "n: int"), std::string(kGuard));
  std::vector<Instruction> code;
  const auto target = static_cast<std::uint32_t>(bytes / 8);
  const Instruction yes{Opcode::PushBool, 1, 0, 0};
  code = {yes, {Opcode::JumpUnless, 0, 0, 0}};
  for (int i = 0; i < 250; ++i) code.push_back(yes);
  const std::uint32_t other = size_of(code) + 1;
  code.push_back({Opcode::Jump, 0, 0, target});
  code[1].c = other;
  for (int i = 0; i < 250; ++i) code.push_back(yes);
  while (code.size() + 2 < target) {
    code.push_back(yes);
    code.push_back({Opcode::JumpUnless, 0, 0, target});
  }
  while (code.size() < target) code.push_back({Opcode::Not, 0, 0, 0});
  for (int i = 0; i < 249; ++i) code.push_back({Opcode::Equal, 0, 0, 0});
  image.code = code;
  image.items[0].when = {0, size_of(code)};
  image.items[0].unless = {size_of(code), 0};
  for (auto& piece : image.template_pieces) piece.code.first = size_of(code);
  image.integers.erase(std::ranges::find(image.integers, 9));
  for (FieldRow& field : image.fields) field.default_row = field.default_row == kNoRow ? kNoRow : 0;
  return image;
}

// Every tool in the scope of every item, each of which reads all arguments that tools share.
Image loads(std::size_t bytes) {
  constexpr std::size_t side = 100;
  std::string when;
  const std::size_t args = side;
  for (std::size_t i = 0; i < args; ++i)
    when += (i == 0 ? "" : " and ") + fmt::format("args.a{} > 3", i);
  Image image = compiled(tools(side, listed(args, "a{}: int")),
                         "\n\nguard g on t.* {\n  deny\n  when " + when + "\n  because \"g\"\n}\n");
  const std::size_t each = 200 + 4 * side + 8 * image.items[0].when.count;
  repeat_guard(image, std::max<std::size_t>(1, bytes / each));
  return image;
}

// Many tools, and items that read many host facts.
Image required(std::size_t bytes) {
  std::string schema, when;
  for (std::size_t r = 0; r < 4; ++r) {
    schema += fmt::format("extend x{} {{ {} }}\n", r, listed(250, "f{}: bool"));
    for (int i = 0; i < 250; ++i)
      when += fmt::format("{}x{}.f{}", when.empty() ? "" : " and ", r, i);
  }
  Image image = compiled(schema + tools(1000, "n: int"),
                         "\n\nguard g on t.* {\n  deny\n  when " + when + "\n  because \"g\"\n}\n");
  const std::size_t each = 200 + 4 * 1000 + 8 * image.items[0].when.count;
  repeat_guard(image, std::max<std::size_t>(1, bytes / each));
  return image;
}

// Items with an `applies when` of many clauses, each of which stands under every item and shows one
// long text.
Image clauses(std::size_t bytes) {
  std::string applies = " applies when risk.score > 3";
  for (int i = 0; i < 200; ++i) applies += fmt::format(" and session.step > {}", i + 1);
  Image image = compiled(tools(1, "n: int"), applies + std::string(kGuard));
  const std::uint32_t parts = 200;
  repeat_guard(image, std::max<std::size_t>(1, bytes / 2 / (250 + 25 * parts)));
  image.debug.strings = {std::string(bytes / 2, 'a')};
  for (std::uint32_t i = 0; i < image.items.size(); ++i) {
    image.debug.items.push_back({DebugStringId{0}, 1, next_rows(image.debug.clauses, parts)});
    for (std::uint32_t p = 0; p < parts; ++p)
      image.debug.clauses.push_back({DebugStringId{0}, DebugStringId{0}, 1, 0, {4 * p, 3}, kNoRow});
  }
  return image;
}

// One table of many rows.
Image tables(std::size_t bytes) {
  std::string few = "\n\nguard table g on any {\n  row | session.step\n";
  const std::size_t count = std::min<std::size_t>(bytes / 300, 60'000);
  for (std::size_t i = 0; i < count; ++i) few += fmt::format("  r{:06} | {} => pass\n", i, i);
  few += "  otherwise => deny because \"g\"\n}\n";
  return compiled(tools(1, "n: int"), few);
}

// Patterns near the greatest that is compiled.
Image patterns(std::size_t bytes) {
  std::string rules = "\n\n";
  for (std::size_t i = 0; i < std::max<std::size_t>(1, bytes / 340); ++i) {
    rules += fmt::format(
        "guard g{0:06} on t.* {{\n  deny\n  when args.s matches "
        "re\"(a{0}|[b-y]{{1,100}}){{1,3}}\"\n"
        "  because \"g\"\n}}\n",
        i);
  }
  return compiled(tools(1, "s: string(16)"), rules);
}

// Enums by the thousand.
Image enums(std::size_t bytes) {
  std::string schema;
  for (std::size_t i = 0; i < bytes / 60; ++i)
    schema += fmt::format("enum e{0:06} {{ a{0:06}, b{0:06} }}\n", i);
  return compiled(schema + tools(1, "n: int"), std::string(kGuard));
}

// Rules that each lift many others.
Image overrides(std::size_t bytes) {
  constexpr std::size_t kLifted = 1000;
  std::string rules = "\n\n", lifted;
  for (std::size_t i = 0; i < kLifted; ++i) {
    rules += fmt::format(
        "guard q{:04} overridable on t.t0000 {{\n  deny\n  when risk.score > {}\n  because "
        "\"q\"\n}}\n",
        i, i % 90);
    lifted += fmt::format("{}q{:04}", i == 0 ? "" : ", ", i);
  }
  for (std::size_t i = 0; i < std::max<std::size_t>(1, bytes / (4 * kLifted + 300)); ++i)
    rules += fmt::format(
        "rule r{:04} on t.t0000 {{\n  permit\n  when risk.score < 3\n  because \"r\"\n  overrides "
        "{}\n}}\n",
        i, lifted);
  return compiled(tools(1, "n: int"), rules);
}

// Duties that name results which all of many tools have.
Image redact(std::size_t bytes) {
  const std::size_t side = bytes > 1'000'000 ? 600 : 200;
  Image image = compiled(tools(side, "n: int", listed(side, "r{}")),
                         "\n\nguard g on any {\n  deny\n  when risk.score > 9\n  because \"g\"\n  "
                         "require redact r0\n}\n");
  const RangeOf<StringId> results = image.tools[0].results;
  image.duties.clear();
  const std::size_t each = 250 + 4 * side + 13 * side;
  const std::size_t before = serialize(image).size();
  repeat_guard(image, bytes > before ? std::max<std::size_t>(1, (bytes - before) / each) : 1);
  std::vector<DutyRow> own;
  for (const auto& name :
       std::vector<StringId>(image.names.begin() + results.first,
                             image.names.begin() + results.first + results.count))
    own.push_back({DutyKind::Redact, 0, name});
  std::ranges::sort(own, {}, &DutyRow::name);
  for (ItemRow& item : image.items) {
    item.duties = {size_of(image.duties), size_of(own)};
    image.duties.insert(image.duties.end(), own.begin(), own.end());
  }
  return image;
}

// Records that share one wire name, as long as all of their rows.
Image wire_names(std::size_t bytes) {
  constexpr std::size_t kEach = 50;
  Image image =
      compiled("record zz { n: int }\n" + tools(1, "n: int"), std::string(kGuard));  // sorted last
  const auto count = static_cast<std::uint32_t>(bytes / 2 / kEach);
  std::vector<std::string> names = {std::string(bytes / 2, 'w')};
  for (std::uint32_t i = 0; i < count; ++i) names.push_back(fmt::format("zz{:07}", i));
  const std::vector<StringId> ids = add_strings(image, names);
  const RangeOf<FieldRow> last = image.records.back().fields;
  FieldRow field = image.fields[last.first];
  field.wire_name = ids[0];
  const std::uint32_t first = last.first + 1;
  image.fields.insert(image.fields.begin() + first, count, field);
  for (std::uint32_t i = 0; i < count; ++i) image.records.push_back({ids[i + 1], {first + i, 1}});
  for (RootRow& root : image.roots) root.fields.first += count;
  for (ToolRow& tool : image.tools) tool.args.first += count;
  return image;
}

// Arguments that share one default, as long as any text.
Image defaults(std::size_t bytes) {
  constexpr std::size_t kEach = 250 * 36, kMost = 550;  // of a source file
  const std::size_t count = std::clamp<std::size_t>(bytes / kEach, 1, kMost);
  Image image =
      compiled(tools(count, listed(250, "a{}: string(65536) = \"~\"")), std::string(kGuard));
  image.strings.back().assign(65536, '~');  // which is sorted last, however long it is
  return image;
}

constexpr std::pair<std::string_view, Image (*)(std::size_t)> kKinds[] = {
    {"honest", honest},       {"jumps", jumps},           {"loads", loads},
    {"required", required},   {"clauses", clauses},       {"tables", tables},
    {"patterns", patterns},   {"redact", redact},         {"enums", enums},
    {"overrides", overrides}, {"wire_names", wire_names}, {"defaults", defaults}};

// Nothing of theirs is made by hand, so nothing needs repair.
constexpr std::string_view kCompiled[] = {"honest", "tables", "patterns", "enums", "overrides"};

// In a function of its own, so that what is counted can be told from what made it.
[[gnu::noinline]] std::string verified(std::span<const std::byte> bytes) {
  auto program = verify(bytes);
  if (!program) return std::string(program.error().code());
  const Linked linked = link(std::move(*program));
  return linked.tools.empty() ? "no tools" : "accepted";
}

int run(std::string_view kind, std::size_t size) {
  for (const auto& [name, make] : kKinds) {
    if (name != kind) continue;
    Image image = make(size);
    image.steps_max = 1'000'000;
    if (std::ranges::find(kCompiled, name) == std::end(kCompiled)) repair(image);
    const std::vector<std::byte> bytes = serialize(image);
    // Of the processor, so that what else it does counts for nothing.
    const std::clock_t begin = std::clock();
    const std::string answer = verified(bytes);
    const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf("%s %zu bytes %s %.3f s\n", name.data(), bytes.size(), answer.c_str(), took);
    return 0;
  }
  give_up("there is no such kind");
}

}  // namespace
}  // namespace remit::bench

int main(int argc, char** argv) {
  if (argc != 3) remit::bench::give_up("KIND BYTES");
  return remit::bench::run(argv[1], std::strtoull(argv[2], nullptr, 10));
}
