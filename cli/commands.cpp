#include "cli/commands.h"

namespace remit::cli {

namespace {

constexpr PositionalSpec kPaths[] = {
    {"PATH", Arity::Many,
     "files and folders; a folder of .rule files is a bundle; default: this folder"}};
constexpr PositionalSpec kBundleAndRequest[] = {
    {"BUNDLE", Arity::One, "a .remit image, or a folder or file of rules"},
    {"REQUEST", Arity::One, "a file with one request, or one a line; - for standard input"}};
constexpr PositionalSpec kBundleAndLogged[] = {
    {"BUNDLE", Arity::One, "a .remit image, or a folder or file of rules"},
    {"REQUEST", Arity::Optional, "a file with one request; - for standard input"}};
constexpr PositionalSpec kLog[] = {
    {"LOG", Arity::One, "a decision log; - for standard input"},
    {"BUNDLE", Arity::Optional, "what made the log: a .remit image, or a folder or file of rules"}};
constexpr PositionalSpec kBundle[] = {
    {"BUNDLE", Arity::One, "a .remit image, or a folder or file of rules"}};
constexpr PositionalSpec kImage[] = {{"FILE", Arity::One, "a .remit image"}};
constexpr PositionalSpec kManifest[] = {
    {"KIND", Arity::One, "the kind of manifest", "openai|mcp"},
    {"FILE", Arity::Some, "the manifest, or its pages in order; - for standard input"}};
constexpr PositionalSpec kFolder[] = {{"DIR", Arity::One, "the folder to make"}};
constexpr PositionalSpec kCode[] = {
    {"CODE", Arity::One, "the code of a diagnostic, for example E0304"}};
constexpr PositionalSpec kShell[] = {{"SHELL", Arity::One, "the shell", "bash|zsh|fish"}};

constexpr OptionSpec kCheckOptions[] = {{.flag = "--strict", .help = "warnings are findings too"}};
constexpr OptionSpec kFmtOptions[] = {
    {.flag = "--check", .help = "change nothing; list files that are not formatted"}};
constexpr OptionSpec kTestOptions[] = {{.flag = "--only",
                                        .short_flag = "-k",
                                        .value = "TEXT",
                                        .help = "run tests whose name contains TEXT"}};
constexpr OptionSpec kBuildOptions[] = {{.flag = "--output",
                                         .short_flag = "-o",
                                         .value = "FILE",
                                         .help = "the image to write",
                                         .required = true},
                                        {.flag = "--sign",
                                         .value = "KEY",
                                         .help = "sign with the Ed25519 secret key in this file "
                                                 "(64 bytes, raw or hex); needs a remit.toml"}};
constexpr OptionSpec kDecideOptions[] = {
    {.flag = "--exit-code",
     .help = "exit 0, 10, 11, 12 for permit, deny, queue, escalate (of the last request)"},
    {.flag = "--digest", .help = "put the action digest into every record"},
    {.flag = "--messages",
     .help = "with --format json, add to every record what is proposed and what the items say"},
    {.flag = "--log",
     .value = "FILE",
     .help = "append a line for every decision to this log, before it is answered"},
    {.flag = "--log-key",
     .value = "FILE",
     .help = "withhold @sensitive values from the log, under this key (32 bytes, raw or hex)"},
    {.flag = "--chain-key",
     .value = "FILE",
     .help = "key of the log's chain (32 bytes, raw or hex); without it the chain has none"},
    {.flag = "--metrics",
     .value = "FILE",
     .help = "at the end write what was decided as Prometheus text; - for standard output"},
    {.flag = "--key",
     .value = "FILE",
     .help = "Ed25519 public key that the image must be signed with"}};
constexpr OptionSpec kKeyOptions[] = {
    {.flag = "--key",
     .value = "FILE",
     .help = "Ed25519 public key that the image must be signed with"}};
constexpr OptionSpec kWhyOptions[] = {
    {.flag = "--log",
     .value = "FILE",
     .help = "explain a decision of this log instead; - for standard input"},
    {.flag = "--line", .value = "N", .help = "the line of the log, counted from 1"},
    {.flag = "--chain-key", .value = "FILE", .help = "key of the log's chain"},
    {.flag = "--key",
     .value = "FILE",
     .help = "Ed25519 public key that the image must be signed with"}};
constexpr OptionSpec kReplayOptions[] = {
    {.flag = "--verify-chain", .help = "decide nothing; only find what was changed in the log"},
    {.flag = "--against",
     .value = "BUNDLE",
     .help = "decide every request with this bundle, and show what it changes"},
    {.flag = "--head", .value = "HASH", .help = "hash of the last line, as it was kept elsewhere"},
    {.flag = "--count", .value = "N", .help = "how many lines there must be"},
    {.flag = "--chain-key", .value = "FILE", .help = "key of the log's chain"},
    {.flag = "--key",
     .value = "FILE",
     .help = "Ed25519 public key that the image must be signed with"}};
constexpr OptionSpec kFactsOptions[] = {
    {.flag = "--tool", .value = "TOOL", .help = "only this tool (wire name)"}};
constexpr OptionSpec kInspectOptions[] = {{.flag = "--code", .help = "disassemble every item"}};
constexpr OptionSpec kImportOptions[] = {
    {.flag = "--namespace", .value = "NAME", .help = "first segment of the tools' names"},
    {.flag = "--only",
     .value = "NAMES",
     .help = "import these tools alone: their names, separated by commas"},
    {.flag = "--effects",
     .value = "privileged|hints",
     .help = "every tool is privileged (default), or what its server hints at (mcp)"},
    {.flag = "--number",
     .value = "opaque|int",
     .help = "what a JSON number becomes: opaque (default), or an int"},
    {.flag = "--text-max",
     .value = "BYTES",
     .help = "the most bytes of a text without maxLength; default: 4096"},
    {.flag = "--check",
     .value = "SCHEMA",
     .help = "write nothing; list how the manifest differs from this file"},
    {.flag = "--update",
     .value = "SCHEMA",
     .help = "add what is new to this file, and list what changed"}};

constexpr OptionSpec kCommonOptions[] = {{.flag = "--format",
                                          .value = "human|json",
                                          .fallback = "human",
                                          .help = "for people or for programs"},
                                         {.flag = "--color",
                                          .value = "auto|always|never",
                                          .fallback = "auto",
                                          .help = "colours; NO_COLOR is honoured"}};

constexpr CommandSpec kCommands[] = {
    {"check", "parse, type-check and lint; every problem in one run", kPaths, kCheckOptions,
     run_check},
    {"fmt", "format .rule files in place; - formats standard input", kPaths, kFmtOptions, run_fmt},
    {"test", "run the tests of a bundle", kPaths, kTestOptions, run_test},
    {"build", "compile a bundle to a .remit image", kPaths, kBuildOptions, run_build},
    {"decide", "answer requests, one verdict a line", kBundleAndRequest, kDecideOptions,
     run_decide},
    {"why", "explain the decision on one request, or of a log", kBundleAndLogged, kWhyOptions,
     run_why},
    {"replay", "decide the requests of a log again, and check its chain", kLog, kReplayOptions,
     run_replay},
    {"facts", "list what the host must supply, per tool", kBundle, kFactsOptions, run_facts},
    {"inspect", "show header, sizes, bounds and code of an image", kImage, kInspectOptions,
     run_inspect},
    {"verify", "check an image, and its signature", kImage, kKeyOptions, run_verify},
    {"import", "turn a tool manifest into a schema file", kManifest, kImportOptions, run_import},
    {"init", "make a small bundle to start from", kFolder, {}, run_init},
    {"explain", "show the page of a diagnostic", kCode, {}, run_explain},
    {"completion", "print a shell completion script", kShell, {}, run_completion},
    {"man", "print the manual page (troff)", {}, {}, run_man},
};

}  // namespace

std::span<const CommandSpec> commands() { return kCommands; }
std::span<const OptionSpec> common_options() { return kCommonOptions; }

}  // namespace remit::cli
