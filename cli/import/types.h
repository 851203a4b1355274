// JSON Schema to Remit types, for one manifest: lists, objects, and the arguments of tools.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/names.h"
#include "cli/import/scalar_types.h"
#include "cli/import/schema_view.h"

namespace remit::cli {

// Whether an object says that it takes more than it describes. It counts as expressed.
[[nodiscard]] bool takes_others(SchemaView& object);

// The types of one manifest. Enums and records that the arguments need are collected as
// declarations; equal ones are declared once.
class ImportedTypes {
 public:
  // `taken` are names that no declaration may have.
  ImportedTypes(const ImportOptions& options, NameSet taken)
      : options_(options), names_(std::move(taken)) {}

  // The arguments of a tool, one line each: `labels: list<string(4096)>(0..=100)? named "Labels"`,
  // before it what a person must know of it, as comments. `document` is the tool's schema, which
  // `arguments` shows.
  [[nodiscard]] std::vector<std::string> arguments_of(const Json& document, SchemaView& arguments,
                                                      std::string_view tool);

  // The first among those arguments and their fields whose name no file can hold, or null.
  [[nodiscard]] const Json* bad_name() const { return bad_name_; }

  // `enum …` and `record …` in the order they were needed, records after what they hold.
  [[nodiscard]] std::vector<std::string> declarations() const;

 private:
  // A record or the arguments of a tool.
  struct Fields {
    std::vector<std::string> lines;
    std::size_t slots = 1;
  };
  struct Declaration {
    std::string key;  // keyword and body: what makes two of them equal
    std::string text;
  };

  // `name` is where it stands, for naming what it declares: `create_issue_labels`. `depth` counts
  // the records around it.
  [[nodiscard]] ImportedType type_of(SchemaView& schema, std::string_view name, int depth);
  [[nodiscard]] ImportedType type_inside(SchemaView& schema, std::string_view name, int depth);
  [[nodiscard]] ImportedType list_type(SchemaView& schema, std::string_view name, int depth);
  [[nodiscard]] ImportedType record_type(SchemaView& schema, std::string_view name, int depth);
  [[nodiscard]] Fields fields_of(SchemaView& object, std::string_view name, int depth);
  void add_field(const Json& property, bool required, std::string_view name, int depth,
                 NameSet& names, Fields& into);
  [[nodiscard]] std::string declare(std::string_view keyword, std::string_view name,
                                    const std::string& body);
  void forget_declarations(std::size_t count);

  const ImportOptions options_;
  const Json* document_ = nullptr;  // of the tool at hand
  std::vector<const Json*> open_;   // references that are being followed
  int nesting_ = 0;                 // schemas around the one at hand
  std::size_t visited_ = 0;         // schemas so far; a few that refer to each other are many
  const Json* bad_name_ = nullptr;
  NameSet names_;
  std::map<std::string, std::string> declared_;  // key of a declaration to its name
  std::vector<Declaration> declarations_;
};

}  // namespace remit::cli
