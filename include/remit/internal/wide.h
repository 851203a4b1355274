// 128-bit integers: what arithmetic on facts is done in. Both compilers have them; ISO C++ has no
// name for them.
#pragma once

namespace remit {

__extension__ typedef __int128 Wide;

}  // namespace remit
