#!/usr/bin/env python3
"""Writes the sources of the build whose checks and operators can be switched off at run time.

Usage: generate.py --files        the sources that have mutants
       generate.py --rows         the mutants, as JSON
       generate.py FOLDER         their copies with mutants, mutants.json and mutants.inc
"""

import json
import pathlib
import re
import sys

import mutant
import operators
import refusals
from syntax import ROOT, read_sources

# What decides: every operator of these is changed. All that names a load fault is the verifier.
DECIDING = [f"vm/{name}" for name in (
    "answer/reservation.cpp", "decide/approvals.cpp", "decide/bind.cpp", "decide/bind_records.cpp",
    "decide/complete.cpp", "decide/decide.cpp", "decide/interpreter.cpp", "decide/table.cpp", "decide/table.h",
    "decide/verdict.cpp", "decide/verdict.h", "engine/decide_text.cpp", "json/decode.cpp")]
DERIVING = ["vm/image/required.cpp"]  # what the verifier holds an image's own lists against
FAULT = re.compile(r"\bLoadFault::\w+")
NAMES_FAULTS_ONLY = {"vm/image/load_fault.cpp", "vm/image/load_fault.h", "vm/reload/candidate.cpp"}
REFUSES_FOR_THE_HOST = {"vm/engine/load.cpp"}  # by the options of a load


def verifying():
    paths = [*ROOT.glob("vm/*/*.cpp"), *ROOT.glob("vm/*/*.h")]
    names = {path.relative_to(ROOT).as_posix(): path for path in paths}
    return sorted(name for name, path in names.items()
                  if name not in NAMES_FAULTS_ONLY and FAULT.search(path.read_text()))


def files():
    return sorted({*verifying(), *DERIVING, *DECIDING})


def sources_and_mutants():
    sources = read_sources(files())
    verifier = set(verifying())
    found = list(refusals.refusals([s for s in sources if s.path in verifier]))
    for source in sources:
        if source.path not in REFUSES_FOR_THE_HOST:
            found += operators.parts(source)
        if source.path in DECIDING:
            found += operators.operators(source)
    return sources, mutant.named(found)


def row(m):
    return {"number": m.number, "name": m.name, "kind": m.kind, "path": m.path,
            "faults": list(m.faults), "what": m.what}


def write(path, text):
    """Leaves what is as it should be, so that only what changed is compiled again."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main():
    if sys.argv[1:] == ["--files"]:
        print("\n".join(files()))
        return
    if sys.argv[1:] == ["--rows"]:
        print(json.dumps([row(m) for m in sources_and_mutants()[1] if m.kind != "inside"]))
        return
    folder = pathlib.Path(sys.argv[1])
    sources, mutants = sources_and_mutants()
    for source in sources:
        text = mutant.rewritten(source, [m for m in mutants if m.path == source.path])
        write(folder / source.path, '#include "tests/mutants/active.h"\n' + text)
    mutants = [m for m in mutants if m.kind != "inside"]
    write(folder / "mutants.json", json.dumps([row(m) for m in mutants], indent=0) + "\n")
    write(folder / "mutants.inc", "".join(
        f'{{{m.number}, "{m.name}", {str(m.kind == "refusal").lower()}}},\n' for m in mutants))


if __name__ == "__main__":
    main()
