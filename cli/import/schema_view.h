// One JSON Schema of a manifest as it means: `$ref` followed, `allOf` of one taken off, the
// alternative `null` taken out, and a record kept of what was read.
//
// The caller asks `find` for each keyword that its type expresses. The keywords that it did not ask
// for are `dropped`: they are shown to a person, so that nothing of a schema is lost silently.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/json.h"

namespace remit::cli {

// A keyword that says nothing of which values are taken: `title`.
[[nodiscard]] bool is_remark(std::string_view keyword);

// The text without its escapes `%xx` (RFC 3986); nothing if one is broken.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

// What a reference within a schema (`#/$defs/Kind`, RFC 6901) names in `document`, or null.
[[nodiscard]] const Json* pointed_at(const Json& document, std::string_view reference);

class SchemaView {
 public:
  // `document` is what `#` stands for: the schema of the tool's arguments. `open` are the targets
  // of references around this one, so that a schema that holds itself is found.
  SchemaView(const Json& document, const Json& schema, std::span<const Json* const> open);

  // Why this has no one meaning here (`its $ref leads nowhere`), or empty.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  // It takes no value at all: the schema `false`.
  [[nodiscard]] bool is_never() const { return never_; }
  [[nodiscard]] bool is_nullable() const { return nullable_; }

  // The value of a keyword, or null. It counts as expressed from now on.
  [[nodiscard]] const Json* find(std::string_view keyword);
  // The same, without that.
  [[nodiscard]] const Json* look(std::string_view keyword) const;

  // `string`, `object`, …: as written, or as the other keywords have it. Empty: it may be several.
  [[nodiscard]] std::string type();
  // The values that it takes, by `enum`, `const` or an alternative of constants; empty: it does not
  // list them. Without null.
  [[nodiscard]] std::vector<const Json*> values();

  // What was found to say and is not expressed: `pattern` "^[a-z]+$".
  [[nodiscard]] std::vector<std::string> dropped() const;

  // What references led to.
  [[nodiscard]] const std::vector<const Json*>& targets() const { return targets_; }

 private:
  void add(const Json& schema);
  void follow(const Json& reference);
  void choose(const Json& schema, std::string_view keyword);
  void refuse(std::string why);
  [[nodiscard]] std::string written_type();

  const Json& document_;
  std::vector<const Json*> open_;
  std::vector<const Json*> layers_;  // objects that all apply, outer first
  std::vector<const Json*> targets_;
  std::vector<const Json*> constants_;  // alternatives that are a constant each
  std::set<const Json*> expressed_;     // values of keywords
  std::string problem_;
  bool never_ = false;
  bool nullable_ = false;
};

}  // namespace remit::cli
