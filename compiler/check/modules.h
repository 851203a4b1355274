// The files of a bundle as they were parsed: every phase of the checker reads them, none changes
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lang/ast.h"

namespace remit::compiler {

enum class ModuleIndex : std::uint32_t {};

inline constexpr ModuleIndex kPrelude{0};

class Modules {
 public:
  explicit Modules(std::span<const ast::Module* const> parsed) : parsed_(parsed) {}

  [[nodiscard]] const ast::Module& operator[](ModuleIndex index) const {
    return *parsed_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] auto begin() const { return parsed_.begin(); }
  [[nodiscard]] auto end() const { return parsed_.end(); }

  // Visits every file with its number.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < parsed_.size(); ++i)
      visit(*parsed_[i], static_cast<ModuleIndex>(i));
  }

  // Visits every declaration of a kind in the files where it belongs.
  template <typename Node, typename Visit>
  void for_each_decl(ast::ModuleKind module, ast::DeclKind kind, Visit&& visit) const {
    for_each([&](const ast::Module& file, ModuleIndex index) {
      if (file.kind != module) return;
      for (const ast::Decl* decl : file.decls) {
        if (decl->kind == kind) visit(ast::as<Node>(*decl), index);
      }
    });
  }

 private:
  std::span<const ast::Module* const> parsed_;
};

}  // namespace remit::compiler
