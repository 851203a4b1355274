// Layers, policies and items in the listing of an image.
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/answer/listing.h"

namespace remit::vm {

namespace {

std::string_view word(VerdictClass verdict) {
  switch (verdict) {
    case VerdictClass::None: return "none";
    case VerdictClass::Permit: return "permit";
    case VerdictClass::Queue: return "queue";
    case VerdictClass::Escalate: return "escalate";
    case VerdictClass::Deny: return "deny";
  }
  return {};
}

std::string duty_text(const Listed& listed, const DutyRow& duty) {
  std::string word(spelling(duty.kind));
  switch (parameter_of(duty.kind)) {
    case DutyParameter::None: return word;
    case DutyParameter::Level:
      return word + ' ' +
             (duty.value >= 0 && duty.value < std::int64_t{std::size(kLogLevelNames)}
                  ? std::string(kLogLevelNames[duty.value])
                  : std::to_string(duty.value));
    case DutyParameter::Channel: return word + ' ' + shown_ordinal(listed, "channel", duty.value);
    case DutyParameter::Name: return word + ' ' + shown_name(listed, duty.name);
    case DutyParameter::Time: return word + ' ' + stdlib::format_duration(duty.value);
  }
  return word;
}

// `2 of finance_manager`
std::string party_text(const Listed& listed, const PartyRow& party) {
  std::string text = std::to_string(party.need) + " of";
  for (const SeatRow& seat : listed.image.rows(party.seats))
    text += (&seat == &listed.image.rows(party.seats).front() ? " " : " or ") +
            shown_seat(listed, seat);
  return text;
}

// Text and values by turns.
void append_template(const Listed& listed, ToolId tool, TemplateId id, std::string_view label,
                     std::string& text) {
  if (id == kNoTemplate) return;
  for (const TemplatePieceRow& piece : listed.image.rows(listed.image[id].pieces)) {
    if (piece.text != kNoString) append_fact(label, stdlib::quote(listed.text(piece.text)), text);
    append_code(listed, tool, piece.code, label, piece.quoted != 0 ? "{}, quoted" : "{}", text);
  }
}

// Who must agree, and what must be done besides.
void append_terms(const Listed& listed, const ItemRow& item, std::string& text) {
  const Image& image = listed.image;
  if (item.expires_ms != kNever) append_fact("expires", shown_time(item.expires_ms), text);
  if (item.within_ms != 0) append_fact("within", stdlib::format_duration(item.within_ms), text);
  for (const PartyRow& party : image.rows(item.parties))
    append_fact("party", party_text(listed, party), text);
  for (const DutyRow& duty : image.rows(item.duties))
    append_fact("duty", duty_text(listed, duty), text);
  for (const ItemId target : image.rows(item.overrides))
    append_fact("lifts", shown_item(listed, target), text);
  if (item.requirement != Hash{}) append_fact("requirement", shown_hash(item.requirement), text);
}

void append_item(const Listed& listed, ItemId id, std::string& text) {
  const Image& image = listed.image;
  const ItemRow& item = image[id];
  const ToolId tool = image.scope_tools[item.scope.first];
  text += std::string(spelling(item.kind)) + ' ' + shown_item(listed, id) + '\n';
  for (const ToolId tool : image.rows(item.scope))
    append_fact("on", shown_tool(listed, tool), text);
  append_fact(item.kind == ItemKind::Assert ? "forbids" : "verdict", word(item.verdict), text);
  if (item.shadow != 0) append_fact("shadow", "yes", text);
  append_terms(listed, item, text);
  append_template(listed, tool, item.because, "because", text);
  append_template(listed, tool, item.advise, "advise", text);
  append_code(listed, tool, item.when, "when", {}, text);
  append_code(listed, tool, item.unless, "unless", {}, text);
  if (item.detail != kNoRow) append_detail(listed, id, tool, text);
}

void append_policy(const Listed& listed, const PolicyRow& policy, std::string& text) {
  text += "policy " + shown_name(listed, policy.name) + '\n';
  append_fact("layer", shown_name(listed, listed.image[policy.layer].name), text);
  append_fact("items", std::to_string(policy.items.count), text);
  append_code(listed, {}, policy.applies, "applies when", {}, text);
}

}  // namespace

void append_policies(const Listed& listed, std::string& text) {
  const Image& image = listed.image;
  for (const LayerRow& layer : image.layers) {
    text += "layer " + shown_name(listed, layer.name) +
            (layer.guards_only != 0 ? ", guards only" : "") +
            (layer.machine != 0 ? ", machine" : "") + '\n';
    append_fact("policies", std::to_string(layer.policies.count), text);
    for (std::uint32_t p = 0; p < layer.policies.count; ++p) {
      const PolicyRow& policy = image.rows(layer.policies)[p];
      append_policy(listed, policy, text);
      for (std::uint32_t i = 0; i < policy.items.count; ++i)
        append_item(listed, static_cast<ItemId>(policy.items.first + i), text);
    }
  }
}

}  // namespace remit::vm
