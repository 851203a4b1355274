#!/usr/bin/env python3
"""Holds a change of shape against what was before it: the same sources give the same images, the same
exit codes, and diagnostics of which none is new.

    scripts/compare_trees.py PARENT [TIP] [--bundles N] [--seed S]

PARENT and TIP (default: HEAD) are commits; both are built in worktrees of their own under build/compare.
Compared are
  images       of N random bundles (10000) and of every example
  diagnostics  of every .rule file and folder among the inputs of the golden tests and the pages of
               diagnostics: exit code, code and place of each, without its text
Ends with `N compared, M differ`. A diagnostic that vanished behind one that stays is listed and is no
difference; one that is new, or of a file of which no other stays, is.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLACE = ROOT / "build/compare"
PLACE_KEYS = ("file", "line", "column", "end_line", "end_column")


def run(*command, cwd=ROOT):
    return subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, errors="replace",
                          check=False)


def must(*command, cwd=ROOT):
    done = run(*command, cwd=cwd)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr or done.stdout}")
    return done.stdout.strip()


def built(commit, name, targets):
    """The folder of the programs of a commit."""
    tree = PLACE / name
    if not (tree / ".git").exists():
        must("git", "worktree", "prune")
        must("git", "worktree", "add", "--detach", "--force", tree, commit)
    must("git", "checkout", "--detach", "--force", commit, cwd=tree)
    must("cmake", "--preset", "release", cwd=tree)
    must("cmake", "--build", "--preset", "release", "--target", *targets, cwd=tree)
    return tree / "build/release"


# ---- images

def image(program, folder, into):
    into.unlink(missing_ok=True)
    done = run(program, "build", folder, "-o", into)
    return done.returncode, into.read_bytes() if into.exists() else None


def differing_images(programs, folders):
    def compare(folder):
        with tempfile.TemporaryDirectory() as place:
            answers = [image(program, folder, pathlib.Path(place) / "a.remit") for program in programs]
        if answers[0] == answers[1]:
            return None
        return f"{folder}: exit {answers[0][0]} and {answers[1][0]}, images differ"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [problem for problem in pool.map(compare, folders) if problem]


# ---- diagnostics

def blocks(page):
    """The bundles in a page of a diagnostic: a folder's files for each block."""
    for block in re.findall(r"^```remit\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        parts = re.split(r"^// file: (\S+)\n", block, flags=re.MULTILINE)
        yield dict(zip(parts[1::2], parts[2::2])) if len(parts) > 1 else {"a.rule": block}


def inputs(into):
    """What is checked: files of the golden tests as they are, their folders, and blocks of pages as folders."""
    for path in sorted((ROOT / "tests/lit").rglob("*.rule")):
        yield path
        parts = re.split(r"^//--- (\S+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if len(parts) > 1:
            yield written(into / path.relative_to(ROOT), dict(zip(parts[1::2], parts[2::2])))
    for path in sorted((ROOT / "tests/lit").rglob("remit.toml")):
        yield path.parent
    for page in sorted((ROOT / "docs/errors").glob("*.md")):
        for number, files in enumerate(blocks(page)):
            yield written(into / page.stem / str(number), files)


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def diagnostics(program, path):
    done = run(program, "check", "--format", "json", path)
    try:
        found = json.loads(done.stdout)["diagnostics"]
    except (ValueError, KeyError):
        return done.returncode, [("unreadable", done.stdout, done.stderr)]
    # A name that is missed at several places is one diagnostic that knows them.
    return done.returncode, [(d["code"], d["severity"], *(place.get(key) for key in PLACE_KEYS))
                             for d in found for place in (d, *d.get("also", []))]


def compared_diagnostics(programs, path):
    """(problems, vanished) of one input."""
    (code, before), (new_code, after) = (diagnostics(program, path) for program in programs)
    shown = os.path.relpath(path, ROOT)
    problems = [f"{shown}: exit {code}, now {new_code}"] if code != new_code else []
    problems += [f"{shown}: new: {d}" for d in after if d not in before]
    gone = [d for d in before if d not in after]
    if gone and (not after or before[0] != after[0]):
        problems += [f"{shown}: the first is gone: {before[0]}"]
    return problems, [f"{shown}: vanished: {d[0]} at {d[2]}:{d[3]}:{d[4]}" for d in gone]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parent")
    parser.add_argument("tip", nargs="?", default="HEAD")
    parser.add_argument("--bundles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261129)
    options = parser.parse_args()

    parent = built(must("git", "rev-parse", options.parent), "parent", ["remit"])
    tip = built(must("git", "rev-parse", options.tip), "tip", ["remit", "write_bundles"])
    programs = [parent / "remit", tip / "remit"]
    with tempfile.TemporaryDirectory(dir=PLACE) as place:
        place = pathlib.Path(place)
        must(tip / "tests/generator/write_bundles", place / "bundles", options.seed, options.bundles)
        folders = sorted((place / "bundles").iterdir())
        folders += sorted(path.parent for path in (ROOT / "examples").rglob("remit.toml"))
        problems = differing_images(programs, folders)
        paths = list(inputs(place / "inputs"))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            checked = list(pool.map(lambda path: compared_diagnostics(programs, path), paths))
    for found, vanished in checked:
        problems += found
        print("".join(line + "\n" for line in vanished), end="")
    print("".join(line + "\n" for line in problems), end="")
    print(f"{len(folders)} images and {len(paths)} inputs compared, {len(problems)} differ")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
