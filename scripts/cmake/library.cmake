# What a host links. libremit, shared and static, evaluates and has no parser; libremit_compile turns
# sources into images. Each is made of the folders' objects, and installed by the components
# `engine` and `compile`; `program` is cli/CMakeLists.txt.

include(CMakePackageConfigHelpers)

set(engine_folders stdlib image verify decide narrow answer log metrics json engine reload replay)

# The pkg-config modules behind each archive: linked here, required by the installed packages.
set(engine_modules re2 libsodium libutf8proc simdjson)
if(REMIT_LIBCRYPTO)
  list(APPEND engine_modules libcrypto)
endif()

# remit_host_library(TARGET KIND OUTPUT NAME FOLDER…): the library remit::NAME of the folders' objects.
function(remit_host_library target kind output name)
  add_library(${target} ${kind} CMakeLists.txt)
  foreach(folder IN LISTS ARGN)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:remit_${folder}>)
  endforeach()
  add_library(remit::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    LINKER_LANGUAGE CXX EXPORT_NAME ${name} OUTPUT_NAME ${output})
  target_compile_features(${target} INTERFACE cxx_std_23)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

list(TRANSFORM engine_modules PREPEND PkgConfig:: OUTPUT_VARIABLE engine_libraries)

remit_host_library(libremit_static STATIC remit static ${engine_folders})
target_link_libraries(libremit_static PRIVATE ${engine_libraries})
# In this tree a host links the archive; an installed Remit lets it choose (remitConfig.cmake.in).
add_library(remit::remit ALIAS libremit_static)

# Only what is marked REMIT_API leaves it: the objects are compiled hidden, and the version script
# keeps in what templates of the standard library and of other libraries would add.
set(exports "${CMAKE_CURRENT_LIST_DIR}/libremit.map")
remit_host_library(libremit_shared SHARED remit shared ${engine_folders})
set_target_properties(libremit_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS "${exports}")
target_link_libraries(libremit_shared PRIVATE ${engine_libraries})
target_link_options(libremit_shared PRIVATE "LINKER:--version-script=${exports}")
if(NOT REMIT_SANITIZE)
  target_link_options(libremit_shared PRIVATE LINKER:-z,defs)
endif()

# Builds what the component installs: `cmake --install` does not build.
add_custom_target(remit_engine_package DEPENDS libremit_shared libremit_static)

# What the folders share among themselves is not for hosts.
set(header_dir "${CMAKE_INSTALL_INCLUDEDIR}/remit")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/remit/" DESTINATION ${header_dir} COMPONENT engine
  PATTERN internal EXCLUDE PATTERN compile.h EXCLUDE)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/remit")
# remit_install(TARGET FILE COMPONENT): the library, and the CMake file that declares its target.
function(remit_install target file component)
  install(TARGETS ${target} EXPORT ${file} DESTINATION ${CMAKE_INSTALL_LIBDIR}
    COMPONENT ${component})
  install(EXPORT ${file} NAMESPACE remit:: DESTINATION ${package_dir} COMPONENT ${component})
endfunction()
remit_install(libremit_shared remitSharedTargets engine)
remit_install(libremit_static remitStaticTargets engine)

# remit_packages(VARIABLE MODULE…): `module package module package …`, for messages.
function(remit_packages variable)
  set(pairs)
  foreach(module IN LISTS ARGN)
    list(APPEND pairs ${module} ${REMIT_DEBIAN_${module}})
  endforeach()
  list(JOIN pairs " " pairs)
  set(${variable} "${pairs}" PARENT_SCOPE)
endfunction()
remit_packages(REMIT_ENGINE_MODULES ${engine_modules})

set(template_dir "${CMAKE_CURRENT_LIST_DIR}")
# Flags and not modules stand in remit.pc: pkg-config would want every module that it names, also of
# a program that links the shared library.
set(REMIT_PRIVATE_FLAGS)
foreach(module IN LISTS engine_modules)
  list(APPEND REMIT_PRIVATE_FLAGS ${${module}_STATIC_LDFLAGS})
endforeach()
list(TRANSFORM CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES PREPEND -L OUTPUT_VARIABLE implicit_flags)
list(REMOVE_ITEM REMIT_PRIVATE_FLAGS ${implicit_flags})
list(REMOVE_DUPLICATES REMIT_PRIVATE_FLAGS)
list(JOIN REMIT_PRIVATE_FLAGS " " REMIT_PRIVATE_FLAGS)
list(JOIN engine_modules " " REMIT_ENGINE_REQUIRES)
file(RELATIVE_PATH REMIT_PREFIX_FROM_HERE "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" REMIT_PREFIX_FROM_HERE "${REMIT_PREFIX_FROM_HERE}")

# remit_pkg_config(MODULE COMPONENT)
function(remit_pkg_config module component)
  configure_file("${template_dir}/${module}.pc.in" "${PROJECT_BINARY_DIR}/${module}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${module}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT ${component})
endfunction()
remit_pkg_config(remit engine)
remit_pkg_config(remit-static engine)

if(REMIT_COMPILER)
  set(compile_modules tomlplusplus fmt libutf8proc)
  list(TRANSFORM compile_modules PREPEND PkgConfig:: OUTPUT_VARIABLE compile_libraries)
  list(JOIN compile_modules " " REMIT_COMPILE_REQUIRES)
  remit_packages(REMIT_COMPILE_MODULES ${compile_modules})

  # It calls what the shared library keeps in, and so goes with the archive.
  remit_host_library(libremit_compile STATIC remit_compile compile
    lang check ir review emit compiler)
  target_link_libraries(libremit_compile PUBLIC libremit_static PRIVATE ${compile_libraries})
  add_custom_target(remit_compile_package DEPENDS libremit_compile)

  install(FILES "${PROJECT_SOURCE_DIR}/include/remit/compile.h" DESTINATION ${header_dir}
    COMPONENT compile)
  remit_install(libremit_compile remitCompileTargets compile)
  remit_pkg_config(remit-compile compile)
endif()

# Last, since it names the modules of both.
configure_package_config_file("${template_dir}/remitConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/remitConfig.cmake" INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/remitConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/remitConfig.cmake"
  "${PROJECT_BINARY_DIR}/remitConfigVersion.cmake" DESTINATION ${package_dir} COMPONENT engine)
