// Random well-typed conditions over the facts of a bundle.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/typed.h"
#include "tests/generator/random.h"

namespace remit::generator {

// A fact or a part of one that a condition may read.
struct Readable {
  std::string path;
  const compiler::Type* type = nullptr;
  std::string asked;  // what `has` must ask for first; empty for what is always there
};

// The fields of a root, a record or the arguments, and the parts of them, below `base`.
void add_fields(const compiler::TypedBundle& bundle, const std::vector<compiler::FieldInfo>& fields,
                const Readable& base, std::vector<Readable>& into);
// Facts of the host and of `tool`; with `tools`, the arguments that all of these share.
[[nodiscard]] std::vector<Readable> readable_facts(const compiler::TypedBundle& bundle,
                                                   const std::vector<compiler::ToolIndex>& tools);

// The counter of a limit that has no conditions.
struct ReadableCounter {
  std::string limit;  // its name in the policy
  compiler::Type type;
  std::vector<compiler::ToolIndex> tools;
};

// A value that an input of a table or an amount of a limit can be, and the facts that must be
// there.
struct Term {
  std::string text;
  const compiler::Type* type = nullptr;
  Wide low = 0, high = 0;
  std::vector<std::string> asked;
};

// Makes conditions for one policy. The constants and defs that they use pile up in `declarations`.
class Conditions {
 public:
  Conditions(const compiler::TypedBundle& bundle, Random& random)
      : bundle_(bundle), random_(random), host_(readable_facts(bundle, {})) {}

  // A bool over host facts and the arguments that `tools` share, `depth` connectives deep at most.
  // Beside it stands `has` of each of `asked`.
  std::string condition(const std::vector<compiler::ToolIndex>& tools, int depth,
                        const std::vector<std::string>& asked = {});
  // More of the clause that the last condition began.
  std::string more(int depth) { return boolean(depth); }
  // The same over host facts alone, for `applies when`.
  std::string host_condition(int depth);
  // An atom that reads a host fact: what an overriding rule must have. No other atom excludes it.
  std::string host_atom();
  // A fact, a sum or a test, that a table can cut into cases.
  Term input(const std::vector<compiler::ToolIndex>& tools);
  // An int, an amount or a duration between the bounds; of `kind`, or of any of these.
  Term amount(const std::vector<compiler::ToolIndex>& tools, std::optional<TypeKind> kind, Wide low,
              Wide high);
  // What a limit can count by.
  Term key(const std::vector<compiler::ToolIndex>& tools);
  // A comparison of `approved`.
  std::string approval_atom();
  // From now on the counters of the limit can be read where its tools allow.
  void add_counter(const std::string& limit, TypeKind kind,
                   const std::vector<compiler::ToolIndex>& tools);
  // Between asserts and tables counters can be read, in limits not.
  void read_counters(bool may) { may_read_counters_ = may; }

  // A literal of a type, and a constant that holds a value: the constant's name.
  std::string spelled(const compiler::Type& type, std::int64_t value);
  std::string named(const std::string& value, const std::string& type);

  // For a message of an item on `tools`: `{risk.score}`.
  std::string interpolation(const std::vector<compiler::ToolIndex>& tools);

  [[nodiscard]] const std::string& declarations() const { return declarations_; }

 private:
  struct Number {
    std::string text;
    Wide low = 0, high = 0;
  };

  void make_readable(const std::vector<compiler::ToolIndex>& tools);
  std::string boolean(int depth);
  std::string joined(int depth, const char* word);
  std::string choice(int depth);
  std::string atom();
  std::string about(const Readable& fact);
  std::string about_enum(const Readable& fact);
  std::string about_number(const Readable& fact);
  std::string about_text(const Readable& fact);
  std::string about_part(const Readable& fact);
  std::string about_places(const Readable& fact);
  std::string place(const compiler::Type& element);
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
  std::string use(const Readable& fact);
  [[nodiscard]] bool is_asked(const std::string& asked) const;
  [[nodiscard]] const std::vector<Readable>& facts() const {
    return elements_.empty() || !only_elements_ ? facts_ : elements_;
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
  std::vector<Readable> host_;
  std::vector<Readable> facts_;
  std::deque<ReadableCounter> counters_;
  std::vector<Readable> elements_;  // of the loop at hand
  std::vector<std::string> asked_;  // what the atom at hand needs to be there
  // The facts of the clause at hand: two random tests of one fact often exclude each other, which
  // is an error.
  std::set<std::string> tested_;
  std::string declarations_;
  int names_ = 0;
  bool may_read_counters_ = true;
  bool only_elements_ = false;
  bool in_loop_ = false;
  bool in_definition_ = false;
};

}  // namespace remit::generator
