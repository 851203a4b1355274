// `remit build [PATH…] -o FILE.remit`

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "vm/image/container.h"
#include "vm/verify/program.h"

namespace remit::cli {

namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

int run_build(const Arguments& arguments, Console& console) {
  const std::string output(arguments.one("--output"));
  if (output == "-" || output.ends_with(".rule") || output.ends_with(".toml")) {
    console.error(
        fmt::format("`{}` is not a name for an image; use one like `{}`", output, "bundle.remit"));
    return kUsage;
  }
  if (const auto free = may_replace(output, vm::kBodyMagic, "an image"); !free) {
    console.error(free.error());
    return kUsage;
  }
  const auto compiled = compile_paths(arguments.all("PATH"), true);
  if (!compiled) {
    console.error(compiled.error());
    return kUsage;
  }
  const compiler::CompiledBundle& bundle = **compiled;
  print_diagnostics(bundle, console, true);
  if (bundle.diags.has_errors()) return kFindings;
  if (bundle.image.empty()) {
    console.error("there is no policy to build");
    return kNothingRan;
  }
  if (bundle.manifest.expires_ms)
    warn_if_expired(*bundle.manifest.expires_ms, bundle.manifest.name, console);
  std::vector<std::byte> image = bundle.image;
  const auto program = vm::verify(image);
  if (!program) {
    console.error(fmt::format("internal error: the verifier refuses what was built: {}: {}",
                              program.error().code(), program.error().message));
    return kOurBug;
  }
  if (arguments.has("--sign")) {
    if (!bundle.manifest.present) {
      console.error(
          "an image without a manifest is not signed: no host that asks for a signature takes it; "
          "write a remit.toml, as `remit init` does, and build again");
      return kUsage;
    }
    const auto key = read_key(std::string(arguments.one("--sign")), stdlib::kSecretKeyBytes);
    if (!key) {
      console.error(key.error());
      return kUsage;
    }
    if (!stdlib::is_secret_key(*key)) {
      console.error(fmt::format("`{}` is not a secret key: its halves do not belong together",
                                arguments.one("--sign")));
      return kUsage;
    }
    image = *vm::sign(image, *key);
  }
  if (const auto written = write_file(output, text_of(image)); !written) {
    console.error(written.error());
    return kUsage;
  }
  console.talk(fmt::format("{}: {} bytes, {}, image sha256:{}{}\n", output, image.size(),
                           stdlib::counted(bundle.typed->items.size(), "item"),
                           stdlib::to_hex(program->hash()).substr(0, 16),
                           bundle.manifest.present ? "" : " (dev: no remit.toml)"));
  return kFine;
}

}  // namespace remit::cli
