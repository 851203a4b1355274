// The program `gateway`: arguments, files and signals; what it does is in gateway.cpp.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <sys/file.h>
#include <CLI/CLI.hpp>

#include "examples/gateway/gateway.h"
#include "examples/gateway/people.h"
#include "examples/gateway/postgres_store.h"
#include "examples/gateway/server.h"
#include "examples/gateway/start.h"

namespace {

constexpr int kUsage = 2;
constexpr int kIntegrity = 5;

std::atomic<bool> stopped = false;

struct Arguments {
  std::string socket, image, log, directory, database;
  std::optional<std::string> key;  // one that was named and not read trusts nothing
  bool dev = false;
  std::int64_t wait = 0, least_version = 0;
  std::string by, role;
};

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

int fail(const std::string& message, int code) {
  std::fprintf(stderr, "gateway: %s\n", message.c_str());
  return code;
}

std::optional<std::string> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::expected<gateway::Directory, std::string> load_directory(const std::string& path) {
  const auto text = contents(path);
  if (!text) return std::unexpected(path + ": cannot be read");
  auto directory = gateway::read_directory(*text);
  if (!directory) return std::unexpected(path + ": " + directory.error());
  return directory;
}

std::expected<remit::Engine, std::string> load_engine(const Arguments& arguments,
                                                      const gateway::Directory& directory) {
  const auto image = contents(arguments.image);
  if (!image) return std::unexpected(arguments.image + ": cannot be read");
  const bool is_signed = arguments.key.has_value();
  const std::string key = is_signed ? contents(*arguments.key).value_or("") : "";
  gateway::PostgresStore store({.where = arguments.database});
  return gateway::load_policy(
      std::as_bytes(std::span(*image)),
      is_signed ? remit::Trust::keys({std::as_bytes(std::span(key))})
                : remit::Trust::unsigned_image(),
      {.allow_dev = arguments.dev, .now_ms = now_ms(), .duties = gateway::kDuties}, store,
      directory);
}

int serve(const Arguments& arguments) {
  const auto directory = load_directory(arguments.directory);
  if (!directory) return fail(directory.error(), kUsage);
  const auto engine = load_engine(arguments, *directory);
  if (!engine) return fail(engine.error(), kIntegrity);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> log_file(
      std::fopen(arguments.log.c_str(), "a"), std::fclose);
  if (!log_file) return fail(arguments.log + ": cannot be written", kUsage);
  if (flock(fileno(log_file.get()), LOCK_EX | LOCK_NB) != 0) {
    return fail(arguments.log + ": another gateway writes to it", kUsage);
  }
  const auto head = gateway::head_of_log(arguments.log);
  if (!head) return fail(arguments.log + ": " + head.error(), kIntegrity);
  std::fputs("gateway: authenticates nobody: agents and people are who they say they are\n",
             stderr);

  gateway::DecisionLog log(log_file.get(), *head);
  gateway::PrintingTool tool(stdout);
  // A store, and Facts, for each connection: neither is shared between threads.
  const auto answerer = [&]() -> gateway::Answerer {
    const auto store =
        std::make_shared<gateway::PostgresStore>(gateway::StorePlace{.where = arguments.database});
    const auto one = std::make_shared<gateway::Gateway>(gateway::Host{
        .engine = *engine,
        .directory = *directory,
        .store = *store,
        .log = log,
        .tool = tool,
        .clock = now_ms,
        .report = [](std::string_view text) { fail(std::string(text), 0); },
    });
    return [store, one](std::string_view line) { return to_json(one->propose(line)); };
  };
  if (arguments.socket == "-") {
    gateway::serve_stream(stdin, stdout, answerer());
    return 0;
  }
  std::signal(SIGTERM, [](int) { stopped = true; });
  std::signal(SIGINT, [](int) { stopped = true; });
  const auto served = gateway::serve_socket(arguments.socket, answerer, stopped);
  return served ? 0 : fail(served.error(), kUsage);
}

int init(const Arguments& arguments) {
  gateway::PostgresStore store({.where = arguments.database});
  auto done = store.install();
  if (done) done = store.accept_from(arguments.least_version);
  const auto least = done ? store.least_version() : std::unexpected(done.error());
  if (!least)
    return fail(std::string(name(least.error().kind)) + ": " + least.error().message, kUsage);
  std::printf("images are accepted from version %lld on\n",
              static_cast<long long>(least->value_or(0)));
  return 0;
}

int pending(const Arguments& arguments) {
  gateway::PostgresStore store({.where = arguments.database});
  const auto text = gateway::list_pending(store, now_ms());
  if (!text)
    return fail(std::string(name(text.error().kind)) + ": " + text.error().message, kUsage);
  std::fputs(text->c_str(), stdout);
  return 0;
}

int answer(const Arguments& arguments, bool granted) {
  const auto directory = load_directory(arguments.directory);
  if (!directory) return fail(directory.error(), kUsage);
  gateway::PostgresStore store({.where = arguments.database});
  const auto kept = gateway::answer_wait(store, *directory, arguments.wait, arguments.by,
                                         arguments.role, granted, now_ms());
  if (!kept) return fail(kept.error(), kUsage);
  std::printf("%s %s by %s as %s\n", kept->id.c_str(), granted ? "granted" : "refused",
              arguments.by.c_str(), arguments.role.c_str());
  if (!kept->will_not_count.empty())
    std::printf("it will not count: %s\n", kept->will_not_count.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "A host that keeps the whole contract of Remit; an example, which authenticates nobody");
  app.require_subcommand(1);
  app.add_option("--database", arguments.database,
                 "connection string of libpq; default: PGHOST and so on");

  auto* const starting =
      app.add_subcommand("init", "make or renew the tables, and say which images are too old");
  starting
      ->add_option("--least-version", arguments.least_version,
                   "the lowest version of an image to accept; never lowers it")
      ->required()
      ->check(CLI::NonNegativeNumber);

  auto* const serving = app.add_subcommand("serve", "answer the proposals of agents");
  serving->add_option("SOCKET", arguments.socket, "path of a unix socket, or - for standard input")
      ->required();
  serving->add_option("--image", arguments.image, "the policy, from `remit build`")->required();
  serving->add_option("--key", arguments.key, "public key of those who sign images, 32 bytes");
  serving->add_flag("--dev", arguments.dev, "accept an image without a manifest");
  serving->add_option("--log", arguments.log, "the decision log, appended to")->required();
  serving->add_option("--directory", arguments.directory, "what the host knows")->required();

  auto* const listing = app.add_subcommand("pending", "list what waits for people");

  const auto add_answer = [&](const char* verb, const char* help) {
    auto* const one = app.add_subcommand(verb, help);
    one->add_option("WAIT", arguments.wait, "its number")->required();
    one->add_option("--by", arguments.by, "the person")->required();
    one->add_option("--as", arguments.role, "their seat: a role, requester or owner")->required();
    one->add_option("--directory", arguments.directory, "what the host knows")->required();
    return one;
  };
  auto* const approving = add_answer("approve", "agree to a waiting action");
  auto* const refusing = add_answer("refuse", "refuse a waiting action, for good");

  try {  // CLI11 throws; nothing past this does
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsage;
  }
  if (starting->parsed()) return init(arguments);
  if (serving->parsed()) return serve(arguments);
  if (listing->parsed()) return pending(arguments);
  if (approving->parsed()) return answer(arguments, true);
  if (refusing->parsed()) return answer(arguments, false);
  return kUsage;
}
