// `remit verify FILE.remit` and `remit inspect FILE.remit`
#include <expected>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "stdlib/hash.h"
#include "stdlib/time.h"
#include "vm/answer/disassemble.h"
#include "vm/decide/verdict.h"
#include "vm/image/container.h"
#include "vm/image/load_fault.h"
#include "vm/verify/program.h"

namespace remit::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Opened {
  vm::Program program;
  std::size_t bytes = 0;
  std::optional<std::string> signer = std::nullopt;  // the id of its key
  bool is_checked = false;                           // the signature, against `--key`
};

int refused(Console& console, const std::string& path, const LoadError& error) {
  console.error(refusal_text(path, error));
  return kIntegrity;
}

// The image FILE, proved sound and, where `--key` is given, signed; or the exit code.
std::expected<Opened, int> open_image(const Arguments& arguments, Console& console) {
  const std::string path(arguments.one("FILE"));
  const auto text = read_file(path, limits::kImageBytesMax);
  if (!text) {
    console.error(text.error());
    return std::unexpected(kUsage);
  }
  const auto image = std::as_bytes(std::span(*text));
  const auto blocks = vm::split(image);
  if (!blocks) return std::unexpected(refused(console, path, blocks.error()));
  if (arguments.has("--key")) {
    const auto key = read_public_key(std::string(arguments.one("--key")));
    if (!key) {
      console.error(key.error());
      return std::unexpected(kUsage);
    }
    vm::PublicKey public_key{};
    std::ranges::copy(*key, public_key.begin());
    if (const auto ok = vm::check_signature(*blocks, {&public_key, 1}); !ok)
      return std::unexpected(refused(console, path, ok.error()));
  }
  auto program = vm::verify(*blocks);
  if (!program) return std::unexpected(refused(console, path, program.error()));
  Opened opened{std::move(*program), image.size()};
  opened.is_checked = arguments.has("--key");
  if (blocks->signature) opened.signer = stdlib::to_hex(blocks->signature->key);
  // A host that trusts keys refuses it (meets_host in vm/engine/load.cpp).
  if (opened.is_checked && opened.program.image().dev)
    return std::unexpected(refused(console, path, vm::load_error(LoadFault::DevImage, 0, {})));
  warn_if_expired(opened.program.image().expires_ms, path, console);
  return opened;
}

std::string_view text_of(const vm::Image& image, vm::StringId id) { return image[id]; }

std::string hex(const vm::Hash& hash) { return stdlib::to_hex(hash); }

std::string_view signature_word(const Opened& opened) {
  if (opened.is_checked) return "checked";
  return opened.signer ? "not_checked" : "none";
}
Json signer_json(const Opened& opened) { return opened.signer ? Json(*opened.signer) : Json(); }

Json layers_json(const vm::Image& image) {
  Json layers = Json::array();
  for (const vm::LayerRow& layer : image.layers) {
    Json policies = Json::array();
    for (std::uint32_t p = 0; p < layer.policies.count; ++p) {
      const vm::PolicyRow& policy = image.rows(layer.policies)[p];
      Json items = Json::array();
      for (std::uint32_t i = 0; i < policy.items.count; ++i) {
        const vm::ItemRow& item = image.rows(policy.items)[i];
        items.push_back(
            {{"name", text_of(image, item.name)},
             {"kind", spelling(item.kind)},
             {"requirement", !vm::is_wait(item) ? Json() : Json(hex(item.requirement))}});
      }
      policies.push_back({{"name", text_of(image, policy.name)}, {"items", items}});
    }
    layers.push_back({{"name", text_of(image, layer.name)},
                      {"guards_only", layer.guards_only != 0},
                      {"machine", layer.machine != 0},
                      {"policies", policies}});
  }
  return layers;
}

Json image_json(const Opened& opened) {
  const vm::Image& image = opened.program.image();
  Json tools = Json::array();
  for (const vm::ToolRow& tool : image.tools)
    tools.push_back({{"name", text_of(image, tool.name)},
                     {"wire_name", text_of(image, tool.wire_name)},
                     {"hash", hex(tool.hash)},
                     {"steps", tool.steps_bound}});
  return {
      {"bundle", image.name == vm::kNoString ? Json() : Json(text_of(image, image.name))},
      {"dev", image.dev},
      {"image", hex(opened.program.hash())},
      {"format", vm::kFormatVersion},
      {"edition", vm::kEdition},
      {"semantics", vm::kSemantics},
      {"version", image.version},
      {"expires",
       image.expires_ms == vm::kNever ? Json() : Json(stdlib::format_timestamp(image.expires_ms))},
      {"currency", std::string(image.default_currency().text())},
      {"minor_digits", image.default_currency().minor_digits},
      {"max_steps", image.steps_max},
      {"bytes", opened.bytes},
      {"debug", !image.debug.empty()},
      {"signature", signature_word(opened)},
      {"signer", signer_json(opened)},
      {"layers", layers_json(image)},
      {"tools", tools}};
}

}  // namespace

int run_verify(const Arguments& arguments, Console& console) {
  const auto opened = open_image(arguments, console);
  if (!opened) return opened.error();
  const std::string path(arguments.one("FILE"));
  const std::string hash = hex(opened->program.hash());
  if (console.json()) {
    const Json json{{"file", path},
                    {"ok", true},
                    {"signature", signature_word(*opened)},
                    {"signer", signer_json(*opened)},
                    {"image", hash}};
    console.out(json.dump() + '\n');
    return kFine;
  }
  std::string signature;
  if (opened->is_checked)
    signature = " and signed";
  else if (opened->signer)
    signature = fmt::format(", signature of key {} not checked", *opened->signer);
  console.out(fmt::format("{}: sound{}, image sha256:{}\n", path, signature, hash));
  return kFine;
}

int run_inspect(const Arguments& arguments, Console& console) {
  const auto opened = open_image(arguments, console);
  if (!opened) return opened.error();
  const bool code = arguments.has("--code");
  if (console.json()) {
    Json json = image_json(*opened);
    if (code) json["code"] = vm::disassemble(opened->program);
    console.out(json.dump() + '\n');
    return kFine;
  }
  const std::string signature =
      opened->signer ? fmt::format("of key {}, not checked", *opened->signer) : "none";
  console.out(vm::describe(opened->program, opened->bytes, signature));
  if (code) console.out(vm::disassemble(opened->program));
  return kFine;
}

}  // namespace remit::cli
