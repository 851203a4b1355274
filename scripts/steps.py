#!/usr/bin/env python3
"""What one step of the static bound stands for at worst: `scripts/steps.py [--all]`.

Counts, with callgrind, the instructions of decisions whose every step is as expensive as it can be made, one for each
opcode and class of pattern (tests/steps/cases.cpp), and those of random decisions of the example bundles beside the
steps that they take. Prints the median of the examples and the most expensive cases, also as multiples of it, the same
for a byte of a request on each path of the decoder, and fails if any takes more than INSTRUCTIONS_MAX. That is a number
of instructions and no multiple, since the median falls when ordinary decisions become cheaper. Nanoseconds stand beside
them for the reader; nothing is asserted about them.
"""

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = "build/release/tests/steps/steps"
EXAMPLES = ("quickstart", "airline", "acme", "gateway/policy")
INSTRUCTIONS_MAX = 3500
SHOWN = 8


def counts(folder):
    """Instructions of each part, in the order in which they were measured."""
    for number in range(1, len(list(folder.iterdir())) + 1):
        part = folder / f"out.{number}"
        if part.exists():
            yield int(re.search(rb"^totals: (\d+)", part.read_bytes(), re.MULTILINE)[1])


def measured():
    """(kind, name, steps or bytes, nanoseconds without callgrind, instructions) of each part."""
    command = [PROGRAM, *(f"examples/{name}" for name in EXAMPLES)]
    plain = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        callgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out"]
        subprocess.run(callgrind + command, cwd=ROOT, check=True, capture_output=True)
        parts = list(counts(pathlib.Path(folder)))
    lines = [line.split("\t") for line in plain.splitlines()]
    if len(lines) > len(parts):
        sys.exit(f"{len(lines)} parts, {len(parts)} counts")
    return [(kind, name, int(counted), int(ns), count)
            for (kind, name, counted, ns), count in zip(lines, parts)]


def show(rows, median, everything):
    """Prints the most expensive rows; how many are within INSTRUCTIONS_MAX."""
    rows = sorted(rows, key=lambda row: -row[4] / row[2])
    for kind, name, counted, ns, count in rows if everything else rows[:SHOWN]:
        each = count / counted
        print(f"  {name:32} {kind:10} {each:8.1f} instructions  {ns / counted:7.2f} ns  {each / median:5.1f} times")
    return sum(count <= INSTRUCTIONS_MAX * counted for _, _, counted, _, count in rows)


def main():
    everything = "--all" in sys.argv[1:]
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "steps"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    rows = measured()
    examples = [count / steps for kind, _, steps, _, count in rows if kind == "example"]
    median = statistics.median(examples)
    print(f"a step that is taken in {len(examples)} decisions of the examples: {median:.1f} instructions in the "
          f"median, {min(examples):.1f} to {max(examples):.1f}")
    print("a step at worst")
    steps = [row for row in rows if row[0] in ("cold", "warm")]
    fit = show(steps, median, everything)
    print("a byte of a request at worst")
    bodies = [row for row in rows if row[0].startswith("body")]
    fit += show(bodies, median, everything)
    above = len(steps) + len(bodies) - fit
    print(f"{fit} passed, {above} failed" + f" (more than {INSTRUCTIONS_MAX} instructions)" * (above > 0))
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
