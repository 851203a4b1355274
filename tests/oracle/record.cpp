#include "tests/oracle/record.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "tests/oracle/match.h"

namespace remit::oracle {

using nlohmann::json;

namespace {

// In the largest unit that divides it.
std::string duration_text(std::int64_t ms) {
  if (ms == 0) return "0s";
  if (ms % 86'400'000 == 0) return std::to_string(ms / 86'400'000) + "d";
  if (ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
  if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

// `2026-11-20T09:30:00.001Z`, at most the last moment of the year 9999.
std::string moment_text(Wide ms) {
  const auto moment = static_cast<std::int64_t>(std::min<Wide>(ms, 253'402'300'799'999));
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(moment)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + 'Z';
}

// `USD 12.50`, 2 to 6 decimals.
std::string money_text(std::string_view currency, std::int64_t micros) {
  const std::uint64_t size =
      micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  std::string fraction = std::to_string(1'000'000 + size % 1'000'000).substr(1);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return (micros < 0 ? "-" : "") + std::string(currency) + ' ' + std::to_string(size / 1'000'000) +
         '.' + fraction;
}

json amount(const compiler::TypedBundle& bundle, TypeKind kind, Wide wide) {
  const auto value = static_cast<std::int64_t>(wide);
  if (kind == TypeKind::Money) return money_text(bundle.currency, value);
  if (kind == TypeKind::Duration) return duration_text(value);
  return value;
}

json awaiting(const Answer& answer, const Hashes& hashes) {
  json list = json::array();
  for (const AwaitedItem& item : answer.awaiting) {
    json parties = json::array();
    for (const Party& party : item.parties)
      parties.push_back({{"role", party.role}, {"need", party.need}, {"have", party.have}});
    list.push_back({{"item", item.item},
                    {"verdict", name(item.verdict)},
                    {"requirement", hashes.requirements.at(item.item)},
                    {"parties", std::move(parties)},
                    {"within", duration_text(item.within_ms)},
                    {"deadline", item.deadline ? json(moment_text(*item.deadline)) : json()}});
  }
  return list;
}

json duties_of(const Duties& duties) {
  return {
      {"log", duties.log ? json(kLogLevelNames[static_cast<std::size_t>(*duties.log)]) : json()},
      {"notify", duties.notify},
      {"redact", duties.redact},
      {"dry_run", duties.dry_run},
      {"snapshot", duties.snapshot},
      {"step_up", duties.step_up},
      {"delay", duration_text(duties.delay_ms)}};
}

std::string window_text(const LimitKey& counter) {
  switch (counter.window) {
    case Window::Sliding: return duration_text(counter.window_ms);
    case Window::Day: return "calendar day";
    case Window::Week: return "calendar week";
    case Window::Month: return "calendar month";
    case Window::Year: return "calendar year";
    case Window::Ever: return "ever";
  }
  return {};
}

json reserve(const compiler::TypedBundle& bundle, const Answer& answer) {
  json list = json::array();
  for (const ReserveLine& line : answer.reserve) {
    const LimitKey& counter = line.counter;
    list.push_back({{"limit", counter.limit},
                    {"key", json::parse(counter.key)},
                    {"amount", amount(bundle, counter.kind, line.amount)},
                    {"max", line.max ? amount(bundle, counter.kind, *line.max) : json()},
                    {"window", window_text(counter)}});
  }
  return list;
}

}  // namespace

json decision_record(const compiler::TypedBundle& bundle, const Request& request,
                     const Hashes& hashes, const Answer& answer) {
  const bool undecided = answer.fault == Fault::Halted || answer.fault == Fault::MissingFact;
  const bool waits = answer.verdict == Verdict::Queue || answer.verdict == Verdict::Escalate;
  json record;
  record["verdict"] = name(answer.verdict);
  record["fault"] = answer.fault == Fault::None ? json() : json(code(answer.fault));
  record["at"] = answer.at.empty() ? json() : json(answer.at);
  record["by"] = answer.by;
  record["alarm"] = answer.verdict == Verdict::Escalate || answer.fault == Fault::Assert;
  record["awaiting"] = awaiting(answer, hashes);
  record["duties"] = duties_of(answer.duties);
  record["reserve"] = reserve(bundle, answer);
  record["consume"] = answer.consume;
  for (const char* member : {"reads", "call", "digest"}) record[member] = nullptr;
  if (undecided) return record;
  const compiler::ToolInfo& tool = bundle.tools[static_cast<std::size_t>(request.tool)];
  const auto classes = std::ranges::find(bundle.enums, "class", &compiler::EnumInfo::name);
  record["reads"] = classes->values[tool.reads].wire_name;
  record["call"] = engine_fact(bundle, request, "call", "id").text;
  if (waits || !request.approvals.empty()) record["digest"] = hashes.digest;
  return record;
}

}  // namespace remit::oracle
