#include "tests/images/mutator/mutation_tally.h"

#include <algorithm>

#include <fmt/format.h>

#include "vm/image/load_fault.h"

namespace remit::images {

namespace {

// Faults that no rows can have, with the reason.
struct Exempt {
  LoadFault fault;
  const char* reason;
};
constexpr Exempt kExempt[] = {
    {LoadFault::TooLarge, "asked of the file's size, which the host chooses"},
    {LoadFault::Truncated, "the container: rows are written whole"},
    {LoadFault::BadMagic, "the container"},
    {LoadFault::BadLength, "the container"},
    {LoadFault::BadHash, "the container: the hash is of what was written"},
    {LoadFault::BadTrailer, "the container"},
    {LoadFault::Unsigned, "nobody asks for a signature"},
    {LoadFault::BadSignature, "nobody asks for a signature"},
    {LoadFault::UnknownFormat, "the container"},
    {LoadFault::UnknownEdition, "the container"},
    {LoadFault::UnknownSemantics, "the container"},
    {LoadFault::UnknownFlag, "the container"},
    {LoadFault::BadSection, "the container: the directory is of what was written"},
    {LoadFault::NotCanonical, "the container: what is written is canonical"},
    {LoadFault::BadSeal, "the container"},
    {LoadFault::BadDebug, "the container: the hash is of what was written"},
    {LoadFault::UnknownKey, "nobody asks for a signature"},
    {LoadFault::BadKey, "the host trusts no key"},
    {LoadFault::NoMemory, "the machine has some"},
    {LoadFault::DevImage, "the host asks for nothing"},
    {LoadFault::OldVersion, "the host asks for nothing"},
    {LoadFault::Expired, "the host asks for nothing"},
    {LoadFault::MissingPolicy, "the host asks for nothing"},
    {LoadFault::UnregisteredDuty, "the host asks for nothing"},
    {LoadFault::MeterTooLarge, "the host asks for nothing"},
    {LoadFault::PatternsTooLarge, "takes hundreds of patterns at once"},
};

constexpr LoadFault kFaults[] = {
#define REMIT_LOAD_FAULT(name, code, sentence) LoadFault::name,
#include <remit/load_faults.def>
#undef REMIT_LOAD_FAULT
};

// In percent of the images.
constexpr double kAcceptedMin = 5, kAcceptedMinOfMutation = 1;

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void MutationTally::count(const vm::Image& image, const std::vector<Step>& steps,
                          const std::string& fault) {
  const bool accepted = fault.empty();
  const auto add = [accepted](Share& share) {
    ++share.all;
    share.accepted += accepted ? 1 : 0;
  };
  add(images_);
  for (const Step& step : steps)
    if (step.applied) add(mutations_[static_cast<std::size_t>(step.mutation)]);
  if (!accepted) {
    ++faults_[fault];
    return;
  }
  std::array<bool, vm::kOpcodeCount> seen{};
  for (const vm::Instruction& in : image.code) seen[static_cast<std::size_t>(in.opcode)] = true;
  for (std::size_t i = 0; i < seen.size(); ++i) opcodes_[i] += seen[i] ? 1 : 0;
}

void MutationTally::add(const MutationTally& other) {
  const auto add = [](Share& to, const Share& from) {
    to.all += from.all;
    to.accepted += from.accepted;
  };
  add(images_, other.images_);
  for (std::size_t i = 0; i < mutations_.size(); ++i) add(mutations_[i], other.mutations_[i]);
  for (const auto& [fault, count] : other.faults_) faults_[fault] += count;
  for (std::size_t i = 0; i < opcodes_.size(); ++i) opcodes_[i] += other.opcodes_[i];
  exercised.requests += other.exercised.requests;
  exercised.evaluated += other.exercised.evaluated;
  exercised.permits += other.exercised.permits;
  exercised.waits += other.exercised.waits;
  exercised.denials += other.exercised.denials;
}

std::vector<std::string> MutationTally::problems() const {
  std::vector<std::string> problems;
  if (percent(images_.accepted, images_.all) < kAcceptedMin)
    problems.push_back("too few images are accepted");
  for (std::size_t i = 0; i < mutations_.size(); ++i) {
    const Share& share = mutations_[i];
    if (percent(share.accepted, share.all) < kAcceptedMinOfMutation)
      problems.push_back(fmt::format("{} is accepted in {} of {}", name(static_cast<Mutation>(i)),
                                     share.accepted, share.all));
  }
  for (const LoadFault fault : kFaults) {
    const bool exempt = std::ranges::find(kExempt, fault, &Exempt::fault) != std::end(kExempt);
    if (!exempt && !faults_.contains(std::string(code(fault))))
      problems.push_back(fmt::format("{} was not seen", code(fault)));
  }
  for (std::size_t i = 0; i < opcodes_.size(); ++i) {
    if (opcodes_[i] == 0)
      problems.push_back(
          fmt::format("{} was in no accepted image", vm::info(static_cast<vm::Opcode>(i)).name));
  }
  return problems;
}

std::string MutationTally::summary() const {
  std::string text = fmt::format(
      "{} images, {} accepted ({:.1f} %); {} requests, {} evaluated: {} permit, {} wait, {} deny\n",
      images_.all, images_.accepted, percent(images_.accepted, images_.all), exercised.requests,
      exercised.evaluated, exercised.permits, exercised.waits, exercised.denials);
  for (std::size_t i = 0; i < mutations_.size(); ++i) {
    text += fmt::format("  {:14} {:7} of {:7} accepted ({:.1f} %)\n",
                        name(static_cast<Mutation>(i)), mutations_[i].accepted, mutations_[i].all,
                        percent(mutations_[i].accepted, mutations_[i].all));
  }
  for (const auto& [fault, count] : faults_) text += fmt::format("  {:24} {}\n", fault, count);
  const auto rarest = std::ranges::min_element(opcodes_);
  return text + fmt::format("  rarest opcode {} in {} accepted images\n",
                            vm::info(static_cast<vm::Opcode>(rarest - opcodes_.begin())).name,
                            *rarest);
}

}  // namespace remit::images
