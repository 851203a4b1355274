#!/usr/bin/env python3
"""The long run of mutated images under the sanitizers (docs/testing.md).

    scripts/mutate_images.py [COUNT] [SEED]

Builds what it needs. After a report of the sanitizers, which ends the program, the steps of that
image are tried again without some of them, and the fewest that still fail are named.
"""
import itertools
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "build/asan/tests/images/images_test")


def run(count, seed, steps=None):
    settings = dict(os.environ, REMIT_MUTANTS=str(count), REMIT_MUTANT_SEED=str(seed))
    if steps is not None:
        settings["REMIT_MUTANT_STEPS"] = str(steps)
    return subprocess.run([PROGRAM, "--gtest_filter=Mutation.*"], env=settings, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def shrink(seed, count):
    """The fewest of the image's steps that still fail, as the program takes them."""
    for size in range(1, count):
        for kept in itertools.combinations(range(count), size):
            steps = sum(1 << step for step in kept)
            if run(1, seed, steps).returncode != 0:
                return steps
    return (1 << count) - 1


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261128
    for command in (["--preset", "asan"], ["--build", "--preset", "asan", "--target", "images_test"]):
        subprocess.run(["cmake", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    result = run(count, seed)
    print(result.stdout, end="")
    crashed = re.search(r"^mutated image of seed (\d+):(.*)$", result.stdout, re.MULTILINE)
    if crashed:
        steps = shrink(int(crashed[1]), crashed[2].count("#"))
        print(f"again: REMIT_MUTANTS=1 REMIT_MUTANT_SEED={crashed[1]} REMIT_MUTANT_STEPS={steps} "
              f"{os.path.relpath(PROGRAM, ROOT)} --gtest_filter='Mutation.*'")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
