# What a host links. remit::remit evaluates and has no parser; remit::compile turns sources into
# images. Each is one archive made of the folders' objects.

include(CMakePackageConfigHelpers)

# The pkg-config modules behind each archive: linked here, required by the installed packages.
set(REMIT_REQUIRES re2 libsodium libutf8proc fmt simdjson)
set(REMIT_COMPILE_REQUIRES tomlplusplus)

# remit_archive(TARGET NAME FOLDER…): the archive remit::NAME of the folders' objects.
function(remit_archive target name)
  add_library(${target} STATIC CMakeLists.txt)
  foreach(folder IN LISTS ARGN)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:remit_${folder}>)
  endforeach()
  add_library(remit::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${name})
  target_compile_features(${target} INTERFACE cxx_std_23)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

remit_archive(libremit remit stdlib
  image verify decide narrow answer log metrics json engine replay)
set_target_properties(libremit PROPERTIES OUTPUT_NAME remit)
list(TRANSFORM REMIT_REQUIRES PREPEND PkgConfig:: OUTPUT_VARIABLE required)
target_link_libraries(libremit PRIVATE ${required})

remit_archive(libremit_compile compile lang check ir review emit compiler)
set_target_properties(libremit_compile PROPERTIES OUTPUT_NAME remit_compile)
list(TRANSFORM REMIT_COMPILE_REQUIRES PREPEND PkgConfig:: OUTPUT_VARIABLE required)
target_link_libraries(libremit_compile PUBLIC libremit PRIVATE ${required})

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/remit")
# What the folders share among themselves is not for hosts.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/remit" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  PATTERN internal EXCLUDE)
install(TARGETS libremit libremit_compile EXPORT remitTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT remitTargets NAMESPACE remit:: DESTINATION ${package_dir})

set(template_dir "${CMAKE_CURRENT_LIST_DIR}")
configure_package_config_file("${template_dir}/remitConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/remitConfig.cmake" INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/remitConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/remitConfig.cmake"
  "${PROJECT_BINARY_DIR}/remitConfigVersion.cmake" DESTINATION ${package_dir})

file(RELATIVE_PATH prefix_from_here "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
list(JOIN REMIT_REQUIRES " " required)
configure_file("${template_dir}/remit.pc.in" "${PROJECT_BINARY_DIR}/remit.pc" @ONLY)
list(JOIN REMIT_COMPILE_REQUIRES " " required)
configure_file("${template_dir}/remit-compile.pc.in" "${PROJECT_BINARY_DIR}/remit-compile.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/remit.pc" "${PROJECT_BINARY_DIR}/remit-compile.pc"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
