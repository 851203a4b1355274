#include "tests/images/builder/build.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "stdlib/time.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::images {

namespace {

[[noreturn]] void stop(const char* what, std::string_view name) {
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(name.size()), name.data());
  std::abort();
}

template <typename Part>
Part& named(std::vector<Part>& parts, std::string_view name) {
  const auto found = std::ranges::find(parts, name, &Part::name);
  if (found == parts.end()) stop("the draft has no such part", name);
  return *found;
}

}  // namespace

Draft compiled(const std::vector<SourceText>& sources, std::string_view manifest) {
  const CompileResult result = compile(sources, manifest);
  for (const CompileMessage& message : result.messages)
    if (message.is_error) stop("the sources do not compile", message.rendered);
  return draft_of(*vm::parse(result.image));
}

// ---- parts

Enum& enumeration(Draft& draft, std::string_view name) { return named(draft.enums, name); }
Record& record(Draft& draft, std::string_view name) { return named(draft.records, name); }
Root& root(Draft& draft, std::string_view name) { return named(draft.roots, name); }
Tool& tool(Draft& draft, std::string_view name) { return named(draft.tools, name); }

Policy& policy(Draft& draft, std::string_view name) {
  for (Layer& layer : draft.layers) {
    for (Policy& one : layer.policies)
      if (one.name == name) return one;
  }
  stop("the draft has no such policy", name);
}

Item& item(Draft& draft, std::string_view full_name) {
  for (Layer& layer : draft.layers) {
    for (Policy& one : layer.policies) {
      for (Item& item : one.items)
        if (one.name + '.' + item.name == full_name) return item;
    }
  }
  stop("the draft has no such item", full_name);
}

Field& field(Draft& draft, std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::string_view owner = path.substr(0, dot), name = path.substr(dot + 1);
  if (owner.find('.') != std::string_view::npos) return named(tool(draft, owner).args, name);
  return named(root(draft, owner).fields, name);
}

// ---- types and fields

Type int_type(std::int64_t low, std::int64_t high) { return {TypeKind::Int, low, high, {}, {}}; }
Type string_type(std::int64_t bytes_max) { return {TypeKind::String, 0, bytes_max, {}, {}}; }
Type enum_type(std::string name) { return {TypeKind::Enum, 0, 0, std::move(name), {}}; }
Type record_type(std::string name) { return {TypeKind::Record, 0, 0, std::move(name), {}}; }
Type set_of(Type element, std::int64_t high) {
  return {TypeKind::Set, 0, high, {}, {std::move(element)}};
}
Type list_of(Type element, std::int64_t low, std::int64_t high) {
  return {TypeKind::List, low, high, {}, {std::move(element)}};
}

Type plain(TypeKind kind) {
  Type type;
  type.kind = kind;
  if (kind == TypeKind::Money) type.high = INT64_MAX;
  if (kind == TypeKind::Duration) type.high = stdlib::kDurationMax;
  if (kind == TypeKind::Timestamp) type.high = stdlib::kTimestampMax;
  if (kind == TypeKind::TimeOfDay) type.high = stdlib::kTimeOfDayMax;
  return type;
}

Field make_field(std::string name, Type type) {
  Field field;
  field.name = field.wire_name = std::move(name);
  field.type = std::move(type);
  return field;
}

Field optional_field(std::string name, Type type) {
  Field field = make_field(std::move(name), std::move(type));
  field.row.optional = 1;
  return field;
}

// ---- code

Op op(vm::Opcode opcode, std::uint32_t number, std::uint8_t a, std::uint16_t b) {
  Op op;
  op.opcode = opcode;
  op.a = a;
  op.b = b;
  op.number = number;
  return op;
}

namespace {

Op with_text(vm::Opcode opcode, std::string text, std::uint8_t a = 0) {
  Op result = op(opcode, 0, a);
  result.text = std::move(text);
  return result;
}

}  // namespace

Op load(std::string path) { return with_text(vm::Opcode::Load, std::move(path)); }
Op has(std::string path) { return with_text(vm::Opcode::Has, std::move(path)); }
Op element(std::string path) { return with_text(vm::Opcode::LoadElement, std::move(path)); }
Op yes() { return op(vm::Opcode::PushBool, 0, 1); }
Op cidr(std::string value) { return with_text(vm::Opcode::PushCidr, std::move(value)); }
Op matches(std::string pattern) { return with_text(vm::Opcode::Matches, std::move(pattern)); }

Op integer(std::int64_t value, TypeKind kind) {
  Op result = op(vm::Opcode::PushInteger, 0, static_cast<std::uint8_t>(kind));
  result.integer = value;
  return result;
}

Op ordinal(std::string enumeration, std::int64_t value) {
  Op result = integer(value, TypeKind::Enum);
  result.of = std::move(enumeration);
  return result;
}

Op text(std::string value, TypeKind kind) {
  return with_text(vm::Opcode::PushText, std::move(value), static_cast<std::uint8_t>(kind));
}

Op with_set(vm::Opcode opcode, Set set) {
  Op result = op(opcode);
  result.set.push_back(std::move(set));
  return result;
}
Op push_set(Set set) { return with_set(vm::Opcode::PushSet, std::move(set)); }

Op make_set(std::uint16_t count, std::uint32_t scratch, bool texts) {
  return op(vm::Opcode::MakeSet, scratch, texts ? 1 : 0, count);
}

Op percent() { return op(vm::Opcode::Percent, 1000); }

Set integer_set(TypeKind kind, std::vector<std::int64_t> values, std::string of) {
  return {vm::ElementKind::Integer, kind, std::move(of), std::move(values), {}};
}
Set text_set(TypeKind kind, std::vector<std::string> values) {
  return {vm::ElementKind::Text, kind, {}, {}, std::move(values)};
}
Set cidr_set(std::vector<std::string> ranges) {
  return {vm::ElementKind::Cidr, TypeKind::Ip, {}, {}, std::move(ranges)};
}

// ---- policies

Item make_item(ItemKind kind, std::string name, vm::VerdictClass verdict, Code when,
               std::vector<std::string> scope) {
  Item item;
  item.row.kind = kind;
  item.row.verdict = verdict;
  item.name = std::move(name);
  item.scope = std::move(scope);
  item.when = std::move(when);
  return item;
}

Template words(std::string text) { return {{{}, std::move(text), {}}}; }

void guard(Draft& draft, Code when, std::vector<std::string> scope) {
  policy(draft, "shop.rules")
      .items.push_back(make_item(ItemKind::Guard, "forged", vm::VerdictClass::Deny, std::move(when),
                                 std::move(scope)));
}

Draft small() {
  Draft draft;
  draft.header.dev = true;
  draft.header.steps_max = 100'000;
  draft.currency = {'U', 'S', 'D'};
  draft.currencies = {{draft.currency, 2}};
  const auto enumeration = [&](std::string name, bool ordered, std::vector<std::string> values) {
    Enum& made = draft.enums.emplace_back();
    made.name = std::move(name);
    made.row.ordered = ordered ? 1 : 0;
    for (std::string& value : values) made.values.push_back({{}, std::move(value)});
  };
  enumeration("actor_kind", false, {"human", "agent"});
  enumeration("channel", false, {"desk"});
  enumeration("class", true, {"public", "internal", "restricted"});
  enumeration("effect", true, {"read", "communicate", "privileged"});
  enumeration("environment", false, {"test", "production"});
  enumeration("role", false, {"lead", "officer"});
  const Type id = plain(TypeKind::Id);
  draft.records = {{"principal", {make_field("id", id)}}};
  draft.roots = {
      {"call", {make_field("id", id), optional_field("first_asked", plain(TypeKind::Timestamp))}},
      {"actor",
       {make_field("id", id), make_field("kind", enum_type("actor_kind")),
        make_field("version", string_type(64)),
        optional_field("on_behalf_of", record_type("principal")),
        make_field("requesters", set_of(id, 8))}},
      {"tenant", {make_field("id", id)}},
      {"target", {make_field("tenants", set_of(id, 64)), make_field("owners", set_of(id, 64))}},
      {"risk", {make_field("score", int_type(0, 100))}},
      {"spend", {make_field("cost", plain(TypeKind::Money))}},
      {"session", {make_field("id", id)}},
      {"context", {make_field("environment", enum_type("environment"))}},
      {"clock", {make_field("now", plain(TypeKind::Timestamp))}},
      {"control", {make_field("halted", plain(TypeKind::Bool))}}};
  field(draft, "control.halted").default_integer = 0;
  Tool& pay = draft.tools.emplace_back();
  pay.name = pay.wire_name = "shop.pay";
  pay.args = {make_field("amount", plain(TypeKind::Money)),
              optional_field("note", string_type(64))};
  pay.results = {"receipt"};
  draft.layers = {{{}, "main", {{"shop.rules", {}, {}}}}};
  policy(draft, "shop.rules").items = {make_item(ItemKind::Rule, "pay", vm::VerdictClass::Permit)};
  return draft;
}

// ---- answers

std::string fault(const vm::Image& image) {
  const auto program = vm::verify(vm::serialize(image));
  return program ? std::string() : std::string(program.error().code());
}

std::string fault(const Draft& draft) { return fault(laid_out(draft)); }

}  // namespace remit::images
