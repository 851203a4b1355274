// A random policy: limits, tables, rules, guards and asserts over the facts of a bundle.
#pragma once

#include <string>
#include <vector>

#include "tests/generator/conditions.h"
#include "tests/generator/random.h"

namespace remit::generator {

class Policy {
 public:
  Policy(const compiler::TypedBundle& bundle, Random& random, std::string name, bool guards_only,
         bool machine)
      : bundle_(bundle),
        random_(random),
        conditions_(bundle, random),
        name_(std::move(name)),
        guards_only_(guards_only),
        machine_(machine) {}

  // A whole file.
  std::string text(const std::string& layer);
  // A file with one declaration of a kind; of Rule: one that permits and overrides nothing.
  std::string text_of(ast::DeclKind kind, const std::string& layer);

 private:
  struct Scope {
    std::string text;
    std::vector<compiler::ToolIndex> tools;
    bool any = false;
    // What conditions may read the arguments of.
    [[nodiscard]] std::vector<compiler::ToolIndex> readable() const {
      return any ? std::vector<compiler::ToolIndex>{} : tools;
    }
  };

  [[nodiscard]] std::string header(const std::string& layer);
  Scope scope();
  void annotations(bool grant, const Scope& where, bool permit);
  std::string wait();
  std::string duties();
  std::string because(const Scope& where);
  void conditions(const Scope& where, bool needs_host);
  // `when has a and has b`, with or without more; nothing asked: perhaps a condition.
  void conditions_asking(const Scope& where, const std::vector<std::string>& asked, int chance);

  void item(int number);
  void message(const Scope& where);
  void rule(int number, const Scope& where, bool permit);
  void guard(int number, const Scope& where);
  void broad_rule();
  void table(int number);
  std::string outcome(const Scope& where, bool guard, bool otherwise);
  void limit(int number);
  void assertion(int number);

  const compiler::TypedBundle& bundle_;
  Random& random_;
  Conditions conditions_;
  std::string name_;
  bool guards_only_;
  bool machine_;
  std::string body_;
  std::vector<std::string> liftable_;
};

}  // namespace remit::generator
