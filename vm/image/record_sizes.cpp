#include "vm/image/record_sizes.h"

#include <algorithm>

#include <remit/limits.h>

namespace remit::vm {

namespace {

constexpr int kTooDeep = limits::kRecordDepthMax + 1;

// The record that a field holds, itself or as elements; kNoRow if it holds none.
std::uint32_t record_in(const Image& image, const FieldRow& field) {
  const TypeRow* type = &image[field.type];
  if (is_collection(type->kind)) type = &image.element_of(*type);
  return type->kind == TypeKind::Record ? type->ref : kNoRow;
}

int depth_of(const Image& image, const std::vector<RecordSize>& sizes, const RecordRow& record) {
  int depth = 1;
  for (std::uint32_t f = record.fields.first; f < record.fields.first + record.fields.count; ++f) {
    const std::uint32_t inner = record_in(image, image.fields[f]);
    if (inner != kNoRow) depth = std::max(depth, std::min(sizes[inner].depth + 1, kTooDeep));
  }
  return depth;
}

std::uint64_t values_of_record(const Image& image, const std::vector<RecordSize>& sizes,
                               const RecordRow& record) {
  std::uint64_t values = 1;
  for (std::uint32_t f = record.fields.first; f < record.fields.first + record.fields.count; ++f)
    values += values_of(image, sizes, image.fields[f].type);
  return std::min<std::uint64_t>(values, limits::kRecordValuesMax + 1);
}

}  // namespace

std::vector<RecordSize> record_sizes(const Image& image) {
  std::vector<RecordSize> sizes(image.records.size());
  for (int round = 1; round < kTooDeep; ++round) {
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i].depth = depth_of(image, sizes, image.records[i]);
  }
  // A record is as large as what it holds, which is less deep.
  for (int depth = 1; depth <= kTooDeep; ++depth) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i].depth == depth)
        sizes[i].values = values_of_record(image, sizes, image.records[i]);
    }
  }
  return sizes;
}

std::uint64_t values_of(const Image& image, const std::vector<RecordSize>& sizes, TypeId type) {
  const TypeRow& row = image[type];
  return row.kind == TypeKind::Record ? sizes[row.ref].values : 1;
}

}  // namespace remit::vm
