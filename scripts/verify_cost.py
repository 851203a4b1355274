#!/usr/bin/env python3
"""What verifying an image costs at worst: `scripts/verify_cost.py [KIND...]`.

For each kind of bench/worst_images.cpp prints the instructions that `verify` and `link` take for a byte of the file,
as callgrind counts them, for growing sizes. A kind whose figure grows with its size is one that is not linear; the
exit code says whether there is one. Kinds whose rows are made by hand are also made 10 MB large, and timed.
"""

import re
import subprocess
import sys
import tempfile

PROGRAM = "build/release/bench/worst_images"
# By hand; and compiled, which is slow, or refused where patterns grow.
BY_HAND = {kind: (250_000, 1_000_000) for kind in ("jumps", "loads", "required", "clauses", "redact", "wire_names",
                                                  "defaults")}
COMPILED = {"honest": (250_000, 1_000_000), "tables": (250_000, 1_000_000), "patterns": (30_000, 120_000),
            "enums": (100_000, 400_000), "overrides": (250_000, 1_000_000)}
GROWTH_MAX = 1.5


def answer(kind, size, before=()):
    run = subprocess.run([*before, PROGRAM, kind, str(size)], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr)
    _, size, _, fault, seconds, _ = run.stdout.split()
    return int(size), fault, float(seconds), run.stderr


def instructions_a_byte(kind, size):
    with tempfile.NamedTemporaryFile() as out:
        count = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--collect-atstart=no",
                 "--toggle-collect=*bench*verified*")
        size, _, _, text = answer(kind, size, count)
    return int(re.search(r"Collected : (\d+)", text)[1]) / size


def main():
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "worst_images"], check=True,
                   stdout=subprocess.DEVNULL)
    grows = []
    for kind, sizes in (BY_HAND | COMPILED).items():
        if sys.argv[1:] and kind not in sys.argv[1:]:
            continue
        figures = [instructions_a_byte(kind, size) for size in sizes]
        line = f"{kind:10}" + "".join(f"{figure:7.0f}" for figure in figures)
        if kind in BY_HAND:
            size, fault, seconds, _ = answer(kind, 10_000_000)
            line += f"   {size / 1e6:.1f} MB {fault} in {seconds:.2f} s"
        print(line, flush=True)
        if figures[-1] > GROWTH_MAX * figures[0]:
            grows.append(kind)
    if grows:
        sys.exit("grows with its size: " + ", ".join(grows))


if __name__ == "__main__":
    main()
