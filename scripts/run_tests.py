#!/usr/bin/env python3
"""Builds Remit as the tests need it and runs them.

Usage: run_tests.py               the core suites
       run_tests.py --complete    every suite but `mutants`; what is skipped for want of an input counts as failed
       run_tests.py SUITE…        those named
       run_tests.py --list

Prints a line a suite, what failed in it, and last `N passed, M failed` over all of them.
"""

import argparse
import json
import os
import pathlib
import re
import selectors
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
REMIT = BUILD / "release/remit"
LIT = "/usr/lib/llvm-19/build/utils/lit/lit.py"
SILENT_S = 600


class Result:
    def __init__(self, passed=0, failed=0, details=""):
        self.passed, self.failed, self.details = passed, failed, details

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.details += other.details
        return self


class Settings:
    """What all suites of this run go by."""
    complete = False


def run(*command):
    """(exit code, output of both streams) of a command. However slow the machine is, a command that works says so now
    and then: one without a word for ten minutes hangs, is ended and counts as failing."""
    try:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True)
    except OSError as problem:
        return 1, f"`{command[0]}` does not start: {problem}\n"
    output = bytearray()
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while selector.select(SILENT_S):
                block = os.read(process.stdout.fileno(), 1 << 16)
                if not block:
                    return process.wait(), output.decode(errors="replace")
                output += block
        output += f"\n`{command[0]}` said nothing for {SILENT_S} s and was ended\n".encode()
        return 1, output.decode(errors="replace")
    finally:
        # Nothing outlives its suite: not what hangs, and not what runs when somebody interrupts this.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def configure(preset):
    return made(run("cmake", "--preset", preset))


def build(preset, *targets):
    command = ["cmake", "--build", "--preset", preset]
    return made(run(*command, *(["--target", *targets] if targets else [])))


def made(outcome):
    code, output = outcome
    lines = [line for line in output.splitlines() if not re.match(r"\[\d+/\d+\]", line)]
    return Result(1) if code == 0 else Result(0, 1, "\n".join(lines[-60:]) + "\n")


def labelled(preset, label):
    """The tests of a build that carry a ctest label: name to program, or to nothing if it is not built."""
    _, output = run("ctest", "--test-dir", BUILD / preset, "-L", f"^{label}$", "--show-only=json-v1")
    try:
        return {test["name"]: pathlib.Path(test["command"][0]) if "command" in test else None
                for test in json.loads(output)["tests"]}
    except (ValueError, KeyError):
        return {}


def gtest(program, *beside):
    """The counts of a test program; `beside` is what stands before it on the command line."""
    report = program.with_suffix(".json")
    report.unlink(missing_ok=True)
    code, output = run(*beside, program, f"--gtest_output=json:{report}")
    try:
        counts = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Result(0, 1, f"{program.name} exits {code} without a report\n{output[-4000:]}\n")
    failed = counts["failures"]
    skipped = sum("result" in test and test["result"] == "SKIPPED"
                  for suite in counts["testsuites"] for test in suite["testsuite"])
    ran = counts["tests"] - counts["disabled"] - skipped
    if Settings.complete and skipped:
        failed, output = failed + skipped, output + f"{program.name} skipped {skipped} tests\n"
    if code != 0 and failed == 0:
        failed, output = 1, f"{program.name} exits {code} though no test failed\n" + output
    elif ran == 0:
        failed, output = 1, f"{program.name} has no tests\n"
    return Result(max(0, ran - counts["failures"]), failed, told(output) if failed else "")


def told(output):
    """The end of a test program's output, without the tests that passed."""
    lines = [line for line in output.splitlines() if not line.startswith(("[ RUN      ]", "[       OK ]", "[-----"))]
    return "\n".join(lines)[-8000:] + "\n"


def gtests(preset, label, only=None, beside=()):
    result = Result()
    found = {n: p for n, p in labelled(preset, label).items() if only is None or n in only}
    for name, program in found.items():
        result += gtest(program, *beside) if program else Result(0, 1, f"{name} is not built\n")
    return result if found else Result(0, 1, f"the build `{preset}` has no tests labelled `{label}`\n")


def tally(*command):
    """A suite that closes with `N passed, M failed`."""
    code, output = run(*command)
    counts = re.findall(r"(\d+) passed, (\d+) failed", output)
    if not counts:
        return Result(0, 1, output[-4000:] + f"\n`{command[0]}` exits {code} without a count\n")
    passed, failed = map(int, counts[-1])
    skipped = "".join(line + "\n" for line in output.splitlines() if line.startswith("SKIP"))
    if Settings.complete:
        failed += skipped.count("\n")
    if code != 0 and failed == 0:
        failed = 1
    elif passed + failed == 0 and not skipped:
        failed, output = 1, "no tests ran\n"
    return Result(passed, failed, output if failed else skipped)


# The sanitizers look at what meets untrusted bytes and texts.
ASAN_TESTS = ("unit.lang", "unit.stdlib", "unit.vm", "unit.compiler", "property", "images")
ASAN_LABELS = "(unit|oracle)"


def whole(preset):
    configured = configure(preset)
    return configured if configured.failed else build(preset)


def sanitised():
    configured = configure("asan")
    found = labelled("asan", ASAN_LABELS)
    targets = [name.removeprefix("unit.") + "_test" for name in found if name in ASAN_TESTS]
    return configured if configured.failed or not targets else build("asan", *targets)


def threaded():
    configured = configure("tsan")
    return configured if configured.failed else build("tsan", "stress_test")


def unit_gcc():
    return gtests("release", "unit")


def unit_clang():
    return gtests("clang", "unit")


def asan():
    return gtests("asan", ASAN_LABELS, ASAN_TESTS)


def stress():
    """Threads that decide while images are swapped and halted, under the thread sanitizer."""
    return gtests("tsan", "stress")


def oracle():
    return gtests("release", "oracle")


def model():
    """The protocol of limits over every interleaving of a few clients."""
    return gtests("release", "model")


def gateway():
    """The reference gateway and its store, on a PostgreSQL server of their own."""
    return gtests("release", "gateway", beside=(sys.executable, "scripts/with_postgres.py"))


def lit():
    report = BUILD / "lit/report.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    _, output = run(sys.executable, LIT, "-sv", "--no-progress-bar", "--output", report, "--param", f"remit={REMIT}",
                    "--param", f"exec_root={report.parent}", "tests/lit")
    try:
        codes = [test["code"] for test in json.loads(report.read_text(encoding="utf-8"))["tests"]]
    except (OSError, ValueError):
        codes = []
    passed = codes.count("PASS")
    failed = len(codes) - passed - codes.count("XFAIL") - codes.count("UNSUPPORTED")
    return Result(passed, failed or not codes, output[-12000:] if failed or not codes else "")


def policies():
    """The tests inside the example bundles, by the production decoder."""
    result = Result()
    folders = sorted({path.parent for path in (ROOT / "examples").rglob("*.test.rule")})
    for folder in folders:
        result += tally(REMIT, "test", folder.relative_to(ROOT))
    return result if folders else Result(0, 1, "no example has tests\n")


def corpus():
    """What others wrote; skipped, saying so, where it is not there."""
    return tally(sys.executable, "tests/corpus/run_corpus.py", REMIT)


def cases():
    """Regressions: bundles and requests with the verdict that the language requires; skipped, saying so, where there are
    none."""
    return tally(sys.executable, "tests/cases/run_cases.py", REMIT)


def docs():
    _, libraries = run("pkg-config", "--libs", "re2", "libsodium", "libcrypto", "libutf8proc", "fmt", "simdjson", "tomlplusplus")
    compiler = "g++-12 -std=c++23 -Wall -Wextra -I" + str(ROOT / "include")
    archives = f"{BUILD / 'release/libremit_compile.a'} {BUILD / 'release/libremit.a'}"
    result = tally(sys.executable, "tests/docs/run_docs.py", "--remit", REMIT, "--cxx", compiler,
                   "--libs", f"{archives} {libraries.strip()}")
    result += tally(sys.executable, "tests/docs/vectors.py", REMIT)
    return result


def steps():
    """What a step stands for at worst, in instructions."""
    return tally(sys.executable, "scripts/steps.py")


def consumer():
    return tally(sys.executable, "tests/consumer/run_consumer.py", BUILD / "release")


def tidy():
    return tally(sys.executable, "tests/tidy/run_tidy.py", "--program", REMIT)


def adding():
    """An example of what docs/adding.md describes, applied to a copy of the tree, built and used."""
    return tally(sys.executable, "tests/adding/run_adding.py", REMIT)


def compilers():
    """Both compilers' programs make the same images."""
    return tally(sys.executable, "tests/tidy/run_tidy.py", "--program", REMIT, "--other", BUILD / "clang/remit",
                 "-k", "agree")


def lint():
    """clang-tidy, which reads the commands of the build with the sanitizers."""
    return tally(sys.executable, "tests/tidy/lint.py", BUILD / "asan")


def mutants():
    """Which check refuses each forged image; and one mutant in 32, others every day (scripts/mutants.py runs all)."""
    result = gtests("mutants", "mutants")
    result += tally(sys.executable, "scripts/mutants.py", "--sample", time.strftime("%Y-%m-%d"))
    return result


# The builds that suites need.
BUILDS = {"release": lambda: whole("release"), "clang": lambda: whole("clang"), "asan": sanitised, "tsan": threaded,
          "mutants": lambda: whole("mutants")}
# In this order: a suite, its builds.
CORE = {
    "unit-gcc": (unit_gcc, ["release"]),
    "lit": (lit, ["release"]),
    "policies": (policies, ["release"]),
    "oracle": (oracle, ["release"]),
    "model": (model, ["release"]),
    "gateway": (gateway, ["release"]),
    "corpus": (corpus, ["release"]),
    "cases": (cases, ["release"]),
    "docs": (docs, ["release"]),
    "consumer": (consumer, ["release"]),
    "tidy": (tidy, ["release"]),
    "asan": (asan, ["asan"]),
}
LONG = {
    "steps": (steps, ["release"]),
    "unit-clang": (unit_clang, ["clang"]),
    "compilers": (compilers, ["release", "clang"]),
    "adding": (adding, ["release"]),
    "stress": (stress, ["tsan"]),
    "lint": (lint, ["asan"]),
}
# Survivors want to be looked at.
ON_REQUEST = {"mutants": (mutants, ["mutants"])}
SUITES = {**CORE, **LONG, **ON_REQUEST}


def timed(name, step):
    start = time.monotonic()
    result = step()
    state = "ok  " if result.failed == 0 else "FAIL"
    print(f"{state} {name:16} {result.passed:6} passed {result.failed:4} failed {time.monotonic() - start:7.1f} s",
          flush=True)
    if result.details:
        print("     " + result.details.rstrip().replace("\n", "\n     "), flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the names of the suites")
    parser.add_argument("--complete", action="store_true", help="every suite, and nothing skipped")
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    options = parser.parse_args()
    if options.list:
        print("\n".join(SUITES))
        return 0
    unknown = set(options.suites) - set(SUITES)
    if unknown:
        parser.error(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")

    Settings.complete = options.complete
    total, built = Result(), {}
    for name in options.suites or [*CORE, *(LONG if options.complete else [])]:
        suite, needs = SUITES[name]
        for preset in needs:
            if preset not in built:
                built[preset] = timed(f"build {preset}", BUILDS[preset])
                total += built[preset]
        if all(built[preset].failed == 0 for preset in needs):
            total += timed(name, suite)
        else:
            total += timed(name, lambda: Result(0, 1, "not run: its build failed\n"))
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
