#!/usr/bin/env python3
"""Installs Remit and uses it from outside, as a host does.

The project of this folder is configured against the installed prefix with find_package, and built once more by hand
with pkg-config. Its programs compile a bundle and decide two requests; the evaluate-only one must carry nothing of
the parser or the compiler.

Usage: run_consumer.py BUILD_FOLDER. Prints one line a failure and a closing `N passed, M failed`.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
WORK = BUILD / "consumer"
PREFIX = WORK / "prefix"
CXX = os.environ.get("CXX", "g++-12")
GATEWAY = HERE.parents[1] / "examples/embedding/gateway.cpp"
ANSWERS = {"permit.json": "run it", "deny.json": "no: this call is not allowed"}


class Failed(Exception):
    pass


def run(*command, environment=None, given=""):
    done = subprocess.run([str(word) for word in command], input=given, capture_output=True, text=True, timeout=600,
                          env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise Failed(f"`{' '.join(map(str, command))}` exits {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def sources():
    return sorted((HERE / "bundle").glob("*.rule"))


def decides(program, image):
    for request, expected in ANSWERS.items():
        answer = run(program, image, given=(HERE / request).read_text(encoding="utf-8")).strip()
        if answer != expected:
            raise Failed(f"{program.name} answers `{answer}` to {request}, expected `{expected}`")


def test_install():
    shutil.rmtree(PREFIX, ignore_errors=True)
    run("cmake", "--install", BUILD, "--prefix", PREFIX)
    for path in ("bin/remit", "include/remit/remit.h", "share/man/man1/remit.1"):
        if not (PREFIX / path).is_file():
            raise Failed(f"{path} is not installed")


def test_find_package():
    folder = WORK / "find_package"
    run("cmake", "-G", "Ninja", "-S", HERE, "-B", folder, f"-DCMAKE_PREFIX_PATH={PREFIX}",
        f"-DCMAKE_CXX_COMPILER={CXX}")
    run("cmake", "--build", folder)
    run(folder / "compile", *sources(), WORK / "desk.remit")
    decides(folder / "gateway", WORK / "desk.remit")


def test_pkg_config():
    packages = [str(path.parent) for path in PREFIX.rglob("remit.pc")]
    for source, package in ((GATEWAY, "remit"), (HERE / "compile.cpp", "remit-compile")):
        flags = run("pkg-config", "--cflags", "--libs", package,
                    environment={"PKG_CONFIG_PATH": os.pathsep.join(packages)})
        run(CXX, "-std=c++23", source, *shlex.split(flags), "-o", WORK / f"{source.stem}_pc")
    run(WORK / "compile_pc", *sources(), WORK / "desk.remit")
    decides(WORK / "gateway_pc", WORK / "desk.remit")


def test_installed_program():
    run(PREFIX / "bin/remit", "build", HERE / "bundle", "-o", WORK / "built.remit")
    decides(WORK / "find_package/gateway", WORK / "built.remit")


def test_host_has_no_parser():
    symbols = run("nm", "--demangle", "--defined-only", WORK / "find_package/gateway")
    if "remit::Engine::load" not in symbols:
        raise Failed("the program has no symbol of the engine: nothing was looked at")
    found = sorted(set(re.findall(r"remit::(?:lang|compiler|ast|ir|cli)::\w+", symbols)))
    if found:
        raise Failed("a program that only decides contains " + ", ".join(found[:8]))
    if "remit::lang::" not in run("nm", "--demangle", "--defined-only", WORK / "find_package/compile"):
        raise Failed("the compiling program shows no parser either: the names looked for are out of date")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    passed, failed = 0, 0
    for test in (test_install, test_find_package, test_pkg_config, test_installed_program,
                 test_host_has_no_parser):
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
