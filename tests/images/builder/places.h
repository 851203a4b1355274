// Where the facts of a draft lie: the slots that a compiler gives them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/images/builder/draft.h"

namespace remit::images {

class Places {
 public:
  explicit Places(const Draft& draft);

  // Slots that a value of the type takes. Records that contain themselves end somewhere.
  [[nodiscard]] std::uint32_t width(const Type& type) const;
  // The slots of a root's fields, and of a tool's arguments.
  [[nodiscard]] const std::vector<std::uint32_t>& of_root(std::size_t root) const {
    return roots_[root];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& of_tool(std::size_t tool) const {
    return tools_[tool];
  }
  // A fact as code that runs for `tool` reads it, and what type it has there.
  struct Place {
    std::uint32_t slot = 0;
    const Type* type = nullptr;  // null for the root `tool`
    bool optional = false;
  };
  [[nodiscard]] std::optional<Place> find(std::string_view path, const std::string* tool) const;
  // The same of a field of a record, counted from its first.
  [[nodiscard]] std::optional<Place> find_field(std::string_view record,
                                                std::string_view path) const;

 private:
  [[nodiscard]] const Record* record(std::string_view name) const;
  [[nodiscard]] std::optional<Place> within(const std::vector<Field>& fields,
                                            const std::vector<std::uint32_t>* slots,
                                            std::string_view path) const;
  void place_arguments(std::uint32_t first);

  const Draft& draft_;
  std::map<std::string_view, std::uint32_t> widths_;  // of records
  std::vector<std::vector<std::uint32_t>> roots_, tools_;
};

}  // namespace remit::images
