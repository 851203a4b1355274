#!/usr/bin/env python3
"""The long run of decisions with reloads (docs/testing.md).

    scripts/stress_reload.py [--preset tsan] [DECISIONS] [LOADS]

A hundred million decisions with at least a hundred thousand loads, if nothing else is said; under
the thread sanitizer, with `--preset tsan`, they take twenty times as long. Builds what it needs.
Runs parts of 200,000 decisions, each with a seed of its own, and writes each one that passed to
build/PRESET/stress_reload.txt: a run that was stopped goes on there.
"""
import argparse
import collections
import math
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
THREADS = 2
PART = 200_000  # decisions of all threads


def part(program, number, loads):
    """Runs one part; its output, and whether it passed."""
    settings = dict(os.environ, REMIT_RELOAD_DECISIONS=str(PART // THREADS), REMIT_RELOAD_LOADS=str(loads),
                    REMIT_STRESS_SEED=str(20261129 + 10 * number), TSAN_OPTIONS="halt_on_error=1")
    done = subprocess.run([program, "--gtest_filter=Stress.EveryDecisionIsOfTheGenerationThatItNames"],
                          env=settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout, done.returncode == 0


def finished(done):
    """The lines of parts that passed, by their number."""
    if not done.exists():
        return {}
    lines = (line.split(maxsplit=1) for line in done.read_text(encoding="utf-8").splitlines())
    return {int(number): rest for number, rest in lines}


def counts(output):
    """What the program counted: `5 permits` and so on, summed over its threads."""
    total = collections.Counter()
    for number, what in re.findall(r"(\d+) ([a-z]+)", "\n".join(re.findall(r"^\d+ (?:decisions|loads).*$", output,
                                                                           re.MULTILINE))):
        total[what] += int(number)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", choices=("release", "tsan"), default="release")
    parser.add_argument("decisions", type=int, nargs="?", default=100_000_000)
    parser.add_argument("loads", type=int, nargs="?", default=100_000)
    said = parser.parse_args()
    folder = ROOT / "build" / said.preset
    done = folder / "stress_reload.txt"
    parts = math.ceil(said.decisions / PART)
    for command in (["--preset", said.preset], ["--build", "--preset", said.preset, "--target", "stress_test"]):
        subprocess.run(["cmake", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    begun = time.monotonic()
    for number in range(parts):
        if number in finished(done):
            continue
        output, passed = part(folder / "tests/stress/stress_test", number, math.ceil(said.loads / parts))
        if not passed:
            print(output, end="")
            print(f"part {number} failed")
            return 1
        with done.open("a", encoding="utf-8") as file:
            words = " ".join(f"{count} {what}," for what, count in counts(output).items())
            file.write(f"{number} {words}\n")
        print(f"{number + 1} of {parts} parts, {time.monotonic() - begun:.0f} s", flush=True)
    total = collections.Counter()
    for number, line in finished(done).items():
        if number < parts:
            total.update({what: int(count) for count, what in re.findall(r"(\d+) ([a-z]+)", line)})
    print(", ".join(f"{count} {what}" for what, count in total.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
