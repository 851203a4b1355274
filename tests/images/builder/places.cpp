#include "tests/images/builder/places.h"

#include <algorithm>

namespace remit::images {

namespace {

// Past this a slot is refused, whatever it is.
constexpr std::uint32_t kFar = 1U << 30;
// Records that contain themselves are laid out as if they ended here.
constexpr int kDepth = 16;

std::uint32_t sum(std::uint32_t a, std::uint32_t b) { return std::min(a + b, kFar); }

}  // namespace

Places::Places(const Draft& draft) : draft_(draft) {
  for (const Record& record : draft.records) widths_[record.name] = 1;
  for (int depth = 0; depth < kDepth; ++depth) {
    const auto before = widths_;
    for (const Record& record : draft.records) {
      if (this->record(record.name) != &record) continue;
      std::uint32_t slots = 1;
      for (const Field& field : record.fields) slots = sum(slots, width(field.type));
      widths_[record.name] = slots;
    }
    if (before == widths_) break;
  }
  std::uint32_t next = vm::kFirstHostSlot;
  for (const Root& root : draft.roots) {
    auto& slots = roots_.emplace_back();
    for (const Field& field : root.fields) {
      slots.push_back(next);
      next = sum(next, width(field.type));
    }
  }
  place_arguments(next);
}

const Record* Places::record(std::string_view name) const {
  const auto found = std::ranges::find(draft_.records, name, &Record::name);
  return found == draft_.records.end() ? nullptr : &*found;
}

std::uint32_t Places::width(const Type& type) const {
  if (type.kind != TypeKind::Record) return 1;
  const auto found = widths_.find(type.of);
  return found == widths_.end() ? 1 : found->second;
}

// Arguments of one name, type and optionality share slots: the lowest that none of their tools
// uses.
void Places::place_arguments(std::uint32_t first) {
  struct Argument {
    const Field* field;
    std::vector<std::pair<std::size_t, std::size_t>> users;  // tool, argument
  };
  std::vector<Argument> arguments;
  for (std::size_t t = 0; t < draft_.tools.size(); ++t) {
    const auto& args = draft_.tools[t].args;
    tools_.emplace_back(args.size(), 0U);
    for (std::size_t a = 0; a < args.size(); ++a) {
      const auto same = std::ranges::find_if(arguments, [&](const Argument& argument) {
        return argument.field->name == args[a].name && argument.field->type == args[a].type &&
               argument.field->row.optional == args[a].row.optional;
      });
      (same == arguments.end() ? arguments.emplace_back(Argument{&args[a], {}}) : *same)
          .users.emplace_back(t, a);
    }
  }
  using Interval = std::pair<std::uint32_t, std::uint32_t>;
  std::vector<std::vector<Interval>> taken(draft_.tools.size());
  for (const Argument& argument : arguments) {
    const std::uint32_t wide = width(argument.field->type);
    std::uint32_t slot = first;
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [tool, arg] : argument.users) {
        for (const Interval& other : taken[tool]) {
          if (slot >= other.second || sum(slot, wide) <= other.first) continue;
          slot = other.second;
          moved = slot < kFar;
        }
      }
    }
    for (const auto& [tool, arg] : argument.users) {
      tools_[tool][arg] = slot;
      taken[tool].emplace_back(slot, sum(slot, wide));
    }
  }
}

std::optional<Places::Place> Places::within(const std::vector<Field>& fields,
                                            const std::vector<std::uint32_t>* slots,
                                            std::string_view path) const {
  const std::string_view name = path.substr(0, path.find('.'));
  std::uint32_t slot = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (slots != nullptr) slot = (*slots)[i];
    if (fields[i].name == name) {
      if (name.size() == path.size())
        return Place{slot, &fields[i].type, fields[i].row.optional != 0};
      const Record* inner = record(fields[i].type.of);
      if (inner == nullptr || fields[i].type.kind != TypeKind::Record) return std::nullopt;
      auto found = within(inner->fields, nullptr, path.substr(name.size() + 1));
      if (found) found->slot = sum(found->slot, slot + 1);
      return found;
    }
    slot = sum(slot, width(fields[i].type));
  }
  return std::nullopt;
}

std::optional<Places::Place> Places::find_field(std::string_view record,
                                                std::string_view path) const {
  const Record* found = this->record(record);
  return found == nullptr ? std::nullopt : within(found->fields, nullptr, path);
}

std::optional<Places::Place> Places::find(std::string_view path, const std::string* tool) const {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view root = path.substr(0, dot), rest = path.substr(dot + 1);
  if (root == "args") {
    const auto owner =
        tool == nullptr ? draft_.tools.end() : std::ranges::find(draft_.tools, *tool, &Tool::name);
    if (owner == draft_.tools.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(owner - draft_.tools.begin());
    return within(owner->args, &tools_[index], rest);
  }
  if (root == "tool") {
    static constexpr std::string_view kFields[] = {"name", "effect", "undo", "reads", "clearance"};
    const auto* const field = std::ranges::find(kFields, rest);
    if (field == std::end(kFields)) return std::nullopt;
    return Place{static_cast<std::uint32_t>(field - std::begin(kFields)), nullptr, rest == "undo"};
  }
  const auto owner = std::ranges::find(draft_.roots, root, &Root::name);
  if (owner == draft_.roots.end()) return std::nullopt;
  return within(owner->fields, &roots_[static_cast<std::size_t>(owner - draft_.roots.begin())],
                rest);
}

}  // namespace remit::images
