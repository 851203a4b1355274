// Lines over a unix socket. Needs no server of PostgreSQL.
#include "examples/gateway/server.h"

#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gateway {
namespace {

class Server : public testing::Test {
 protected:
  void SetUp() override {
    server = std::thread([this] {
      const auto served = serve_socket(
          path, [] { return [](std::string_view line) { return "<" + std::string(line) + ">"; }; },
          stop);
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
  const std::string much(kLineMax, 'x');
  std::size_t sent = 0;
  for (ssize_t size = 0; sent < 4 * kLineMax; sent += static_cast<std::size_t>(size)) {
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

TEST(ServerPath, ThatIsTooLongIsRefused) {
  const std::atomic<bool> stop = true;
  EXPECT_FALSE(serve_socket(std::string(200, 'x'), {}, stop).has_value());
}

}  // namespace
}  // namespace gateway
