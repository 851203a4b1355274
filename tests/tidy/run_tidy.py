#!/usr/bin/env python3
"""The rules of the house, each a named test, and for each the proof that it can fail.

Usage: run_tidy.py [--program REMIT [--other REMIT]] [-k TEXT]

With a program, the policies of the repository are held against its formatter; with another one, built by another
compiler, the images of both against each other.

Prints one line a problem and a closing `N passed, M failed`.
"""

import argparse
import sys

import layers
import mutants
import phases
import programs
import public
import reference
import sections
import shape
import tables
import tree

PROBLEMS_SHOWN = 20


def tests(repository, binaries):
    """(name, problems) of every test."""
    for module in (layers, public, phases, shape, tables, reference, sections, mutants):
        for check, broken_trees in module.CHECKS:
            name = check.__name__.removeprefix("check_")
            yield name, lambda check=check: list(check(repository))
            for number, broken in enumerate(broken_trees, 1):
                yield f"{name} can fail ({number})", lambda check=check, broken=broken: (
                    [] if list(check(broken)) else ["it accepts a tree that is wrong on purpose"])
    for number, (check, fails) in enumerate(programs.CHECKS, 1):
        if len(binaries) >= number:
            name = check.__name__.removeprefix("check_")
            yield name, lambda check=check: list(check(repository, binaries))
            yield f"{name} can fail", lambda fails=fails: (
                [] if fails(binaries) else ["it accepts what is wrong on purpose"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", metavar="REMIT")
    parser.add_argument("--other", metavar="REMIT")
    parser.add_argument("-k", default="", metavar="TEXT", help="only tests whose name contains TEXT")
    options = parser.parse_args()
    passed, failed = 0, 0
    binaries = [program for program in (options.program, options.other) if program]
    for name, test in tests(tree.read_tree(), binaries):
        if options.k not in name:
            continue
        problems = test()
        if not problems:
            passed += 1
            continue
        failed += 1
        for problem in problems[:PROBLEMS_SHOWN]:
            print(f"FAIL tidy {name}: {problem}")
        if len(problems) > PROBLEMS_SHOWN:
            print(f"FAIL tidy {name}: and {len(problems) - PROBLEMS_SHOWN} more")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
