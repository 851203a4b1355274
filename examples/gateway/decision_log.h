// The one place where the gateway writes its decision log: a chain of lines (docs/guide/audit.md).
//
// Shared by all threads of a gateway; one gateway writes to a file.
#pragma once

#include <cstdio>
#include <expected>
#include <mutex>
#include <string>
#include <string_view>

#include <remit/log.h>

namespace gateway {

// Where the log at `path` stands, so that it is continued; or why it cannot be. One that is not
// there or empty stands at its beginning.
[[nodiscard]] std::expected<remit::LogHead, std::string> head_of_log(const std::string& path);

class DecisionLog {
 public:
  // `out` is open for appending and outlives the log.
  explicit DecisionLog(std::FILE* out, remit::LogHead head = {})
      : out_(out), chain_(std::move(head)) {}

  // False if the line is not in the file: then nothing may come of the decision. After that nothing
  // more is written, for the chain would have a hole.
  [[nodiscard]] bool append(const remit::Engine& engine, remit::Facts& facts,
                            const remit::Decision& decision, std::string_view request);

 private:
  std::FILE* out_;
  std::mutex one_at_a_time_;
  remit::LogChain chain_;
  bool broken_ = false;
};

}  // namespace gateway
