#include "tests/oracle/message.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "tests/oracle/evaluate.h"

namespace remit::oracle {

namespace {

// UTF-8 that is known to be well formed.
std::vector<char32_t> characters(const std::string& text) {
  std::vector<char32_t> result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80)
      result.back() = result.back() << 6 | (byte & 0x3F);
    else
      result.push_back(byte < 0x80   ? byte
                       : byte < 0xE0 ? byte & 0x1F
                       : byte < 0xF0 ? byte & 0x0F
                                     : byte & 0x07);
  }
  return result;
}

std::string escaped(const std::vector<char32_t>& text, std::size_t from, std::size_t to) {
  std::string result;
  for (std::size_t i = from; i < to; ++i) {
    const char32_t c = text[i];
    const bool bare = c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
    result += bare ? std::string(1, static_cast<char>(c))
                   : fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
  }
  return result;
}

std::string quoted(TypeKind kind, const std::string& text) {
  const std::vector<char32_t> all = characters(text);
  const bool cut = all.size() > 256 && (kind == TypeKind::String || kind == TypeKind::Path);
  return cut ? fmt::format("\"{}…{}\"", escaped(all, 0, 160),
                           escaped(all, all.size() - 90, all.size()))
             : fmt::format("\"{}\"", escaped(all, 0, all.size()));
}

std::string money(std::string_view currency, std::int64_t micros) {
  std::string decimals = fmt::format("{:06}", std::abs(micros % 1'000'000));
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return fmt::format("{}{} {}.{}", micros < 0 ? "-" : "", currency, std::abs(micros / 1'000'000),
                     decimals);
}

std::string duration(std::int64_t ms) {
  static constexpr std::pair<std::int64_t, const char*> kUnits[] = {
      {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  std::string text;
  std::int64_t rest = std::abs(ms);
  for (const auto& [unit, word] : kUnits) {
    if (rest >= unit) text += fmt::format("{}{}", rest / unit, word);
    rest %= unit;
  }
  return text.empty() ? "0s" : (ms < 0 ? "-" : "") + text;
}

std::string timestamp(std::int64_t ms) {
  const std::chrono::sys_seconds seconds{std::chrono::seconds{ms / 1000}};
  const std::string fraction = ms % 1000 == 0 ? "" : fmt::format(".{:03}", ms % 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}{}Z", seconds, fraction);
}

std::string time_of_day(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60) +
         (seconds % 60 == 0 ? "" : fmt::format(":{:02}", seconds % 60));
}

std::string shown(const compiler::TypedBundle& bundle, const compiler::Type& type,
                  const Datum& datum, bool agent_wrote) {
  const auto number = static_cast<std::int64_t>(datum.integer);
  switch (type.kind) {
    case TypeKind::Bool: return number != 0 ? "true" : "false";
    case TypeKind::Int: return std::to_string(number);
    case TypeKind::Money: return money(bundle.currency, number);
    case TypeKind::Duration: return duration(number);
    case TypeKind::Timestamp: return timestamp(number);
    case TypeKind::TimeOfDay: return time_of_day(number);
    case TypeKind::Enum:
      return std::string(
          bundle.enumeration(type).values[static_cast<std::size_t>(number)].wire_name);
    case TypeKind::Tool:
      return std::string(bundle.tools[static_cast<std::size_t>(number)].wire_name);
    case TypeKind::String: return quoted(type.kind, datum.text);
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email: return agent_wrote ? quoted(type.kind, datum.text) : datum.text;
    case TypeKind::Ip:
    case TypeKind::Url:
    case TypeKind::Opaque:
    case TypeKind::Record:
    case TypeKind::Set:
    case TypeKind::List: break;
  }
  return datum.text;
}

bool reads_args(const compiler::TypedModule& module, const ast::Expr& expr) {
  const compiler::ExprInfo& info = module.info(expr);
  bool found =
      info.binding == compiler::BindingKind::Fact && info.fact.base == compiler::Base::Args;
  ast::for_each_child(expr,
                      [&](const ast::Expr& child) { found = found || reads_args(module, child); });
  return found;
}

}  // namespace

std::string because_of(const compiler::TypedBundle& bundle, const Request& request,
                       const compiler::ItemInfo& item) {
  if (item.clauses->because == nullptr) return {};
  const compiler::ModuleIndex module = bundle.policy(item).module;
  Evaluator evaluator(bundle, request);
  std::string text;
  for (const ast::TemplatePiece& piece : item.clauses->because->pieces) {
    if (piece.expr == nullptr) {
      text += piece.text;
      continue;
    }
    text += shown(bundle, *bundle.module(module).info(*piece.expr).type,
                  evaluator.value_of(*piece.expr, module),
                  reads_args(bundle.module(module), *piece.expr));
  }
  return text;
}

}  // namespace remit::oracle
