#!/usr/bin/env python3
"""Adds an example to the language, as docs/adding.md says, and uses it.

Each patch of this folder is applied to a copy of the tree; the copy is built, and its program runs the tests of a
bundle that uses what was added, which the program of this tree refuses. A patch that touches more files of the
libraries than its page promises fails: then a list wants a column.

Usage: run_adding.py REMIT [NAME…]. Prints one line a failure and a closing `N passed, M failed`.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKIPPED = {".git", "build", "__pycache__", ".cache"}
LIBRARIES = ("include/", "lang/", "stdlib/", "compiler/", "vm/")

SCHEMA = """edition 1
schema ward.model
currency EUR
enum role {{ nurse, pharmacist }}
tool drugs.order {{
  effect write_reversible
  undo 1h
  reads public
  clearance public
  args {{
    {argument}
  }}
}}
"""

# Of every test: the facts of an order.
ORDER = """edition 1
tests ward.orders

fixture order {
  tool = drugs.order
  actor.id = "agent-1", actor.kind = agent, actor.version = "1", actor.autonomy = reversible
  actor.requesters = {"usr-ana"}
  tenant.id = "t1"
  target.tenants = {"t1"}, target.class = internal, target.owners = {}
  risk.score = 5
  spend.cost = EUR 0.01
  context.environment = production
  clock.now = utc"2026-11-20T09:30:00Z"
}
"""

# A patch: how many files of the libraries it may touch, and a bundle that only the patched program takes.
EXAMPLES = {
    "operator": (6, {
        "schema.rule": SCHEMA.format(argument="allergens: set<id>(8)"),
        "ward.rule": """edition 1
policy ward.orders

@claims_only("the pharmacy checks again")
@open_ended("it knows the other allergens")
rule harmless on drugs.order {
  permit
  when args.allergens.size > 0 and args.allergens disjoint {"penicillin", "latex"}
}
""",
        "ward.test.rule": ORDER + """
test "no allergen of the list" {
  given order
  with args.allergens = {"pollen"}
  expect permit by harmless
}
test "one of them" {
  given order
  with args.allergens = {"pollen", "latex"}
  expect deny by default
}
""",
    }),
    "type": (8, {
        "schema.rule": SCHEMA.format(argument="patient: uuid"),
        "ward.rule": """edition 1
policy ward.orders

@claims_only("the patient's file is asked")
rule known on drugs.order {
  permit
  when args.patient in {uuid"6b1f0c9a-2d53-4e0b-9f11-3b8d5a7c2e10"}
  because "for {args.patient}"
}
""",
        "ward.test.rule": ORDER + """
test "a patient of the ward" {
  given order
  with args.patient = uuid"6b1f0c9a-2d53-4e0b-9f11-3b8d5a7c2e10"
  expect permit by known
}
test "another patient" {
  given order
  with args.patient = uuid"00000000-2d53-4e0b-9f11-3b8d5a7c2e10"
  expect deny by default
}
""",
    }),
}


def run(*command, at=None):
    done = subprocess.run([str(word) for word in command], cwd=at, capture_output=True, text=True,
                          env={**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT)})
    return done.returncode, done.stdout + done.stderr


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and SKIPPED.isdisjoint(path.relative_to(folder).parts)}


def copied(patch, tree):
    """Makes `tree` the patched copy of this one. A file that stays as it was keeps its time, so that a second run
    builds little."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as fresh:
        for path, content in files_of(ROOT).items():
            target = pathlib.Path(fresh) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(ROOT / path, target)
        code, output = run("git", "apply", "--recount", patch, at=fresh)
        if code != 0:
            return f"{patch.name} does not apply any more:\n{output}"
        wanted, found = files_of(pathlib.Path(fresh)), files_of(tree)
        for path in found.keys() - wanted.keys():
            (tree / path).unlink()
        for path, content in wanted.items():
            if found.get(path) != content:
                (tree / path).parent.mkdir(parents=True, exist_ok=True)
                (tree / path).write_bytes(content)
                shutil.copymode(pathlib.Path(fresh) / path, tree / path)
    return None


def touched(patch):
    lines = patch.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/")]


def problems(name, remit):
    most, bundle = EXAMPLES[name]
    patch = HERE / f"{name}.diff"
    libraries = [path for path in touched(patch) if path.startswith(LIBRARIES)]
    if len(libraries) > most:
        yield f"touches {len(libraries)} files of the libraries, at most {most}: {', '.join(libraries)}"
    tree = ROOT / "build/adding" / name
    tree.mkdir(parents=True, exist_ok=True)
    if problem := copied(patch, tree):
        yield problem
        return
    for step in (("cmake", "--preset", "release"), ("cmake", "--build", "--preset", "release", "--target", "remit")):
        # What it prints goes on: whoever waits sees that it works.
        if code := subprocess.run(step, cwd=tree).returncode:
            yield f"`{' '.join(step)}` of the patched tree exits {code}"
            return
    with tempfile.TemporaryDirectory() as folder:
        for path, text in bundle.items():
            (pathlib.Path(folder) / path).write_text(text, encoding="utf-8")
        code, output = run(tree / "build/release/remit", "test", folder)
        if code != 0:
            yield f"the patched program exits {code} on a bundle that uses it\n{output}"
        if run(remit, "check", folder)[0] == 0:
            yield "the program of this tree takes the bundle too"


def main():
    remit = pathlib.Path(sys.argv[1]).resolve()
    failed = 0
    names = sys.argv[2:] or sorted(EXAMPLES)
    for name in names:
        found = list(problems(name, remit))
        failed += bool(found)
        for problem in found:
            print(f"FAIL {name}: {problem}")
    print(f"{len(names) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
