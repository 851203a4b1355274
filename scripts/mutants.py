#!/usr/bin/env python3
"""Runs the suites against every mutant of the verifier and of what decides, and lists the survivors.

Usage: mutants.py                   all mutants; goes on where an interrupted run of this build stopped
       mutants.py --sample SEED     one in 32, as the suite `mutants` does
       mutants.py --survivors       those alone that survived so far, after a test was added
       mutants.py --only TEXT       those whose name contains TEXT

Build first: cmake --preset mutants && cmake --build --preset mutants. Every test runs once without a
mutant, to see that it passes, how long it takes and which mutants it reaches. Then each mutant is run
against the tests that reach it, the fastest first, until one fails. Results and a table lie in
build/mutants. tests/mutants/survivors.txt lists those that may survive, each with the reason; the
run fails for a survivor that is not listed, and for one that is listed and killed.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/mutants"
SURVIVORS = ROOT / "tests/mutants/survivors.txt"
# Programs of tests; those that are random take few bundles and requests, of a fixed seed.
PROGRAMS = [
    "tests/unit/vm/vm_test",
    "tests/unit/vm/allocation_test",
    "tests/unit/compiler/compiler_test",
    "tests/images/images_test",
    "tests/oracle/oracle_test",
    "tests/property/property_test",
]
# Bytes at random, and what only lists: slow, and others see more.
LEFT_OUT = {"property_test": "Damage.*", "vm_test": "Listing.ChangesWith*"}
SETTINGS = {"REMIT_ORACLE_PAIRS": "6000", "REMIT_LAW_BUNDLES": "40", "REMIT_LAW_REQUESTS": "30",
            "REMIT_MUTANTS": "1500"}
SURVIVE_PERCENT = 3
SAMPLED_OF = 32
# A mutant that makes a test run ten times as long, or allocate without bound, is killed too.
CPU_FACTOR, CPU_S_MIN, MEMORY = 10, 20, 4 << 30
# Tests run in groups of about so many seconds, so that most mutants die in the first.
GROUPS_S = (0.3, 1, 4, 15)


def limited(cpu_s):
    def before():
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return before


def run(program, tests, environment, cpu_s):
    """(exit code, processor time, output) of some tests of a program."""
    filtered = ":".join(tests)
    if filtered == "*":
        filtered += "-" + LEFT_OUT.get(program.rsplit("/", 1)[-1], "")
    command = [str(BUILD / program), "--gtest_fail_fast", "--gtest_color=no", f"--gtest_filter={filtered}"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
                                   env={**os.environ, **SETTINGS, **environment},
                                   preexec_fn=limited(cpu_s))
        ends = time.monotonic() + 20 * cpu_s
        status = usage = None
        pause = 0.002
        while status is None:
            pid, code, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                status, usage = code, used
            elif time.monotonic() > ends:
                os.kill(process.pid, signal.SIGKILL)
            else:
                time.sleep(pause)
                pause = min(pause * 1.5, 0.1)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(max(0, output.seek(0, os.SEEK_END) - 20000))
        text = output.read().decode(errors="replace")
    return process.returncode, usage.ru_utime + usage.ru_stime, text


def listed(program):
    tests, suite = [], ""
    command = [str(BUILD / program), "--gtest_list_tests",
               f"--gtest_filter=*-{LEFT_OUT.get(program.rsplit('/', 1)[-1], '')}"]
    for line in subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                               check=True).stdout.splitlines():
        name = line.split("#")[0].strip()
        if line.startswith(" "):
            tests.append(suite + name)
        else:
            suite = name
    return tests


def fingerprint(program):
    digest = hashlib.sha256((BUILD / program).read_bytes())
    digest.update(json.dumps(SETTINGS).encode())
    return digest.hexdigest()


def without_mutant(program, test):
    with tempfile.NamedTemporaryFile() as reached:
        code, cpu_s, output = run(program, [test], {"REMIT_SWITCHES_REACHED": reached.name}, 3600)
        if code != 0:
            sys.exit(f"{program} {test} fails without a mutant:\n{output[-3000:]}")
        numbers = [int(line) for line in pathlib.Path(reached.name).read_text().split()]
    return {"program": program, "test": test, "cpu_s": cpu_s, "reached": numbers}


def reach(programs, jobs):
    """Every test without a mutant: what it reaches and how long it takes."""
    tests = []
    for program in programs:
        print_ = fingerprint(program)
        cache = BUILD / f"reached-{program.rsplit('/', 1)[-1]}.json"
        known = json.loads(cache.read_text()) if cache.exists() else {}
        if known.get("fingerprint") != print_:
            with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
                found = list(pool.map(lambda test: without_mutant(program, test), listed(program)))
            known = {"fingerprint": print_, "tests": found}
            cache.write_text(json.dumps(known))
        tests += known["tests"]
    return tests


def groups(tests):
    """Tests in order of their time, cut into groups of one program each."""
    tests = sorted(tests, key=lambda t: t["cpu_s"])
    bounds, spent, group = list(GROUPS_S), 0, []
    for test in tests:
        spent += test["cpu_s"]
        group.append(test)
        if bounds and spent > bounds[0]:
            bounds.pop(0)
            spent = 0
            yield from by_program(group)
            group = []
    yield from by_program(group)


def by_program(group):
    for program in PROGRAMS:
        of_one = [t for t in group if t["program"] == program]
        if of_one:
            yield program, of_one


RUNNING = re.compile(r"\[ RUN      \] (\S+)")


def judge(mutant, tests):
    """What kills the mutant, or nothing."""
    reaching = [t for t in tests if mutant["number"] in t["reached"]]
    for program, group in groups(reaching):
        cpu_s = max(CPU_S_MIN, int(CPU_FACTOR * sum(t["cpu_s"] for t in group)) + 1)
        code, _, output = run(program, [t["test"] for t in group], {"REMIT_SWITCHED_OFF": mutant["name"]}, cpu_s)
        if code != 0:
            how = {1: "failed", -signal.SIGXCPU: "hung", -signal.SIGKILL: "hung"}.get(code, "crashed")
            names = RUNNING.findall(output)
            return {"mutant": mutant["name"], "killed_by": names[-1] if names else program, "how": how}
    return {"mutant": mutant["name"], "killed_by": "", "how": "survived" if reaching else "not reached"}


def excused():
    """Survivors that are listed, with the reason why no test can tell them apart."""
    reasons = {}
    for number, line in enumerate(SURVIVORS.read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition("  ")
            if len(reason.split()) < 3:
                sys.exit(f"{SURVIVORS.name}:{number}: `{name}` has no reason; write it after two spaces")
            reasons[name] = reason.strip()
    return reasons


def chosen(mutants, options, results):
    if options.only:
        return [m for m in mutants if options.only in m["name"]]
    if options.survivors:
        return [m for m in mutants if not results.get(m["name"], {}).get("killed_by")]
    if options.sample is not None:
        def drawn(m):
            digest = hashlib.sha256(f"{options.sample} {m['name']}".encode()).digest()
            return int.from_bytes(digest[:4], "big") % SAMPLED_OF == 0
        return [m for m in mutants if drawn(m)]
    return [m for m in mutants if m["name"] not in results]


def report(mutants, results):
    """The table, and what is wrong."""
    reasons = excused()
    names = {m["name"] for m in mutants}
    done = [m for m in mutants if m["name"] in results]
    alive = [m for m in done if not results[m["name"]]["killed_by"]]
    with open(BUILD / "table.txt", "w") as table:
        for m in done:
            result = results[m["name"]]
            table.write(f"{m['name']:50} {result['how']:11} {result['killed_by'] or m['what']}\n")
    problems = [f"{name} is listed, and is no mutant" for name in reasons if name not in names]
    problems += [f"{m['name']} is listed, and is killed by {results[m['name']]['killed_by']}"
                 for m in done if m["name"] in reasons and m not in alive]
    problems += [f"{m['name']} survives ({results[m['name']]['how']}): {m['path']}:{m['what']}"
                 for m in alive if m["name"] not in reasons]
    print(f"{len(done)} of {len(mutants)} mutants: {len(done) - len(alive)} killed, {len(alive)} survive")
    if len(reasons) * 100 > SURVIVE_PERCENT * len(mutants):
        problems.append(f"{len(reasons)} are listed, more than {SURVIVE_PERCENT} % of {len(mutants)}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", metavar="SEED")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--only", metavar="TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    mutants = json.loads((BUILD / "mutants/mutants.json").read_text())
    programs = [p for p in PROGRAMS if (BUILD / p).exists()]
    tests = reach(programs, options.jobs)
    for test in tests:
        test["reached"] = set(test["reached"])
    print(f"{len(tests)} tests, {sum(t['cpu_s'] for t in tests):.0f} s without a mutant", flush=True)

    file = BUILD / "results.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    state = hashlib.sha256("".join(map(fingerprint, programs)).encode()).hexdigest()
    if results.pop("build", state) != state and not (options.survivors or options.only):
        results = {}
    wanted = chosen(mutants, options, results)
    if options.sample is not None or options.only:
        results = {}
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for number, result in enumerate(pool.map(lambda m: judge(m, tests), wanted), 1):
            results[result["mutant"]] = result
            if options.sample is None and not options.only and number % 10 == 0:
                file.write_text(json.dumps({"build": state, **results}))
            if number % 50 == 0:
                print(f"  {number} of {len(wanted)} in {time.monotonic() - start:.0f} s", flush=True)
    if options.sample is None and not options.only:
        file.write_text(json.dumps({"build": state, **results}))
    problems = report(mutants, results)
    for problem in problems:
        print(f"FAIL {problem}")
    print(f"{len(wanted) - min(len(problems), len(wanted))} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
