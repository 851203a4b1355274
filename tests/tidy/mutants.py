"""Every refusal of the verifier has a mutant: the names of load faults in the sources are counted here
by their spelling, and there by the tree that clang makes of the sources."""

import collections
import json
import re
import subprocess
import sys

from tree import ROOT, Tree

FAULT = re.compile(r"\bLoadFault::([A-Z]\w*)")
COMMENT = re.compile(r"//[^\n]*")
NO_CHECK = {"NoMemory"}  # caught, where there is nothing else to answer


def named(tree):
    """(path, fault) to how often it is named, outside the list of faults itself."""
    count = collections.Counter()
    for path, text in tree.select(".cpp", ".h", under=("vm/",), but=("vm/load_fault.", "vm/reload/")):
        count.update((path, fault) for fault in FAULT.findall(COMMENT.sub("", text))
                     if fault not in NO_CHECK)
    return count


def mutants(cache={}):
    if not cache:
        done = subprocess.run([sys.executable, str(ROOT / "tests/mutants/generate.py"), "--rows"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"tests/mutants/generate.py: {done.stderr}")
        cache["rows"] = json.loads(done.stdout)
    return cache["rows"]


def of_mutants():
    return collections.Counter((row["path"], fault) for row in mutants() for fault in row["faults"])


def check_every_refusal_has_a_mutant(tree):
    expected, found = named(tree), of_mutants()
    for path, fault in sorted(expected.keys() | (found.keys() if "vm/image/image.h" in tree.files else set())):
        have, want = found[path, fault], expected[path, fault]
        if have != want:
            yield f"{path}: LoadFault::{fault} stands there {want} times and has {have} mutants"


SURVIVORS = "tests/mutants/survivors.txt"
# In C++ a test names the beginning of a mutant's name: `"rows:strings:BadBound"`.
NAMED = re.compile(r'"([a-z_]+:(?:[a-z_]+:)?(?:[A-Z]\w*)?)"')


def check_named_mutants_are_there(tree):
    """A file or function that is renamed renames its mutants, and only a build of theirs would notice."""
    names = [row["name"] for row in mutants()]
    for number, line in enumerate(tree.text(SURVIVORS).splitlines(), 1):
        if not line.startswith("#") and line.split("  ")[0] not in names:
            yield f"{SURVIVORS}:{number}: there is no mutant {line.split('  ')[0]}"
    for path, text in tree.select("/forgeries.cpp", "/forgeries_test.cpp", under=("tests/",)):
        for begins in NAMED.findall(text):
            if not any(name.startswith(begins) for name in names):
                yield f"{path}: no mutant's name begins with {begins}"


CHECKS = [
    (check_every_refusal_has_a_mutant, [
        Tree({"vm/verify_new.cpp": 'require(false, LoadFault::BadText, "x");\n'}),
        Tree({"vm/verify/verify.cpp": "LoadFault::BadPattern LoadFault::BadPattern LoadFault::BadPattern\n"}),
    ]),
    (check_named_mutants_are_there, [
        Tree({SURVIVORS: "verify_rows:strings:never#1  a reason\n"}),
        Tree({"tests/images/rules/forgeries.cpp": '{"a", "b", "verify_rows:", c},\n'}),
    ]),
]
