#include "cli/import/schema_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <remit/internal/check.h>
#include "lang/parser.h"
#include "lang/render.h"
#include "stdlib/prelude.h"

namespace remit::cli {

namespace {

using Names = std::map<std::string_view, const ast::Decl*>;

// What a module declares, roots and tools apart.
Names names_of(const ast::Module& module) {
  Names names;
  for (const ast::Decl* decl : module.decls) {
    if (decl->kind != ast::DeclKind::Extend && !decl->name.empty())
      names.try_emplace(decl->name.text, decl);
  }
  return names;
}

const ast::Decl* find(const Names& names, std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

std::uint32_t token_begin(const lang::Token& token) { return token.span.begin; }

}  // namespace

std::string_view wire_name_of(const ast::ToolDecl& tool) {
  return tool.has_wire_name ? tool.wire_name.text : tool.tool_name.text;
}
std::string_view wire_name_of(const ast::Field& field) {
  return field.has_wire_name ? field.wire_name.text : field.name.text;
}
std::string_view wire_name_of(const ast::EnumValue& value) {
  return value.has_wire_name ? value.wire_name.text : value.name.text;
}

std::expected<std::unique_ptr<const SchemaFile>, std::string> SchemaFile::read(std::string path,
                                                                               std::string text) {
  std::unique_ptr<SchemaFile> file(new SchemaFile);
  lang::Diagnostics diags;
  const auto parsed = [&](std::string name, std::string source) {
    const lang::FileId id = file->sources_.add(std::move(name), std::move(source));
    return lang::parse(file->sources_, id, file->arena_, diags);
  };
  file->module_ = parsed(path, std::move(text));
  const ast::Module* prelude = parsed("prelude.rule", std::string(stdlib::prelude_text()));
  if (diags.has_errors()) return std::unexpected(lang::render_all(diags, file->sources_, false));
  if (file->module_->kind != ast::ModuleKind::Schema)
    return std::unexpected(fmt::format("remit: {}: it is not a schema\n", path));
  file->declared_ = names_of(*file->module_);
  file->prelude_ = names_of(*prelude);
  for (const ast::Decl* decl : file->module_->decls) {
    if (decl->kind == ast::DeclKind::Tool) file->tools_.push_back(&ast::as<ast::ToolDecl>(*decl));
  }
  return file;
}

const ast::ToolDecl* SchemaFile::tool(std::string_view wire) const {
  const auto found = std::ranges::find(
      tools_, wire, [](const ast::ToolDecl* tool) { return wire_name_of(*tool); });
  return found == tools_.end() ? nullptr : *found;
}

const ast::Decl* SchemaFile::declared(std::string_view name) const { return find(declared_, name); }

const ast::EnumDecl* SchemaFile::enumeration(std::string_view name) const {
  for (const Names* names : {&declared_, &prelude_}) {
    const ast::Decl* decl = find(*names, name);
    if (decl != nullptr && decl->kind == ast::DeclKind::Enum) return &ast::as<ast::EnumDecl>(*decl);
  }
  return nullptr;
}

const ast::FieldsDecl* SchemaFile::record(std::string_view name) const {
  for (const Names* names : {&declared_, &prelude_}) {
    const ast::Decl* decl = find(*names, name);
    if (decl != nullptr && decl->kind == ast::DeclKind::Record)
      return &ast::as<ast::FieldsDecl>(*decl);
  }
  return nullptr;
}

// From the token before `part` to `end`.
std::span<const lang::Comment> SchemaFile::comments_between(std::uint32_t part,
                                                            std::uint32_t end) const {
  const auto token = std::ranges::lower_bound(module_->tokens, part, {}, token_begin);
  const std::uint32_t begin = token == module_->tokens.begin() ? 0 : (token - 1)->span.end;
  const auto comment_begin = [](const lang::Comment& comment) { return comment.span.begin; };
  const auto first = std::ranges::lower_bound(module_->comments, begin, {}, comment_begin);
  const auto last = std::ranges::lower_bound(module_->comments, end, {}, comment_begin);
  return {first, last};
}

std::span<const lang::Comment> SchemaFile::comments_of(const ast::ToolDecl& tool) const {
  return comments_between(tool.span.begin, tool.keyword_span.begin);
}

std::string_view SchemaFile::with_comments(lang::Span part) const {
  std::uint32_t begin = part.begin;
  for (const lang::Comment& comment : comments_between(part.begin, part.begin)) {
    if (comment.own_line) begin = std::min(begin, comment.span.begin);
  }
  return text().substr(begin, part.end - begin);
}

std::uint32_t SchemaFile::end_of_arguments(const ast::ToolDecl& tool) const {
  int depth = 0;
  for (auto token =
           std::ranges::lower_bound(module_->tokens, tool.keyword_span.begin, {}, token_begin);
       token != module_->tokens.end(); ++token) {
    if (token->kind == lang::TokenKind::OpenBrace) ++depth;
    // The first braces within a tool are those of its arguments.
    if (token->kind == lang::TokenKind::CloseBrace && --depth == 1) return token->span.begin;
  }
  REMIT_CHECK(false, "a tool that was parsed has no arguments");
  return 0;
}

}  // namespace remit::cli
