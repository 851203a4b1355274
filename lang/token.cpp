#include "lang/token.h"

#include <algorithm>

namespace remit::lang {

std::string_view spelling(TokenKind kind) {
  switch (kind) {
#define REMIT_TOKEN(name, text) \
  case TokenKind::name: return text;
#define REMIT_RESERVED(name, text) REMIT_TOKEN(name, text)
#define REMIT_PUNCT(name, text) REMIT_TOKEN(name, text)
#include "lang/tokens.def"
#undef REMIT_TOKEN
#undef REMIT_RESERVED
#undef REMIT_PUNCT
  }
  return {};
}

bool is_reserved(TokenKind kind) { return kind >= TokenKind::Advise && kind <= TokenKind::Within; }

const std::vector<std::string_view>& reserved_words() {
  static const std::vector<std::string_view> kWords = {
#define REMIT_TOKEN(kind, spelling)
#define REMIT_RESERVED(kind, word) word,
#define REMIT_PUNCT(kind, spelling)
#include "lang/tokens.def"
#undef REMIT_TOKEN
#undef REMIT_RESERVED
#undef REMIT_PUNCT
  };
  return kWords;
}

bool is_reserved_word(std::string_view word) {
  return std::ranges::binary_search(reserved_words(), word);
}

}  // namespace remit::lang
