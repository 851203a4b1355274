// The tools behind the gateway: here a stub that prints what it would do.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <remit/answer.h>

#include "examples/gateway/store.h"

namespace gateway {

struct ToolResult {
  std::string text;
  Effect effect = Effect::Happened;  // None only where it is certain
};

class Tool {
 public:
  virtual ~Tool() = default;
  // `action` is what was permitted, and exactly this is run. `call` is what the tool's own system
  // should take as its idempotency key.
  virtual ToolResult run(std::string_view call, const remit::Action& action) = 0;
  // A duty of the policy: tells the people behind a channel.
  virtual void notify(std::string_view channel, std::string_view call) = 0;
};

class PrintingTool final : public Tool {
 public:
  explicit PrintingTool(std::FILE* out) : out_(out) {}
  ToolResult run(std::string_view, const remit::Action& action) override {
    print("run     ", remit::to_json(action));
    return {"done"};
  }
  void notify(std::string_view channel, std::string_view) override { print("notify  ", channel); }

 private:
  void print(const char* what, std::string_view text) {
    std::fprintf(out_, "%s%.*s\n", what, static_cast<int>(text.size()), text.data());
    std::fflush(out_);
  }
  std::FILE* out_;
};

}  // namespace gateway
