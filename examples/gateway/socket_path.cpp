#include "examples/gateway/socket_path.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gateway {
namespace {

constexpr std::string_view kLockBegins = "gateway socket ";
constexpr std::size_t kLockMax = 256;

std::unexpected<std::string> failed(const std::string& path, const std::string& what) {
  return std::unexpected(path + ": " + what);
}
std::unexpected<std::string> failed(const std::string& path) {
  return failed(path, std::strerror(errno));
}

// Says which file this is, so that another one under the same name is not taken for it.
std::string identity(const struct stat& status) {
  return std::string(kLockBegins) + std::to_string(status.st_dev) + ' ' +
         std::to_string(status.st_ino) + ' ' + std::to_string(status.st_ctim.tv_sec) + '.' +
         std::to_string(status.st_ctim.tv_nsec) + '\n';
}

std::string kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "a file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISLNK(mode)) return "a link";
  if (S_ISSOCK(mode)) return "a socket";
  return "a special file";
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  return address;
}

Descriptor new_socket(int flags = 0) {
  return Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

// Whether a program still answers at the socket. One that is too busy to, does; nobody waits for
// it.
bool is_served(const sockaddr_un& address) {
  const Descriptor probe = new_socket(SOCK_NONBLOCK);
  return connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
             0 ||
         errno != ECONNREFUSED;
}

// The lock beside the socket, held; what it says goes to `made`.
std::expected<Descriptor, std::string> locked(const std::string& path, std::string& made) {
  Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (lock.number() < 0) return failed(path);
  struct stat status = {};
  if (fstat(lock.number(), &status) != 0) return failed(path);
  if (!S_ISREG(status.st_mode))
    return failed(path, "is " + kind_of(status.st_mode) + ", not a lock");
  if (flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
    return failed(path, errno == EWOULDBLOCK ? "another gateway holds it" : std::strerror(errno));
  char text[kLockMax];
  const ssize_t size = pread(lock.number(), text, sizeof text, 0);
  if (size < 0) return failed(path);
  made.assign(text, static_cast<std::size_t>(size));
  if (!made.empty() && !made.starts_with(kLockBegins))
    return failed(path, "was not written by a gateway, and stays as it is");
  return lock;
}

// Removes the socket that an earlier gateway has left; an error if anything else is there.
std::expected<void, std::string> cleared(const std::string& path, const sockaddr_un& address,
                                         const std::string& made) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return failed(path);
  }
  if (!S_ISSOCK(status.st_mode))
    return failed(path, "there is " + kind_of(status.st_mode) + " at this path, and it stays");
  if (is_served(address)) return failed(path, "another program serves this socket");
  if (identity(status) != made)
    return failed(path, "there is a socket that no gateway made at this path, and it stays");
  return unlink(path.c_str()) == 0 ? std::expected<void, std::string>() : failed(path);
}

bool write_lock(const Descriptor& lock, const std::string& text) {
  return ftruncate(lock.number(), 0) == 0 &&
         pwrite(lock.number(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

std::expected<SocketPath, std::string> SocketPath::claim(const std::string& path) {
  if (path.size() >= sizeof sockaddr_un::sun_path)
    return failed(path, "the path of a socket has at most 107 bytes");
  const sockaddr_un address = address_of(path);
  std::string made;
  auto lock = locked(path + ".lock", made);
  if (!lock) return std::unexpected(lock.error());
  if (auto clear = cleared(path, address, made); !clear) return std::unexpected(clear.error());

  Descriptor listening = new_socket();
  const mode_t before = umask(0177);
  const int bound =
      bind(listening.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  struct stat status = {};
  if (bound != 0 || lstat(path.c_str(), &status) != 0) return failed(path);
  SocketPath claimed(path, std::move(*lock), std::move(listening), identity(status));
  // Said before anybody can connect: whoever finds the socket finds out whose it is.
  if (!write_lock(claimed.lock_, claimed.made_)) return failed(path + ".lock");
  if (listen(claimed.listening(), SOMAXCONN) != 0) return failed(path);
  return claimed;
}

SocketPath::~SocketPath() {
  struct stat status = {};
  if (listening_.number() >= 0 && lstat(path_.c_str(), &status) == 0 && identity(status) == made_)
    unlink(path_.c_str());
}

}  // namespace gateway
