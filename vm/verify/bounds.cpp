// The static bound of every tool: what its items cost, policies of one tenant counted once.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "vm/image/load_fault.h"
#include "vm/verify/parts.h"

namespace remit::vm {

namespace {

class Bounds {
 public:
  Bounds(const Image& image, std::uint32_t tenant_slot, const CodeCosts& costs)
      : image_(image),
        tenant_slot_(tenant_slot),
        costs_(costs),
        common_(image.tools.size()),
        most_(image.tools.size()),
        sum_(image.tools.size()) {}

  std::vector<std::int64_t> run() {
    for (std::uint32_t p = 0; p < image_.policies.size(); ++p) policy(p);
    of_tenants();
    for (std::size_t i = 0; i < image_.tools.size(); ++i) common_[i] += most_[i];
    return std::move(common_);
  }

 private:
  struct Share {
    std::uint32_t tool;
    std::int64_t cost;
  };

  void add(std::uint32_t tool, std::int64_t cost) {
    if (sum_[tool] == 0) touched_.push_back(tool);
    sum_[tool] += cost;
  }

  // What a policy costs each of its tools; an item costs a step at least.
  void policy(std::uint32_t index) {
    const PolicyRow& policy = image_.policies[index];
    for (std::uint32_t i = policy.items.first; i < policy.items.end(); ++i) {
      for (const ToolId tool : image_.rows(image_.items[i].scope))
        add(static_cast<std::uint32_t>(tool), costs_.items[i]);
    }
    const auto named = tenants(policy.applies);
    if (!named.empty()) {
      tenant_policies_.push_back({static_cast<std::uint32_t>(shares_.size()),
                                  static_cast<std::uint32_t>(touched_.size())});
      for (const std::int64_t tenant : named)
        named_.emplace_back(tenant, static_cast<std::uint32_t>(tenant_policies_.size() - 1));
    }
    for (const std::uint32_t tool : touched_) {
      const std::int64_t cost = std::exchange(sum_[tool], 0) + costs_.applies[index];
      if (named.empty())
        common_[tool] += cost;
      else
        shares_.push_back({tool, cost});
    }
    touched_.clear();
  }

  // For each tool the tenant whose policies cost most.
  void of_tenants() {
    std::ranges::sort(named_);
    for (std::size_t i = 0; i < named_.size(); ++i) {
      const RangeOf<Share> shares = tenant_policies_[named_[i].second];
      for (const Share& share : std::span(shares_).subspan(shares.first, shares.count))
        add(share.tool, share.cost);
      if (i + 1 < named_.size() && named_[i + 1].first == named_[i].first) continue;
      for (const std::uint32_t tool : touched_)
        most_[tool] = std::max(most_[tool], std::exchange(sum_[tool], 0));
      touched_.clear();
    }
  }

  // The ids that a top-level `tenant.id == "…"` or `in {…}` of the code names.
  [[nodiscard]] std::vector<std::int64_t> tenants(CodeRange code) const {
    const auto at = [&](std::uint32_t i) -> const Instruction& { return image_.rows(code)[i]; };
    // Operands of a top-level `and` lie between jumps to the end of the code, and no other jump
    // leads over these: inside an `or` or a `match` an `and` may end where the code does.
    std::uint32_t begin = 0, reach = 0;
    for (std::uint32_t i = 0; i <= code.count; ++i) {
      const bool ends = i == code.count || (at(i).opcode == Opcode::JumpIfFalse &&
                                            at(i).c == code.count && reach <= i);
      if (!ends) {
        if (info(at(i).opcode).c == Operand::Target) reach = std::max(reach, at(i).c);
        continue;
      }
      if (i - begin == 3 && at(begin).opcode == Opcode::Load && at(begin).c == tenant_slot_) {
        const Instruction &operand = at(begin + 1), &test = at(begin + 2);
        if (operand.opcode == Opcode::PushText && test.opcode == Opcode::TextEqual)
          return {operand.c};
        if (operand.opcode == Opcode::PushSet && test.opcode == Opcode::ContainsText &&
            test.a == 0) {
          const RangeOf<std::int64_t> elements = image_.sets[operand.c].elements;
          const auto first = image_.set_elements.begin() + elements.first;
          return {first, first + elements.count};
        }
      }
      begin = i + 1;
    }
    return {};
  }

  const Image& image_;
  const std::uint32_t tenant_slot_;
  const CodeCosts& costs_;
  std::vector<std::int64_t> common_, most_;  // by tool
  std::vector<std::int64_t> sum_;            // by tool; zero but for the touched
  std::vector<std::uint32_t> touched_;
  std::vector<Share> shares_;
  std::vector<RangeOf<Share>> tenant_policies_;                // rows of shares_
  std::vector<std::pair<std::int64_t, std::uint32_t>> named_;  // (tenant, row of tenant_policies_)
};

}  // namespace

std::vector<std::int64_t> bounds_of(const Image& image, std::uint32_t tenant_slot,
                                    const CodeCosts& costs) {
  return Bounds(image, tenant_slot, costs).run();
}

Verified verify_bounds(const Image& image, const std::vector<std::int64_t>& bounds) {
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const ToolRow& tool = image.tools[i];
    const std::string& name = image[tool.name];
    if (bounds[i] != tool.steps_bound)
      return std::unexpected(load_error(LoadFault::BadCost, 0,
                                        name + " takes " + std::to_string(bounds[i]) +
                                            ", the file says " + std::to_string(tool.steps_bound)));
    if (bounds[i] > image.steps_max)
      return std::unexpected(load_error(LoadFault::CostTooHigh, 0, name));
  }
  return {};
}

}  // namespace remit::vm
