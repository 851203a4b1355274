// Metrics as text that Prometheus scrapes
// (https://prometheus.io/docs/instrumenting/exposition_formats).

#include <array>
#include <string_view>
#include <utility>

#include <remit/meter.h>
#include "stdlib/text.h"

namespace remit::inline v0 {

namespace {

enum class Metric : std::uint8_t {
#define REMIT_METRIC(name, exposed, type, labels, help) name,
#include "vm/metrics/metrics.def"
#undef REMIT_METRIC
};

struct MetricInfo {
  std::string_view name, type, labels, help;
};

constexpr MetricInfo kMetrics[] = {
#define REMIT_METRIC(name, exposed, type, labels, help) {exposed, type, labels, help},
#include "vm/metrics/metrics.def"
#undef REMIT_METRIC
};

// A label's value: `\`, `"` and line feed are escaped; bytes that are not UTF-8, which the format
// does not allow, are spelled out.
void append_label(std::string_view value, std::string& text) {
  const std::string readable = stdlib::is_utf8(value) ? std::string() : stdlib::printable(value);
  for (const char c : readable.empty() ? value : std::string_view(readable)) {
    switch (c) {
      case '\\': text += "\\\\"; break;
      case '"': text += "\\\""; break;
      case '\n': text += "\\n"; break;
      default: text += c;
    }
  }
}

// One metric: its head, then its rows.
class MetricWriter {
 public:
  MetricWriter(Metric metric, std::string& text)
      : info_(kMetrics[static_cast<std::size_t>(metric)]), text_(text) {
    text_.append("# HELP ").append(info_.name).append(" ").append(info_.help).append("\n");
    text_.append("# TYPE ").append(info_.name).append(" ").append(info_.type).append("\n");
  }

  // `values` are those of the labels, in the order of metrics.def.
  template <std::size_t N>
  void row(const std::array<std::string_view, N>& values, std::uint64_t count) {
    text_ += info_.name;
    std::string_view labels = info_.labels;
    for (std::size_t i = 0; i < N; ++i) {
      const std::size_t end = labels.find(' ');
      text_.append(i == 0 ? "{" : ",").append(labels.substr(0, end)).append("=\"");
      append_label(values[i], text_);
      text_ += '"';
      labels = end == std::string_view::npos ? std::string_view() : labels.substr(end + 1);
    }
    if (N > 0) text_ += '}';
    text_.append(" ").append(std::to_string(count)).append("\n");
  }
  void row(std::uint64_t count) { row(std::array<std::string_view, 0>{}, count); }

 private:
  const MetricInfo& info_;
  std::string& text_;
};

}  // namespace

std::string to_prometheus(const Metrics& metrics) {
  std::string text;
  using Labels1 = std::array<std::string_view, 1>;
  using Labels2 = std::array<std::string_view, 2>;
  using Labels3 = std::array<std::string_view, 3>;
  if (MetricWriter image(Metric::Image, text); !metrics.image.empty())
    image.row(Labels1{metrics.image}, 1);
  MetricWriter decisions(Metric::Decisions, text);
  for (const auto& row : metrics.decisions)
    decisions.row(Labels3{row.tenant, row.tool, name(row.verdict)}, row.count);
  MetricWriter matched(Metric::Matched, text);
  for (const auto& row : metrics.items)
    matched.row(Labels2{row.item, name(row.verdict)}, row.matched);
  MetricWriter decided(Metric::Decided, text);
  for (const auto& row : metrics.items)
    decided.row(Labels2{row.item, name(row.verdict)}, row.decided);
  MetricWriter defaults(Metric::Defaults, text);
  for (const auto& row : metrics.defaults) defaults.row(Labels1{row.layer}, row.count);
  MetricWriter faults(Metric::Faults, text);
  for (const auto& row : metrics.faults) faults.row(Labels1{code(row.fault)}, row.count);
  MetricWriter(Metric::Overflow, text).row(metrics.overflow);
  MetricWriter(Metric::Tenants, text).row(metrics.tenants);
  MetricWriter(Metric::TenantsMax, text).row(metrics.tenants_max);
  return text;
}

}  // namespace remit::inline v0
