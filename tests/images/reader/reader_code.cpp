#include "tests/images/reader/reader_code.h"

#include <algorithm>
#include <map>

namespace remit::images {

using vm::Opcode;

namespace {

thread_local std::vector<std::uint64_t> run_counts(vm::kOpcodeCount);

const Datum kAbsent{.absent = true, .number = 0, .text = {}, .items = {}};

}  // namespace

const std::vector<std::uint64_t>& instructions_run() { return run_counts; }

CodeReader::CodeReader(const vm::Image& image, const Request& request)
    : image_(image), request_(request) {
  const vm::ToolRow& tool = image.tools[request.tool];
  const auto put = [&](vm::ToolSlot slot, Wide value) {
    slots_[static_cast<std::uint32_t>(slot)].number = value;
  };
  put(vm::ToolSlot::Name, static_cast<Wide>(request.tool));
  put(vm::ToolSlot::Effect, tool.effect);
  put(vm::ToolSlot::Reads, tool.reads);
  put(vm::ToolSlot::Clearance, tool.clearance);
  if (tool.undo_ms >= 0) put(vm::ToolSlot::Undo, tool.undo_ms);
  std::uint32_t next = vm::kFirstHostSlot;
  for (std::size_t r = 0; r < image.roots.size(); ++r) {
    for (std::uint32_t f = 0; f < image.roots[r].fields.count; ++f)
      next = unfold(image.rows(image.roots[r].fields)[f], request.roots[r][f], next, slots_);
  }
  for (std::uint32_t a = 0; a < tool.args.count; ++a) {
    const vm::FieldRow& field = image.rows(tool.args)[a];
    unfold(field, request.args[a], field.slot, slots_);
  }
}

std::uint32_t CodeReader::unfold(const vm::FieldRow& field, const Datum& value, std::uint32_t slot,
                                 std::map<std::uint32_t, Datum>& into) const {
  const vm::TypeRow& type = image_[field.type];
  if (!value.absent) into[slot] = value;
  std::uint32_t next = slot + 1;
  if (type.kind == TypeKind::Record) {
    const vm::RangeOf<vm::FieldRow> fields = image_.record_of(type).fields;
    for (std::uint32_t f = 0; f < fields.count; ++f) {
      const bool there = !value.absent && f < value.items.size();
      next = unfold(image_.rows(fields)[f], there ? value.items[f] : kAbsent, next, into);
    }
  } else if (is_collection(type.kind) && image_.element_of(type).kind == TypeKind::Record &&
             !value.absent) {
    // The elements of a list of records become their fields, one after another.
    vm::FieldRow element;
    element.type = static_cast<vm::TypeId>(type.ref);
    for (Datum& row : into[slot].items) {
      std::map<std::uint32_t, Datum> fields;
      const std::uint32_t end = unfold(element, row, 0, fields);
      row.items.assign(end - 1, kAbsent);
      for (auto& [at, datum] : fields)
        if (at > 0) row.items[at - 1] = datum;
    }
  }
  return next;
}

Datum CodeReader::pop() {
  if (stack_.empty()) throw Untrue("a value is taken from an empty stack");
  Datum datum = std::move(stack_.back());
  stack_.pop_back();
  return datum;
}

void CodeReader::push_number(Wide value) {
  constexpr Wide kMax = ~(Wide{1} << 127);
  if (value == -kMax - 1) throw Untrue("a number leaves its range");
  Datum datum;
  datum.number = value;
  push(std::move(datum));
}

// ---- constants and facts

Datum CodeReader::set(std::uint32_t row) const {
  const vm::SetRow& set = image_.sets[row];
  Datum datum;
  for (const std::int64_t element : image_.rows(set.elements)) {
    Datum& made = datum.items.emplace_back();
    if (set.element == vm::ElementKind::Integer)
      made.number = element;
    else
      made.text = image_[vm::string_of(element)];
  }
  return datum;
}

void CodeReader::push_constant(const vm::Instruction& in) {
  Datum datum;
  if (in.opcode == Opcode::PushBool) datum.number = in.a;
  if (in.opcode == Opcode::PushInteger) datum.number = image_.integers[in.c];
  if (in.opcode == Opcode::PushText || in.opcode == Opcode::PushCidr)
    datum.text = image_.strings[in.c];
  if (in.opcode == Opcode::PushSet) datum = set(in.c);
  push(std::move(datum));
}

void CodeReader::push_fact(const vm::Instruction& in) {
  if (in.opcode == Opcode::Has) return push_truth(slots_.contains(in.c));
  if (in.opcode == Opcode::Load) {
    const auto found = slots_.find(in.c);
    if (found == slots_.end()) throw Untrue("an absent fact is read");
    return push(found->second);
  }
  if (in.opcode == Opcode::LoadUsed) {
    const auto found = request_.counters.find(in.c);
    if (found == request_.counters.end()) throw Untrue("an absent counter is read");
    return push_number(found->second);
  }
  if (element_ == nullptr) throw Untrue("an element outside a loop");
  // A list of records was unfolded; an element of another collection is its own field 0.
  const bool record = !element_->items.empty();
  if (!record && in.c != 0) throw Untrue("a field of a scalar");
  if (record && in.c >= element_->items.size()) throw Untrue("a field that is not there");
  const Datum& field = record ? element_->items[in.c] : *element_;
  if (in.opcode == Opcode::HasElement) return push_truth(!field.absent);
  if (field.absent) throw Untrue("an absent field is read");
  push(field);
}

// ---- ways

std::uint32_t CodeReader::branch(const vm::Instruction& in, std::uint32_t next) {
  if (in.opcode == Opcode::Jump) return in.c;
  if (in.opcode == Opcode::JumpUnless) return pop().number == 0 ? in.c : next;
  // The value that jumps stays.
  const Datum top = pop();
  if ((top.number != 0) != (in.opcode == Opcode::JumpIfTrue)) return next;
  push(top);
  return in.c;
}

std::uint32_t CodeReader::loop(vm::CodeRange code, std::uint32_t at) {
  const vm::Instruction& head = image_.rows(code)[at];
  const Datum collection = pop();
  if (element_ != nullptr) throw Untrue("a loop in a loop");
  Wide sum = 0;
  bool any = false, all = true;
  for (const Datum& element : collection.items) {
    element_ = &element;
    std::vector<Datum> outer;
    std::swap(outer, stack_);
    run(code, at + 1, head.c - 1);
    const Wide body = pop().number;
    if (!stack_.empty()) throw Untrue("a loop leaves more than a value");
    std::swap(outer, stack_);
    any = any || body != 0;
    all = all && body != 0;
    if (__builtin_add_overflow(sum, body, &sum)) throw Untrue("a sum leaves its range");
    // What decides ends the loop: the rest need not be readable.
    if ((head.opcode == Opcode::LoopAny && any) || (head.opcode == Opcode::LoopAll && !all)) break;
  }
  element_ = nullptr;
  if (head.opcode == Opcode::LoopAny) push_truth(any);
  if (head.opcode == Opcode::LoopAll) push_truth(all);
  if (head.opcode == Opcode::LoopCount || head.opcode == Opcode::LoopSum) push_number(sum);
  return head.c;
}

// Gives the instruction that comes next.
std::uint32_t CodeReader::step(vm::CodeRange code, std::uint32_t at) {
  const vm::Instruction& in = image_.rows(code)[at];
  ++run_counts[static_cast<std::size_t>(in.opcode)];
  switch (in.opcode) {
    case Opcode::PushBool:
    case Opcode::PushInteger:
    case Opcode::PushText:
    case Opcode::PushCidr:
    case Opcode::PushSet: push_constant(in); break;
    case Opcode::Load:
    case Opcode::LoadElement:
    case Opcode::Has:
    case Opcode::HasElement:
    case Opcode::LoadUsed: push_fact(in); break;
    case Opcode::PushApproved:
    case Opcode::MakeSet:
    case Opcode::Size:
    case Opcode::EmailDomain:
    case Opcode::UrlHost:
    case Opcode::UrlScheme: derive(in); break;
    case Opcode::Not:
    case Opcode::Add:
    case Opcode::Subtract:
    case Opcode::Multiply:
    case Opcode::Percent:
    case Opcode::Scale: calculate(in); break;
    case Opcode::Equal:
    case Opcode::NotEqual:
    case Opcode::Less:
    case Opcode::LessEqual:
    case Opcode::Greater:
    case Opcode::GreaterEqual:
    case Opcode::InRange:
    case Opcode::TextEqual:
    case Opcode::TextNotEqual: compare(in); break;
    case Opcode::Matches:
    case Opcode::Case: test(in); break;
    case Opcode::ContainsInteger:
    case Opcode::ContainsText:
    case Opcode::OverlapsInteger:
    case Opcode::OverlapsText:
    case Opcode::SubsetInteger:
    case Opcode::SubsetText:
    case Opcode::UnderHost:
    case Opcode::UnderPath:
    case Opcode::UnderIp:
    case Opcode::UnderAnyHost:
    case Opcode::UnderAnyPath:
    case Opcode::UnderAnyIp: relate(in); break;
    case Opcode::Drop:
    case Opcode::LastCase: static_cast<void>(pop()); break;
    case Opcode::JumpIfFalse:
    case Opcode::JumpIfTrue:
    case Opcode::JumpUnless:
    case Opcode::Jump: return branch(in, at + 1);
    case Opcode::LoopAny:
    case Opcode::LoopAll:
    case Opcode::LoopCount:
    case Opcode::LoopSum: return loop(code, at);
    case Opcode::LoopEnd: throw Untrue("a loop ends that did not begin");
    case Opcode::ContainsAny:
    case Opcode::StartsWithAny:
    case Opcode::EndsWithAny: look_for(in); break;
    case Opcode::HasPlaces:
    case Opcode::InPlace:
    case Opcode::DropList: take_places(in); break;
  }
  return at + 1;
}

// From one instruction until another, which a jump may reach and not pass.
void CodeReader::run(vm::CodeRange code, std::uint32_t from, std::uint32_t until) {
  while (from < until) from = step(code, from);
  if (from != until) throw Untrue("a jump out of its code");
}

Datum CodeReader::value(vm::CodeRange code) {
  stack_.clear();
  element_ = nullptr;
  run(code, 0, code.count);
  Datum result = pop();
  if (!stack_.empty()) throw Untrue("code leaves more than a value");
  return result;
}

bool CodeReader::holds(vm::CodeRange code, bool otherwise) {
  return code.count == 0 ? otherwise : value(code).number != 0;
}

}  // namespace remit::images
