// The patterns of a bundle: each is compiled once, and all together are bounded.
#pragma once

#include <cstddef>
#include <set>
#include <string_view>

#include "compiler/check/reporter.h"
#include "lang/ast.h"

namespace remit::compiler {

class Patterns {
 public:
  void check(const ast::Literal& pattern, const Reporter& reporter);

 private:
  std::set<std::string_view> compiled_;
  std::size_t instructions_ = 0;
};

}  // namespace remit::compiler
