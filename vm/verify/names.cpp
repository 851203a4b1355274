// Names: what is looked up by name is found by one name only, and is not taken for something of the
// engine's.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/roots.h"
#include "stdlib/text.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

// The roots that every schema has, in decoding order.
constexpr std::string_view kPreludeRoots[] = {"call",  "actor",   "tenant",  "target", "risk",
                                              "spend", "session", "context", "clock",  "control"};
// With these begin the names of the engine's own answers.
constexpr std::string_view kEngineNames[] = {"engine", "default"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != std::end(names);
}

class NameChecker {
 public:
  explicit NameChecker(const Image& image) : image_(image) {}

  void run() {
    enum_values();
    fields();
    roots();
    types();
    tools();
    policies();
    items();
  }

 private:
  [[nodiscard]] std::string_view text(StringId id) const { return image_[id]; }

  void wire_name(StringId id, StringId of) {
    require(stdlib::is_wire_name(text(id)), LoadFault::BadWireName, text(of));
  }

  // Equal texts have one row, so rows are compared; `names_` is spent.
  void unique(LoadFault fault) {
    std::ranges::sort(names_);
    const auto twice = std::ranges::adjacent_find(names_);
    if (twice != names_.end()) fail(fault, text(*twice));
    names_.clear();
  }

  void enum_values() {
    for (const EnumRow& row : image_.enums) {
      const bool by_name = stdlib::is_engine_enum(text(row.name));
      for (const EnumValueRow& value : image_.rows(row.values)) {
        names_.push_back(value.name);
        wire_name(value.wire_name, value.name);
        require(!by_name || value.wire_name == value.name, LoadFault::BadWireName,
                text(value.name));
      }
      unique(LoadFault::EnumValueTwice);
      for (const EnumValueRow& value : image_.rows(row.values)) names_.push_back(value.wire_name);
      unique(LoadFault::WireNameTwice);
    }
  }

  void fields_of(RangeOf<FieldRow> range) {
    for (const FieldRow& field : image_.rows(range)) {
      names_.push_back(field.name);
      wire_name(field.wire_name, field.name);
    }
    unique(LoadFault::FieldTwice);
    for (const FieldRow& field : image_.rows(range)) names_.push_back(field.wire_name);
    unique(LoadFault::WireNameTwice);
  }

  void fields() {
    for (const RecordRow& record : image_.records) fields_of(record.fields);
    for (const RootRow& root : image_.roots) {
      fields_of(root.fields);
      // What a host asserts has one name and one form.
      for (const FieldRow& field : image_.rows(root.fields))
        require(field.wire_name == field.name && field.unit == MoneyUnit::None,
                LoadFault::BadWireName, text(field.name));
    }
    for (const ToolRow& tool : image_.tools) fields_of(tool.args);
  }

  void roots() {
    for (const RootRow& root : image_.roots) {
      names_.push_back(root.name);
      require(!stdlib::is_engine_root(text(root.name)), LoadFault::ReservedName, text(root.name));
    }
    unique(LoadFault::RootTwice);
    const std::size_t prelude = std::size(kPreludeRoots);
    require(image_.roots.size() >= prelude, LoadFault::RootOrder, "roots");
    for (std::size_t i = 0; i < image_.roots.size(); ++i) {
      const std::string_view name = text(image_.roots[i].name);
      if (i < prelude)
        require(name == kPreludeRoots[i], LoadFault::RootOrder, name);
      else if (i > prelude)
        require(text(image_.roots[i - 1].name) < name, LoadFault::RootOrder, name);
    }
  }

  // The first segment of a path is a root, an enum or a tool's namespace; no two are one.
  void types() {
    for (const EnumRow& row : image_.enums) names_.push_back(row.name);
    for (const RecordRow& row : image_.records) names_.push_back(row.name);
    for (const RootRow& row : image_.roots) names_.push_back(row.name);
    unique(LoadFault::TypeTwice);
  }

  void tools() {
    std::vector<std::string_view> taken;
    for (const EnumRow& row : image_.enums) taken.push_back(text(row.name));
    for (const RootRow& row : image_.roots) taken.push_back(text(row.name));
    for (const std::string_view name : stdlib::kEngineRoots) taken.push_back(name);
    std::ranges::sort(taken);
    for (const ToolRow& tool : image_.tools) {
      const std::string_view name = text(tool.name);
      require(!std::ranges::binary_search(taken, name.substr(0, name.find('.'))),
              LoadFault::ReservedName, name);
      wire_name(tool.wire_name, tool.name);
      for (const StringId name : image_.rows(tool.results)) names_.push_back(name);
      unique(LoadFault::ResultTwice);
    }
  }

  void policies() {
    for (const LayerRow& layer : image_.layers) names_.push_back(layer.name);
    unique(LoadFault::LayerTwice);
    for (const PolicyRow& policy : image_.policies) {
      names_.push_back(policy.name);
      for (std::string_view rest = text(policy.name); !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find('.'));
        require(!is_one_of(part, kEngineNames), LoadFault::ReservedName, text(policy.name));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      }
    }
    unique(LoadFault::PolicyTwice);
  }

  // `rule`, and `table.label` of a row, where all rows of a table and they alone have its name.
  void items() {
    std::vector<std::string> full;
    for (const PolicyRow& policy : image_.policies) {
      std::string_view last;
      std::uint32_t last_table = kNoRow;
      for (const ItemRow& item : image_.rows(policy.items)) {
        const std::string_view name = text(item.name), first = name.substr(0, name.find('.'));
        const bool is_label = is_row(item.kind);
        require(std::ranges::count(name, '.') == (is_label ? 1 : 0), LoadFault::BadItemName, name);
        require(!is_one_of(first, kEngineNames), LoadFault::ReservedName, name);
        // Names are sorted, so the rows of one table follow one another.
        require((first == last) == (is_label && item.detail == last_table), LoadFault::BadItemName,
                name);
        require(!is_label || (item.cells.count == 0) == name.ends_with(".otherwise"),
                LoadFault::BadItemName, name);
        last = first;
        last_table = is_label ? item.detail : kNoRow;
        full.push_back(std::string(text(policy.name)).append(".").append(name));
      }
    }
    std::ranges::sort(full);
    const auto twice = std::ranges::adjacent_find(full);
    if (twice != full.end()) fail(LoadFault::ItemTwice, *twice);
  }

  const Image& image_;
  std::vector<StringId> names_;  // that must differ
};

}  // namespace

Verified verify_names(const Image& image) {
  return checked([&] { NameChecker(image).run(); });
}

}  // namespace remit::vm
