// Images that others forged by hand, where they lie beside the checkout: each is refused for what
// is wrong with it. tests/images makes the same ones by code.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "vm/program.h"

namespace remit {
namespace {

const std::filesystem::path kFolder = REMIT_FORGED;

std::vector<std::byte> bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::byte> bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

// `debug_*` are for the signature to find out, `dis_*`, `quadratic_*` and the `*_of_empty_records`
// are sound and stand there for other reasons; so are the two that are merely slow.
constexpr std::pair<const char*, const char*> kFaults[] = {
    {"absent_url_terminates", "code.argument_differs"},
    {"record_optional_in_one_tool", "code.argument_differs"},
    {"cidr_not_a_range", "constant.bad_cidr"},
    {"constant_sum_overflows_128_bits", "code.overflow"},
    {"default_enum_out_of_range", "default.bad_value"},
    {"default_overflows_128_bits", "default.bad_value"},
    {"default_url_not_a_url", "default.bad_value"},
    {"negative_reservation", "default.bad_value"},
    {"enum_value_twice", "name.enum_value_twice"},
    {"second_control_root", "name.root_twice"},
    {"records_unfolded_12", "schema.too_many_values"},
    {"records_unfolded_40", "schema.too_many_values"},
    {"records_unfolded_64", "schema.too_many_values"},
    {"records_unfolded_128", "schema.too_many_values"},
    {"records_unfolded_256", "schema.too_many_values"},
    {"scratch_cidr_wild_index", "code.scratch_overlap"},
    {"scratch_guard_never_fires", "code.scratch_overlap"},
    {"scratch_int_read_as_pointer", "code.scratch_overlap"},
    {"urlhost_of_constant", "constant.not_canonical"},
    {"message_timestamp_min", "message.time"},
};

TEST(Forged, EachIsRefusedForWhatIsWrongWithIt) {
  if (!std::filesystem::exists(kFolder))
    GTEST_SKIP() << "forged images do not lie beside this checkout";
  for (const auto& [name, fault] : kFaults) {
    const auto program = vm::verify(bytes_of(kFolder / (std::string(name) + ".remit")));
    ASSERT_FALSE(program) << name;
    // One of another format is refused for that, and made again in tests/images.
    if (program.error().code.starts_with("file.")) continue;
    EXPECT_EQ(program.error().code, fault) << name << ": " << program.error().message;
  }
}

}  // namespace
}  // namespace remit
