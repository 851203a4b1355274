#include "cli/replay_against.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <remit/meter.h>
#include "stdlib/json_scan.h"
#include "stdlib/money.h"
#include "stdlib/text.h"
#include "vm/engine/state.h"

namespace remit::cli {

namespace {

using stdlib::json_member;
using stdlib::JsonParts;
using Kinds = std::pair<int, int>;

constexpr std::size_t kShownMax = 10;
constexpr std::string_view kKinds[] = {"permit", "queue", "escalate", "deny", "invalid"};

std::string text_of(std::string_view token) {
  return stdlib::json_unescaped(token).value_or(std::string());
}

// Its place in kKinds. What no engine writes is as strict as can be.
int strictness(std::string_view kind) {
  const auto place = std::ranges::find(kKinds, kind) - std::begin(kKinds);
  return static_cast<int>(std::min<std::ptrdiff_t>(place, std::ssize(kKinds) - 1));
}

Answer answer_of(std::string_view record) {
  Answer answer{text_of(json_member(record, "verdict")), {}};
  const std::string fault = text_of(json_member(record, "fault"));
  if (fault == code(Fault::InvalidRequest) || fault == code(Fault::UnknownTool) ||
      fault == code(Fault::MissingFact))
    answer.kind = "invalid";
  if (!fault.empty()) {
    const std::string at = text_of(json_member(record, "at"));
    answer.by = at.empty() ? fault : fault + " at " + at;
    return answer;
  }
  JsonParts items(json_member(record, "by"));
  while (const auto item = items.next())
    answer.by += (answer.by.empty() ? "" : ", ") + text_of(item->value);
  return answer;
}

// Whether two records say the same but for what names the image, and a digest that is not known.
bool same_but_image(std::string_view one, std::string_view other, bool digest_known) {
  JsonParts ones(one), others(other);
  for (;;) {
    const auto a = ones.next(), b = others.next();
    if (!a || !b) return !a && !b;
    const bool skipped = a->key == "image" || a->key == "edition" || a->key == "semantics" ||
                         (a->key == "digest" && !digest_known);
    if (a->key != b->key || (a->value != b->value && !skipped)) return false;
  }
}

// Entries by count, the largest first, of equal ones by name.
template <typename Key>
std::vector<std::pair<Key, std::uint64_t>> largest_first(
    const std::map<Key, std::uint64_t>& counts) {
  std::vector<std::pair<Key, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::greater{}, [](const auto& entry) { return entry.second; });
  return sorted;
}

}  // namespace

AgainstReport::AgainstReport(Replay& replay) : replay_(replay) {
  currency_ =
      EngineAccess::state(replay.engine()).linked->program.image().default_currency().text();
}

void AgainstReport::add(const LogLine& line) {
  const auto record = replay_.decide(line);
  bool digest_known = true, known = record.has_value();
  for (const ReplayGap& gap : replay_.gaps()) {
    if (gap.part == "digest") digest_known = false;
    if (gap.part != "verdict") continue;
    known = false;
    for (const std::string& reader : gap.readers)
      ++gaps_[fmt::format("{} is withheld, and {} reads it", gap.fact, reader)];
  }
  if (!known) {
    ++unknown_;
    if (!record) ++gaps_["the request is not in the log"];
    return;
  }
  const Answer before = answer_of(line.decision), after = answer_of(*record);
  if (before.kind == after.kind) {
    const bool same = same_but_image(line.decision, *record, digest_known);
    ++(same ? same_ : reasons_);
    return;
  }
  ++(after.kind == "invalid" ? newly_invalid_ : verdicts_);
  Change& change = changes_[{strictness(before.kind), strictness(after.kind)}];
  ++change.count;
  ++change.by[{before.by, after.by}];
  const std::string tenant = text_of(json_member(json_member(line.request, "tenant"), "id"));
  ++change.tenants[tenant.empty() ? std::string(kUnknown) : tenant];
  add_money(line, change);
}

void AgainstReport::add_money(const LogLine& line, Change& change) const {
  const std::string cost = text_of(json_member(json_member(line.request, "spend"), "cost"));
  if (const auto micros = stdlib::parse_money(cost, currency_))
    change.money["spend.cost"] += *micros;
  // What the calls themselves move: of a request that no longer decodes it is not known.
  const std::string tool = text_of(json_member(line.request, "tool"));
  if (replay_.decision().fault() != Fault::InvalidRequest) {
    for (const auto& [path, micros] : replay_.money()) {
      if (path.starts_with("args.")) change.money[fmt::format("{} {}", tool, path)] += micros;
    }
  }
  // What the decision in the log reserved.
  JsonParts reserved(json_member(line.decision, "reserve"));
  while (const auto entry = reserved.next()) {
    const std::string amount = text_of(json_member(entry->value, "amount"));
    if (const auto micros = stdlib::parse_money(amount, currency_))
      change.money["reserved of " + text_of(json_member(entry->value, "limit"))] += *micros;
  }
}

std::string AgainstReport::money_text(Wide micros) const {
  if (micros >= INT64_MIN && micros <= INT64_MAX)
    return stdlib::format_money(static_cast<std::int64_t>(micros), currency_);
  return "more than " + stdlib::format_money(INT64_MAX, currency_);
}

void AgainstReport::print_change(const Kinds& kinds, const Change& change, Console& console) const {
  const auto& [before, after] = kinds;
  console.out(console.styled(fmt::format("{} → {}", kKinds[before], kKinds[after]),
                             after < before ? Style::Red : Style::Yellow) +
              fmt::format("   {}\n", change.count));
  const auto list = [&](const auto& entries, auto&& show) {
    const auto sorted = largest_first(entries);
    for (std::size_t i = 0; i < sorted.size() && i < kShownMax; ++i)
      console.out(
          fmt::format("  {:>8}  {}\n", sorted[i].second, stdlib::printable(show(sorted[i].first))));
    if (sorted.size() > kShownMax)
      console.out(fmt::format("            and {} more\n", sorted.size() - kShownMax));
  };
  list(change.by, [](const auto& by) { return by.first + " → " + by.second; });
  list(change.tenants, [](const std::string& tenant) { return "tenant " + tenant; });
  for (const auto& [what, micros] : change.money)
    console.out(fmt::format("            {} {}\n", stdlib::printable(what), money_text(micros)));
}

void AgainstReport::print(Console& console) const {
  console.out(fmt::format(
      "{} decided again with sha256:{}: {} the same, {} with the same verdict for other reasons or "
      "terms, {} with another verdict, {} newly invalid\n",
      stdlib::counted(decided(), "request"), replay_.engine().image_hash().substr(0, 12), same_,
      reasons_, verdicts_, newly_invalid_));
  for (const auto& [kinds, change] : changes_) print_change(kinds, change, console);
  if (unknown_ == 0) return;
  console.out(fmt::format("not known   {}\n", unknown_));
  for (const auto& [why, count] : gaps_) console.out(fmt::format("  {:>8}  {}\n", count, why));
}

void AgainstReport::write(nlohmann::ordered_json& json) const {
  using Json = nlohmann::ordered_json;
  Json changes = Json::array();
  for (const auto& [kinds, change] : changes_) {
    Json by = Json::array(), tenants = Json::object(), money = Json::object();
    for (const auto& [items, count] : largest_first(change.by))
      by.push_back({{"before", items.first}, {"after", items.second}, {"count", count}});
    for (const auto& [tenant, count] : largest_first(change.tenants)) tenants[tenant] = count;
    for (const auto& [what, micros] : change.money) money[what] = money_text(micros);
    changes.push_back({{"before", kKinds[kinds.first]},
                       {"after", kKinds[kinds.second]},
                       {"count", change.count},
                       {"by", by},
                       {"tenants", tenants},
                       {"money", money}});
  }
  json["image"] = replay_.engine().image_hash();
  json["same"] = same_;
  json["same_verdict"] = reasons_;
  json["other_verdict"] = verdicts_;
  json["newly_invalid"] = newly_invalid_;
  json["not_known"] = unknown_;
  json["changes"] = changes;
  json["why_not_known"] = gaps_;
}

}  // namespace remit::cli
