// The path of the socket that a gateway listens on: claimed, and given back, without touching
// anything that is not its own.
//
// Beside the socket stands PATH.lock, locked while a gateway lives, which says which socket it
// made. What a gateway that was killed has left is removed; everything else at PATH (a file, a
// folder, a link, the socket of another program) is an error that says what is there, and stays.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace gateway {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

class SocketPath {
 public:
  // Makes the socket, for its owner alone, and listens on it.
  [[nodiscard]] static std::expected<SocketPath, std::string> claim(const std::string& path);
  SocketPath(SocketPath&&) noexcept = default;
  SocketPath& operator=(SocketPath&&) = delete;
  // Removes the socket if it is still the one that was made.
  ~SocketPath();

  [[nodiscard]] int listening() const { return listening_.number(); }

 private:
  SocketPath(std::string path, Descriptor lock, Descriptor listening, std::string made)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        listening_(std::move(listening)),
        made_(std::move(made)) {}

  std::string path_;
  Descriptor lock_;  // held until the end
  Descriptor listening_;
  std::string made_;  // which file the socket is
};

}  // namespace gateway
