# The build with mutants: sources that check or decide are compiled from copies in which each check
# and each operator can be changed at run time (docs/testing.md, Mutants).

option(REMIT_MUTANTS "Compile every mutant in, to be chosen at run time; for tests only" OFF)

if(REMIT_MUTANTS)
  set(mutants_dir "${PROJECT_BINARY_DIR}/mutants")
  set(generator "${PROJECT_SOURCE_DIR}/tests/mutants/generate.py")
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  execute_process(COMMAND "${Python3_EXECUTABLE}" "${generator}" --files
    OUTPUT_VARIABLE REMIT_MUTATED OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" REMIT_MUTATED "${REMIT_MUTATED}")

  list(TRANSFORM REMIT_MUTATED PREPEND "${mutants_dir}/" OUTPUT_VARIABLE copies)
  file(GLOB read CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/mutants/*.py"
    "${PROJECT_SOURCE_DIR}/vm/*/*"
    "${PROJECT_SOURCE_DIR}/stdlib/*.h" "${PROJECT_SOURCE_DIR}/include/remit/*")
  add_custom_command(
    OUTPUT ${copies} "${mutants_dir}/mutants.json" "${mutants_dir}/mutants.inc"
    COMMAND "${Python3_EXECUTABLE}" "${generator}" "${mutants_dir}"
    DEPENDS ${read} VERBATIM COMMENT "Putting mutants into the sources")
  add_custom_target(mutant_sources DEPENDS ${copies})
  # Copies of headers come before the headers.
  include_directories(BEFORE "${mutants_dir}")
endif()

# remit_mutated(VARIABLE FILE…): the folder's files, of which the copies are taken where there are any.
function(remit_mutated variable)
  set(sources)
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    if(path IN_LIST REMIT_MUTATED)
      set(file "${mutants_dir}/${path}")
      # Copies get their own build rules in this folder too.
      set_source_files_properties("${file}" PROPERTIES GENERATED ON)
    endif()
    list(APPEND sources "${file}")
  endforeach()
  set(${variable} "${sources}" PARENT_SCOPE)
endfunction()
