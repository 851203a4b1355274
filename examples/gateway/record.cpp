#include "examples/gateway/record.h"

#include <algorithm>
#include <charconv>

#include <simdjson.h>
#include <nlohmann/json.hpp>

namespace gateway {
namespace {

using Json = nlohmann::json;

// A duration as the engine writes it: one number, one unit.
std::int64_t duration_ms(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return 0;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit == "ms") return number;
  if (unit == "s") return number * 1000;
  if (unit == "m") return number * 60'000;
  if (unit == "h") return number * 3'600'000;
  if (unit == "d") return number * 86'400'000;
  return 0;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

// Not parsed and written again: the host executes exactly what was decided.
std::string raw_execute(const std::string& record) {
  const simdjson::padded_string text(record);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object execute;
  std::string_view raw;
  if (parser.iterate(text).get(document) != simdjson::SUCCESS ||
      document["execute"].get_object().get(execute) != simdjson::SUCCESS ||
      execute.raw_json().get(raw) != simdjson::SUCCESS) {
    return {};
  }
  return std::string(raw);
}

}  // namespace

Record read_record(const remit::Engine& engine, remit::Facts& facts,
                   const remit::Decision& decision) {
  Record record;
  const auto text = engine.record(facts, decision);
  const auto explanation = engine.explain(facts, decision);
  if (!text || !explanation) {
    record.reason = remit::code(text ? explanation.error() : text.error());
    return record;
  }
  const auto explained = [&](const std::string& name) {
    const auto found = std::ranges::find(explanation->items, name, &remit::ItemExplanation::name);
    return found == explanation->items.end() ? remit::ItemExplanation{} : *found;
  };
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return record;
  record.reason = text_of(json["fault"]);
  if (const std::string at = text_of(json["at"]); !at.empty()) record.reason += " at " + at;
  if (record.reason.empty() && !json["by"].empty()) record.reason = text_of(json["by"][0]);
  record.advise = explained(record.reason).advise;
  record.execute = raw_execute(*text);
  for (const Json& item : json["awaiting"]) {
    record.awaiting.push_back({.item = text_of(item["item"]),
                               .verdict = text_of(item["verdict"]),
                               .digest = text_of(json["digest"]),
                               .requirement = text_of(item["requirement"]),
                               .parties = item["parties"].dump(),
                               .because = explained(text_of(item["item"])).because,
                               .within_ms = duration_ms(text_of(item["within"]))});
  }
  for (const remit::ItemExplanation& item : explanation->items) {
    record.refused = record.refused || item.answer == "refused";
    record.expired = record.expired || item.answer == "expired";
  }
  for (const Json& channel : json["duties"]["notify"]) record.notify.push_back(text_of(channel));
  return record;
}

std::string reason_of(const Reserved& reserved) {
  switch (reserved.outcome) {
    case ReserveOutcome::Reserved: return "gateway.reserved";
    case ReserveOutcome::LimitPassed: return "gateway.limit_passed " + reserved.what;
    case ReserveOutcome::ApprovalUsed: return "gateway.approval_used " + reserved.what;
    case ReserveOutcome::OtherTerms: return "gateway.in_progress";
    case ReserveOutcome::AlreadyBegan: return "gateway.already_began";
  }
  return "gateway.not_reserved";
}

std::string reason_of(const Begun& begun) {
  switch (begun.outcome) {
    case BeginOutcome::Began: return "gateway.began";
    case BeginOutcome::LeasePassed: return "gateway.lease_passed";
    case BeginOutcome::NotReserved: return "gateway.not_reserved";
    case BeginOutcome::AlreadyBegan: return "gateway.already_began";
    case BeginOutcome::Refused: return "gateway.refused";
    case BeginOutcome::Expired: return "gateway.expired";
  }
  return "gateway.not_reserved";
}

remit::Approval approval_of(const Answer& answer) {
  return {.id = answer.id,
          .by = answer.by,
          .kind = "human",
          .tenant = answer.tenant,
          .role = answer.role,
          .granted = answer.granted,
          .digest = answer.digest,
          .requirement = answer.requirement,
          .cost_micros = answer.cost_micros,
          .asked_at_ms = answer.asked_at_ms,
          .at_ms = answer.at_ms,
          .expires_ms = answer.expires_ms};
}

}  // namespace gateway
