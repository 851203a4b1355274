// One argument as a file declares it, beside the same one as the manifest gives it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/import/schema_file.h"

namespace remit::cli {

enum class Direction : std::uint8_t {
  FileIsNarrower,  // the file refuses what the manifest allows: a person may have meant it
  FileIsWider,     // the file allows what the manifest does not
  Other,           // neither holds the other
};

struct Difference {
  Direction direction{};
  std::string text;  // `the manifest allows 0 to 1000, the file 0 to 100`
};

// What a value of the argument may be in the file and may not be in the manifest, or the reverse. A
// bound that the manifest does not give and import assumed is none. What the manifest leaves open
// (`opaque`) may be any type in the file.
[[nodiscard]] std::vector<Difference> compare_fields(const SchemaFile& file, const ast::Field& kept,
                                                     const SchemaFile& manifest,
                                                     const ast::Field& given,
                                                     std::int64_t text_bytes_assumed);

}  // namespace remit::cli
