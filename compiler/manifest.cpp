#include "compiler/manifest.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

// Debian's library is built with exceptions, which do not cross our interfaces; the header alone
// works without.
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "lang/hidden_characters.h"
#include "lang/suggest.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

using lang::Code;

constexpr std::string_view kKeys[] = {"name",      "layers",  "machine",
                                      "max_steps", "version", "expires"};

struct Reader {
  lang::FileId file;
  const lang::SourceMap& sources;
  lang::Diagnostics& diags;
  Manifest manifest;
  std::set<std::string_view> misspelt;  // keys that a misspelt one is taken for

  [[nodiscard]] lang::Span span(const toml::source_region& region) const {
    const lang::SourceFile& source = sources.file(file);
    const auto offset = [&](const toml::source_position& at) -> std::uint32_t {
      if (at.line < 1 || at.line > source.line_count()) return 0;
      return source.line_begin(at.line) + (at.column > 0 ? at.column - 1 : 0);
    };
    const std::uint32_t begin = offset(region.begin);
    return {file, begin, std::max(offset(region.end), begin + 1)};
  }

  void wrong(const toml::node& node, std::string_view key, std::string_view expected) {
    diags.report(Code::E1206, span(node.source()), fmt::format("`{}` is not {}", key, expected))
        .help("change the value");
  }

  std::vector<std::string> names(const toml::node& node, std::string_view key) {
    std::vector<std::string> result;
    const toml::array* array = node.as_array();
    if (array == nullptr) return wrong(node, key, "an array of layer names"), result;
    for (const toml::node& element : *array) {
      const auto text = element.value<std::string>();
      if (!text || !stdlib::is_word(*text)) {
        wrong(element, key, "an array of layer names such as \"product\"");
      } else if (std::ranges::find(result, *text) != result.end()) {
        diags
            .report(Code::E1206, span(element.source()),
                    fmt::format("`{}` lists layer `{}` twice", key, stdlib::printable(*text)))
            .help("remove one of them");
      } else {
        result.push_back(*text);
      }
    }
    return result;
  }

  void integer(const toml::node& node, std::string_view key, std::int64_t low, std::int64_t high,
               std::int64_t& into) {
    const auto value = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
    if (!value || *value < low || *value > high)
      return wrong(node, key, fmt::format("an integer from {} to {}", low, high));
    into = *value;
  }

  void entry(std::string_view key, const toml::key& place, const toml::node& node) {
    if (key == "name") {
      const auto text = node.value<std::string>();
      if (!text || !stdlib::is_dotted(*text))
        return wrong(node, key, "a name in quotes such as \"acme\"");
      manifest.name = *text;
    } else if (key == "layers") {
      manifest.layers = names(node, key);
    } else if (key == "machine") {
      manifest.machine = names(node, key);
    } else if (key == "max_steps") {
      integer(node, key, 1, limits::kStepsMax, manifest.max_steps);
    } else if (key == "version") {
      integer(node, key, 0, INT64_MAX, manifest.version);
    } else if (key == "expires") {
      const auto text = node.is_string() ? node.value<std::string>() : std::nullopt;
      manifest.expires_ms = text ? stdlib::parse_timestamp(*text) : std::nullopt;
      if (!manifest.expires_ms)
        wrong(node, key, "a timestamp in quotes such as \"2027-01-01T00:00:00Z\"");
    } else {
      auto& diagnostic = diags.report(Code::E1206, span(place.source()),
                                      fmt::format("unknown key `{}`", stdlib::printable(key)));
      if (const auto nearest = lang::nearest_name(key, kKeys)) {
        diagnostic.label(fmt::format("did you mean `{}`?", *nearest));
        misspelt.insert(*nearest);
      }
      diagnostic.help("the keys are name, layers, machine, max_steps, version, expires");
    }
  }
};

}  // namespace

Manifest parse_manifest(std::string_view text, lang::FileId file, const lang::SourceMap& sources,
                        lang::Diagnostics& diags) {
  Reader reader{file, sources, diags, {}, {}};
  reader.manifest.present = true;
  if (text.size() > limits::kManifestBytesMax) {
    diags
        .report(Code::E1206, lang::Span{file, 0, 0},
                fmt::format("the manifest is larger than {} bytes", limits::kManifestBytesMax))
        .help("it has a name, layers and a few numbers");
    return reader.manifest;
  }
  if (stdlib::is_utf8(text) && lang::report_hidden_characters(sources, file, 0, Code::E1206, diags))
    return {};
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    diags
        .report(Code::E1206, reader.span(parsed.error().source()),
                fmt::format("not TOML: {}", parsed.error().description()))
        .help("fix the file; strings stand in quotes");
    return {};  // as if there were none, so that no layer is missed in what could not be read
  }
  for (const auto& [key, node] : parsed.table()) reader.entry(key.str(), key, node);
  const lang::Span start{file, 0, 0};
  for (const std::string_view key : {"name", "layers"}) {
    if (parsed.table().contains(key) || reader.misspelt.contains(key)) continue;
    diags.report(Code::E1206, start, fmt::format("the manifest has no `{}`", key))
        .help(key == "name" ? "add `name = \"acme\"`" : "add `layers = [\"main\"]`");
  }
  for (const std::string& machine : reader.manifest.machine) {
    if (std::ranges::find(reader.manifest.layers, machine) != reader.manifest.layers.end())
      continue;
    diags.report(Code::E1206, start, fmt::format("machine layer `{}` is not in `layers`", machine))
        .help("add it to `layers`");
  }
  if (reader.manifest.layers.size() > limits::kLayersMax) {
    diags
        .report(Code::E1102, start,
                fmt::format("the bundle has {} layers; at most {} are allowed",
                            reader.manifest.layers.size(), limits::kLayersMax))
        .help("join layers");
  }
  return reader.manifest;
}

}  // namespace remit::compiler
