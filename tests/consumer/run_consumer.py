#!/usr/bin/env python3
"""Installs Remit and uses it from outside, as a host does.

The embedding examples are built and run four ways: CMake and pkg-config, with the shared library and with the archive;
every installed header is compiled alone, by both compilers. What is not asked for must not be needed: pkg-config is made
to know few modules.

Usage: run_consumer.py BUILD_FOLDER. Prints one line a failure and a closing `N passed, M failed`.
"""

import re
import shlex
import shutil
import subprocess
import sys

import packages
import symbols
from outside import (BUILD, COMPILERS, CXX, GATEWAY, HERE, IMAGE, PREFIX, WARNINGS, WORK, Failed, decides, needed,
                     only_modules, remit_packages, run, sources)
from service import SERVICE, serves

RUNTIME = {"libstdc++", "libm", "libgcc_s", "libc"}


def test_install():
    shutil.rmtree(PREFIX, ignore_errors=True)
    run("cmake", "--install", BUILD, "--prefix", PREFIX)
    for path in ("bin/remit", "include/remit/remit.h", "share/man/man1/remit.1"):
        if not (PREFIX / path).is_file():
            raise Failed(f"{path} is not installed")
    if (PREFIX / "include/remit/internal").exists():
        raise Failed("internal headers are installed")


def consumer(name, *components, environment=None):
    """The project of this folder, configured and built."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    run("cmake", "-G", "Ninja", "-S", HERE, "-B", folder, f"-DCMAKE_PREFIX_PATH={PREFIX}",
        f"-DCMAKE_CXX_COMPILER={CXX}", f"-DREMIT_COMPONENTS={';'.join(components)}", environment=environment)
    run("cmake", "--build", folder)
    return folder


def test_cmake_static():
    folder = consumer("cmake_static", "compile")
    run(folder / "compile", *sources(), IMAGE)
    decides(folder / "gateway")
    serves(folder / "service")
    if "libremit" in needed(folder / "gateway"):
        raise Failed("the component `compile` links the shared library")


def test_cmake_shared():
    """It needs no module of pkg-config, and the program no library but ours."""
    folder = consumer("cmake_shared", environment=only_modules("none"))
    decides(folder / "gateway")
    serves(folder / "service")
    if needed(folder / "gateway") - RUNTIME != {"libremit"}:
        raise Failed(f"the program needs {needed(folder / 'gateway')}")


def pkg_config(module, *options, environment=None):
    environment = environment or {"PKG_CONFIG_PATH": str(remit_packages())}
    return shlex.split(run("pkg-config", "--cflags", "--libs", *options, module, environment=environment))


def test_pkg_config_shared():
    program, flags = WORK / "gateway_shared", pkg_config("remit", environment=only_modules("none"))
    run(CXX, *WARNINGS, GATEWAY, *flags, f"-Wl,-rpath,{remit_packages().parent}", "-o", program)
    decides(program)
    run(CXX, *WARNINGS, SERVICE, *flags, f"-Wl,-rpath,{remit_packages().parent}", "-o", WORK / "service_shared")
    serves(WORK / "service_shared")
    if needed(program) - RUNTIME != {"libremit"}:
        raise Failed(f"the program needs {needed(program)}")


def test_pkg_config_static():
    """`--static` gives all that the archive needs, and the module remit-static the same and the archive."""
    static = ["-l:libremit.a" if flag == "-lremit" else flag for flag in pkg_config("remit", "--static")]
    for name, flags in (("gateway_private", static), ("gateway_static", pkg_config("remit-static"))):
        run(CXX, *WARNINGS, GATEWAY, *flags, "-o", WORK / name)
        decides(WORK / name)
        run(CXX, *WARNINGS, SERVICE, *flags, "-o", WORK / "service_static")
        serves(WORK / "service_static")
        if "libremit" in needed(WORK / name):
            raise Failed(f"{name} links the shared library")
    run(CXX, *WARNINGS, HERE / "compile.cpp", *pkg_config("remit-compile"), "-o", WORK / "compile_pc")
    run(WORK / "compile_pc", *sources(), WORK / "desk_pc.remit")
    if (WORK / "desk_pc.remit").read_bytes() != IMAGE.read_bytes():
        raise Failed("the same sources give another image")


def test_installed_program():
    run(PREFIX / "bin/remit", "build", HERE / "bundle", "-o", WORK / "built.remit")
    decides(WORK / "cmake_shared/gateway", WORK / "built.remit")


def test_host_has_no_parser():
    names = run("nm", "--demangle", "--defined-only", WORK / "cmake_static/gateway")
    if "remit::v0::Engine::load" not in names:
        raise Failed("the program has no symbol of the engine: nothing was looked at")
    found = sorted(set(re.findall(r"remit::(?:lang|compiler|ast|ir|cli)::\w+", names)))
    if found:
        raise Failed("a program that only decides contains " + ", ".join(found[:8]))
    if "remit::lang::" not in run("nm", "--demangle", "--defined-only", WORK / "cmake_static/compile"):
        raise Failed("the compiling program shows no parser either: the names looked for are out of date")


def test_headers_compile_alone():
    headers = sorted((PREFIX / "include/remit").glob("*.h"))
    if len(headers) < 10:
        raise Failed("no headers were looked at")
    for compiler in COMPILERS:
        for header in headers:
            run(compiler, *WARNINGS, "-fsyntax-only", "-I", PREFIX / "include", "-x", "c++", "-",
                given=f"#include <remit/{header.name}>\n#include <remit/{header.name}>\n")


TESTS = (test_install, test_cmake_static, test_cmake_shared, test_pkg_config_shared, test_pkg_config_static,
         test_installed_program, test_host_has_no_parser, test_headers_compile_alone, *symbols.TESTS, *packages.TESTS)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    passed, failed = 0, 0
    for test in TESTS:
        try:
            test()
            passed += 1
        except (Failed, OSError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print(f"FAIL consumer {test.__name__.removeprefix('test_')}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
