#include "examples/gateway/server.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "examples/gateway/socket_path.h"

namespace gateway {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kWake(100);  // how often `stop` is looked at

enum class Ready : std::uint8_t { Now, NotYet, Never };

Ready ready(int descriptor, short events) {
  pollfd waiting = {.fd = descriptor, .events = events, .revents = 0};
  const int found = poll(&waiting, 1, static_cast<int>(kWake.count()));
  if (found <= 0) return Ready::NotYet;
  return (waiting.revents & (events | POLLHUP)) != 0 ? Ready::Now : Ready::Never;
}

// One client, as long as it keeps within the bounds.
class Conversation {
 public:
  Conversation(const Descriptor& connection, const Answerer& answer, const std::atomic<bool>& stop,
               const ServerBounds& bounds)
      : connection_(connection), answer_(answer), stop_(stop), bounds_(bounds) {}

  void run() {
    while (read_more()) {
      std::size_t begin = 0;
      for (std::size_t end;
           (end = pending_.find('\n', std::max(begin, looked_at_))) != pending_.npos;
           begin = end + 1) {
        const std::string_view line = std::string_view(pending_).substr(begin, end - begin);
        if (line.size() > bounds_.line_bytes_max || !send_all(answer_(line) + "\n")) return;
        since_ = Clock::now();
      }
      pending_.erase(0, begin);
      looked_at_ = pending_.size();
      if (pending_.size() > bounds_.line_bytes_max) return;
    }
  }

 private:
  // False at the end of the connection, of the server, or of the client's time.
  bool read_more() {
    const bool is_in_line = !pending_.empty();
    // Bytes that trickle in do not make a line last longer.
    if (is_in_line != was_in_line_) since_ = Clock::now();
    was_in_line_ = is_in_line;
    const milliseconds time(is_in_line ? bounds_.line_ms : bounds_.idle_ms);
    while (!stop_ && Clock::now() - since_ < time) {
      const Ready now = ready(connection_.number(), POLLIN);
      if (now == Ready::NotYet) continue;
      char chunk[4096];
      const ssize_t size =
          now == Ready::Now ? recv(connection_.number(), chunk, sizeof chunk, MSG_DONTWAIT) : -1;
      if (size <= 0) return false;
      pending_.append(chunk, static_cast<std::size_t>(size));
      return true;
    }
    return false;
  }

  bool send_all(std::string_view text) {
    const auto until = Clock::now() + milliseconds(bounds_.answer_ms);
    while (!text.empty()) {
      if (stop_ || Clock::now() >= until) return false;
      const Ready now = ready(connection_.number(), POLLOUT);
      if (now == Ready::NotYet) continue;
      const ssize_t sent = now == Ready::Now ? send(connection_.number(), text.data(), text.size(),
                                                    MSG_NOSIGNAL | MSG_DONTWAIT)
                                             : -1;
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  const Descriptor& connection_;
  const Answerer& answer_;
  const std::atomic<bool>& stop_;
  const ServerBounds& bounds_;
  std::string pending_;
  std::size_t looked_at_ = 0;  // of `pending_`: there is no line break before
  bool was_in_line_ = false;
  Clock::time_point since_ = Clock::now();
};

}  // namespace

std::expected<void, std::string> serve_socket(const std::string& path,
                                              const std::function<Answerer()>& answerer_for_one,
                                              const std::atomic<bool>& stop,
                                              const ServerBounds& bounds) {
  const auto socket = SocketPath::claim(path);
  if (!socket) return std::unexpected(socket.error());

  struct Served {
    std::atomic<bool> ended = false;
    std::jthread thread;
  };
  std::list<Served> all;
  while (!stop) {
    all.remove_if([](const Served& one) { return one.ended.load(); });
    if (ready(socket->listening(), POLLIN) == Ready::NotYet) continue;
    Descriptor accepted(accept4(socket->listening(), nullptr, nullptr, SOCK_CLOEXEC));
    if (accepted.number() < 0) {  // no descriptors left, say: some will end
      std::this_thread::sleep_for(kWake);
      continue;
    }
    all.remove_if([](const Served& one) { return one.ended.load(); });
    if (all.size() >= bounds.connections_max) continue;  // closed at once
    Served& one = all.emplace_back();
    one.thread = std::jthread(
        [&one, &stop, &bounds, accepted = std::move(accepted), answer = answerer_for_one()] {
          Conversation(accepted, answer, stop, bounds).run();
          one.ended = true;
        });
  }
  return {};
}

void serve_stream(std::FILE* in, std::FILE* out, const Answerer& answer,
                  const ServerBounds& bounds) {
  std::string line;
  for (int c; (c = std::fgetc(in)) != EOF;) {
    if (c != '\n') {
      if (line.size() <= bounds.line_bytes_max) line.push_back(static_cast<char>(c));
      continue;
    }
    std::fprintf(out, "%s\n", answer(line).c_str());
    std::fflush(out);
    line.clear();
  }
  if (!line.empty()) std::fprintf(out, "%s\n", answer(line).c_str());
}

}  // namespace gateway
