#!/usr/bin/env python3
"""What libremit.so exports. The list is exported_symbols.txt; `symbols.py BUILD_FOLDER --update` writes it anew from the
library in the build, to be reviewed as a change of the API."""

import re
import sys

from outside import BUILD, CXX, HERE, PREFIX, WORK, Failed, attempt, installed, remit_packages, run

LIST = HERE / "exported_symbols.txt"
VERSION_NODE = "REMIT_0"
SONAME = "libremit.so.0"
NAMESPACE = "remit::v0::"


def exported(shared):
    """Demangled symbols; every one must bear our version."""
    names = set()
    for line in run("nm", "--dynamic", "--defined-only", "--demangle", "--with-symbol-versions", shared).splitlines():
        kind, symbol = line.split(" ", 2)[1:]
        if kind == "A":
            continue  # the version node itself
        name, _, version = symbol.partition("@@")
        if version != VERSION_NODE:
            raise Failed(f"`{name}` is exported with the version `{version}`, not {VERSION_NODE}")
        names.add(name)
    return names


def test_exports_what_is_listed_and_nothing_else():
    found = exported(installed("libremit.so"))
    listed = set(LIST.read_text(encoding="utf-8").splitlines())
    changes = [f"  + {name}" for name in sorted(found - listed)] + [f"  - {name}" for name in sorted(listed - found)]
    if changes:
        raise Failed("the exported symbols are not those of tests/consumer/exported_symbols.txt:\n" + "\n".join(changes)
                     + f"\nif that is meant: tests/consumer/symbols.py {BUILD} --update")
    outside = [name for name in found if not name.startswith(NAMESPACE)]
    if outside or not found:
        raise Failed(f"exported though it is not of {NAMESPACE}: {outside}")


def test_exports_every_public_function():
    """A function of a public header that is not marked links with the archive and not with the shared library."""
    headers = "".join(path.read_text(encoding="utf-8") for path in (PREFIX / "include/remit").glob("*.h")
                      if path.name != "compile.h")
    classes = set(re.findall(r"^(?:class|struct) (?:REMIT_API )?(\w+)", headers, re.MULTILINE))
    functions = set(re.findall(r"\b(\w+)\(", headers))
    names = exported(installed("libremit.so"))
    looked_at, missing = 0, []
    for line in run("nm", "--defined-only", "--demangle", "--extern-only", installed("libremit.a")).splitlines():
        found = re.fullmatch(rf"[0-9a-f]+ T ({NAMESPACE}(?:(\w+)::)?~?(\w+)(?:\[abi:\w+\])?\(.*)", line)
        if found and (found[2] in classes if found[2] else found[3] in functions):
            looked_at += 1
            if found[1] not in names:
                missing.append(found[1])
    if missing or looked_at < 50:
        raise Failed(f"of {looked_at} public functions these lack REMIT_API: " + ", ".join(missing))


def test_soname_is_that_of_the_abi():
    dynamic = run("readelf", "--dynamic", "--wide", installed("libremit.so"))
    if f"Library soname: [{SONAME}]" not in dynamic or not installed(SONAME).is_file():
        raise Failed(f"the shared library is not {SONAME}:\n{dynamic}")


def test_internal_functions_cannot_be_linked():
    flags = {"PKG_CONFIG_PATH": str(remit_packages())}
    source, program = HERE / "internal.cpp", WORK / "internal"
    static = run("pkg-config", "--libs", "remit-static", environment=flags).split()
    run(CXX, "-std=c++23", source, *static, "-o", program)
    if run(program).strip() != "abcd":
        raise Failed("internal.cpp does not call what it means to call: the test below shows nothing")
    shared = run("pkg-config", "--libs", "remit", environment=flags).split()
    code, _, errors = attempt(CXX, "-std=c++23", source, *shared, "-o", program)
    if code == 0 or "undefined reference to `remit::stdlib::to_hex" not in errors:
        raise Failed(f"a program reaches an internal function of the shared library\n{errors[-2000:]}")


TESTS = (test_exports_what_is_listed_and_nothing_else, test_exports_every_public_function,
         test_soname_is_that_of_the_abi, test_internal_functions_cannot_be_linked)


if __name__ == "__main__":
    if sys.argv[2:] != ["--update"]:
        sys.exit(__doc__)
    LIST.write_text("".join(name + "\n" for name in sorted(exported(BUILD / "libremit.so"))), encoding="utf-8")
