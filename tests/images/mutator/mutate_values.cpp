// Values, names, types and conditions to put into a draft.

#include <algorithm>

#include <remit/limits.h>
#include "stdlib/time.h"
#include "tests/generator/pools.h"
#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

using vm::Opcode;

std::int64_t near(std::int64_t value, Random& random) {
  static constexpr std::int64_t kEdges[] = {INT64_MIN,
                                            INT64_MAX,
                                            -1,
                                            0,
                                            1,
                                            2,
                                            3,
                                            255,
                                            256,
                                            4096,
                                            4097,
                                            65536,
                                            65537,
                                            stdlib::kTimestampMax,
                                            stdlib::kDurationMax};
  const std::int64_t steps[] = {-1, 1, 2, -2, 5};
  const std::int64_t step = random.pick(steps);
  const bool fits = step > 0 ? value <= INT64_MAX - step : value >= INT64_MIN - step;
  return fits && random.percent(60) ? value + step : random.pick(kEdges);
}

std::string fresh_name(Random& random) {
  std::string name = "n";
  for (int i = 0; i < 3; ++i) name += static_cast<char>('a' + random.below(26));
  return name;
}

std::string some_text(TypeKind kind, Random& random) {
  const auto pick = [&](const auto& pool) { return std::string(random.pick(pool)); };
  switch (kind) {
    case TypeKind::Id: return pick(generator::kIds);
    case TypeKind::Host: return pick(generator::kHosts);
    case TypeKind::Path: return pick(generator::kPaths);
    case TypeKind::Email: return pick(generator::kEmails);
    case TypeKind::Url: return pick(generator::kUrls);
    case TypeKind::Ip: return pick(generator::kIps);
    case TypeKind::String:
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Money:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay:
    case TypeKind::Enum:
    case TypeKind::Tool:
    case TypeKind::Opaque:
    case TypeKind::Record:
    case TypeKind::Set:
    case TypeKind::List: break;
  }
  return pick(generator::kStrings);
}

Type some_type(const Draft& draft, Random& random, bool nested) {
  const auto kind =
      static_cast<TypeKind>(random.below(nested ? static_cast<std::size_t>(TypeKind::List) + 1
                                                : static_cast<std::size_t>(TypeKind::Opaque)));
  Type type = plain(kind);
  if (kind == TypeKind::Int) {
    type.low = random.pick(generator::kInts);
    type.high = random.percent(90) ? std::max(type.low, random.pick(generator::kInts)) : -9;
  }
  if (kind == TypeKind::String || kind == TypeKind::Opaque) type.high = random.between(1, 40);
  if (kind == TypeKind::Enum && !draft.enums.empty()) type.of = random.pick(draft.enums).name;
  if (kind == TypeKind::Record && !draft.records.empty()) type.of = random.pick(draft.records).name;
  if (is_collection(kind)) {
    type.high = random.between(1, 8);
    const bool rows = kind == TypeKind::List && random.percent(40) && !draft.records.empty();
    type.element = {rows ? record_type(random.pick(draft.records).name)
                         : some_type(draft, random, random.percent(3))};
  }
  return type;
}

namespace {

// A fact that a condition may read, and what must be asked for before.
struct Readable {
  std::string path;
  Type type;
  std::vector<std::string> asked;
};

void add_readable(const Draft& draft, const std::vector<Field>& fields, const Readable& around,
                  int depth, std::vector<Readable>& into) {
  for (const Field& field : fields) {
    Readable fact{around.path + '.' + field.name, field.type, around.asked};
    if (field.row.optional != 0) fact.asked.push_back(fact.path);
    if (field.type.kind == TypeKind::Record && depth < 4) {
      for (const Record& record : draft.records)
        if (record.name == field.type.of) add_readable(draft, record.fields, fact, depth + 1, into);
    } else if (field.type.kind != TypeKind::Opaque) {
      into.push_back(std::move(fact));
    }
  }
}

Op constant(const Draft& draft, const Type& type, Random& random) {
  if (is_text(type.kind)) return text(some_text(type.kind, random), type.kind);
  if (type.kind == TypeKind::Bool) return op(Opcode::PushBool, 0, random.percent(50) ? 1 : 0);
  Op made = integer(random.percent(80) ? random.pick(generator::kInts) : near(type.high, random),
                    type.kind);
  if (type.kind == TypeKind::Enum) {
    made.of = type.of;
    made.integer = random.between(0, 3);
  }
  if (type.kind == TypeKind::Tool)
    made.integer = random.between(0, static_cast<std::int64_t>(draft.tools.size()));
  return made;
}

Set some_set(const Draft& draft, const Type& element, Random& random) {
  Set set{is_text(element.kind) ? vm::ElementKind::Text : vm::ElementKind::Integer,
          element.kind,
          element.of,
          {},
          {}};
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const Op value = constant(draft, element, random);
    if (is_text(element.kind))
      set.texts.push_back(value.text);
    else
      set.integers.push_back(element.kind == TypeKind::Bool ? value.a : value.integer);
  }
  return set;
}

// Where a set begins that nothing lies below; now and then not there.
std::uint32_t some_scratch(Random& random) {
  if (!random.percent(15)) return 0;
  return random.percent(50) ? 1 : static_cast<std::uint32_t>(limits::kScratchElementsMax);
}

Op look_for(const Draft& draft, const Type& type, Random& random) {
  static constexpr Opcode kSearches[] = {Opcode::ContainsAny, Opcode::StartsWithAny,
                                         Opcode::EndsWithAny};
  return with_set(random.pick(kSearches), some_set(draft, type, random));
}

// Tests of a scalar on the stack.
void test_scalar(const Draft& draft, const Type& type, Random& random, Code& code) {
  static constexpr Opcode kOrders[] = {Opcode::Less,         Opcode::LessEqual, Opcode::Greater,
                                       Opcode::GreaterEqual, Opcode::Equal,     Opcode::NotEqual};
  const auto add = [&](const Op& made) { code.push_back(made); };
  const bool is_amount =
      type.kind == TypeKind::Int || type.kind == TypeKind::Money || type.kind == TypeKind::Duration;
  const std::size_t choice = random.below(6);
  if (type.kind == TypeKind::Bool) {
    if (choice < 3) add(op(Opcode::Not));
  } else if (is_text(type.kind)) {
    static constexpr TypeKind kUnder[] = {TypeKind::Host, TypeKind::Path};
    const bool searched = type.kind == TypeKind::String || type.kind == TypeKind::Id;
    if (choice < 2 && searched && random.percent(50)) {
      add(look_for(draft, type, random));
    } else if (choice == 0 && type.kind == TypeKind::String) {
      add(matches(std::string(random.pick(generator::kPatterns))));
    } else if (choice < 3 && std::ranges::find(kUnder, type.kind) != std::end(kUnder)) {
      const bool host = type.kind == TypeKind::Host, any = random.percent(50);
      if (any)
        add(push_set(some_set(draft, type, random)));
      else
        add(constant(draft, type, random));
      add(op(host  ? any ? Opcode::UnderAnyHost : Opcode::UnderHost
             : any ? Opcode::UnderAnyPath
                   : Opcode::UnderPath));
    } else if (choice < 3 && type.kind == TypeKind::Ip) {
      add(cidr(std::string(random.pick(generator::kCidrs))));
      add(op(Opcode::UnderIp));
    } else if (choice == 3) {
      add(push_set(some_set(draft, type, random)));
      add(op(Opcode::ContainsText, 0, random.percent(30) ? 1 : 0));
    } else if (choice == 4) {
      add(constant(draft, type, random));
      add(constant(draft, type, random));
      add(make_set(2, some_scratch(random), true));
      add(op(Opcode::ContainsText));
    } else {
      add(constant(draft, type, random));
      add(op(random.percent(50) ? Opcode::TextEqual : Opcode::TextNotEqual));
    }
  } else if (choice == 0 && type.kind != TypeKind::Enum && type.kind != TypeKind::Tool) {
    add(constant(draft, type, random));
    add(constant(draft, type, random));
    add(op(Opcode::InRange, 0, static_cast<std::uint8_t>(random.below(4))));
  } else if (choice == 1) {
    add(push_set(some_set(draft, type, random)));
    add(op(Opcode::ContainsInteger, 0, random.percent(30) ? 1 : 0));
  } else if (choice == 2 && is_amount) {
    add(op(Opcode::Percent, static_cast<std::uint32_t>(random.between(1, 200'000))));
    add(constant(draft, type, random));
    add(op(Opcode::Scale));
    add(op(random.pick(kOrders)));
  } else if (choice == 3 && is_amount) {
    add(constant(draft, random.percent(80) ? type : plain(TypeKind::Int), random));
    static constexpr Opcode kSums[] = {Opcode::Add, Opcode::Subtract, Opcode::Multiply};
    add(op(random.pick(kSums)));
    add(constant(draft, type, random));
    add(op(random.pick(kOrders)));
  } else {
    add(constant(draft, type, random));
    if (choice == 4) {
      add(make_set(1, some_scratch(random), false));
      return add(op(Opcode::ContainsInteger));
    }
    const bool ordered = type.kind != TypeKind::Tool && type.kind != TypeKind::Enum;
    add(op(ordered ? random.pick(kOrders) : random.percent(50) ? Opcode::Equal : Opcode::NotEqual));
  }
}

void test_collection(const Draft& draft, const Type& type, Random& random, Code& code) {
  const Type& element = type.element[0];
  const bool is_record = element.kind == TypeKind::Record;
  const std::size_t choice = random.below(4);
  if (choice == 0) {
    code.push_back(op(Opcode::Size));
    test_scalar(draft, plain(TypeKind::Int), random, code);
  } else if (choice == 1 && type.kind == TypeKind::Set) {
    static constexpr Opcode kTexts[] = {Opcode::OverlapsText, Opcode::SubsetText},
                            kIntegers[] = {Opcode::OverlapsInteger, Opcode::SubsetInteger};
    code.push_back(push_set(some_set(draft, element, random)));
    code.push_back(op(is_text(element.kind) ? random.pick(kTexts) : random.pick(kIntegers)));
  } else if (choice == 1 && type.kind == TypeKind::List && is_scalar(element.kind)) {
    const std::uint16_t places = static_cast<std::uint16_t>(1 + random.below(3));
    code.push_back(op(Opcode::HasPlaces, 0, 0, places));
    for (std::uint16_t place = 1; place <= places; ++place) {
      if (random.percent(30)) continue;
      Op taken = with_set(Opcode::InPlace, some_set(draft, element, random));
      taken.a = is_text(element.kind) ? 1 : 0;
      taken.b = place;
      code.push_back(taken);
    }
    code.push_back(op(Opcode::DropList));
  } else {
    static constexpr Opcode kHeads[] = {Opcode::LoopAny, Opcode::LoopAll, Opcode::LoopCount};
    const std::size_t head = code.size();
    code.push_back(op(random.pick(kHeads)));
    Type tested = element;
    images::Code body;
    if (is_record) {
      const auto record = std::ranges::find(draft.records, element.of, &Record::name);
      std::vector<const Field*> fields;
      if (record != draft.records.end()) {
        for (const Field& field : record->fields)
          if (field.row.optional == 0 && is_scalar(field.type.kind)) fields.push_back(&field);
      }
      if (fields.empty()) {
        body = {yes()};
      } else {
        const Field& field = *fields[random.below(fields.size())];
        tested = field.type;
        body = {images::element(field.name)};
      }
    } else {
      body = {images::element()};
    }
    if (body[0].opcode == Opcode::LoadElement) test_scalar(draft, tested, random, body);
    code.insert(code.end(), body.begin(), body.end());
    code.push_back(op(Opcode::LoopEnd));
    code[head].number = static_cast<std::uint32_t>(code.size());
    if (code[head].opcode == Opcode::LoopCount) {
      code.push_back(integer(random.between(0, 3)));
      code.push_back(op(Opcode::Greater));
    }
  }
}

}  // namespace

Code some_condition(const Draft& draft, const CodePart& part, Random& random) {
  std::vector<Readable> facts;
  for (const Root& root : draft.roots)
    add_readable(draft, root.fields, {root.name, {}, {}}, 0, facts);
  const bool of_args = part.item != nullptr && !part.item->scope.empty() && random.percent(50);
  if (of_args) {
    const auto tool = std::ranges::find(draft.tools, random.pick(part.item->scope), &Tool::name);
    if (tool != draft.tools.end()) {
      if (!tool->args.empty()) facts.clear();
      add_readable(draft, tool->args, {"args", {}, {}}, 0, facts);
    }
  }
  if (part.item != nullptr && part.item->row.kind == ItemKind::Assert && random.percent(30)) {
    Code code{op(Opcode::PushApproved, random.percent(50) ? vm::kNoRow : 0)};
    if (random.percent(30)) code.front().a = static_cast<std::uint8_t>(random.below(3));
    test_scalar(draft, plain(TypeKind::Int), random, code);
    return code;
  }
  if (facts.empty()) return {};
  const Readable& fact = facts[random.below(facts.size())];
  Code code;
  std::vector<std::size_t> jumps;
  // Now and then nobody asks whether it is there.
  if (!random.percent(5)) {
    for (const std::string& path : fact.asked) {
      code.push_back(has(path));
      jumps.push_back(code.size());
      code.push_back(op(Opcode::JumpIfFalse));
    }
  }
  // Targets count from the start of the condition, loops too.
  code.push_back(load(fact.path));
  Type type = fact.type;
  if (type.kind == TypeKind::Email && random.percent(50)) {
    code.push_back(op(Opcode::EmailDomain));
    type = plain(TypeKind::Host);
  } else if (type.kind == TypeKind::Url && random.percent(60)) {
    const bool host = random.percent(50);
    code.push_back(op(host ? Opcode::UrlHost : Opcode::UrlScheme));
    type = host ? plain(TypeKind::Host) : string_type(16);
  }
  if (is_collection(type.kind) && !type.element.empty())
    test_collection(draft, type, random, code);
  else
    test_scalar(draft, type, random, code);
  for (const std::size_t jump : jumps) code[jump].number = static_cast<std::uint32_t>(code.size());
  return code;
}

}  // namespace remit::images
