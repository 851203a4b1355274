// Random well-typed conditions over the facts of a bundle.
#pragma once

#include <string>
#include <vector>

#include "compiler/typed.h"
#include "tests/generator/random.h"

namespace remit::generator {

// A fact or a part of one that a condition may read.
struct Readable {
  std::string path;
  const compiler::Type* type = nullptr;
  std::string asked;  // what `has` must ask for first; empty for what is always there
};

// Facts of the host and of `tool`; with `tools`, the arguments that all of these share.
[[nodiscard]] std::vector<Readable> readable_facts(const compiler::TypedBundle& bundle,
                                                   const std::vector<compiler::ToolIndex>& tools);

// Makes conditions for one policy. The constants and defs that they use pile up in `declarations`.
class Conditions {
 public:
  Conditions(const compiler::TypedBundle& bundle, Random& random)
      : bundle_(bundle), random_(random), host_(readable_facts(bundle, {})) {}

  // A bool over host facts and the arguments that `tools` share, `depth` connectives deep at most.
  std::string condition(const std::vector<compiler::ToolIndex>& tools, int depth);
  // The same over host facts alone, for `applies when`.
  std::string host_condition(int depth);
  // An atom that reads a host fact: what an overriding rule must have.
  std::string host_atom();
  // For a message: `{risk.score}`.
  std::string interpolation();

  [[nodiscard]] const std::string& declarations() const { return declarations_; }

 private:
  struct Number {
    std::string text;
    Wide low = 0, high = 0;
  };

  std::string boolean(int depth);
  std::string joined(int depth, const char* word);
  std::string choice(int depth);
  std::string atom();
  std::string about(const Readable& fact);
  std::string about_enum(const Readable& fact);
  std::string about_number(const Readable& fact);
  std::string about_text(const Readable& fact);
  std::string about_collection(const Readable& fact);
  std::string about_elements(const Readable& fact);
  std::string definition(const Readable& fact);

  Number number(const Readable& fact);
  std::string compared(const Number& left, const compiler::Type& type);
  const Readable* other(const compiler::Type& type, const Readable& than, TypeKind kind_of_element);
  // A literal of a type within the bounds, or a constant that holds it; nothing fits: empty.
  std::string literal(const compiler::Type& type, Wide low, Wide high);
  std::string text_literal(TypeKind kind);
  std::string set_literal(const compiler::Type& element, bool of_cidrs);
  std::string spelled(const compiler::Type& type, std::int64_t value);
  std::string named(const std::string& value, const std::string& type);
  std::string use(const Readable& fact);
  [[nodiscard]] const std::vector<Readable>& facts() const {
    return elements_.empty() || !only_elements_ ? facts_ : elements_;
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
  std::vector<Readable> host_;
  std::vector<Readable> facts_;
  std::vector<Readable> elements_;  // of the loop at hand
  std::vector<std::string> asked_;  // what the atom at hand needs to be there
  std::string declarations_;
  int names_ = 0;
  bool only_elements_ = false;
  bool in_loop_ = false;
  bool in_definition_ = false;
};

}  // namespace remit::generator
