// Lines in, lines out: over a unix socket, a thread for each connection, or over streams.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace gateway {

// What one client may take of the server. A connection that wants more is closed.
struct ServerBounds {
  std::size_t connections_max = 64;  // at a time
  int idle_ms = 5 * 60'000;          // from one line to the beginning of the next
  int line_ms = 10'000;              // from the beginning of a line to its end
  int answer_ms = 10'000;            // to take an answer
  std::size_t line_bytes_max = 1 << 20;
};

// Answers one line; both without a line break.
using Answerer = std::function<std::string(std::string_view line)>;

// Answers every connection at `path` until `stop` is set; each gets an answerer of its own. Only
// the owner of the socket file may connect. An existing file at `path` is an error
// unless an earlier gateway made it (socket_path.h).
[[nodiscard]] std::expected<void, std::string> serve_socket(
    const std::string& path, const std::function<Answerer()>& answerer_for_one,
    const std::atomic<bool>& stop, const ServerBounds& bounds = {});

// Until the end of `in`. Of a line that is too long no more is kept than shows that.
void serve_stream(std::FILE* in, std::FILE* out, const Answerer& answer,
                  const ServerBounds& bounds = {});

}  // namespace gateway
