#include "examples/gateway/decision_log.h"

#include <fstream>

namespace gateway {

std::expected<remit::LogHead, std::string> head_of_log(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  bool ended = true;
  for (std::string line; std::getline(file, line); last = std::move(line)) ended = !file.eof();
  if (last.empty()) return remit::LogHead{};
  const auto line = remit::read_log_line(last);
  if (!line || !ended || line->is_keyed || remit::log_line_hash(*line) != line->hash) {
    return std::unexpected("its last line is not sound; see `remit replay --verify-chain`");
  }
  return remit::LogHead{line->seq, std::string(line->hash)};
}

bool DecisionLog::append(const remit::Engine& engine, remit::Facts& facts,
                         const remit::Decision& decision, std::string_view request) {
  const auto entry = remit::log_entry(engine, facts, decision, request);
  if (!entry) return false;  // what is not known to have been decided is not logged as a decision
  const std::lock_guard lock(one_at_a_time_);
  if (broken_) return false;
  const std::string line = chain_.append(*entry) + '\n';
  broken_ = std::fwrite(line.data(), 1, line.size(), out_) != line.size() || std::fflush(out_) != 0;
  return !broken_;
}

}  // namespace gateway
