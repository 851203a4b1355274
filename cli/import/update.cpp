#include "cli/import/update.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <remit/internal/check.h>
#include <remit/limits.h>
#include "cli/import/baseline.h"
#include "cli/import/tool_text.h"
#include "lang/printer.h"

namespace remit::cli {

namespace {

// The tools and arguments of a manifest that the file does not have, and what they declare.
class Additions {
 public:
  Additions(const SchemaFile& file, const SchemaFile& manifest, std::span<const Change> changes)
      : file_(file), manifest_(manifest) {
    for (const Change& change : changes) {
      if (change.kind == ChangeKind::NewTool) {
        tools_.push_back(manifest.tool(change.tool));
        for (const ast::Field& field : tools_.back()->args) need(field.type);
      } else if (change.kind == ChangeKind::NewArgument) {
        for (const ast::Field& field : manifest.tool(change.tool)->args) {
          if (wire_name_of(field) == change.argument) need(field.type);
        }
      }
    }
  }

  // Takes the names that mean something else in the file; false if there is none.
  bool take_clashes(TakenNames& taken) const {
    bool clash = false;
    for (const ast::Decl* decl : declarations_) {
      const ast::Decl* kept = file_.declared(decl->name.text);
      if (kept == nullptr || is_same(*kept, *decl)) continue;
      taken.declarations.take(decl->name.text);
      clash = true;
    }
    for (const ast::ToolDecl* tool : tools_) {
      const auto has_name = [&](const ast::ToolDecl* kept) {
        return kept->tool_name.text == tool->tool_name.text;
      };
      if (std::ranges::none_of(file_.tools(), has_name)) continue;
      taken.tools.take(tool->tool_name.parts.back().text);
      clash = true;
    }
    return clash;
  }

  // What stands at the end of the file.
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const ast::Decl* decl : declarations_) {
      if (file_.declared(decl->name.text) == nullptr)
        text += fmt::format("\n{}\n", manifest_.with_comments(decl->span));
    }
    for (const ast::ToolDecl* tool : tools_)
      text += fmt::format("\n{}\n", manifest_.with_comments(tool->span));
    return text;
  }

 private:
  void need(const ast::Type* type) {
    for (; type != nullptr; type = type->element) {
      const ast::Decl* decl = manifest_.declared(type->name.text);
      if (decl == nullptr || !needed_.insert(decl).second) continue;
      if (decl->kind == ast::DeclKind::Record) {
        for (const ast::Field& field : ast::as<ast::FieldsDecl>(*decl).fields) need(field.type);
      }
      declarations_.push_back(decl);
    }
  }

  // The same tokens. What they name is compared by itself.
  [[nodiscard]] bool is_same(const ast::Decl& a, const ast::Decl& b) const {
    const auto tokens = [](const SchemaFile& file, const ast::Decl& decl) {
      std::vector<std::string_view> texts;
      for (const lang::Token& token : file.module().tokens) {
        if (token.span.begin >= decl.keyword_span.begin && token.span.end <= decl.span.end)
          texts.push_back(token.text);
      }
      return texts;
    };
    return tokens(file_, a) == tokens(manifest_, b);
  }

  const SchemaFile& file_;
  const SchemaFile& manifest_;
  std::vector<const ast::ToolDecl*> tools_;
  std::set<const ast::Decl*> needed_;
  std::vector<const ast::Decl*> declarations_;  // the same; records after what they hold
};

struct Edit {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

// The comments by which import remembers a tool.
void edit_comments(const SchemaFile& file, const ast::ToolDecl& kept, const SchemaFile& manifest,
                   const ast::ToolDecl& given, std::vector<Edit>& edits) {
  const auto now = find_baseline(manifest.comments_of(given));
  REMIT_CHECK(now.has_value(), "what import writes does not remember the manifest");
  std::string text = baseline_comment(now->baseline);
  const lang::Comment* ours = find_hints(file.comments_of(kept));
  const lang::Comment* theirs = find_hints(manifest.comments_of(given));
  if (ours != nullptr && theirs != nullptr) {
    edits.push_back({ours->span.begin, ours->span.end, std::string(theirs->text)});
  } else if (ours != nullptr) {
    edits.push_back({ours->span.begin, ours->span.end + 1, ""});
  } else if (theirs != nullptr) {
    text = fmt::format("{}\n{}", theirs->text, text);
  }
  if (const auto was = find_baseline(file.comments_of(kept))) {
    text.pop_back();  // its last line break stands there already
    edits.push_back({was->span.begin, was->span.end, std::move(text)});
  } else {
    edits.push_back({kept.span.begin, kept.span.begin, std::move(text)});
  }
}

void edit_arguments(const SchemaFile& file, const ast::ToolDecl& kept, const SchemaFile& manifest,
                    const ast::ToolDecl& given, std::span<const Change> changes,
                    std::vector<Edit>& edits) {
  std::string text;
  for (const Change& change : changes) {
    if (change.kind != ChangeKind::NewArgument || change.tool != wire_name_of(given)) continue;
    for (const ast::Field& field : given.args) {
      if (wire_name_of(field) == change.argument)
        text += fmt::format("    {}\n", manifest.with_comments(field.span));
    }
  }
  if (text.empty()) return;
  // The closing brace stands on a line of its own, then or already.
  const std::uint32_t end = file.end_of_arguments(kept);
  const std::string_view before = file.text().substr(0, end);
  const std::size_t last = before.find_last_not_of(' ');
  const bool own_line = last != std::string_view::npos && before[last] == '\n';
  const std::uint32_t begin = own_line ? static_cast<std::uint32_t>(last + 1) : end;
  edits.push_back({begin, end, fmt::format("{}{}  ", own_line ? "" : "\n", text)});
}

std::string edited(const SchemaFile& file, const SchemaFile& manifest,
                   std::span<const Change> changes, const Additions& additions) {
  std::vector<Edit> edits;
  for (const ast::ToolDecl* given : manifest.tools()) {
    const ast::ToolDecl* kept = file.tool(wire_name_of(*given));
    if (kept == nullptr) continue;
    edit_comments(file, *kept, manifest, *given, edits);
    edit_arguments(file, *kept, manifest, *given, changes, edits);
  }
  std::ranges::sort(edits, std::ranges::greater(), &Edit::begin);
  std::string text(file.text());
  for (const Edit& edit : edits) text.replace(edit.begin, edit.end - edit.begin, edit.text);
  if (!text.ends_with('\n')) text += '\n';
  text += additions.text();
  return lang::format(file.text()) == file.text() ? lang::format(text).value_or(text) : text;
}

std::unique_ptr<const SchemaFile> read_own(std::string text) {
  auto file = SchemaFile::read("schema.rule", std::move(text));
  REMIT_CHECK(file.has_value(), "what import writes does not parse");
  return std::move(*file);
}

}  // namespace

std::expected<Update, std::vector<std::string>> update_schema(
    const SchemaFile& file, ManifestKind kind, const Manifest& manifest,
    std::string_view name_space, const ImportOptions& options, std::span<const std::string> only) {
  TakenNames taken = names_of_language(name_space);
  for (const ast::Decl* decl : file.module().decls) {
    // An enum or a record may be the one that is needed.
    if (decl->kind != ast::DeclKind::Enum && decl->kind != ast::DeclKind::Record)
      taken.declarations.take(decl->name.text);
  }
  // Each round takes a name of the file, so there is a last one.
  while (true) {
    const auto text = schema_text(kind, manifest, name_space, options, taken);
    if (!text) return std::unexpected(text.error());
    const auto fresh = read_own(*text);
    Update update;
    update.changes = drift(file, *fresh, options.text_bytes, only);
    const Additions additions(file, *fresh, update.changes);
    if (additions.take_clashes(taken)) continue;
    update.text = edited(file, *fresh, update.changes, additions);
    if (update.text.size() > limits::kSourceFileBytesMax) {
      return std::unexpected(std::vector<std::string>{
          "the schema would be longer than a file may be: choose the tools with `--only`"});
    }
    update.left = drift(*read_own(update.text), *fresh, options.text_bytes, only);
    return update;
  }
}

}  // namespace remit::cli
