#include "vm/decide/interpreter.h"

#include <algorithm>
#include <string_view>

#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/percent.h"
#include "stdlib/text.h"
#include "vm/decide/set_order.h"
#include "vm/image/seats.h"

namespace remit::vm {

namespace {

std::span<const Value> elements(const Value& collection) {
  return {collection.elements, collection.size};
}

bool contains_integer(const Value& collection, Wide integer) {
  return std::ranges::any_of(
      elements(collection), [=](const Value& element) { return Wide{element.integer} == integer; });
}

bool contains_text(const Value& collection, const Value& text) {
  return std::ranges::any_of(elements(collection),
                             [&](const Value& element) { return same_text(element, text); });
}

bool in_range(std::uint8_t flags, Wide value, Wide low, Wide high) {
  const bool inside =
      value >= low && ((flags & kRangeHalfOpen) != 0 ? value < high : value <= high);
  return inside != ((flags & kRangeNegated) != 0);
}

bool under_any_ip(const Linked& linked, const Value& address, std::span<const Value> ranges) {
  const stdlib::IpAddress parsed = stdlib::ip_of(address.view());
  return std::ranges::any_of(ranges, [&](const Value& range) {
    return stdlib::ip_under(parsed, *linked.cidrs[range.symbol - 1]);
  });
}

// Whether `is_part(text, part)` holds of some text of a constant set.
template <typename IsPart>
bool any_part(const Linked& linked, std::uint32_t set, std::string_view text, IsPart&& is_part) {
  return std::ranges::any_of(elements(linked.constant_set(set)),
                             [&](const Value& part) { return is_part(text, part.view()); });
}

bool in_place(const Linked& linked, const Instruction& in, const Value& list) {
  const Value& element = list.elements[in.b - 1];
  const Value set = linked.constant_set(in.c);
  return in.a != 0 ? contains_text(set, element) : contains_integer(set, element.integer);
}

Wide used_of(const FactsView& facts, std::uint32_t limit) {
  const auto at = std::ranges::lower_bound(facts.limits, limit) - facts.limits.begin();
  return facts.counters[static_cast<std::size_t>(at)].integer;
}

// The loop in progress; there is at most one.
struct Loop {
  Opcode head{};
  const Value* at = nullptr;
  std::uint32_t left = 0;
  std::uint32_t stride = 1;
  std::uint32_t body = 0;
  Wide accumulated = 0;
};

}  // namespace

// The one long loop of Remit: a case an instruction, in the order of opcodes.def. That what it
// reads is there the verifier has shown, which the analyzer does not know.
// NOLINTBEGIN(readability-function-size,clang-analyzer-core.*)
Entry evaluate(const Linked& linked, CodeRange code, std::uint32_t base, const FactsView& facts,
               Workspace& workspace) noexcept {
  const Image& image = linked.program.image();
  const Instruction* const instructions = image.code.data();
  const std::uint32_t end = code.end();
  const std::span<const Value> slots = facts.slots;
  Entry* top = workspace.stack;  // the value on top
  Loop loop;

  // Every binary operator takes the upper of two values off and leaves its answer in the lower.
  const auto answer = [&top](bool truth) { (--top)->wide = truth ? 1 : 0; };

  for (std::uint32_t at = code.first; at < end;) {
    const Instruction& in = instructions[at++];
    switch (in.opcode) {
      case Opcode::PushBool: (++top)->wide = in.a; break;
      case Opcode::PushInteger: (++top)->wide = image.integers[in.c]; break;
      case Opcode::PushText:
      case Opcode::PushCidr: (++top)->value = linked.text_value(static_cast<StringId>(in.c)); break;
      case Opcode::PushSet: (++top)->value = linked.constant_set(in.c); break;
      case Opcode::Load:
        (++top)->value = slots[in.c];
        top->wide = slots[in.c].integer;
        break;
      case Opcode::LoadElement:
        (++top)->value = loop.at[in.c];
        top->wide = loop.at[in.c].integer;
        break;
      case Opcode::Has: (++top)->wide = slots[in.c].absent() ? 0 : 1; break;
      case Opcode::HasElement: (++top)->wide = loop.at[in.c].absent() ? 0 : 1; break;
      case Opcode::LoadUsed: (++top)->wide = used_of(facts, in.c); break;
      case Opcode::PushApproved:
        (++top)->wide = people(facts.approvals, facts.used, seat_asked(in));
        break;
      case Opcode::MakeSet: {
        Value* const set = workspace.scratch + in.c;
        top -= in.b;
        for (std::uint32_t i = 0; i < in.b; ++i) {
          const Entry& entry = top[1 + i];
          set[i] =
              in.a != 0 ? entry.value : Value::of_integer(static_cast<std::int64_t>(entry.wide));
        }
        sort_for_merging({set, in.b}, in.a != 0);
        (++top)->value = Value::of_elements(set, in.b);
        break;
      }
      case Opcode::Size: top->wide = top->value.size; break;
      case Opcode::EmailDomain:
        top->value = Value::of_text(stdlib::email_domain(top->value.view()));
        break;
      case Opcode::UrlHost: top->value = Value::of_text(stdlib::url_host(top->value.view())); break;
      case Opcode::UrlScheme:
        top->value = Value::of_text(stdlib::url_scheme(top->value.view()));
        break;

      case Opcode::Not: top->wide = top->wide == 0 ? 1 : 0; break;
      case Opcode::JumpIfFalse:
        if (top->wide == 0)
          at = base + in.c;
        else
          --top;
        break;
      case Opcode::JumpIfTrue:
        if (top->wide != 0)
          at = base + in.c;
        else
          --top;
        break;

      case Opcode::Add:
        --top;
        top->wide += top[1].wide;
        break;
      case Opcode::Subtract:
        --top;
        top->wide -= top[1].wide;
        break;
      case Opcode::Multiply:
        --top;
        top->wide *= top[1].wide;
        break;
      case Opcode::Percent: top->wide *= in.c; break;
      case Opcode::Scale: top->wide *= stdlib::kWholeInThousandths; break;

      case Opcode::Equal: answer(top[-1].wide == top[0].wide); break;
      case Opcode::NotEqual: answer(top[-1].wide != top[0].wide); break;
      case Opcode::Less: answer(top[-1].wide < top[0].wide); break;
      case Opcode::LessEqual: answer(top[-1].wide <= top[0].wide); break;
      case Opcode::Greater: answer(top[-1].wide > top[0].wide); break;
      case Opcode::GreaterEqual: answer(top[-1].wide >= top[0].wide); break;
      case Opcode::InRange:
        top -= 2;
        top->wide = in_range(in.a, top[0].wide, top[1].wide, top[2].wide) ? 1 : 0;
        break;
      case Opcode::TextEqual: answer(same_text(top[-1].value, top[0].value)); break;
      case Opcode::TextNotEqual: answer(!same_text(top[-1].value, top[0].value)); break;
      case Opcode::Matches: {
        const auto match = linked.program.patterns()[in.c].match(top->value.view());
        workspace.no_memory = workspace.no_memory || match == stdlib::Match::NoMemory;
        top->wide = match == stdlib::Match::Yes ? 1 : 0;
        break;
      }

      case Opcode::ContainsInteger:
        answer(contains_integer(top[0].value, top[-1].wide) != (in.a != 0));
        break;
      case Opcode::ContainsText:
        answer(contains_text(top[0].value, top[-1].value) != (in.a != 0));
        break;
      case Opcode::OverlapsInteger: answer(overlap(top[-1].value, top[0].value, false)); break;
      case Opcode::OverlapsText: answer(overlap(top[-1].value, top[0].value, true)); break;
      case Opcode::SubsetInteger: answer(is_subset(top[-1].value, top[0].value, false)); break;
      case Opcode::SubsetText: answer(is_subset(top[-1].value, top[0].value, true)); break;
      case Opcode::UnderHost:
        answer(stdlib::host_under(top[-1].value.view(), top[0].value.view()));
        break;
      case Opcode::UnderPath:
        answer(stdlib::path_under(top[-1].value.view(), top[0].value.view()));
        break;
      case Opcode::UnderIp: answer(under_any_ip(linked, top[-1].value, {&top[0].value, 1})); break;
      case Opcode::UnderAnyHost:
        answer(std::ranges::any_of(elements(top[0].value), [&](const Value& e) {
          return stdlib::host_under(top[-1].value.view(), e.view());
        }));
        break;
      case Opcode::UnderAnyPath:
        answer(std::ranges::any_of(elements(top[0].value), [&](const Value& e) {
          return stdlib::path_under(top[-1].value.view(), e.view());
        }));
        break;
      case Opcode::UnderAnyIp:
        answer(under_any_ip(linked, top[-1].value, elements(top[0].value)));
        break;

      case Opcode::Case:
        top[1].wide = contains_integer(linked.constant_set(in.c), top->wide) ? 1 : 0;
        ++top;
        break;
      case Opcode::JumpUnless:
        if ((top--)->wide == 0) at = base + in.c;
        break;
      case Opcode::Drop:
      case Opcode::LastCase: --top; break;
      case Opcode::Jump: at = base + in.c; break;

      case Opcode::LoopAny:
      case Opcode::LoopAll:
      case Opcode::LoopCount:
      case Opcode::LoopSum: {
        const Value& collection = top->value;
        loop = {in.opcode,
                collection.elements,
                collection.size,
                collection.symbol == 0 ? 1 : collection.symbol,
                at,
                0};
        if (in.opcode == Opcode::LoopAll) loop.accumulated = 1;
        --top;
        if (loop.left == 0) {
          (++top)->wide = loop.accumulated;
          at = base + in.c;
        }
        break;
      }
      case Opcode::LoopEnd: {
        const Wide body = (top--)->wide;
        bool more = --loop.left > 0;
        if (loop.head == Opcode::LoopAny || loop.head == Opcode::LoopAll) {
          loop.accumulated = body;
          more = more && (loop.head == Opcode::LoopAll) == (body != 0);
        } else {
          loop.accumulated += body;
        }
        if (more) {
          loop.at += loop.stride;
          at = loop.body;
        } else {
          (++top)->wide = loop.accumulated;
        }
        break;
      }

      case Opcode::ContainsAny:
        top->wide = any_part(linked, in.c, top->value.view(), stdlib::has_part);
        break;
      case Opcode::StartsWithAny:
        top->wide = any_part(linked, in.c, top->value.view(),
                             [](auto text, auto part) { return text.starts_with(part); });
        break;
      case Opcode::EndsWithAny:
        top->wide = any_part(linked, in.c, top->value.view(),
                             [](auto text, auto part) { return text.ends_with(part); });
        break;
      case Opcode::HasPlaces:
        ++top;
        top->wide = top[-1].value.size >= in.b ? 1 : 0;
        break;
      case Opcode::InPlace:
        if (top->wide != 0) top->wide = in_place(linked, in, top[-1].value) ? 1 : 0;
        break;
      case Opcode::DropList:
        --top;
        top->wide = top[1].wide;
        break;
    }
  }
  return *top;
}
// NOLINTEND(readability-function-size,clang-analyzer-core.*)

}  // namespace remit::vm
