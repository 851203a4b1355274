#include "vm/verify/constant_text.h"

#include <optional>
#include <span>
#include <string>

#include <remit/limits.h>
#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/text.h"

namespace remit::vm {

namespace {

using Canonical = std::optional<std::string_view> (*)(std::string_view, std::span<char>);

bool is_canonical(std::string_view text, std::size_t bytes_max, Canonical function) {
  if (text.size() > bytes_max) return false;
  std::string buffer(text.size() + 2, '\0');
  return function(text, buffer) == text;
}

}  // namespace

bool is_value_of(TypeKind kind, std::string_view text) {
  switch (kind) {
    case TypeKind::String:
      return text.size() <= static_cast<std::size_t>(limits::kStringBytesMax) &&
             stdlib::is_string_value(text);
    case TypeKind::Id: return stdlib::is_id(text);
    case TypeKind::Host: return is_canonical(text, stdlib::kHostBytesMax, stdlib::canonical_host);
    case TypeKind::Path: return is_canonical(text, stdlib::kPathBytesMax, stdlib::canonical_path);
    case TypeKind::Email:
      return is_canonical(text, stdlib::kEmailBytesMax, stdlib::canonical_email);
    case TypeKind::Url: return is_canonical(text, stdlib::kUrlBytesMax, stdlib::canonical_url);
    case TypeKind::Ip: return stdlib::parse_ip(text).has_value();
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Money:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay:
    case TypeKind::Enum:
    case TypeKind::Tool:
    case TypeKind::Opaque:
    case TypeKind::Record:
    case TypeKind::Set:
    case TypeKind::List: break;
  }
  return false;
}

}  // namespace remit::vm
