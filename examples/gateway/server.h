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

inline constexpr std::size_t kLineMax = 1 << 20;

// Answers one line; both without a line break.
using Answerer = std::function<std::string(std::string_view line)>;

// Answers every connection at `path` until `stop` is set; each gets an answerer of its own. Only
// the owner of the socket file may connect. A line that is too long ends its connection.
[[nodiscard]] std::expected<void, std::string> serve_socket(
    const std::string& path, const std::function<Answerer()>& answerer_for_one,
    const std::atomic<bool>& stop);

// Until the end of `in`.
void serve_stream(std::FILE* in, std::FILE* out, const Answerer& answer);

}  // namespace gateway
