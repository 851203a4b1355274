#include "compiler/check/schema/sizes.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>

namespace remit::compiler {

namespace {

class SizeChecker : Reporter {
 public:
  SizeChecker(Schema& schema, const Reporter& reporter) : Reporter(reporter), schema_(schema) {}

  void run() {
    check_cycles();
    if (!has_errors()) check_sizes();
  }

 private:
  void check_cycles();
  void check_sizes();
  int depth_of(std::uint32_t record, std::vector<int>& depth);
  void add_up(const std::vector<FieldInfo>& fields, std::size_t most, std::string_view owner,
              Span span, std::size_t& total);
  void check_least_sizes(const std::vector<std::uint32_t>& inner_first);

  Schema& schema_;
};

int SizeChecker::depth_of(std::uint32_t record, std::vector<int>& depth) {
  constexpr int kBusy = -1;
  if (depth[record] != 0) return depth[record];
  depth[record] = kBusy;
  int deepest = 0;
  for (const FieldInfo& field : schema_.records[record].fields) {
    const Type* type = field.type;
    while (type != nullptr && type->element != nullptr) type = type->element;
    if (type == nullptr || type->kind != TypeKind::Record) continue;
    const int below = depth_of(type->ref, depth);
    if (below == kBusy) {
      report(Code::E0307, field.span,
             fmt::format("record `{}` contains itself", schema_.records[record].name))
          .help("break the cycle");
      continue;
    }
    deepest = std::max(deepest, below);
  }
  return depth[record] = deepest + 1;
}

// What fields take when they are laid out: a value each, and a record also those of its fields. A
// record counts before those that hold it, since there are no cycles.
void SizeChecker::add_up(const std::vector<FieldInfo>& fields, std::size_t most,
                         std::string_view owner, Span span, std::size_t& total) {
  for (const FieldInfo& field : fields) {
    if (field.type == nullptr) continue;
    const Type& element = field.type->element == nullptr ? *field.type : *field.type->element;
    const std::size_t each =
        element.kind == TypeKind::Record ? schema_.records[element.ref].values : 1;
    total += field.type->element == nullptr ? each : 1;
    const auto values = each * static_cast<std::size_t>(field.type->high);
    if (field.type->element == nullptr || values <= limits::kListValuesMax) continue;
    report(Code::E1102, field.span,
           fmt::format("`{}` may hold {} values; at most {} are allowed", field.name, values,
                       limits::kListValuesMax))
        .help("give it fewer elements, or elements with fewer fields");
  }
  if (total <= most) return;
  report(Code::E1102, span,
         fmt::format("{} has {} values; at most {} are allowed", owner, total, most))
      .help("carry what no rule reads as `opaque`");
}

// Lists in the elements of lists multiply: a type of which no request can hold a value is refused.
void SizeChecker::check_least_sizes(const std::vector<std::uint32_t>& inner_first) {
  constexpr std::size_t kTooMany = limits::kRequestBytesMax + 1;
  std::vector<std::size_t> least(schema_.records.size(), 1);
  const auto least_of = [&](const Type& type) {
    const Type& element = type.element == nullptr ? type : *type.element;
    const std::size_t each = element.kind == TypeKind::Record ? least[element.ref] : 1;
    return type.element == nullptr ? each : 1 + static_cast<std::size_t>(type.low) * each;
  };
  const auto check = [&](const std::vector<FieldInfo>& fields) {
    for (const FieldInfo& field : fields) {
      if (field.type == nullptr || least_of(*field.type) < kTooMany) continue;
      report(Code::E1102, field.span,
             fmt::format("the smallest value of `{}` does not fit into a request", field.name))
          .help("let its lists have fewer elements");
    }
  };
  for (const std::uint32_t i : inner_first) {
    for (const FieldInfo& field : schema_.records[i].fields) {
      if (field.type != nullptr && !field.optional) least[i] += least_of(*field.type);
    }
    least[i] = std::min(least[i], kTooMany);
    check(schema_.records[i].fields);
  }
  for (const RootInfo& root : schema_.roots) check(root.fields);
  for (const ToolInfo& tool : schema_.tools) check(tool.args);
}

void SizeChecker::check_cycles() {
  std::vector<int> depth(schema_.records.size(), 0);
  for (std::uint32_t i = 0; i < schema_.records.size(); ++i) {
    if (depth_of(i, depth) <= limits::kRecordDepthMax) continue;
    report(Code::E0413, schema_.records[i].span,
           fmt::format("record `{}` is nested more than {} deep", schema_.records[i].name,
                       limits::kRecordDepthMax))
        .help("flatten it, or carry the inner part as `opaque`");
  }
}

void SizeChecker::check_sizes() {
  std::vector<int> depth(schema_.records.size(), 0);
  std::vector<std::uint32_t> inner_first(schema_.records.size());
  std::iota(inner_first.begin(), inner_first.end(), 0U);
  std::ranges::stable_sort(inner_first, {}, [&](std::uint32_t i) { return depth_of(i, depth); });
  for (const std::uint32_t i : inner_first) {
    RecordInfo& record = schema_.records[i];
    record.values = 1;
    add_up(record.fields, limits::kRecordValuesMax, fmt::format("record `{}`", record.name),
           record.span, record.values);
    record.values = std::min(record.values, limits::kRecordValuesMax);
  }
  check_least_sizes(inner_first);
  std::size_t host = 0;
  for (const RootInfo& root : schema_.roots) {
    const Span span = root.fields.empty() ? Span{} : root.fields.back().span;
    add_up(root.fields, limits::kSlotsMax, fmt::format("the host, up to `{}`,", root.name), span,
           host);
  }
  for (const ToolInfo& tool : schema_.tools) {
    std::size_t own = host;
    add_up(tool.args, limits::kSlotsMax,
           fmt::format("tool `{}`, with the host's facts,", tool.name), tool.span, own);
  }
}

}  // namespace

void check_sizes(Schema& schema, const Reporter& reporter) { SizeChecker(schema, reporter).run(); }

}  // namespace remit::compiler
