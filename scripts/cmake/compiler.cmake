# How every file of the tree is compiled: the language, the warnings, the sanitizers.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# A shared library exports what is marked REMIT_API and nothing else.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

include_directories("${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")

# The presets make warnings errors; whoever builds with other options is not stopped by a new one.
add_compile_options(-Wall -Wextra -Wpedantic -Wswitch-enum)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: false overlap warnings inside std::string at -O2.
  add_compile_options(-Wno-restrict)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 calls a function of its own that it declares deprecated, inside std::stable_sort.
  add_compile_options(-Wno-deprecated-declarations)
endif()

# Built files name sources relative to the repository: the same bytes in every checkout.
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")

if(REMIT_SANITIZE)
  add_compile_options("-fsanitize=${REMIT_SANITIZE}" -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${REMIT_SANITIZE}")
endif()

find_program(REMIT_CCACHE ccache)
if(REMIT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${REMIT_CCACHE}")
endif()
