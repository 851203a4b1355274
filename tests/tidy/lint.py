#!/usr/bin/env python3
"""clang-tidy over every source of the folders that ship; .clang-tidy says what it looks for.

Usage: lint.py BUILD [FILE…]      BUILD has compile_commands.json, of clang
Prints what it finds, a line for each file that it has read, and `N passed, M failed`.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("lang", "stdlib", "vm", "compiler", "cli")


def findings(build, path):
    done = subprocess.run(["clang-tidy-19", "-p", str(build), "--quiet", str(path)], cwd=ROOT, capture_output=True,
                          text=True, errors="replace", check=False)
    found = re.findall(r"^\S+:\d+:\d+: (?:error|warning): .*$", done.stdout, re.MULTILINE)
    if done.returncode != 0 and not found:
        found = [f"{path}: clang-tidy exits {done.returncode}: {done.stderr[-500:]}"]
    return found


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    paths = sys.argv[2:] or [path.relative_to(ROOT) for folder in FOLDERS
                             for path in sorted((ROOT / folder).rglob("*.cpp"))]
    passed, said = 0, set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, found in zip(paths, pool.map(lambda path: findings(build, path), paths)):
            print(f"{path}: {len(found)}")
            passed += not found
            said.update(found)
    for line in sorted(said):
        print(f"FAIL lint {line.removeprefix(str(ROOT) + '/')}")
    print(f"{passed} passed, {len(paths) - passed} failed")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
