// What an image declares: its tools with typed arguments, the facts of the host, enums, records,
// policies. Made by Engine::schema, for hosts that offer tools to agents, build requests or check
// what they bind.
//
// Everything in it, texts and pointers, is valid while the engine or a copy of it lives. Immutable;
// any number of threads may read it. Names are those of the schema; the wire name of a tool or a
// field is the one in requests, where the two differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/facts.h>
#include <remit/type.h>

namespace remit::inline v0 {

struct EnumValueInfo {
  std::string_view name;
  std::string_view wire_name;
  bool platform = false;  // of `role`: approves for every tenant
};

struct EnumInfo {
  std::string_view name;
  bool ordered = false;
  std::vector<EnumValueInfo> values;  // as declared: the index is what Facts::set takes
};

struct RecordInfo;

struct TypeInfo {
  TypeKind kind = TypeKind::Bool;
  std::string text;  // as written in a schema: `int(0..=100)`
  // int, money (micros), duration and timestamp (ms), timeofday (seconds): the bounds of a value.
  // string and opaque: `high` bytes at most. set and list: the number of elements. Else 0.
  std::int64_t low = 0;
  std::int64_t high = 0;
  const EnumInfo* enumeration = nullptr;  // of an enum
  const RecordInfo* record = nullptr;     // of a record
  const TypeInfo* element = nullptr;      // of a set or a list
};

struct FieldInfo {
  std::string_view name;
  std::string_view wire_name;
  std::string path;  // as Engine::slot takes it: `args.amount`; of a record's field its name
  const TypeInfo* type = nullptr;
  bool optional = false;
  bool sensitive = false;
  // How a money is written in requests: `minor`, `major`, `text`, or empty for `"USD 12.50"`; and
  // how many decimals that unit has, at most.
  std::string_view unit;
  int unit_decimals = 0;
  // What an argument is that a request leaves out: of a text, and of everything else (as
  // Facts::set takes it). At most one of them.
  std::optional<std::string_view> default_text = std::nullopt;
  std::optional<std::int64_t> default_integer = std::nullopt;
  SlotId slot;  // of an argument or a host fact; of a record's field none, see Engine::slots
};

struct RecordInfo {
  std::string_view name;
  std::vector<FieldInfo> fields;
};

// A root of host facts: `tenant`, `clock`.
struct RootInfo {
  std::string_view name;
  std::vector<FieldInfo> fields;
};

struct ToolInfo {
  std::string_view name;  // dotted
  std::string_view wire_name;
  std::string_view effect;                             // a value of enum `effect`
  std::optional<std::int64_t> undo_ms = std::nullopt;  // nothing: cannot be undone
  std::string_view reads;                              // values of enum `class`
  std::string_view clearance;
  std::vector<FieldInfo> args;            // as declared
  std::vector<std::string_view> results;  // names
  // Host facts, in decoding order: which every request must have, and which a condition or a
  // message reads if they are there. What the engine reads itself is not listed:
  // `call.first_asked`, `control.halted`.
  std::vector<const FieldInfo*> required;
  std::vector<const FieldInfo*> optional;
};

struct LayerInfo {
  std::string_view name;
  bool guards_only = false;  // it grants nothing
  bool machine = false;      // its policies are written by programs
};

struct PolicyInfo {
  std::string_view name;  // `acme.refunds`
  std::string_view layer;
};

struct Schema {
  std::string_view currency;         // `USD`
  std::uint8_t minor_digits = 2;     // decimals of its minor unit
  std::vector<EnumInfo> enums;       // sorted by name
  std::vector<TypeInfo> types;       // that some field has
  std::vector<RecordInfo> records;   // sorted by name
  std::vector<RootInfo> roots;       // in decoding order
  std::vector<ToolInfo> tools;       // sorted by dotted name, as Engine::tools
  std::vector<LayerInfo> layers;     // in the order of the manifest
  std::vector<PolicyInfo> policies;  // by layer, then name
};

// A slot of a tool with its path, those inside records included: `args.payee.account`.
struct SlotPath {
  std::string path;
  SlotId slot;
  const FieldInfo* field = nullptr;
};

}  // namespace remit::inline v0
