// JSON Schema to Remit types, for one manifest.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/import_names.h"

namespace remit::cli {

using Json = nlohmann::ordered_json;

// The types of one manifest. Enums and records that the arguments need are collected as
// declarations; equal ones are declared once.
class ImportedTypes {
 public:
  explicit ImportedTypes(const Json& root) : root_(root) {}

  struct Type {
    std::string text;  // `list<string(1024)>(0..=100)`
    std::string note;  // why it is opaque, for a comment; else empty
    bool nullable = false;
  };

  // The type of a property. `name` is where it stands, for naming what it declares:
  // `create_issue_labels`. `depth` counts the records around it.
  [[nodiscard]] Type type_of(const Json& schema, std::string_view name, int depth);

  // One line a field: `labels: list<string(1024)>(0..=100)? named "Labels"`, with its notes as
  // comments before it.
  [[nodiscard]] std::vector<std::string> fields_of(const Json& object, std::string_view name,
                                                   int depth);

  // The first name that no source file may hold, as text that can be shown; empty if there is none.
  [[nodiscard]] const std::string& bad_name() const { return bad_name_; }

  // `enum …` and `record …` in the order they were needed, records after what they hold.
  [[nodiscard]] const std::vector<std::string>& declarations() const { return declarations_; }

 private:
  [[nodiscard]] const Json& resolved(const Json& schema) const;
  [[nodiscard]] Type type_inside(const Json& schema, std::string_view name, int depth);
  [[nodiscard]] Type string_type(const Json& schema, std::string_view name);
  [[nodiscard]] Type list_type(const Json& schema, std::string_view name, int depth);
  [[nodiscard]] Type record_type(const Json& schema, std::string_view name, int depth);
  [[nodiscard]] std::string declare(std::string_view keyword, std::string_view name,
                                    const std::string& body);

  const Json& root_;
  int nesting_ = 0;          // schemas around the one at hand
  std::size_t visited_ = 0;  // schemas so far; one that refers to itself is many
  std::string bad_name_;
  NameSet names_;
  std::map<std::string, std::string> declared_;  // keyword + body to name
  std::vector<std::string> declarations_;
};

}  // namespace remit::cli
