// `remit why BUNDLE --log FILE --line N`

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <remit/replay.h>
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "cli/log_file.h"
#include "cli/why.h"

namespace remit::cli {

namespace {

constexpr std::size_t kLogKeyBytes = 32;

int refuse(Console& console, std::string_view message, int code = kUsage) {
  console.error(message);
  return code;
}

// The text of line `wanted`, or of the only line if that is 0.
std::expected<std::string, int> line_of(LogReader& log, std::uint64_t wanted, Console& console) {
  std::string text;
  std::uint64_t number = 0;
  while (const auto line = log.next()) {
    ++number;
    if (wanted == 0 && number == 2)
      return std::unexpected(refuse(console, "the log has several lines; give `--line N`"));
    if (wanted == 0 || number == wanted) text = line->text;
    if (number == wanted) return text;
  }
  if (log.failed())
    return std::unexpected(refuse(console, "reading the log failed before its end"));
  if (number == 0) return std::unexpected(refuse(console, "the log is empty", kNothingRan));
  if (wanted != 0)
    return std::unexpected(
        refuse(console, fmt::format("there is no line {}: the log has {}", wanted, number)));
  return text;
}

// What an explanation would have to invent.
void print_gaps(const LogLine& line, const Replay& replay, Console& console) {
  const auto record = nlohmann::ordered_json::parse(line.decision);
  if (console.json()) {
    nlohmann::ordered_json gaps = nlohmann::ordered_json::array();
    for (const ReplayGap& gap : replay.gaps())
      gaps.push_back({{"part", gap.part}, {"fact", gap.fact}, {"readers", gap.readers}});
    console.out(nlohmann::ordered_json{{"record", record}, {"withheld", gaps}}.dump() + '\n');
    return;
  }
  std::string text = record.value("verdict", std::string()) + ", as logged\n";
  for (const auto& item : record.value("by", nlohmann::ordered_json::array()))
    text += "by         " + (item.is_string() ? item.get<std::string>() : item.dump()) + '\n';
  for (const ReplayGap& gap : replay.gaps()) {
    if (gap.part == "request")
      text += line.text_hash.empty() ? "withheld   the request\n"
                                     : "not kept   the request, but for its beginning\n";
    for (const std::string& reader : gap.readers)
      text += fmt::format("withheld   {}, which {} reads\n", gap.fact, reader);
  }
  console.out(text + "An explanation needs these values.\n");
}

}  // namespace

std::expected<std::vector<std::byte>, int> read_log_key(const Arguments& arguments,
                                                        std::string_view option, Console& console) {
  if (!arguments.has(option)) return {};
  auto key = read_key(std::string(arguments.one(option)), kLogKeyBytes);
  if (!key) return std::unexpected(refuse(console, key.error()));
  return std::move(*key);
}

int run_why_logged(const Arguments& arguments, Console& console) {
  if (!arguments.has("--log") || arguments.has("REQUEST"))
    return refuse(console, "`--log FILE` takes the place of REQUEST, and `--line N` goes with it");
  std::uint64_t wanted = 0;
  const std::string_view number = arguments.one("--line");
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), wanted);
  if (arguments.has("--line") &&
      (error != std::errc() || end != number.data() + number.size() || wanted == 0))
    return refuse(console, "`--line` takes a number from 1");
  const auto key = read_log_key(arguments, "--chain-key", console);
  if (!key) return key.error();
  auto log = LogReader::open(std::string(arguments.one("--log")));
  if (!log) return refuse(console, log.error());
  const auto text = line_of(*log, wanted, console);
  if (!text) return text.error();
  const auto line = read_log_line(*text);
  if (!line)
    return refuse(console,
                  fmt::format("this is not a log line: expected {} at byte {}",
                              line.error().expected, line.error().offset),
                  kIntegrity);
  if (line->is_keyed != !key->empty())
    return refuse(console, line->is_keyed
                               ? "the chain of this log has a key; give `--chain-key FILE`"
                               : "the chain of this log has no key");
  if (log_line_hash(*line, *key) != line->hash)
    return refuse(console, "this line was changed: its hash does not match", kIntegrity);

  int exit_code = kFine;
  const auto image_key =
      arguments.has("--key") ? std::optional(arguments.one("--key")) : std::nullopt;
  auto engine = open_engine(std::string(arguments.one("BUNDLE")), image_key, console, exit_code);
  if (!engine) return exit_code;
  Replay replay(*engine);
  switch (const Replayed again = replay.compare(*line); again.result) {
    case ReplayResult::OtherImage:
      return refuse(console, fmt::format("another image made this decision; this one is sha256:{}",
                                         engine->image_hash()));
    case ReplayResult::Different:
      return refuse(console, "this bundle gives another decision; see `remit replay`", kFindings);
    case ReplayResult::InPart:
    case ReplayResult::NotRepeatable:
    case ReplayResult::Same: break;
  }
  const bool unknown = std::ranges::any_of(replay.gaps(), [](const ReplayGap& gap) {
    return gap.part == "verdict" || gap.part == "request";
  });
  if (unknown)
    print_gaps(*line, replay, console);
  else
    print_why(*engine, replay.facts(), replay.decision(), console);
  return kFine;
}

}  // namespace remit::cli
