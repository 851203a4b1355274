#include "vm/answer/disassemble.h"

#include "stdlib/text.h"
#include "vm/answer/listing.h"

namespace remit::vm {

namespace {

std::string line(const std::string& name, const std::string& value) {
  return padded(name, kLabelWidth) + value + '\n';
}

}  // namespace

std::string list_header(const Image& image) {
  return line("bundle", (image.name == kNoString ? "(none)" : shown_name(image[image.name])) +
                            (image.dev ? " (dev)" : "")) +
         line("version", std::to_string(image.version)) +
         line("expires", image.expires_ms == kNever ? "never" : shown_time(image.expires_ms)) +
         line("max_steps", std::to_string(image.steps_max)) +
         line("currency", std::string(image.default_currency().text()) + ", minor unit of " +
                              stdlib::counted(image.default_currency().minor_digits, "decimal"));
}

std::string list_rows(const Image& image, const Layout& layout) {
  const Listed listed{image, layout};
  std::string text;
  append_schema(listed, text);
  append_sets(listed, text);
  append_policies(listed, text);
  return text;
}

std::string describe(const Program& program, std::size_t file_bytes, const std::string& signature) {
  const Image& image = program.image();
  const auto name = [&](StringId id) { return shown_name(image[id]); };
  std::string text = list_header(image);
  text += line("image", shown_hash(program.hash()));
  text += line("format", std::to_string(kFormatVersion) + ", edition " + std::to_string(kEdition) +
                             ", semantics " + std::to_string(kSemantics));
  text += line("size", std::to_string(file_bytes) + " bytes, " + std::to_string(image.code.size()) +
                           " instructions, " + std::to_string(image.strings.size()) + " strings");
  text += line("debug", image.debug.empty() ? "no" : "yes");
  text += line("signature", signature);
  for (const LayerRow& layer : image.layers) {
    text += line("layer", name(layer.name) + (layer.guards_only != 0 ? ", guards only" : "") +
                              (layer.machine != 0 ? ", machine" : ""));
    for (const PolicyRow& policy : image.rows(layer.policies)) {
      text +=
          line("  policy", name(policy.name) + ", " + stdlib::counted(policy.items.count, "item"));
    }
  }
  for (const ToolRow& tool : image.tools) {
    text += line("tool", padded(name(tool.name), 36) + ' ' + "at most " +
                             std::to_string(tool.steps_bound) + " of " +
                             std::to_string(image.steps_max) + " steps, " +
                             std::to_string(tool.required.count) + " required facts");
  }
  return text;
}

std::string disassemble(const Program& program) {
  return list_rows(program.image(), program.layout());
}

}  // namespace remit::vm
