# The two kinds of target a folder makes. A folder that has no .cpp file yet is an empty archive.

# remit_library(NAME SOURCE…): the static library remit_NAME, alias remit::NAME, of this folder.
function(remit_library name)
  remit_mutated(sources ${ARGN})
  add_library(remit_${name} STATIC CMakeLists.txt ${sources})
  if(REMIT_MUTANTS)
    add_dependencies(remit_${name} mutant_sources)
  endif()
  add_library(remit::${name} ALIAS remit_${name})
  set_target_properties(remit_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# remit_unit_test(NAME SOURCE…): the program NAME_test, to be linked with what it tests, and its
# ctest entry.
function(remit_unit_test name)
  add_executable(${name}_test ${ARGN})
  target_link_libraries(${name}_test PRIVATE PkgConfig::gtest_main PkgConfig::gmock)
  add_test(NAME unit.${name} COMMAND ${name}_test WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(unit.${name} PROPERTIES LABELS unit)
endfunction()
