"""What an installed Remit asks of the machine, and what each install component holds."""

import shutil
import subprocess

import symbols
from outside import (BUILD, CXX, ENGINE_MODULES, HERE, PREFIX, ROOT, WORK, Failed, installed, only_modules, refused,
                     run)


def configure(name, components, *options):
    folder = WORK / "found" / name
    shutil.rmtree(folder, ignore_errors=True)
    return ("cmake", "-G", "Ninja", "-S", HERE, "-B", folder, f"-DCMAKE_PREFIX_PATH={PREFIX}",
            f"-DCMAKE_CXX_COMPILER={CXX}", f"-DREMIT_COMPONENTS={components}", *options)


def test_deciding_needs_nothing_of_the_compiler():
    run(*configure("static", "static"), environment=only_modules("engine", *ENGINE_MODULES))


def test_what_is_missing_is_named_with_its_debian_package():
    refused(["remit (compile) needs the pkg-config module tomlplusplus", "apt-get install libtomlplusplus-dev"],
            *configure("compile", "compile"), environment=only_modules("engine", *ENGINE_MODULES))
    without_re2 = [module for module in ENGINE_MODULES if module != "re2"]
    refused(["remit (static) needs the pkg-config module re2", "apt-get install libre2-dev"],
            *configure("re2", "static"), environment=only_modules("without_re2", *without_re2))


def test_components_that_exclude_each_other_are_refused():
    refused(["`shared` excludes `static`"], *configure("both", "shared;static"))
    refused(["`shared` excludes `static`, and `compile`"], *configure("shared_compile", "shared;compile"))
    refused(["remit has no component `parser`"], *configure("unknown", "parser"))


def test_two_calls_must_choose_the_same_library():
    run(*configure("twice", "", "-DREMIT_THEN=shared"))
    run(*configure("twice_static", "static", "-DREMIT_THEN=compile"))
    refused(["remit::remit is remit::shared here already"], *configure("twice_both", "", "-DREMIT_THEN=compile"))


def component(folder, name):
    """The files that a component installs, by their path in the prefix."""
    prefix = WORK / "components" / name
    shutil.rmtree(prefix, ignore_errors=True)
    run("cmake", "--install", folder, "--component", name, "--prefix", prefix)
    return {path.relative_to(prefix).as_posix() for path in prefix.rglob("*") if not path.is_dir()}


def test_tests_without_the_compiler_are_refused():
    refused(["REMIT_TESTS=ON needs the compiler"], "cmake", "-G", "Ninja", "-S", ROOT, "-B", WORK / "no_compiler",
            f"-DCMAKE_CXX_COMPILER={CXX}", "-DREMIT_COMPILER=OFF", "-DREMIT_TESTS=ON")


def test_components_share_no_file_and_leave_none_out():
    parts = [component(BUILD, name) for name in ("engine", "compile", "program")]
    everything = {path.relative_to(PREFIX).as_posix() for path in PREFIX.rglob("*") if not path.is_dir()}
    if sum(map(len, parts)) != len(everything) or set().union(*parts) != everything:
        raise Failed(f"the components hold {sorted(set().union(*parts) ^ everything)} more or less than all")


def test_engine_installs_from_a_tree_where_nothing_else_is_built():
    """Configuring, building and installing it need its own modules, and nothing of the compiler or the tests."""
    folder = BUILD.with_name("engine_alone")  # beside the other builds, so that ccache knows the same commands
    shutil.rmtree(folder, ignore_errors=True)
    run("cmake", "-G", "Ninja", "-S", ROOT, "-B", folder, f"-DCMAKE_CXX_COMPILER={CXX}", "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_CXX_FLAGS_RELEASE=-O2", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", "-DREMIT_COMPILER=OFF",
        environment=only_modules("engine", *ENGINE_MODULES))
    # It takes minutes where ccache knows nothing: what it prints shows that it goes on.
    build = ["cmake", "--build", str(folder)]
    if subprocess.run(build, check=False).returncode != 0:
        raise Failed("the engine does not build alone")
    files = component(folder, "engine")
    if (folder / "remit").exists() or "include/remit/compile.h" in files:
        raise Failed("the component `engine` brings the program or the compiler with it")
    prefix = WORK / "components/engine"
    if symbols.exported(next(prefix.rglob("libremit.so"))) != symbols.exported(installed("libremit.so")):
        raise Failed("the library that is built alone exports something else")
    run(*configure("engine_alone", "", f"-DCMAKE_PREFIX_PATH={prefix}"))
    refused(["installed without its component `compile`"],
            *configure("no_compile", "compile", f"-DCMAKE_PREFIX_PATH={prefix}"))


TESTS = (test_deciding_needs_nothing_of_the_compiler, test_what_is_missing_is_named_with_its_debian_package,
         test_components_that_exclude_each_other_are_refused, test_two_calls_must_choose_the_same_library,
         test_tests_without_the_compiler_are_refused, test_components_share_no_file_and_leave_none_out,
         test_engine_installs_from_a_tree_where_nothing_else_is_built)
