#include "vm/reload/marks.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

namespace remit::vm {

namespace {

class Marks {
 public:
  Marks(const Linked& one, const Linked& other)
      : one_(one),
        other_(other),
        image_(one.program.image()),
        other_image_(other.program.image()) {}

  bool run() {
    for (const RootRow& root : image_.roots) {
      const auto found =
          std::ranges::find(other_image_.roots, one_.text(root.name),
                            [&](const RootRow& row) { return other_.text(row.name); });
      if (found != other_image_.roots.end() && !fields(root.fields, found->fields)) return false;
    }
    return std::ranges::all_of(image_.tools, [&](const ToolRow& tool) {
      const auto found = other_.wire_tools.find(one_.text(tool.wire_name));
      return found == other_.wire_tools.end() ||
             fields(tool.args, other_image_[found->second].args);
    });
  }

 private:
  bool fields(RangeOf<FieldRow> range, RangeOf<FieldRow> others) {
    return std::ranges::all_of(image_.rows(range), [&](const FieldRow& field) {
      const auto rows = other_image_.rows(others);
      const auto found =
          std::ranges::find(rows, one_.text(field.wire_name),
                            [&](const FieldRow& row) { return other_.text(row.wire_name); });
      if (found == rows.end() || found->sensitive != 0) return true;
      return field.sensitive == 0 && inside(image_[field.type], other_image_[found->type]);
    });
  }

  static const TypeRow& innermost(const Image& image, const TypeRow& type) {
    return is_collection(type.kind) ? image.element_of(type) : type;
  }

  bool inside(const TypeRow& type, const TypeRow& other) {
    const TypeRow& one = innermost(image_, type);
    if (one.kind != TypeKind::Record) return true;
    const TypeRow& two = innermost(other_image_, other);
    // What is no record there may hold all that is marked here.
    if (two.kind != TypeKind::Record) return !has_marks(one.ref);
    if (!compared_.emplace(one.ref, two.ref).second) return true;
    return fields(image_.records[one.ref].fields, other_image_.records[two.ref].fields);
  }

  // Records hold no others without end.
  [[nodiscard]] bool has_marks(std::uint32_t record) const {
    return std::ranges::any_of(
        image_.rows(image_.records[record].fields), [&](const FieldRow& field) {
          const TypeRow& type = innermost(image_, image_[field.type]);
          return field.sensitive != 0 || (type.kind == TypeKind::Record && has_marks(type.ref));
        });
  }

  const Linked& one_;
  const Linked& other_;
  const Image& image_;
  const Image& other_image_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> compared_;  // records that met before
};

}  // namespace

bool marks_all_of(const Linked& one, const Linked& other) { return Marks(one, other).run(); }

}  // namespace remit::vm
