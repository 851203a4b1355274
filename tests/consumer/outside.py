"""What the tests of an installed Remit share: its prefix, other programs, and a pkg-config that knows few modules."""

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(sys.argv[1]).resolve()
WORK = BUILD / "consumer"
PREFIX = WORK / "prefix"
CXX = os.environ.get("CXX", "g++-12")
COMPILERS = ("g++-12", "clang++-19")
WARNINGS = ("-std=c++23", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
GATEWAY = ROOT / "examples/embedding/gateway.cpp"
IMAGE = WORK / "desk.remit"
ANSWERS = {"permit.json": "run it", "deny.json": "no: this call is not allowed"}

# The pkg-config modules that the engine is built on.
ENGINE_MODULES = ("re2", "libsodium", "libutf8proc", "simdjson", "libcrypto")


class Failed(Exception):
    pass


def attempt(*command, environment=None, given=""):
    """(exit code, standard output, standard error)."""
    done = subprocess.run([str(word) for word in command], input=given, capture_output=True, text=True, timeout=600,
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout, done.stderr


def run(*command, environment=None, given=""):
    code, output, errors = attempt(*command, environment=environment, given=given)
    if code != 0:
        raise Failed(f"`{' '.join(map(str, command))}` exits {code}\n{(output + errors)[-2000:]}")
    return output


def refused(words, *command, environment=None):
    """The command must fail, and say all of the words; lines may be broken anywhere."""
    code, output, errors = attempt(*command, environment=environment)
    told = " ".join((output + errors).split())
    if code == 0:
        raise Failed(f"`{' '.join(map(str, command))}` succeeds")
    for word in words:
        if word not in told:
            raise Failed(f"`{' '.join(map(str, command))}` does not say `{word}`:\n{told[-2000:]}")


def installed(name):
    return next((path for path in PREFIX.rglob(name)), PREFIX / "lib" / name)


def remit_packages():
    """The folder of the installed remit.pc."""
    return installed("remit.pc").parent


def only_modules(name, *modules):
    """An environment in which pkg-config knows these modules, and those that they require, and no others."""
    folder = WORK / "modules" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        file = pathlib.Path(run("pkg-config", "--variable=pcfiledir", module).strip()) / f"{module}.pc"
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        required = run("pkg-config", "--print-requires", "--print-requires-private", module).split("\n")
        waiting += [line.split()[0] for line in required if line and not (folder / f"{line.split()[0]}.pc").is_file()]
    return {"PKG_CONFIG_LIBDIR": str(folder), "PKG_CONFIG_PATH": str(remit_packages())}


def sources():
    return sorted((HERE / "bundle").glob("*.rule"))


def decides(program, image=IMAGE):
    for request, expected in ANSWERS.items():
        answer = run(program, image, given=(HERE / request).read_text(encoding="utf-8")).strip()
        if answer != expected:
            raise Failed(f"{program} answers `{answer}` to {request}, expected `{expected}`")


def needed(file):
    """The shared libraries that a program or library asks the loader for, without version."""
    lines = run("readelf", "--dynamic", "--wide", file).splitlines()
    return {line.split("[")[1].split(".so")[0] for line in lines if "(NEEDED)" in line}
