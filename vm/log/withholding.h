// What is written in place of `@sensitive` values, and of what could tell of them, in a line of the
// decision log.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "vm/answer/redaction.h"
#include "vm/decide/facts_state.h"

namespace remit::vm {

// For one line: asked for the request first, and then for the decision on it. Borrows all that it
// is given.
//
// Where the action digest covers a withheld value, the digests of approvals are withheld as well:
// short values could be guessed from one. Where the schema only declares such a field, those are
// withheld that are of another action, which may have had the value. Amounts, caps and keys of
// counters are withheld where their code reads a withheld value; the place of a fault where it
// holds a name that somebody sent.
class Withholding final : public Redaction {
 public:
  Withholding(const Facts::State& facts, std::span<const std::byte> key)
      : facts_(facts), key_(key) {}

  std::string fact(std::string_view root, const FactPlace& place, std::string json) override;
  std::string place(std::string json) override;
  std::string digest(std::string json) override;
  std::string approved_digest(std::string json) override;
  std::string amount(std::string_view limit, std::string json) override;
  std::string maximum(std::string_view limit, std::string json) override;
  std::string key_part(std::string_view limit, std::size_t part, std::string json) override;

 private:
  [[nodiscard]] const Image& image() const { return facts_.linked->program.image(); }
  [[nodiscard]] const LimitRow& row_of(std::string_view limit) const;
  // Withheld where the code reads a fact that was.
  std::string unless_read(CodeRange code, std::string json);

  const Facts::State& facts_;
  std::span<const std::byte> key_;
  std::set<FactPlace> taken_;
  bool in_digest_ = false;  // the action digest covers one of them
  // As JSON, once an approval asks; empty where no digest can cover a withheld value.
  std::optional<std::string> own_digest_;
  std::optional<FactPlaces> places_;  // the same, once the request is written
};

}  // namespace remit::vm
