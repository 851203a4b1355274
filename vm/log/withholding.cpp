#include "vm/log/withholding.h"

#include <algorithm>

#include "stdlib/hash.h"
#include "vm/decide/digest.h"
#include "vm/log/withhold.h"

namespace remit::vm {

std::string Withholding::fact(std::string_view root, const FactPlace& place, std::string json) {
  taken_.insert(place);
  in_digest_ = in_digest_ || is_in_digest(root);
  return withheld(json, key_);
}

std::string Withholding::place(std::string json) {
  return facts_.problem.has_sent_name ? withheld(json, key_) : json;
}

std::string Withholding::digest(std::string json) {
  return in_digest_ ? withheld(json, key_) : json;
}

std::string Withholding::approved_digest(std::string json) {
  if (!own_digest_) {
    const bool may_cover = std::ranges::any_of(
        image().fields, [](const FieldRow& field) { return field.sensitive != 0; });
    own_digest_ = may_cover ? '"' + stdlib::to_hex(action_digest(facts_)) + '"' : std::string();
  }
  if (own_digest_->empty()) return json;
  return in_digest_ || json != *own_digest_ ? withheld(json, key_) : json;
}

const LimitRow& Withholding::row_of(std::string_view limit) const {
  return image().limits[facts_.linked->limit_names.at(std::string(limit))];
}

std::string Withholding::unless_read(CodeRange code, std::string json) {
  if (!places_) places_.emplace(std::vector(taken_.begin(), taken_.end()));
  if (places_->read_by(image(), code)) return withheld(json, key_);
  return json;
}

std::string Withholding::amount(std::string_view limit, std::string json) {
  return unless_read(row_of(limit).amount, std::move(json));
}

std::string Withholding::maximum(std::string_view limit, std::string json) {
  return unless_read(row_of(limit).maximum, std::move(json));
}

std::string Withholding::key_part(std::string_view limit, std::size_t part, std::string json) {
  return unless_read(image().rows(row_of(limit).keys)[part].code, std::move(json));
}

}  // namespace remit::vm
