// Images: the same source gives the same bytes, and no other bytes are trusted.
#include <gtest/gtest.h>

#include <functional>

#include "stdlib/hash.h"
#include "tests/unit/vm/bundles.h"
#include "vm/answer/disassemble.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

std::vector<std::byte> image(const std::string& items = test::kItems) {
  return compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(items)}}).image;
}

TEST(Image, IsTheSameForTheSameSource) {
  const auto first = image();
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(first, image());
  const CompileResult swapped =
      compile({{"policy.rule", test::policy(test::kItems)}, {"schema.rule", test::kShop}});
  EXPECT_EQ(swapped.image, first);
  const auto commented = image("// a comment\n" + test::kItems);
  EXPECT_NE(commented, first);  // the debug section has lines
  EXPECT_EQ(vm::split(commented)->seal.image, vm::split(first)->seal.image);
  EXPECT_NE(vm::split(commented)->seal.debug, vm::split(first)->seal.debug);
}

TEST(Image, SerialisesWhatItParses) {
  const auto bytes = image();
  const auto parsed = vm::parse(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(vm::serialize(*parsed), bytes);
  const std::string code = vm::disassemble(*vm::verify(bytes));
  EXPECT_NE(code.find("less_equal"), std::string::npos);
  EXPECT_NE(code.find(" args.amount\n"), std::string::npos);
}

// Policies of one tenant each count once; the compiler and the verifier must see the same tenants.
TEST(Image, HasTheBoundOfItsCodeWhereverATenantIsNamed) {
  const std::string guard = "guard g on any {\n  deny\n  when risk.score > 5\n  because \"g\"\n}\n";
  for (const char* condition :
       {"tenant.id == \"t2\"", "risk.score < 9 and tenant.id == \"t2\"",
        "risk.score < 9 and (tenant.id == \"t2\" and risk.score > 1)",
        "(tenant.id == \"t2\" and risk.score > 1) and risk.score < 9",
        "risk.score < 9 and (risk.score > 1 and (tenant.id in {\"t2\", \"t3\"}))"}) {
    const std::string header = "policy shop.one applies when " + std::string(condition);
    EXPECT_EQ(
        test::engine({test::policy(guard, header),
                      test::policy(guard, "policy shop.two applies when tenant.id == \"t1\"")})
            .tools()
            .size(),
        2U)
        << condition;
  }
}

// One change to a sound image, and the check that must refuse it.
TEST(Verify, RefusesEachKindOfDamage) {
  const struct {
    const char* code;
    std::function<void(vm::Image&)> damage;
  } kCases[] = {
      {"row.not_sorted", [](vm::Image& i) { std::swap(i.strings[0], i.strings[1]); }},
      {"row.bad_text", [](vm::Image& i) { i.strings[0] = "\x01"; }},
      {"row.unused_constant", [](vm::Image& i) { i.strings.push_back("zzzz"); }},
      {"row.unused_constant", [](vm::Image& i) { i.integers.push_back(INT64_MAX); }},
      {"row.unused_constant",
       [](vm::Image& i) {
         i.strings.push_back("zzzz://x/");
         vm::SetRow set;
         set.element = vm::ElementKind::Text;
         set.kind = TypeKind::Url;
         set.elements = {static_cast<std::uint32_t>(i.set_elements.size()), 1};
         i.set_elements.push_back(static_cast<std::int64_t>(i.strings.size()) - 1);
         i.sets.push_back(set);
       }},
      {"row.unused_constant",
       [](vm::Image& i) {
         i.strings.push_back("zzzz");
         i.patterns.push_back(static_cast<vm::StringId>(i.strings.size() - 1));
       }},
      {"row.bad_bound", [](vm::Image& i) { i.steps_max = 0; }},
      {"row.bad_name", [](vm::Image& i) { i.currencies[0].code[0] = 'u'; }},
      {"row.bad_reference", [](vm::Image& i) { i.currency = vm::CurrencyId{1}; }},
      {"row.bad_bound", [](vm::Image& i) { i.currencies[0].minor_digits = 7; }},
      {"row.not_sorted", [](vm::Image& i) { i.currencies.push_back(i.currencies[0]); }},
      {"row.bad_range", [](vm::Image& i) { i.items[1].scope.first += 1; }},
      {"row.unused", [](vm::Image& i) { i.scope_tools.push_back(vm::ToolId{0}); }},
      {"row.bad_reference", [](vm::Image& i) { i.scope_tools[0] = vm::ToolId{99}; }},
      {"row.bad_reference", [](vm::Image& i) { i.fields[0].type = vm::TypeId{9999}; }},
      {"schema.bad_slot", [](vm::Image& i) { i.fields[i.roots[0].fields.first].slot += 1; }},
      {"schema.bad_slot",
       [](vm::Image& i) {
         i.fields[i.tools[0].args.first + 1].slot = i.fields[i.tools[0].args.first].slot;
       }},
      {"schema.bad",
       [](vm::Image& i) { i.fields[i.roots[0].fields.first].unit = vm::MoneyUnit::Minor; }},
      {"schema.missing_prelude",
       [](vm::Image& i) {
         for (const vm::RootRow& root : i.roots)
           if (i[root.name] == "clock") i.fields[root.fields.first].optional ^= 1;
       }},
      {"item.bad_pattern",
       [](vm::Image& i) { i.strings[static_cast<std::size_t>(i.patterns[0])].back() = '('; }},
      {"item.bad_verdict", [](vm::Image& i) { i.items[0].verdict = vm::VerdictClass::Deny; }},
      {"item.bad_verdict", [](vm::Image& i) { i.items[1].verdict = vm::VerdictClass::Permit; }},
      {"item.bad_override",
       [](vm::Image& i) {
         i.items[0].kind = ItemKind::Guard;
         i.items[0].verdict = vm::VerdictClass::Deny;
       }},
      {"tool.bad_cost", [](vm::Image& i) { i.tools[0].steps_bound += 1; }},
      {"tool.cost_too_high", [](vm::Image& i) { i.steps_max = 5; }},
      {"code.unused_bits", [](vm::Image& i) { i.code[0].b = 1; }},
      {"code.bad_operand",
       [](vm::Image& i) {
         for (auto& in : i.code)
           if (in.opcode == vm::Opcode::PushInteger) in.c = 9999;
       }},
      {"code.bad_jump",
       [](vm::Image& i) {
         for (auto& in : i.code)
           if (in.opcode == vm::Opcode::JumpIfFalse) in.c = 0;
       }},
      {"code.unknown_fact",
       [](vm::Image& i) {
         for (auto& in : i.code)
           if (in.opcode == vm::Opcode::Load) in.c = 9000;
       }},
  };
  const auto sound = vm::parse(image());
  ASSERT_TRUE(sound);
  for (const auto& row : kCases) {
    vm::Image damaged = *sound;
    row.damage(damaged);
    const auto program = vm::verify(vm::serialize(damaged));
    ASSERT_FALSE(program) << row.code;
    EXPECT_EQ(program.error().code(), row.code) << program.error().message;
  }
}

std::string fault_of(std::span<const std::byte> bytes) {
  const auto program = vm::verify(bytes);
  return program ? std::string("accepted") : std::string(program.error().code());
}

// Columns of format 2 that this language does not use.
TEST(Verify, RefusesColumnsThatAreSetAside) {
  const std::function<void(vm::Image&)> kUses[] = {
      [](vm::Image& i) {
        vm::CurrencyRow second = i.currencies[0];
        second.code = {'Z', 'Z', 'Z'};
        i.currencies.push_back(second);
      },
      [](vm::Image& i) { i.fields[0].label_slot = 0; },
      [](vm::Image& i) {
        for (vm::TypeRow& type : i.types)
          if (type.kind == TypeKind::Set) type.low = 1;
      },
      [](vm::Image& i) { i.items[0].shadow = 1; },
  };
  const auto sound = vm::parse(image());
  ASSERT_TRUE(sound);
  for (std::size_t i = 0; i < std::size(kUses); ++i) {
    vm::Image used = *sound;
    kUses[i](used);
    EXPECT_EQ(fault_of(vm::serialize(used)), "row.reserved") << i;
  }
}

void put_u64(std::vector<std::byte>& bytes, std::size_t at, std::uint64_t number) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = std::byte(number >> (8 * i));
}

std::uint64_t u64_at(const std::vector<std::byte>& bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number |= std::to_integer<std::uint64_t>(bytes[at + i]) << 8 * i;
  return number;
}

// Offsets of docs/reference/file-format.md.
constexpr std::size_t kLength = 8, kFormat = 16, kEdition = 20, kSemantics = 24, kFlags = 28,
                      kDirectory = 64, kEntryBytes = 12, kTypes = 4, kCode = 30;

// Silence is a deny only where some layer must grant.
TEST(Verify, RefusesAnImageInWhichNoLayerGrants) {
  auto parsed =
      vm::parse(image("guard g on shop.refund {\n  deny\n  when context.freeze\n"
                      "  because \"g\"\n}\n"));
  ASSERT_TRUE(parsed);
  parsed->layers[0].guards_only = 1;
  EXPECT_EQ(fault_of(vm::serialize(*parsed)), "accepted");  // a layer to be tested alone
  parsed->dev = false;
  parsed->name = parsed->policies[0].name;
  EXPECT_EQ(fault_of(vm::serialize(*parsed)), "item.no_grants");
}

TEST(Verify, RefusesDamagedHeaders) {
  const auto sound = image();
  const auto section = [&](std::size_t index) {
    return u64_at(sound, kDirectory + index * kEntryBytes);
  };
  const struct {
    const char* code;
    std::size_t at;
  } kCases[] = {
      {"file.unknown_format", kFormat},        {"file.unknown_edition", kEdition},
      {"file.unknown_semantics", kSemantics},  {"file.unknown_flag", kFlags},
      {"file.bad_section", kDirectory},        {"file.bad_enumerator", section(kTypes)},
      {"code.unknown_opcode", section(kCode)},
  };
  for (const auto& row : kCases) {
    auto bytes = sound;
    bytes[row.at] = std::byte{254};
    vm::reseal(bytes);
    EXPECT_EQ(fault_of(bytes), row.code);
  }
}

TEST(Verify, RefusesDamagedContainers) {
  const auto sound = image();
  auto bytes = sound;
  bytes[0] = std::byte{0};
  EXPECT_EQ(fault_of(bytes), "file.bad_magic");
  bytes = sound;
  bytes[100] ^= std::byte{1};
  EXPECT_EQ(fault_of(bytes), "file.bad_hash");
  EXPECT_EQ(fault_of(std::span(sound).first(20)), "file.truncated");
  bytes = sound;
  put_u64(bytes, kLength, bytes.size() + 1);
  EXPECT_EQ(fault_of(bytes), "file.truncated");
  put_u64(bytes, kLength, 12);
  EXPECT_EQ(fault_of(bytes), "file.bad_length");
  bytes = sound;
  bytes.push_back(std::byte{0});
  EXPECT_EQ(fault_of(bytes), "file.bad_trailer");
  bytes = sound;
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(fault_of(bytes), "file.bad_debug");
  bytes = sound;
  bytes[vm::split(sound)->body.size()] = std::byte{0};
  EXPECT_EQ(fault_of(bytes), "file.bad_seal");
}

TEST(Verify, RefusesWhatIsNotCanonical) {
  const auto sound = image();
  const auto blocks = *vm::split(sound);
  // A debug block that says nothing is left out, so one that is there was not written by Remit.
  EXPECT_EQ(fault_of(vm::sealed(blocks.body, std::vector<std::byte>(12))), "file.not_canonical");
}

TEST(Load, RefusesWhatTheHostDoesNotWant) {
  const auto sound = image();
  const auto fault = [&](const LoadOptions& options) {
    const auto engine = Engine::load(sound, Trust::unsigned_image(), options);
    return engine ? std::string() : std::string(engine.error().code());
  };
  EXPECT_EQ(fault({}), "host.dev_image");
  EXPECT_EQ(fault({.allow_dev = true}), "");
  EXPECT_EQ(fault({.allow_dev = true, .version_min = 1}), "host.old_version");
  EXPECT_EQ(fault({.allow_dev = true, .image_bytes_max = 10}), "file.too_large");
  EXPECT_EQ(fault({.allow_dev = true, .now_ms = INT64_MAX - 1}), "");
  const std::string_view ours[] = {"shop.policy"}, others[] = {"shop.policy", "shop.fraud"};
  EXPECT_EQ(fault({.allow_dev = true, .expected_policies = ours}), "");
  EXPECT_EQ(fault({.allow_dev = true, .expected_policies = others}), "host.missing_policy");
  const std::string_view all[] = {"log", "redact"};
  EXPECT_EQ(fault({.allow_dev = true, .duties = all}), "");
  EXPECT_EQ(fault({.allow_dev = true, .duties = std::span(all).first(1)}),
            "host.unregistered_duty");
}

// The engine has no clock: the host gives one when it loads, and retires what it keeps for too
// long.
TEST(Load, RefusesWhatHasExpired) {
  const auto bytes =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}},
              "name = \"shop\"\nlayers = [\"main\"]\nexpires = \"2027-01-01T00:00:00Z\"\n")
          .image;
  constexpr std::int64_t kExpires = 1'798'761'600'000;
  auto engine = Engine::load(bytes, Trust::unsigned_image(), {.now_ms = kExpires - 1});
  ASSERT_TRUE(engine);
  EXPECT_EQ(engine->expires_ms(), kExpires);
  EXPECT_EQ(Engine::load(bytes, Trust::unsigned_image(), {.now_ms = kExpires}).error().code(),
            "host.expired");
  Facts facts = engine->facts({});
  EXPECT_EQ(engine->decide_json(test::refund(), facts).fault(), Fault::None);
  engine->halt();
  EXPECT_EQ(engine->decide_json(test::refund(), facts).fault(), Fault::Halted);
  engine->halt(false);
  EXPECT_EQ(engine->decide_json(test::refund(), facts).fault(), Fault::None);
  engine->retire();
  engine->halt(false);
  EXPECT_EQ(engine->decide_json(test::refund(), facts).fault(), Fault::NoBundle);
}

TEST(Verify, TruncationIsRefused) {
  const auto sound = image();
  const std::size_t sealed = vm::split(sound)->body.size() + vm::kSealBytes;
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const bool ends_in_a_magic = size > sealed && size < sealed + vm::kMagicBytes;
    // Without its debug block a file is whole.
    const char* const fault = size < vm::kMagicBytes ? "file.bad_magic"
                              : size == sealed       ? "accepted"
                              : ends_in_a_magic      ? "file.bad_trailer"
                                                     : "file.truncated";
    EXPECT_EQ(fault_of(std::span(sound).first(size)), fault) << size;
  }
}

TEST(Verify, WhatIsNoSignatureIsATrailer) {
  const auto sound = image();
  constexpr std::size_t kBlock = vm::kMagicBytes + 8 + 64;  // magic, key id, signature
  for (const auto& [magic, bytes] : {std::pair("REMITSIG", kBlock - 1),
                                     {"REMITSIG", kBlock + 1},
                                     {"REMITSIH", kBlock},
                                     {"remitsig", kBlock}}) {
    auto longer = sound;
    for (std::size_t i = 0; i < bytes; ++i)
      longer.push_back(i < vm::kMagicBytes ? std::byte(magic[i]) : std::byte{0});
    EXPECT_EQ(fault_of(longer), "file.bad_trailer") << magic << ' ' << bytes;
  }
}

// A body that ends early, under a seal of its own.
TEST(Verify, ABodyThatEndsEarlyIsRefused) {
  const auto sound = image();
  const std::vector<std::byte> body(sound.begin(),
                                    sound.begin() + std::ptrdiff_t(vm::split(sound)->body.size()));
  const std::size_t rows = u64_at(sound, kDirectory);  // where the directory ends
  for (std::size_t size = kFormat + 4; size < body.size(); size += size < rows ? 1 : 13) {
    auto shorter = std::vector<std::byte>(body.begin(), body.begin() + std::ptrdiff_t(size));
    put_u64(shorter, kLength, size);
    const std::string fault = fault_of(vm::sealed(shorter, {}));
    if (size < rows)
      EXPECT_EQ(fault, "file.truncated") << size;
    else
      EXPECT_TRUE(fault == "file.truncated" || fault == "file.bad_section") << fault << ' ' << size;
  }
  auto longer = body;
  longer.push_back(std::byte{0});
  put_u64(longer, kLength, longer.size());
  EXPECT_EQ(fault_of(vm::sealed(longer, {})), "file.bad_section");
}

// Counts and sizes that no file can hold ask for no memory.
TEST(Verify, RefusesCountsThatCannotBe) {
  const auto sound = image();
  const auto with = [&](std::size_t at) {
    auto bytes = sound;
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = std::byte{0xFF};
    vm::reseal(bytes);
    return fault_of(bytes);
  };
  EXPECT_EQ(with(kDirectory + 8), "file.bad_section");                         // strings
  EXPECT_EQ(with(kDirectory + kTypes * kEntryBytes + 8), "file.bad_section");  // types
  EXPECT_EQ(with(u64_at(sound, kDirectory)), "file.truncated");                // of one string
  const auto blocks = *vm::split(sound);
  std::vector<std::byte> debug(blocks.debug.begin(), blocks.debug.end());
  debug.push_back(std::byte{0});
  EXPECT_EQ(fault_of(vm::sealed(blocks.body, debug)), "debug.bad_row");
}

// Flips every byte: whatever is accepted must run without harm. The sanitizers watch.
TEST(Verify, WhatItAcceptsRunsSafely) {
  const auto sound = image();
  const std::string requests[] = {test::refund(),
                                  test::payout(R"({"account":"a","amount":"USD 1"})")};
  LoadOptions options;
  options.allow_dev = true;
  std::size_t accepted = 0;
  for (std::size_t at = kFormat; at < sound.size(); ++at) {
    for (const std::uint8_t flip : {0x01, 0x80, 0xFF}) {
      auto bytes = sound;
      bytes[at] ^= std::byte{flip};
      vm::reseal(bytes);
      const auto engine = Engine::load(bytes, Trust::unsigned_image(), options);
      if (!engine) continue;
      ++accepted;
      for (const std::string& request : requests) {
        Facts facts = engine->facts({});
        const Decision decision = engine->decide_json(request, facts);
        EXPECT_FALSE(engine->record(facts, decision).value().empty());
        EXPECT_FALSE(to_text(engine->explain(facts, decision).value()).empty());
      }
    }
  }
  EXPECT_GT(accepted, 0U);
}

}  // namespace
}  // namespace remit
