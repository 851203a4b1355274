# What a host links. remit::remit evaluates and has no parser; remit::compile turns sources into
# images. Each is one archive made of the folders' objects.

# remit_archive(NAME EXPORT_NAME FOLDER…)
function(remit_archive name export_name)
  add_library(${name} STATIC CMakeLists.txt)
  foreach(folder IN LISTS ARGN)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:remit_${folder}>)
  endforeach()
  add_library(remit::${export_name} ALIAS ${name})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${export_name})
  target_compile_features(${name} INTERFACE cxx_std_23)
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
endfunction()

remit_archive(libremit remit stdlib vm json)
set_target_properties(libremit PROPERTIES OUTPUT_NAME remit)
target_link_libraries(libremit PRIVATE
  PkgConfig::re2 PkgConfig::libsodium PkgConfig::libutf8proc PkgConfig::fmt PkgConfig::simdjson)

remit_archive(libremit_compile compile lang compiler)
set_target_properties(libremit_compile PROPERTIES OUTPUT_NAME remit_compile)
target_link_libraries(libremit_compile PUBLIC remit::remit
  PRIVATE PkgConfig::libutf8proc PkgConfig::tomlplusplus)
