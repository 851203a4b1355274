#include "examples/gateway/server.h"

#include <cerrno>
#include <cstring>
#include <list>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gateway {
namespace {

constexpr int kWakeMs = 100;  // how often `stop` is looked at

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool readable(int descriptor) {
  pollfd waiting = {.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kWakeMs) > 0;
}

bool send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void serve_connection(const Descriptor& connection, const Answerer& answer,
                      const std::atomic<bool>& stop) {
  std::string pending;
  char chunk[4096];
  while (!stop && pending.size() <= kLineMax) {
    if (!readable(connection.number())) continue;
    const ssize_t size = recv(connection.number(), chunk, sizeof chunk, 0);
    if (size <= 0) return;
    pending.append(chunk, static_cast<std::size_t>(size));
    for (std::size_t end; (end = pending.find('\n')) != pending.npos; pending.erase(0, end + 1)) {
      const std::string reply = answer(std::string_view(pending).substr(0, end)) + "\n";
      if (!send_all(connection.number(), reply)) return;
    }
  }
}

std::unexpected<std::string> failed(const std::string& path) {
  return std::unexpected(path + ": " + std::strerror(errno));
}

}  // namespace

std::expected<void, std::string> serve_socket(const std::string& path,
                                              const std::function<Answerer()>& answerer_for_one,
                                              const std::atomic<bool>& stop) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return std::unexpected(path + ": the path of a socket has at most 107 bytes");
  }
  path.copy(address.sun_path, path.size());
  const Descriptor listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  unlink(path.c_str());  // of a gateway that was killed
  const mode_t before = umask(0177);
  const int bound =
      bind(listening.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0 || listen(listening.number(), SOMAXCONN) != 0) return failed(path);

  struct Connection {
    std::atomic<bool> ended = false;
    std::jthread thread;
  };
  std::list<Connection> connections;
  while (!stop) {
    connections.remove_if([](const Connection& one) { return one.ended.load(); });
    if (!readable(listening.number())) continue;
    Descriptor accepted(accept4(listening.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (accepted.number() < 0) continue;
    Connection& one = connections.emplace_back();
    one.thread =
        std::jthread([&one, &stop, accepted = std::move(accepted), answer = answerer_for_one()] {
          serve_connection(accepted, answer, stop);
          one.ended = true;
        });
  }
  unlink(path.c_str());
  return {};
}

void serve_stream(std::FILE* in, std::FILE* out, const Answerer& answer) {
  std::string line;
  for (int c; (c = std::fgetc(in)) != EOF;) {
    if (c != '\n') {
      if (line.size() <= kLineMax) line.push_back(static_cast<char>(c));
      continue;
    }
    std::fprintf(out, "%s\n", answer(line).c_str());
    std::fflush(out);
    line.clear();
  }
  if (!line.empty()) std::fprintf(out, "%s\n", answer(line).c_str());
}

}  // namespace gateway
