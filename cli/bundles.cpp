#include "cli/bundles.h"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "cli/diagnostics_json.h"
#include "cli/exit_code.h"
#include "lang/render.h"
#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::cli {

OrMessage<std::unique_ptr<compiler::CompiledBundle>> compile_paths(
    std::span<const std::string> paths, bool images) {
  auto collected = collect_bundle(paths);
  if (!collected) return std::unexpected(collected.error());
  if (collected->files.sources.empty() && collected->unusable.empty())
    return std::unexpected("there are no .rule files here");
  compiler::CompileOptions options;
  options.manifest = collected->files.manifest;
  options.manifest_path = collected->files.manifest_path;
  options.images = images;
  options.root = collected->root;
  options.unreadable = std::move(collected->unusable);
  return compiler::compile_bundle(collected->files.sources, options);
}

void print_diagnostics(const compiler::CompiledBundle& bundle, Console& console, bool as_talk) {
  if (console.json() && !as_talk) {
    console.out(diagnostics_json(bundle));
    return;
  }
  const std::string text =
      lang::render_all(bundle.diags, bundle.sources, !as_talk && console.color_out());
  as_talk ? console.talk(text) : console.out(text);
}

OrMessage<std::vector<std::byte>> read_key(const std::string& path, std::size_t bytes) {
  auto text = read_file(path, 4096);
  if (!text) return std::unexpected(text.error());
  if (text->size() == bytes) {
    const auto raw = std::as_bytes(std::span(*text));
    return std::vector<std::byte>(raw.begin(), raw.end());
  }
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  auto key = stdlib::from_hex(*text);
  if (!key || key->size() != bytes)
    return std::unexpected(
        fmt::format("`{}` holds no key: {} bytes, raw or as hex, are expected", path, bytes));
  return std::move(*key);
}

OrMessage<std::vector<std::byte>> read_public_key(const std::string& path) {
  auto key = read_key(path, stdlib::kPublicKeyBytes);
  if (key && !stdlib::is_public_key(*key))
    return std::unexpected(fmt::format("`{}` does not hold a valid Ed25519 public key", path));
  return key;
}

void warn_if_expired(std::int64_t expires_ms, const std::string& path, Console& console) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())
          .time_since_epoch()
          .count();
  if (now < expires_ms) return;
  console.talk(fmt::format("warning: {} expired on {}; a service that gives its clock refuses it\n",
                           stdlib::printable(path), stdlib::format_timestamp(expires_ms)));
}

namespace {

std::optional<Engine> load(std::span<const std::byte> image, const Trust& trust,
                           const LoadOptions& options, const std::string& path, Console& console,
                           int& exit_code) {
  auto engine = Engine::load(image, trust, options);
  if (engine) {
    if (const auto expires = engine->expires_ms()) warn_if_expired(*expires, path, console);
    return std::move(*engine);
  }
  console.error(refusal_text(path, engine.error()));
  exit_code = kIntegrity;
  return std::nullopt;
}

}  // namespace

std::string refusal_text(const std::string& path, const LoadError& error) {
  const std::string place = error.offset == 0 ? "" : fmt::format(" at byte {}", error.offset);
  return fmt::format("{}: refused: {}{}: {}", path, error.code(), place, error.message);
}

std::optional<Engine> open_engine(const std::string& path, std::optional<std::string_view> key_file,
                                  Console& console, int& exit_code, bool meter) {
  LoadOptions options;
  options.allow_dev = true;
  options.meter = meter;
  Trust trust = Trust::unsigned_image();
  if (key_file) {
    const auto key = read_public_key(std::string(*key_file));
    if (!key) {
      console.error(key.error());
      exit_code = kUsage;
      return std::nullopt;
    }
    trust = Trust::keys({*key});
  }
  std::error_code ignored;
  const bool is_source = std::filesystem::is_directory(path, ignored) || path.ends_with(".rule");
  if (!is_source) {
    const auto bytes = read_file(path, limits::kImageBytesMax);
    if (!bytes) {
      console.error(bytes.error());
      exit_code = kUsage;
      return std::nullopt;
    }
    return load(std::as_bytes(std::span(*bytes)), trust, options, path, console, exit_code);
  }
  if (key_file) {
    console.error(
        fmt::format("`{}` is source text and has no signature; build an image first", path));
    exit_code = kUsage;
    return std::nullopt;
  }
  const std::vector<std::string> paths{path};
  const auto bundle = compile_paths(paths, true);
  if (!bundle) {
    console.error(bundle.error());
    exit_code = kUsage;
    return std::nullopt;
  }
  if ((*bundle)->diags.has_errors()) {
    print_diagnostics(**bundle, console, true);
    console.error(fmt::format("`{}` does not compile", path));
    exit_code = kFindings;
    return std::nullopt;
  }
  if ((*bundle)->image.empty()) {
    console.error(fmt::format("`{}` has no policy", path));
    exit_code = kNothingRan;
    return std::nullopt;
  }
  return load((*bundle)->image, trust, options, path, console, exit_code);
}

}  // namespace remit::cli
