// A schema as a file of the language, read for comparison: the one that people keep, and the one
// that a manifest gives now.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/arena.h"
#include "lang/ast.h"
#include "lang/source.h"

namespace remit::cli {

// The name in requests.
[[nodiscard]] std::string_view wire_name_of(const ast::ToolDecl& tool);
[[nodiscard]] std::string_view wire_name_of(const ast::Field& field);
[[nodiscard]] std::string_view wire_name_of(const ast::EnumValue& value);

class SchemaFile {
 public:
  // The file, or what is wrong with it as `remit check` prints it. It parses and is a schema; what
  // its types mean is not looked at.
  [[nodiscard]] static std::expected<std::unique_ptr<const SchemaFile>, std::string> read(
      std::string path, std::string text);

  [[nodiscard]] std::string_view text() const { return sources_.file(module_->file).text(); }
  [[nodiscard]] std::string_view text_of(lang::Span span) const { return sources_.text(span); }
  [[nodiscard]] const ast::Module& module() const { return *module_; }

  [[nodiscard]] const std::vector<const ast::ToolDecl*>& tools() const { return tools_; }
  // By its name in requests, or null.
  [[nodiscard]] const ast::ToolDecl* tool(std::string_view wire) const;
  // Of this file or the prelude, or null.
  [[nodiscard]] const ast::EnumDecl* enumeration(std::string_view name) const;
  [[nodiscard]] const ast::FieldsDecl* record(std::string_view name) const;
  // What this file declares under a name, tools apart, or null.
  [[nodiscard]] const ast::Decl* declared(std::string_view name) const;

  // The comments before a tool, and those between its annotations and its keyword.
  [[nodiscard]] std::span<const lang::Comment> comments_of(const ast::ToolDecl& tool) const;
  // A part of the file with the comments that stand on lines of their own before it.
  [[nodiscard]] std::string_view with_comments(lang::Span part) const;
  // Where the brace stands that closes the arguments of a tool.
  [[nodiscard]] std::uint32_t end_of_arguments(const ast::ToolDecl& tool) const;

 private:
  SchemaFile() = default;
  [[nodiscard]] std::span<const lang::Comment> comments_between(std::uint32_t part,
                                                                std::uint32_t end) const;

  lang::SourceMap sources_;
  lang::Arena arena_;
  const ast::Module* module_ = nullptr;
  std::vector<const ast::ToolDecl*> tools_;
  std::map<std::string_view, const ast::Decl*> declared_;  // by name
  std::map<std::string_view, const ast::Decl*> prelude_;
};

}  // namespace remit::cli
