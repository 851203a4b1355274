#include "compiler/review/lists.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeKind;

constexpr std::size_t kStringLiteralsMax = 3;

}  // namespace

void review_lists(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  std::map<std::string, std::set<std::string_view>> literals;
  std::map<std::string, const Node*> places;
  const auto note = [&](const Node& fact, std::string_view text) {
    if (fact.kind != NodeKind::Fact || fact.type->kind != TypeKind::String ||
        fact.derived != Derived::None)
      return;
    const ir::Path& path = bundle.path(fact);
    if (path.base == Base::Parameter) return;  // where the def is called, it is a fact
    std::string key = path.base == Base::Host   ? std::string(bundle.typed->roots[path.root].name)
                      : path.base == Base::Args ? "args"
                                                : "element";
    for (const FieldInfo* field : path.fields) key += fmt::format(".{}", field->name);
    literals[key].insert(text);
    places.try_emplace(key, &fact);
  };
  for (const Node& node : bundle.nodes) {
    if (node.kind == NodeKind::Compare) {
      const Node &left = bundle.child(node, 0), &right = bundle.child(node, 1);
      if (right.kind == NodeKind::Constant) note(left, right.text);
      if (left.kind == NodeKind::Constant) note(right, left.text);
    }
    if (!ir::is(node, ast::RelationOp::In) || !is_text(bundle.child(node, 0).type->kind) ||
        bundle.child(node, 1).kind != NodeKind::SetConstant)
      continue;
    for (const std::string_view text : bundle.texts_of(bundle.child(node, 1).values))
      note(bundle.child(node, 0), text);
  }
  for (const auto& [key, texts] : literals) {
    if (texts.size() < kStringLiteralsMax) continue;
    diags
        .report(lang::Code::W1311, places[key]->span,
                fmt::format("`{}` is compared with {} texts", key, texts.size()))
        .help("declare an enum: a misspelt value is then an error");
  }
}

}  // namespace remit::compiler
