// REMIT_API marks what libremit.so exports: the functions of the public headers that are defined in
// the library, or the class that they belong to. Everything else of the library is hidden.
#pragma once

#if __cplusplus <= 202002L
#error "Remit's headers are C++23: compile with -std=c++23"
#endif

#define REMIT_API [[gnu::visibility("default")]]
