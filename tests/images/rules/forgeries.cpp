#include "tests/images/rules/forgeries.h"

#include <algorithm>

#include "tests/images/builder/build.h"
#include "vm/image/container.h"
#include "vm/image/serialize.h"

namespace remit::images {

using vm::Opcode;

Draft two_tools(const Field& argument, bool optional_in_second) {
  Draft draft = small();
  tool(draft, "shop.pay").args.push_back(argument);
  Tool gift = tool(draft, "shop.pay");
  gift.name = gift.wire_name = "shop.zgift";
  gift.args.back().row.optional = optional_in_second ? 1 : 0;
  draft.tools.push_back(gift);
  return draft;
}

namespace {

using File = std::vector<std::byte>;

// ---- facts that are there in the first tool of a scope

File absent_url_terminates(bool forged) {
  Draft draft = two_tools(make_field("link", plain(TypeKind::Url)), forged);
  guard(draft,
        {load("args.link"), op(Opcode::UrlHost), text("a.example", TypeKind::Host),
         op(Opcode::UnderHost)},
        {"shop.pay", "shop.zgift"});
  return vm::serialize(laid_out(draft));
}

File record_optional_in_one_tool(bool forged) {
  Draft draft = two_tools(make_field("to", record_type("principal")), forged);
  guard(draft, {load("args.to.id"), text("ana", TypeKind::Id), op(Opcode::TextEqual)},
        {"shop.pay", "shop.zgift"});
  return vm::serialize(laid_out(draft));
}

// ---- constants and defaults

File cidr_not_a_range(bool forged) {
  Draft draft = small();
  root(draft, "context").fields.push_back(make_field("source_ip", plain(TypeKind::Ip)));
  guard(draft, {load("context.source_ip"), cidr(forged ? "10.0.0.1/8" : "10.0.0.0/8"),
                op(Opcode::UnderIp)});
  return vm::serialize(laid_out(draft));
}

File constant_sum_overflows_128_bits(bool forged) {
  Draft draft = small();
  const std::int64_t large = forged ? INT64_MAX : 1000;
  const Set set{
      vm::ElementKind::Integer, TypeKind::Int, {}, {large - 3, large - 2, large - 1, large}, {}};
  guard(draft, {push_set(set), op(Opcode::LoopSum, 6), element(), integer(INT64_MAX),
                op(Opcode::Multiply), op(Opcode::LoopEnd), integer(0), op(Opcode::Greater)});
  return vm::serialize(laid_out(draft));
}

File urlhost_of_constant(bool forged) {
  Draft draft = small();
  guard(draft, {text(forged ? "no url" : "https://a.example/", TypeKind::Url), op(Opcode::UrlHost),
                text("a.example", TypeKind::Host), op(Opcode::UnderHost)});
  return vm::serialize(laid_out(draft));
}

File with_default(Field argument, std::int64_t value) {
  Draft draft = small();
  argument.default_integer = value;
  tool(draft, "shop.pay").args.push_back(argument);
  return vm::serialize(laid_out(draft));
}

File default_enum_out_of_range(bool forged) {
  return with_default(make_field("kind", enum_type("effect")), forged ? 3 : 2);
}

File default_overflows_128_bits(bool forged) {
  return with_default(make_field("count", int_type(0, 10)), forged ? INT64_MAX : 10);
}

File default_url_not_a_url(bool forged) {
  Draft draft = small();
  Field link = make_field("link", plain(TypeKind::Url));
  link.default_text = forged ? "no url" : "https://a.example/";
  tool(draft, "shop.pay").args.push_back(link);
  return vm::serialize(laid_out(draft));
}

// The limit's amount is the argument.
File negative_reservation(bool forged) {
  Draft draft = compiled(
      {{"schema.rule",
        "edition 1\nschema shop.schema\ncurrency USD\n"
        "tool shop.pay { effect read args { amount: money = USD 5 } }\n"},
       {"policy.rule",
        "edition 1\npolicy shop.rules\nrule ok on shop.pay {\n  permit\n  when risk.score < 50\n}\n"
        "limit daily on shop.pay {\n  max USD 100 of args.amount per tenant.id in 1d\n"
        "  otherwise deny because \"daily\"\n}\n"}});
  if (forged) field(draft, "shop.pay.amount").default_integer = -5'000'000;
  return vm::serialize(laid_out(draft));
}

File message_timestamp_min(bool forged) {
  Draft draft = small();
  guard(draft, {});
  Piece moment;
  moment.code = {load("clock.now"), integer(forged ? 86'400'000 : 0, TypeKind::Duration),
                 op(Opcode::Subtract)};
  item(draft, "shop.rules.forged").because = Template{{{}, "before ", {}}, moment};
  return vm::serialize(laid_out(draft));
}

// ---- names

File enum_value_twice(bool forged) {
  Draft draft = small();
  if (forged) enumeration(draft, "environment").values[1].name = "test";
  return vm::serialize(laid_out(draft));
}

File second_control_root(bool forged) {
  Draft draft = small();
  Root second = root(draft, "control");
  second.fields[0].default_integer.reset();
  if (!forged) second.name = "steering";
  draft.roots.push_back(second);
  return vm::serialize(laid_out(draft));
}

// ---- records that unfold to more and more values

File records_unfolded(int width, bool forged) {
  Draft draft = small();
  Record leaf{"level0", {}};
  for (int i = 0; i < width; ++i)
    leaf.fields.push_back(make_field("f" + std::to_string(i), int_type(0, 9)));
  draft.records.push_back(leaf);
  for (int depth = 1; depth < 4; ++depth) {
    Record level{"level" + std::to_string(depth), {}};
    for (int i = 0; i < (forged ? width : 1); ++i)
      level.fields.push_back(
          make_field("f" + std::to_string(i), record_type("level" + std::to_string(depth - 1))));
    draft.records.push_back(level);
  }
  tool(draft, "shop.pay").args.push_back(make_field("deep", record_type("level3")));
  return vm::serialize(laid_out(draft));
}

File records_unfolded_12(bool forged) { return records_unfolded(12, forged); }
File records_unfolded_40(bool forged) { return records_unfolded(40, forged); }
File records_unfolded_64(bool forged) { return records_unfolded(64, forged); }
File records_unfolded_128(bool forged) { return records_unfolded(128, forged); }
File records_unfolded_256(bool forged) { return records_unfolded(256, forged); }

// ---- a set built in a loop, over one that is still on the stack

File with_sets(Code outer, std::uint32_t inner_at, Op inner, bool texts, Opcode over) {
  Draft draft = small();
  root(draft, "context").fields.push_back(make_field("source_ip", plain(TypeKind::Ip)));
  const auto head = static_cast<std::uint32_t>(outer.size());
  const Opcode contains = texts ? Opcode::ContainsText : Opcode::ContainsInteger;
  Code code = std::move(outer);
  code.push_back(load("target.tenants"));
  code.push_back(op(Opcode::LoopAny, head + 7));
  code.push_back(texts ? element() : inner);
  code.push_back(inner);
  code.push_back(make_set(1, inner_at, texts));
  code.push_back(op(contains));
  code.push_back(op(Opcode::LoopEnd));
  code.push_back(op(Opcode::JumpUnless, head + 8));
  code.push_back(op(over));
  guard(draft, code);
  return vm::serialize(laid_out(draft));
}

// {7} is overwritten, so that 7 is no longer in it.
File scratch_guard_never_fires(bool forged) {
  return with_sets({load("risk.score"), integer(7), make_set(1, 0, false)}, forged ? 0 : 1,
                   text("x", TypeKind::Id), true, Opcode::ContainsInteger);
}

File scratch_int_read_as_pointer(bool forged) {
  return with_sets({load("tenant.id"), text("t", TypeKind::Id), make_set(1, 0, true)},
                   forged ? 0 : 1, integer(7), false, Opcode::ContainsText);
}

File scratch_cidr_wild_index(bool forged) {
  return with_sets({load("context.source_ip"), cidr("10.0.0.0/8"), make_set(1, 0, true)},
                   forged ? 0 : 1, integer(7), false, Opcode::UnderAnyIp);
}

// ---- other debug under the seal of a sound image

File with_debug(bool is_forged, void (*forge)(vm::Image&)) {
  Draft draft = compiled({{"schema.rule",
                           "edition 1\nschema shop.schema\ncurrency USD\ntool shop.pay { effect "
                           "read args { n: int } }\n"},
                          {"policy.rule",
                           "edition 1\npolicy shop.rules\nrule ok on shop.pay {\n  permit\n  when "
                           "risk.score < 50\n}\n"}});
  vm::Image image = laid_out(draft);
  const File sound = vm::serialize(image);
  if (!is_forged) return sound;
  forge(image);
  File forged = vm::serialize(image);
  const vm::Blocks blocks = *vm::split(sound);
  const auto seal = sound.begin() + static_cast<std::ptrdiff_t>(blocks.body.size());
  std::copy(seal, seal + vm::kSealBytes, forged.begin() + (seal - sound.begin()));
  return forged;
}

File debug_forged(bool forged) {
  return with_debug(forged, [](vm::Image& image) {
    for (std::string& text : image.debug.strings)
      if (text == "risk.score < 50") text = "risk.score < 5";
  });
}

File debug_negated(bool forged) {
  return with_debug(forged, [](vm::Image& image) { image.debug.clauses[0].negated ^= 1; });
}

constexpr Forgery kForgeries[] = {
    {"debug_forged", "file.bad_debug", "container:", debug_forged},
    {"debug_negated", "file.bad_debug", "container:", debug_negated},
    {"absent_url_terminates", "code.argument_differs", "abstract_facts:fact:ArgumentDiffers",
     absent_url_terminates},
    {"record_optional_in_one_tool", "code.argument_differs", "abstract_facts:fact:ArgumentDiffers",
     record_optional_in_one_tool},
    {"cidr_not_a_range", "constant.bad_cidr", "constants:", cidr_not_a_range},
    {"constant_sum_overflows_128_bits", "code.overflow",
     "abstract_operators:loop_end:", constant_sum_overflows_128_bits},
    {"urlhost_of_constant", "constant.not_canonical", "constants:", urlhost_of_constant},
    {"default_enum_out_of_range", "default.bad_value", "constants:", default_enum_out_of_range},
    {"default_overflows_128_bits", "default.bad_value", "constants:", default_overflows_128_bits},
    {"default_url_not_a_url", "default.bad_value", "constants:", default_url_not_a_url},
    {"negative_reservation", "default.bad_value", "constants:", negative_reservation},
    {"message_timestamp_min", "message.time", "code:", message_timestamp_min},
    {"enum_value_twice", "name.enum_value_twice", "names:enum_values:", enum_value_twice},
    {"second_control_root", "name.root_twice", "", second_control_root},
    {"records_unfolded_12", "schema.too_many_values", "slots:records:", records_unfolded_12},
    {"records_unfolded_40", "schema.too_many_values", "", records_unfolded_40},
    {"records_unfolded_64", "schema.too_many_values", "", records_unfolded_64},
    {"records_unfolded_128", "schema.too_many_values", "", records_unfolded_128},
    {"records_unfolded_256", "schema.too_many_values", "", records_unfolded_256},
    {"scratch_guard_never_fires", "code.scratch_overlap",
     "abstract_facts:make_set:", scratch_guard_never_fires},
    {"scratch_int_read_as_pointer", "code.scratch_overlap",
     "abstract_facts:make_set:", scratch_int_read_as_pointer},
    {"scratch_cidr_wild_index", "code.scratch_overlap",
     "abstract_facts:make_set:", scratch_cidr_wild_index},
};

}  // namespace

std::span<const Forgery> forgeries() { return kForgeries; }

}  // namespace remit::images
