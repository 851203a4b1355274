#include "tests/images/mutator/mutate.h"

#include <algorithm>

#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

namespace {

using Change = bool (*)(Draft&, Random&);

Change change_of(Mutation mutation) {
  switch (mutation) {
    case Mutation::InsertField: return insert_field;
    case Mutation::RemoveField: return remove_field;
    case Mutation::SwapFields: return swap_fields;
    case Mutation::Retype: return retype;
    case Mutation::Interval: return interval;
    case Mutation::FieldFlag: return field_flag;
    case Mutation::Default: return change_default;
    case Mutation::Rename: return rename;
    case Mutation::WireName: return wire_name;
    case Mutation::EnumValues: return enum_values;
    case Mutation::Tools: return tools;
    case Mutation::Scope: return scope;
    case Mutation::InsertItem: return insert_item;
    case Mutation::RemoveItem: return remove_item;
    case Mutation::MoveItem: return move_item;
    case Mutation::Kind: return kind;
    case Mutation::Verdict: return verdict;
    case Mutation::Wait: return wait;
    case Mutation::Duties: return duties;
    case Mutation::Overrides: return overrides;
    case Mutation::Expiry: return expiry;
    case Mutation::Layers: return layers;
    case Mutation::Cells: return cells;
    case Mutation::TableInputs: return table_inputs;
    case Mutation::Limit: return limit;
    case Mutation::Message: return message;
    case Mutation::AddCondition: return add_condition;
    case Mutation::InsertOp: return insert_op;
    case Mutation::RemoveOp: return remove_op;
    case Mutation::SwapOps: return swap_ops;
    case Mutation::Opcode: return opcode;
    case Mutation::Operand: return operand;
    case Mutation::Target: return target;
    case Mutation::Sets: return sets;
    case Mutation::Pattern: return pattern;
    case Mutation::Debug: return debug;
    case Mutation::Header: return header;
    case Mutation::Row: return nullptr;
  }
  return nullptr;
}

}  // namespace

std::string_view name(Mutation mutation) {
  switch (mutation) {
#define REMIT_MUTATION(kind, sentence) \
  case Mutation::kind: return #kind;
#include "tests/images/mutator/mutations.def"
#undef REMIT_MUTATION
  }
  return {};
}

std::vector<Step> random_steps(Random& random) {
  static constexpr std::size_t kCounts[] = {1, 2, 3, 4, 5, 5};
  std::vector<Step> steps(random.pick(kCounts));
  for (Step& step : steps) {
    step.mutation = static_cast<Mutation>(random.below(kMutationCount));
    step.seed = random.next();
  }
  return steps;
}

vm::Image mutated(const Draft& draft, std::vector<Step>& steps) {
  Draft changed = draft;
  for (Step& step : steps) {
    Random random(step.seed);
    if (const Change change = change_of(step.mutation)) step.applied = change(changed, random);
  }
  vm::Image image = laid_out(changed);
  bool repairable = true, rows = false;
  for (Step& step : steps) {
    if (step.mutation != Mutation::Row) continue;
    Random random(step.seed);
    repairable = change_rows(image, random) && repairable;
    step.applied = rows = true;
  }
  return rows && repairable ? repaired(std::move(image)) : image;
}

// ---- parts

Parts::Parts(Draft& draft) {
  for (Record& record : draft.records) fields.push_back(&record.fields);
  for (Root& root : draft.roots) fields.push_back(&root.fields);
  for (Tool& tool : draft.tools) fields.push_back(&tool.args);
  std::vector<bool> seen(draft.tables.size());
  for (Layer& layer : draft.layers) {
    for (Policy& policy : layer.policies) {
      policies.push_back(&policy);
      code.push_back({&policy.applies, nullptr, &policy, true});
      for (Item& item : policy.items) {
        items.push_back(&item);
        policy_of.push_back(&policy);
        const auto add = [&](Code& piece, bool is_condition) {
          code.push_back({&piece, &item, &policy, is_condition});
        };
        const auto add_inputs = [&](std::vector<Input>& inputs) {
          for (Input& input : inputs) add(input.code, false);
        };
        if (!item.table) {
          add(item.when, true);
          add(item.unless, true);
        } else if (*item.table < seen.size() && !seen[*item.table]) {
          seen[*item.table] = true;
          Table& table = draft.tables[*item.table];
          add(table.when, true);
          add(table.unless, true);
          add_inputs(table.inputs);
        }
        if (item.limit) {
          add(item.limit->maximum, false);
          add(item.limit->amount, false);
          add_inputs(item.limit->keys);
        }
        for (auto* message : {&item.because, &item.advise}) {
          if (!*message) continue;
          for (Piece& piece : **message) add(piece.code, false);
        }
      }
    }
  }
}

}  // namespace remit::images
