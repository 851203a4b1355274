#include "cli/import/drift.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/import/baseline.h"
#include "cli/import/compare.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

const ast::Field* argument(const ast::ToolDecl& tool, std::string_view wire) {
  const auto found = std::ranges::find(tool.args, wire,
                                       [](const ast::Field& field) { return wire_name_of(field); });
  return found == tool.args.end() ? nullptr : &*found;
}

std::string_view hints_of(const SchemaFile& file, const ast::ToolDecl& tool) {
  const lang::Comment* comment = find_hints(file.comments_of(tool));
  return comment == nullptr ? std::string_view() : comment->text.substr(kHintsComment.size());
}

// One tool that both have.
class ToolDrift {
 public:
  ToolDrift(const SchemaFile& file, const ast::ToolDecl& kept, const SchemaFile& manifest,
            const ast::ToolDecl& given, std::int64_t text_bytes_assumed)
      : file_(file),
        kept_(kept),
        manifest_(manifest),
        given_(given),
        text_bytes_assumed_(text_bytes_assumed),
        was_(find_baseline(file.comments_of(kept))),
        now_(find_baseline(manifest.comments_of(given))) {}

  std::vector<Change> run() {
    for (const ast::Field& field : given_.args) given_argument(field);
    for (const ast::Field& field : kept_.args) {
      if (argument(given_, wire_name_of(field)) == nullptr)
        add(ChangeKind::RemovedArgument, wire_name_of(field), "the manifest does not have it");
    }
    hints();
    if (server_changed() && changes_.empty())
      add(ChangeKind::ChangedTool, "",
          "its schema or its hints changed in what the file does not say");
    return std::move(changes_);
  }

 private:
  void add(ChangeKind kind, std::string_view argument, std::string text) {
    changes_.push_back(
        {kind, std::string(wire_name_of(given_)), std::string(argument), std::move(text)});
  }

  [[nodiscard]] bool server_changed() const {
    return was_ && now_ && was_->baseline.whole != now_->baseline.whole;
  }
  // The hash of an argument, or nothing.
  [[nodiscard]] static std::optional<std::string> hash_in(const std::optional<FoundBaseline>& found,
                                                          std::string_view wire) {
    if (!found) return std::nullopt;
    const auto entry = found->baseline.arguments.find(wire);
    return entry == found->baseline.arguments.end() ? std::nullopt : std::optional(entry->second);
  }

  void given_argument(const ast::Field& given) {
    const std::string_view wire = wire_name_of(given);
    const auto before = hash_in(was_, wire);
    const bool changed = was_ && before != hash_in(now_, wire);
    if (const ast::Field* kept = argument(kept_, wire)) return both(*kept, given, changed);
    const bool required = !given.optional && given.default_value == nullptr;
    if (!before) {
      add(ChangeKind::NewArgument, wire, required ? "it is new, and required" : "it is new");
    } else if (required) {
      add(ChangeKind::ChangedArgument, wire,
          "it is required in the manifest, and the file leaves it out: no call can be right");
    } else if (changed) {
      add(ChangeKind::ChangedArgument, wire, "it changed; the file leaves it out");
    }
  }

  void both(const ast::Field& kept, const ast::Field& given, bool changed) {
    bool said = false;
    for (Difference& difference :
         compare_fields(file_, kept, manifest_, given, text_bytes_assumed_)) {
      // What is narrower a person may have made so, unless the server moved.
      if (difference.direction == Direction::FileIsNarrower && !changed) continue;
      add(ChangeKind::ChangedArgument, wire_name_of(given), std::move(difference.text));
      said = true;
    }
    if (changed && !said) {
      add(ChangeKind::ChangedArgument, wire_name_of(given),
          "its schema changed in what the file does not say");
    }
  }

  void hints() {
    const std::string_view before = hints_of(file_, kept_), now = hints_of(manifest_, given_);
    if (before == now || (before.empty() && !server_changed())) return;
    const auto shown = [](std::string_view hints) {
      return hints.empty() ? std::string_view("nothing") : hints;
    };
    add(ChangeKind::ChangedHints, "",
        fmt::format("the server says of itself: {}; before: {}", shown(now), shown(before)));
  }

  const SchemaFile& file_;
  const ast::ToolDecl& kept_;
  const SchemaFile& manifest_;
  const ast::ToolDecl& given_;
  const std::int64_t text_bytes_assumed_;
  const std::optional<FoundBaseline> was_, now_;
  std::vector<Change> changes_;
};

}  // namespace

std::string_view to_text(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::NewTool: return "new_tool";
    case ChangeKind::RemovedTool: return "removed_tool";
    case ChangeKind::NewArgument: return "new_argument";
    case ChangeKind::RemovedArgument: return "removed_argument";
    case ChangeKind::ChangedArgument: return "changed_argument";
    case ChangeKind::ChangedHints: return "changed_hints";
    case ChangeKind::ChangedTool: return "changed_tool";
  }
  return {};
}

std::string to_text(const Change& change) {
  const std::string argument =
      change.argument.empty() ? "" : fmt::format(" argument `{}`:", change.argument);
  return fmt::format("tool `{}`:{} {}", change.tool, argument, change.text);
}

std::vector<Change> drift(const SchemaFile& file, const SchemaFile& manifest,
                          std::int64_t text_bytes_assumed, std::span<const std::string> only) {
  std::vector<Change> changes;
  for (const ast::ToolDecl* given : manifest.tools()) {
    const std::string_view wire = wire_name_of(*given);
    const ast::ToolDecl* kept = file.tool(wire);
    if (kept == nullptr) {
      changes.push_back({ChangeKind::NewTool, std::string(wire), "", "it is new"});
      continue;
    }
    for (Change& change : ToolDrift(file, *kept, manifest, *given, text_bytes_assumed).run())
      changes.push_back(std::move(change));
  }
  for (const ast::ToolDecl* kept : file.tools()) {
    const std::string_view wire = wire_name_of(*kept);
    const bool is_meant = only.empty() || std::ranges::find(only, wire) != only.end();
    if (is_meant && manifest.tool(wire) == nullptr) {
      changes.push_back(
          {ChangeKind::RemovedTool, std::string(wire), "", "the manifest does not have it"});
    }
  }
  return changes;
}

std::vector<std::string> tools_without_baseline(const SchemaFile& file) {
  std::vector<std::string> names;
  for (const ast::ToolDecl* tool : file.tools()) {
    if (!find_baseline(file.comments_of(*tool))) names.emplace_back(wire_name_of(*tool));
  }
  return names;
}

}  // namespace remit::cli
