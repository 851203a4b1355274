// Lines over a unix socket. Needs no server of PostgreSQL.
#include "examples/gateway/server.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gateway {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr ServerBounds kBounds{.connections_max = 3,
                               .idle_ms = 1500,
                               .line_ms = 700,
                               .answer_ms = 700,
                               .line_bytes_max = 1 << 16};

std::string echo(std::string_view line) { return "<" + std::string(line) + ">"; }

class Server : public testing::Test {
 protected:
  void SetUp() override {
    server = std::thread([this] {
      const auto served = serve_socket(path, [] { return echo; }, stop, kBounds);
      EXPECT_TRUE(served.has_value());
    });
    while (!std::filesystem::exists(path)) std::this_thread::yield();
  }
  void TearDown() override {
    stop = true;
    server.join();
    EXPECT_FALSE(std::filesystem::exists(path));
  }

  int connected() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    const int number = socket(AF_UNIX, SOCK_STREAM, 0);
    // The file is there a moment before the server listens.
    while (connect(number, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      std::this_thread::yield();
    }
    return number;
  }
  static void say(int number, std::string_view text) {
    ASSERT_EQ(send(number, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // Until the end of `lines` lines or of the connection.
  static std::string heard(int number, int lines) {
    std::string text;
    char c = 0;
    while (lines > 0 && recv(number, &c, 1, 0) == 1) {
      text.push_back(c);
      if (c == '\n') --lines;
    }
    return text;
  }

  const std::string path = testing::TempDir() + "gateway-" + std::to_string(getpid());
  std::atomic<bool> stop = false;
  std::thread server;
};

TEST_F(Server, AnswersEachLineOfEachConnection) {
  const int one = connected(), other = connected();
  say(one, "a\nb");
  say(other, "c\n");
  EXPECT_EQ(heard(other, 1), "<c>\n");
  say(one, "b\n\n");
  EXPECT_EQ(heard(one, 3), "<a>\n<bb>\n<>\n");
  close(one);
  close(other);
}

TEST_F(Server, EndsAConnectionWhoseLineDoesNotEnd) {
  const int one = connected();
  const std::string much(kBounds.line_bytes_max, 'x');
  std::size_t sent = 0;
  for (ssize_t size = 0; sent < 4 * kBounds.line_bytes_max;
       sent += static_cast<std::size_t>(size)) {
    size = send(one, much.data(), much.size(), MSG_NOSIGNAL);
    if (size <= 0) break;
  }
  EXPECT_EQ(heard(one, 1), "");
  close(one);
}

TEST_F(Server, IsForItsOwnerAlone) {
  close(connected());
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Server, AnswersALineOfTheGreatestLengthAndNoneBeyond) {
  const int one = connected();
  const std::string line(kBounds.line_bytes_max, 'x');
  say(one, line + '\n');
  EXPECT_EQ(heard(one, 1).size(), line.size() + 3);
  say(one, line + "x\n");
  EXPECT_EQ(heard(one, 1), "");
  close(one);
}

TEST_F(Server, EndsALineThatTricklesIn) {
  const int one = connected();
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < milliseconds(20'000)) {
    if (send(one, "x", 1, MSG_NOSIGNAL) != 1) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(15'000));
  EXPECT_EQ(heard(one, 1), "");
  close(one);
}

TEST_F(Server, EndsAConnectionThatSaysNothing) {
  const int one = connected();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(heard(one, 1), "");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(kBounds.idle_ms - 100));
  close(one);
}

TEST_F(Server, EndsAConnectionThatDoesNotTakeItsAnswers) {
  const int one = connected();
  timeval patience = {.tv_sec = 30, .tv_usec = 0};
  setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const std::string line = std::string(kBounds.line_bytes_max / 2, 'x') + '\n';
  bool ended = false;
  for (int i = 0; i < 1000 && !ended; ++i)
    ended = send(one, line.data(), line.size(), MSG_NOSIGNAL) < 0 && errno == EPIPE;
  EXPECT_TRUE(ended);
  close(one);
}

TEST_F(Server, TakesNoMoreConnectionsThanItsBound) {
  std::vector<int> all;
  for (std::size_t i = 0; i < kBounds.connections_max; ++i) {
    all.push_back(connected());
    say(all.back(), "a\n");
    EXPECT_EQ(heard(all.back(), 1), "<a>\n");
  }
  const int beyond = connected();
  EXPECT_EQ(heard(beyond, 1), "");  // closed at once
  close(beyond);
  say(all[0], "b\n");
  EXPECT_EQ(heard(all[0], 1), "<b>\n");
  for (const int one : all) close(one);
  // Who leaves makes room, as soon as the server has seen it.
  std::string answer;
  const auto begun = std::chrono::steady_clock::now();
  while (answer.empty() && std::chrono::steady_clock::now() - begun < milliseconds(20'000)) {
    std::this_thread::sleep_for(milliseconds(5));
    const int next = connected();
    send(next, "c\n", 2, MSG_NOSIGNAL);
    answer = heard(next, 1);
    close(next);
  }
  EXPECT_EQ(answer, "<c>\n");
}

// ---- what lies at the path

class ServerPath : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  // The error; empty if the server served.
  std::string error() const { return error(path); }
  static std::string error(const std::string& path) {
    const std::atomic<bool> stop = true;
    const auto served = serve_socket(path, [] { return echo; }, stop, kBounds);
    return served ? "" : served.error();
  }
  // A socket that another program made, and its descriptor.
  int socket_of_another(bool listens) const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    const int number = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(bind(number, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (listens) {
      EXPECT_EQ(listen(number, 1), 0);
    }
    return number;
  }

  const std::string folder = testing::TempDir() + "gateway-path-" + std::to_string(getpid());
  const std::string path = folder + "/socket";
};

TEST_F(ServerPath, ThatIsTooLongIsRefused) {
  EXPECT_NE(error(std::string(200, 'x')).find("107 bytes"), std::string::npos);
}

TEST_F(ServerPath, IsGivenBackAndTakenAgain) {
  EXPECT_EQ(error(), "");
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(error(), "");
}

TEST_F(ServerPath, OfAFileIsRefusedAndTheFileStays) {
  std::ofstream(path) << "precious";
  EXPECT_NE(error().find("there is a file at this path"), std::string::npos) << error();
  EXPECT_EQ(fs::file_size(path), 8U);
}

TEST_F(ServerPath, OfAFolderIsRefusedAndTheFolderStays) {
  fs::create_directory(path);
  EXPECT_NE(error().find("there is a folder at this path"), std::string::npos) << error();
  EXPECT_TRUE(fs::is_directory(path));
}

TEST_F(ServerPath, OfALinkIsRefusedAndTheLinkStays) {
  fs::create_symlink(folder + "/nowhere", path);
  EXPECT_NE(error().find("there is a link at this path"), std::string::npos) << error();
  EXPECT_TRUE(fs::is_symlink(path));
}

TEST_F(ServerPath, OfTheLiveSocketOfAnotherIsRefusedAndTheSocketStays) {
  const int other = socket_of_another(true);
  EXPECT_NE(error().find("another program serves this socket"), std::string::npos) << error();
  EXPECT_TRUE(fs::is_socket(path));
  close(other);
}

// One that accepts nobody does not make a gateway wait for it.
TEST_F(ServerPath, OfABusySocketOfAnotherIsRefused) {
  const int other = socket_of_another(true);
  std::vector<int> callers;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  int connected = 0;
  while (connected == 0) {
    callers.push_back(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connected = connect(callers.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  EXPECT_NE(error().find("another program serves this socket"), std::string::npos) << error();
  for (const int caller : callers) close(caller);
  close(other);
}

TEST_F(ServerPath, OfTheDeadSocketOfAnotherIsRefusedAndTheSocketStays) {
  close(socket_of_another(true));
  EXPECT_NE(error().find("a socket that no gateway made"), std::string::npos) << error();
  EXPECT_TRUE(fs::is_socket(path));
}

TEST_F(ServerPath, OfALiveGatewayIsRefused) {
  std::atomic<bool> stop = false;
  std::thread first([&] { (void)serve_socket(path, [] { return echo; }, stop, kBounds); });
  while (!fs::exists(path)) std::this_thread::yield();
  EXPECT_NE(error().find("another gateway holds it"), std::string::npos) << error();
  EXPECT_TRUE(fs::is_socket(path));
  stop = true;
  first.join();
}

TEST_F(ServerPath, OfAGatewayThatWasKilledIsTakenOver) {
  const pid_t child = fork();
  if (child == 0) {
    const std::atomic<bool> stop = false;
    (void)serve_socket(path, [] { return echo; }, stop, kBounds);
    _exit(0);
  }
  while (!fs::exists(path + ".lock") || fs::file_size(path + ".lock") == 0)
    std::this_thread::yield();
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(fs::is_socket(path));
  EXPECT_EQ(error(), "");
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(ServerPath, WhoseSocketWasReplacedIsLeftToTheOther) {
  std::atomic<bool> stop = false;
  std::thread first([&] { (void)serve_socket(path, [] { return echo; }, stop, kBounds); });
  while (!fs::exists(path)) std::this_thread::yield();
  while (!fs::exists(path + ".lock") || fs::file_size(path + ".lock") == 0)
    std::this_thread::yield();
  fs::remove(path);
  std::ofstream(path) << "precious";
  stop = true;
  first.join();
  EXPECT_EQ(fs::file_size(path), 8U);
}

TEST_F(ServerPath, WhoseLockIsTheFileOfAnotherIsRefused) {
  std::ofstream(path + ".lock") << "precious";
  EXPECT_NE(error().find("was not written by a gateway"), std::string::npos) << error();
  EXPECT_EQ(fs::file_size(path + ".lock"), 8U);
}

}  // namespace
}  // namespace gateway
