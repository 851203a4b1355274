#include "vm/image/required.h"

#include <algorithm>

#include "vm/image/load_fault.h"
#include "vm/verify/parts.h"

namespace remit::vm {

Verified verify_required(const Image& image) {
  const RequiredFacts required(image);
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const auto listed = image.rows(image.tools[i].required);
    if (std::ranges::equal(listed, required.of(static_cast<ToolId>(i)))) continue;
    return std::unexpected(load_error(LoadFault::BadRequired, 0, image[image.tools[i].name]));
  }
  return {};
}

}  // namespace remit::vm
