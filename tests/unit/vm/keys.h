// Key pairs that tests sign with: the first two of RFC 8032, 7.1.
#pragma once

#include <string>
#include <vector>

#include "stdlib/hash.h"
#include "vm/image/container.h"

namespace remit::test {

using Bytes = std::vector<std::byte>;

struct KeyPair {
  Bytes secret, open;
};

inline KeyPair pair_of(const std::string& seed, const std::string& open) {
  return {*stdlib::from_hex(seed + open), *stdlib::from_hex(open)};
}

inline const KeyPair& ours() {
  static const KeyPair pair =
      pair_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  return pair;
}
inline const KeyPair& next() {
  static const KeyPair pair =
      pair_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  return pair;
}

inline Bytes signed_by(const KeyPair& pair, const Bytes& image) {
  return vm::sign(image, pair.secret).value();
}

}  // namespace remit::test
