#!/usr/bin/env python3
"""Remit on tools and calls that others wrote.

The corpora lie in a folder `shared` beside the checkout, or the one that REMIT_CORPORA names, and are never copied in. What needs one that is
not there is skipped, saying so.

Usage: run_corpus.py REMIT; prints `N passed, M failed`.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("REMIT_CORPORA", ROOT.parent / "shared/corpora"))
AIRLINE = CORPORA / "tau_airline"
GITHUB = CORPORA / "github_mcp"
# The policies that came with the design of the language.
DESIGN = CORPORA.parent / "design/examples"


class Failed(Exception):
    pass


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=ROOT, timeout=300)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(map(str, command))}` exits {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout


def decided(remit, corpus, count, folder):
    """The decisions on recorded calls: each has a verdict and a reason, and none a fault."""
    requests, decisions = folder / "requests.jsonl", folder / "decisions.jsonl"
    requests.write_text(run(sys.executable, "scripts/airline_requests.py", corpus), encoding="utf-8")
    decisions.write_text(run(remit, "decide", "examples/airline", requests, "--format", "json"), encoding="utf-8")
    print(run(sys.executable, "scripts/verdict_table.py", requests, decisions, folder / "one.json"), end="")
    records = [json.loads(line) for line in decisions.read_text(encoding="utf-8").splitlines()]
    if len(records) != count:
        raise Failed(f"{len(records)} decisions on {count} calls")
    for number, record in enumerate(records, 1):
        if record["fault"] is not None:
            raise Failed(f"call {number}: {record['fault']} at {record['at']}")
        if not record["by"]:
            raise Failed(f"call {number}: a {record['verdict']} without a reason")
    return records


def test_recorded_calls(remit, folder):
    records = decided(remit, AIRLINE / "calls.jsonl", 1164, folder)
    if {record["verdict"] for record in records} != {"permit", "queue", "escalate", "deny"}:
        raise Failed("the calls do not show every verdict")


def test_gold_calls(remit, folder):
    """What the customers were to get: nothing of it may be refused."""
    records = decided(remit, AIRLINE / "gold.jsonl", 158, folder)
    denied = sum(record["verdict"] == "deny" for record in records)
    if denied:
        raise Failed(f"{denied} of the calls that are right are denied")


def damage_of(remit, log, *options):
    """The first problem of a log that must be damaged, as `dropped 3`."""
    done = subprocess.run([str(remit), "replay", "--verify-chain", str(log), "--format", "json", *options],
                          capture_output=True, text=True, timeout=300)
    if done.returncode != 5:
        raise Failed(f"a damaged log exits {done.returncode}: {done.stdout[-300:]}")
    problem = json.loads(done.stdout)["chain"]["problems"][0]
    return f"{problem['damage']} {problem['line']}"


def test_recorded_calls_replayed(remit, folder):
    """Logged and decided again with identical bytes; every kind of damage to the log is found in its line."""
    requests, log = folder / "requests.jsonl", folder / "calls.log"
    requests.write_text(run(sys.executable, "scripts/airline_requests.py", AIRLINE / "calls.jsonl"), encoding="utf-8")
    records = run(remit, "decide", "examples/airline", requests, "--format", "json", "--log", log).splitlines()
    lines = log.read_bytes().splitlines(keepends=True)
    if [json.loads(line)["decision"] for line in lines] != [json.loads(record) for record in records]:
        raise Failed("the log does not hold the decisions that were printed")
    replayed = json.loads(run(remit, "replay", log, "examples/airline", "--count", "1164", "--format", "json"))
    if replayed["same"] != 1164:
        raise Failed(f"{replayed['same']} of 1164 decisions are the same again")
    again = folder / "again.log"
    run(remit, "decide", "examples/airline", requests, "--log", again)
    if again.read_bytes() != log.read_bytes():
        raise Failed("the same calls give another log")

    damaged, middle = folder / "damaged.log", len(lines) // 2
    flipped = bytearray(lines[middle])
    flipped[len(flipped) // 2] ^= 1
    # The lines in the file, and the first problem in them.
    cases = [([*lines[:middle], bytes(flipped), *lines[middle + 1:]], f"changed {middle + 1}"),
             ([*lines[:middle], *lines[middle + 1:]], f"dropped {middle + 1}"),
             ([*lines[:middle], lines[middle + 1], lines[middle], *lines[middle + 2:]], f"reordered {middle + 2}"),
             ([*lines[:-1], lines[-1][:-20]], "truncated 1164")]
    for content, expected in cases:
        damaged.write_bytes(b"".join(content))
        if (found := damage_of(remit, damaged)) != expected:
            raise Failed(f"found `{found}`, expected `{expected}`")
    head = json.loads(lines[-1])["hash"]
    damaged.write_bytes(b"".join(lines[:-1]))
    if (found := damage_of(remit, damaged, "--head", head)) != "tail 1163":
        raise Failed(f"found `{found}` where the last line is missing")


def imported(remit, kind, manifest, namespace, count, folder):
    schema = folder / "schema.rule"
    schema.write_text(run(remit, "import", kind, manifest, "--namespace", namespace), encoding="utf-8")
    run(remit, "check", "--strict", schema)
    run(remit, "fmt", "--check", schema)
    tools = sum(line.startswith("tool ") for line in schema.read_text(encoding="utf-8").splitlines())
    if tools != count:
        raise Failed(f"{tools} tools of {count}")


def test_airline_tools(remit, folder):
    imported(remit, "openai", AIRLINE / "tools.json", "airline", 14, folder)


def test_github_tools(remit, folder):
    imported(remit, "mcp", GITHUB / "github_tools.json", "github", 117, folder)


def test_design_examples(remit, folder):
    """Seven policies that use all of the language, and their tests."""
    run(remit, "check", "--strict", DESIGN)
    report = json.loads(run(remit, "test", DESIGN, "--format", "json"))
    if report["passed"] != 121 or report["failed"] or report["unmatched"]:
        raise Failed(f"{report['passed']} of 121 tests pass, {len(report['unmatched'])} items match in none")


TESTS = [(test_design_examples, DESIGN), (test_recorded_calls, AIRLINE), (test_recorded_calls_replayed, AIRLINE), (test_gold_calls, AIRLINE),
         (test_airline_tools, AIRLINE), (test_github_tools, GITHUB)]


def main():
    remit, passed, failed = pathlib.Path(sys.argv[1]).resolve(), 0, 0
    for test, corpus in TESTS:
        name = test.__name__.removeprefix("test_")
        if not corpus.is_dir():
            print(f"SKIP corpus {name}: {corpus} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(remit, pathlib.Path(folder))
                passed += 1
            except (Failed, OSError, subprocess.TimeoutExpired) as problem:
                failed += 1
                print(f"FAIL corpus {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
