#include "compiler/emit.h"

#include <algorithm>
#include <numeric>

#include "compiler/emit_expr.h"
#include "compiler/requirement.h"
#include "compiler/tool_hash.h"
#include "vm/required.h"

namespace remit::compiler {

namespace {

// Sorts a pool and says where each old row went.
template <typename T>
std::vector<std::uint32_t> sort_pool(std::vector<T>& pool) {
  std::vector<std::uint32_t> order(pool.size()), place(pool.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t row) -> const T& { return pool[row]; });
  std::vector<T> sorted;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(pool[order[i]]));
  }
  pool = std::move(sorted);
  return place;
}

// White space runs become one space: a clause is shown on one line.
std::string on_one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      result += c;
    else if (!result.ends_with(' '))
      result += ' ';
  }
  return result;
}

class Emitter {
 public:
  Emitter(const ir::Bundle& bundle, const Manifest& manifest,
          const std::vector<std::int64_t>& bounds, const lang::SourceMap& sources,
          std::string_view root)
      : bundle_(bundle),
        typed_(*bundle.typed),
        manifest_(manifest),
        bounds_(bounds),
        sources_(sources),
        root_(root),
        slots_(typed_),
        code_(bundle, slots_, pools_, image_.code) {}

  vm::Image run();

 private:
  // Until `renumber`, string, integer, set and pattern references are rows of the unsorted pools.
  vm::StringId string(std::string_view text) {
    return static_cast<vm::StringId>(pools_.string(text));
  }
  void header();
  void enums();
  void types();
  void collect_types(const Type& type);
  vm::TypeId type_row(const Type& type) const {
    return static_cast<vm::TypeId>(type_rows_.at(key_of(type)));
  }
  using TypeKey = std::tuple<TypeKind, std::uint32_t, std::int64_t, std::int64_t>;
  TypeKey key_of(const Type& type) const;
  vm::Range fields(const std::vector<FieldInfo>& fields, bool is_root, std::uint32_t root,
                   bool is_args);
  void schema();
  void tools();
  void policies();
  void item(const ItemInfo& info, const ir::Item& conditions, vm::PolicyId policy);
  void waits(const ItemInfo& info, vm::ItemRow& row);
  void duties(const ItemInfo& info, vm::ItemRow& row);
  vm::TemplateId message(const std::optional<ir::Message>& message);
  bool is_quoted(ir::NodeId id) const;
  bool reads_args(ir::NodeId id) const;
  vm::Range condition(const std::optional<ir::NodeId>& id, bool negated,
                      std::vector<vm::ClauseRow>& clauses);
  void emit_templates();
  void renumber();
  void debug();
  std::uint32_t debug_string(std::string_view text);
  std::uint32_t debug_path(const lang::SourceFile& file) {
    const std::string_view path = file.path();
    return debug_string(path.starts_with(root_) ? path.substr(root_.size()) : path);
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  const Manifest& manifest_;
  const std::vector<std::int64_t>& bounds_;
  const lang::SourceMap& sources_;
  std::string_view root_;
  vm::Image image_;
  Pools pools_;
  SlotMap slots_;
  ExprEmitter code_;
  std::map<TypeKey, std::uint32_t> type_rows_;
  std::map<std::string, std::uint32_t, std::less<>> debug_strings_;
  std::vector<std::vector<vm::ClauseRow>> policy_clauses_;
};

void Emitter::header() {
  image_.dev = !manifest_.present;
  if (manifest_.present) image_.name = string(manifest_.name);
  image_.version = manifest_.version;
  image_.expires_ms = manifest_.expires_ms.value_or(vm::kNever);
  image_.steps_max = manifest_.max_steps;
  std::ranges::copy(typed_.currency, image_.currency.begin());
  image_.minor_digits = static_cast<std::uint8_t>(typed_.minor_digits);
}

void Emitter::enums() {
  for (const EnumInfo& info : typed_.enums) {
    const vm::Range values{static_cast<std::uint32_t>(image_.enum_values.size()),
                           static_cast<std::uint32_t>(info.values.size())};
    for (const EnumValueInfo& value : info.values) {
      image_.enum_values.push_back({string(value.name), static_cast<std::uint8_t>(value.platform)});
    }
    image_.enums.push_back({string(info.name), static_cast<std::uint8_t>(info.ordered), values});
  }
}

Emitter::TypeKey Emitter::key_of(const Type& type) const {
  if (type.element != nullptr)
    return {type.kind, type_rows_.at(key_of(*type.element)), type.low, type.high};
  return {type.kind, type.ref, type.low, type.high};
}

void Emitter::collect_types(const Type& type) {
  if (type.element != nullptr)
    collect_types(*type.element);
  else
    type_rows_.try_emplace(TypeKey{type.kind, type.ref, type.low, type.high}, 0U);
}

void Emitter::types() {
  std::vector<const Type*> collections;
  const auto visit = [&](const std::vector<FieldInfo>& fields) {
    for (const FieldInfo& field : fields) {
      collect_types(*field.type);
      if (field.type->element != nullptr) collections.push_back(field.type);
    }
  };
  for (const RecordInfo& record : typed_.records) visit(record.fields);
  for (const RootInfo& root : typed_.roots) visit(root.fields);
  for (const ToolInfo& tool : typed_.tools) visit(tool.args);
  // Rows are numbered in sorted order; collections come last and know their elements' rows by then.
  const auto number = [&] {
    std::uint32_t next = 0;
    for (auto& [key, row] : type_rows_) row = next++;
  };
  number();
  for (const Type* type : collections) type_rows_.try_emplace(key_of(*type), 0U);
  number();
  for (const auto& [key, row] : type_rows_) {
    const auto& [kind, ref, low, high] = key;
    image_.types.push_back({kind, ref, low, high});
  }
}

vm::Range Emitter::fields(const std::vector<FieldInfo>& fields, bool is_root, std::uint32_t root,
                          bool is_args) {
  const vm::Range range{static_cast<std::uint32_t>(image_.fields.size()),
                        static_cast<std::uint32_t>(fields.size())};
  for (const FieldInfo& field : fields) {
    vm::FieldRow row;
    row.name = string(field.name);
    row.wire_name = string(field.wire_name);
    row.type = type_row(*field.type);
    row.optional = field.optional;
    row.sensitive = field.sensitive;
    row.unit = static_cast<vm::MoneyUnit>(field.unit);
    if (field.has_default)
      row.default_row = is_text(field.type->kind) ? pools_.string(field.default_text)
                                                  : pools_.integer(field.default_integer);
    if (is_root) row.slot = slots_.root_slot(root, field);
    if (is_args) row.slot = slots_.argument_slot(field);
    image_.fields.push_back(row);
  }
  return range;
}

void Emitter::schema() {
  enums();
  types();
  for (const RecordInfo& record : typed_.records)
    image_.records.push_back({string(record.name), fields(record.fields, false, 0, false)});
  for (std::uint32_t i = 0; i < typed_.roots.size(); ++i) {
    image_.roots.push_back(
        {string(typed_.roots[i].name), fields(typed_.roots[i].fields, true, i, false)});
  }
  tools();
}

void Emitter::tools() {
  for (std::size_t i = 0; i < typed_.tools.size(); ++i) {
    const ToolInfo& tool = typed_.tools[i];
    vm::ToolRow row;
    row.name = string(tool.name);
    row.wire_name = string(tool.wire_name);
    row.effect = tool.effect;
    row.reads = tool.reads;
    row.clearance = tool.clearance;
    row.undo_ms = tool.has_undo ? tool.undo_ms : -1;
    row.args = fields(tool.args, false, 0, true);
    row.results = {static_cast<std::uint32_t>(image_.names.size()),
                   static_cast<std::uint32_t>(tool.results.size())};
    for (const std::string_view name : tool.results) image_.names.push_back(string(name));
    row.steps_bound = bounds_[i];
    row.hash = tool_hash(tool, typed_);
    image_.tools.push_back(row);
  }
}

// ---- policies

// The code of a condition; each of the conjuncts that its author wrote is a clause of the debug
// section. A call of a def is one clause.
vm::Range Emitter::condition(const std::optional<ir::NodeId>& id, bool negated,
                             std::vector<vm::ClauseRow>& clauses) {
  if (!id) return {static_cast<std::uint32_t>(image_.code.size()), 0};
  const ir::Node& root = bundle_.node(*id);
  const bool splits =
      !root.inlined && root.kind == (negated ? ir::NodeKind::Or : ir::NodeKind::And);
  std::vector<CodeRange> parts;
  const CodeRange code = splits ? code_.emit_with_parts(*id, parts) : code_.emit(*id);
  const auto clause = [&](const ir::Node& node, CodeRange range) {
    const lang::SourceFile& file = sources_.file(node.span.file);
    vm::ClauseRow row;
    row.text = debug_string(on_one_line(sources_.text(node.span)));
    row.file = debug_path(file);
    row.line = file.place(node.span.begin).line;
    row.negated = negated;
    row.code = {range.first, range.count};
    clauses.push_back(row);
  };
  if (!splits) clause(root, code);
  for (std::size_t i = 0; i < parts.size(); ++i) clause(bundle_.child(root, i), parts[i]);
  return {code.first, code.count};
}

void Emitter::policies() {
  for (std::size_t i = 0; i < typed_.layers.size(); ++i) {
    const LayerInfo& layer = typed_.layers[i];
    const vm::Range range{layer.policies.empty()
                              ? static_cast<std::uint32_t>(image_.policies.size())
                              : static_cast<std::uint32_t>(layer.policies.front()),
                          static_cast<std::uint32_t>(layer.policies.size())};
    image_.layers.push_back({string(layer.name), static_cast<std::uint8_t>(layer.guards_only),
                             static_cast<std::uint8_t>(layer.machine), range});
    for (const PolicyIndex index : layer.policies) {
      const PolicyInfo& policy = typed_.policies[static_cast<std::size_t>(index)];
      policy_clauses_.emplace_back();
      const vm::Range applies = condition(bundle_.policies[static_cast<std::size_t>(index)].applies,
                                          false, policy_clauses_.back());
      const vm::Range items{
          policy.items.empty() ? 0 : static_cast<std::uint32_t>(policy.items.front()),
          static_cast<std::uint32_t>(policy.items.size())};
      image_.policies.push_back({string(policy.name), static_cast<vm::LayerId>(i), items, applies});
    }
  }
  std::uint32_t next_item = 0;
  for (vm::PolicyRow& policy : image_.policies) {
    policy.items.first = next_item;
    next_item += policy.items.count;
  }
  for (std::size_t i = 0; i < typed_.items.size(); ++i) {
    item(typed_.items[i], bundle_.items[i], static_cast<vm::PolicyId>(typed_.items[i].policy));
  }
}

void Emitter::waits(const ItemInfo& info, vm::ItemRow& row) {
  const EnumInfo& roles = typed_.enums[static_cast<std::size_t>(*typed_.find_enum("role"))];
  std::vector<PartyInfo> parties = info.parties;
  std::ranges::sort(parties, {},
                    [&](const PartyInfo& party) { return roles.values[party.role].name; });
  row.parties = {static_cast<std::uint32_t>(image_.parties.size()),
                 static_cast<std::uint32_t>(parties.size())};
  for (const PartyInfo& party : parties) image_.parties.push_back({party.role, party.need});
  row.within_ms = info.within_ms;
}

void Emitter::duties(const ItemInfo& info, vm::ItemRow& row) {
  std::vector<DutyInfo> duties = info.duties;
  std::ranges::sort(duties, {}, [](const DutyInfo& duty) {
    return std::tuple(duty.kind, duty.value, duty.name);
  });
  row.duties = {static_cast<std::uint32_t>(image_.duties.size()),
                static_cast<std::uint32_t>(duties.size())};
  for (const DutyInfo& duty : duties) {
    image_.duties.push_back(
        {duty.kind, duty.value, duty.kind == DutyKind::Redact ? string(duty.name) : vm::kNoString});
  }
}

void Emitter::item(const ItemInfo& info, const ir::Item& conditions, vm::PolicyId policy) {
  static constexpr vm::VerdictClass kClasses[] = {
      vm::VerdictClass::None,  vm::VerdictClass::None,     vm::VerdictClass::Permit,
      vm::VerdictClass::Queue, vm::VerdictClass::Escalate, vm::VerdictClass::Deny};
  vm::ItemRow row;
  row.name = string(info.name);
  row.policy = policy;
  row.kind = info.decl->kind == ast::DeclKind::Rule ? vm::ItemKind::Rule : vm::ItemKind::Guard;
  row.verdict = kClasses[static_cast<std::size_t>(info.decl->verdict.outcome)];
  row.scope = {static_cast<std::uint32_t>(image_.scope_tools.size()),
               static_cast<std::uint32_t>(info.scope.size())};
  for (const ToolIndex tool : info.scope)
    image_.scope_tools.push_back(static_cast<vm::ToolId>(tool));
  vm::ItemDebugRow place;
  std::vector<vm::ClauseRow> clauses = policy_clauses_[static_cast<std::size_t>(policy)];
  row.when = condition(conditions.when, false, clauses);
  row.unless = condition(conditions.unless, true, clauses);
  row.expires_ms = info.expires_ms.value_or(vm::kNever);
  waits(info, row);
  duties(info, row);
  std::vector<ItemIndex> overrides = info.overrides;
  std::ranges::sort(overrides);
  row.overrides = {static_cast<std::uint32_t>(image_.overridden.size()),
                   static_cast<std::uint32_t>(overrides.size())};
  for (const ItemIndex index : overrides) image_.overridden.push_back(static_cast<ItemId>(index));
  const bool waits =
      row.verdict == vm::VerdictClass::Queue || row.verdict == vm::VerdictClass::Escalate;
  if (waits)
    row.requirement = requirement_hash(bundle_, static_cast<ItemIndex>(image_.items.size()));
  image_.items.push_back(row);

  const lang::SourceFile& file = sources_.file(info.decl->name.span.file);
  place.file = debug_path(file);
  place.line = file.place(info.decl->keyword_span.begin).line;
  place.clauses = {static_cast<std::uint32_t>(image_.debug.clauses.size()),
                   static_cast<std::uint32_t>(clauses.size())};
  image_.debug.clauses.insert(image_.debug.clauses.end(), clauses.begin(), clauses.end());
  image_.debug.items.push_back(place);
}

// ---- messages

bool Emitter::reads_args(ir::NodeId id) const {
  const ir::Node& node = bundle_.node(id);
  if ((node.kind == ir::NodeKind::Fact || node.kind == ir::NodeKind::Has) &&
      bundle_.path(node).base == Base::Args)
    return true;
  bool found = false;
  ir::for_each_child(bundle_, node, [&](ir::NodeId child) { found = found || reads_args(child); });
  return found;
}

bool Emitter::is_quoted(ir::NodeId id) const {
  const TypeKind kind = bundle_.node(id).type->kind;
  const bool quotable = kind == TypeKind::Id || kind == TypeKind::Host || kind == TypeKind::Path ||
                        kind == TypeKind::Email;
  return quotable && reads_args(id);
}

vm::TemplateId Emitter::message(const std::optional<ir::Message>& message) {
  if (!message) return vm::kNoTemplate;
  const vm::Range pieces{static_cast<std::uint32_t>(image_.template_pieces.size()),
                         static_cast<std::uint32_t>(message->pieces.size())};
  for (const ir::Piece& piece : message->pieces) {
    vm::TemplatePieceRow row;
    if (piece.value) {
      const CodeRange code = code_.emit(*piece.value);
      row.code = {code.first, code.count};
      row.quoted = is_quoted(*piece.value);
    } else {
      row.text = string(piece.text);
      row.code = {static_cast<std::uint32_t>(image_.code.size()), 0};
    }
    image_.template_pieces.push_back(row);
  }
  image_.templates.push_back({pieces});
  return static_cast<vm::TemplateId>(image_.templates.size() - 1);
}

void Emitter::emit_templates() {
  for (std::size_t i = 0; i < bundle_.items.size(); ++i) {
    image_.items[i].because = message(bundle_.items[i].because);
    image_.items[i].advise = message(bundle_.items[i].advise);
  }
}

// ---- order

std::uint32_t Emitter::debug_string(std::string_view text) {
  const auto [entry, is_new] = debug_strings_.try_emplace(
      std::string(text), static_cast<std::uint32_t>(image_.debug.strings.size()));
  if (is_new) image_.debug.strings.push_back(entry->first);
  return entry->second;
}

void Emitter::debug() {
  const auto place = sort_pool(image_.debug.strings);
  for (vm::ItemDebugRow& item : image_.debug.items) item.file = place[item.file];
  for (vm::ClauseRow& clause : image_.debug.clauses) {
    clause.text = place[clause.text];
    clause.file = place[clause.file];
  }
}

// Pools become sorted, and every reference to them follows.
void Emitter::renumber() {
  for (const std::string& pattern : pools_.patterns) pools_.string(pattern);
  for (const Pools::Set& set : pools_.sets) {
    for (const std::string& text : set.texts) pools_.string(text);
  }
  image_.strings = pools_.strings;
  image_.integers = pools_.integers;
  const auto strings = sort_pool(image_.strings), integers = sort_pool(image_.integers);
  const auto patterns = sort_pool(pools_.patterns), sets = sort_pool(pools_.sets);
  const auto string_row = [&](std::string_view text) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(image_.strings, text) -
                                      image_.strings.begin());
  };
  for (const std::string& pattern : pools_.patterns)
    image_.patterns.push_back(static_cast<vm::StringId>(string_row(pattern)));
  for (const Pools::Set& set : pools_.sets) {
    vm::SetRow row;
    row.element = set.cidr   ? vm::ElementKind::Cidr
                  : set.text ? vm::ElementKind::Text
                             : vm::ElementKind::Integer;
    row.kind = set.kind;
    row.enum_row = set.enum_row;
    row.elements = {static_cast<std::uint32_t>(image_.set_elements.size()),
                    static_cast<std::uint32_t>(set.text ? set.texts.size() : set.integers.size())};
    for (const std::int64_t value : set.integers) image_.set_elements.push_back(value);
    for (const std::string& text : set.texts) image_.set_elements.push_back(string_row(text));
    image_.sets.push_back(row);
  }
  const auto move = [&](vm::StringId& id) {
    if (id != vm::kNoString) id = static_cast<vm::StringId>(strings[static_cast<std::size_t>(id)]);
  };
  move(image_.name);
  for (auto& row : image_.enums) move(row.name);
  for (auto& row : image_.enum_values) move(row.name);
  for (auto& row : image_.fields) {
    move(row.name);
    move(row.wire_name);
    if (row.default_row == vm::kNoRow) continue;
    const bool text = is_text(image_.types[static_cast<std::size_t>(row.type)].kind);
    row.default_row = text ? strings[row.default_row] : integers[row.default_row];
  }
  for (auto& row : image_.records) move(row.name);
  for (auto& row : image_.roots) move(row.name);
  for (auto& name : image_.names) move(name);
  for (auto& row : image_.tools) {
    move(row.name);
    move(row.wire_name);
  }
  for (auto& row : image_.layers) move(row.name);
  for (auto& row : image_.policies) move(row.name);
  for (auto& row : image_.items) move(row.name);
  for (auto& row : image_.duties) move(row.name);
  for (auto& row : image_.template_pieces) move(row.text);
  for (vm::Instruction& instruction : image_.code) {
    const vm::Operand operand = vm::info(instruction.opcode).c;
    if (operand == vm::Operand::String) instruction.c = strings[instruction.c];
    if (operand == vm::Operand::Integer) instruction.c = integers[instruction.c];
    if (operand == vm::Operand::Pattern) instruction.c = patterns[instruction.c];
    if (operand == vm::Operand::Set) instruction.c = sets[instruction.c];
  }
}

vm::Image Emitter::run() {
  header();
  schema();
  policies();
  emit_templates();
  renumber();
  debug();
  for (std::size_t i = 0; i < image_.tools.size(); ++i) {
    const std::vector<std::uint32_t> slots = vm::required_slots(image_, static_cast<vm::ToolId>(i));
    image_.tools[i].required = {static_cast<std::uint32_t>(image_.required_slots.size()),
                                static_cast<std::uint32_t>(slots.size())};
    image_.required_slots.insert(image_.required_slots.end(), slots.begin(), slots.end());
  }
  return std::move(image_);
}

}  // namespace

vm::Image emit(const ir::Bundle& bundle, const Manifest& manifest,
               const std::vector<std::int64_t>& bounds, const lang::SourceMap& sources,
               std::string_view root) {
  return Emitter(bundle, manifest, bounds, sources, root).run();
}

}  // namespace remit::compiler
