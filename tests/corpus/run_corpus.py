#!/usr/bin/env python3
"""Remit on tools and calls that others wrote.

The corpora lie beside the repository, or where REMIT_CORPORA says, and are never copied in. What needs one that is
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


TESTS = [(test_recorded_calls, AIRLINE), (test_gold_calls, AIRLINE), (test_airline_tools, AIRLINE),
         (test_github_tools, GITHUB)]


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
