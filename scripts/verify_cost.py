#!/usr/bin/env python3
"""What verifying an image costs at worst: `scripts/verify_cost.py [KIND...]`.

For each kind of bench/worst_images.cpp prints the instructions that `verify` and `link` take for a byte of the file,
as callgrind counts them, for growing sizes, and the time of a file of 10 MB. A kind whose figure grows with its size
is one that is not linear; the exit code says whether there is one.
"""

import re
import subprocess
import sys
import tempfile

PROGRAM = "build/release/bench/worst_images"
KINDS = ("honest", "jumps", "loads", "required", "clauses", "tables", "patterns", "redact")
SIZES = (250_000, 500_000, 1_000_000)
GROWTH_MAX = 1.5  # from the smallest size to the largest


def answer(kind, size, before=()):
    run = subprocess.run([*before, PROGRAM, kind, str(size)], capture_output=True, text=True, check=True)
    name, size, _, fault, seconds, _ = run.stdout.split()
    return int(size), fault, float(seconds), run.stderr


def instructions(kind, size):
    with tempfile.NamedTemporaryFile() as out:
        count = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--collect-atstart=no",
                 "--toggle-collect=*bench*verified*")
        bytes_, _, _, text = answer(kind, size, count)
    return bytes_, int(re.search(r"Collected : (\d+)", text)[1])


def main():
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "worst_images"], check=True,
                   stdout=subprocess.DEVNULL)
    grows = []
    for kind in sys.argv[1:] or KINDS:
        figures = [instructions(kind, size) for size in SIZES]
        a_byte = [count / size for size, count in figures]
        size, fault, seconds, _ = answer(kind, 10_000_000)
        print(f"{kind:10}", *(f"{figure:7.0f}" for figure in a_byte), f"   {size / 1e6:.1f} MB {fault} in {seconds:.2f} s",
              flush=True)
        if a_byte[-1] > GROWTH_MAX * a_byte[0]:
            grows.append(kind)
    if grows:
        sys.exit("grows with its size: " + ", ".join(grows))


if __name__ == "__main__":
    main()
