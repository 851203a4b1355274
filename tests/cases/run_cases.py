#!/usr/bin/env python3
"""Remit on regressions: bundles and requests with the verdict that the language requires.

The cases lie in a folder `shared` beside the checkout, or the one that REMIT_CASES names, and are never copied in. A case that is not there is
skipped, saying so.

Usage: run_cases.py REMIT; prints `N passed, M failed`.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = pathlib.Path(os.environ.get("REMIT_CASES", ROOT.parent / "shared/cases"))

# A row a case: its folder, and of each file of requests the answers, a request each: a verdict, or a fault and its
# place. More requests than answers are of something else.
ROWS = [
    ("veto-from-a-fast-clock", {"1-grant-and-veto.json": ["deny"], "2-veto-1ms-ahead-of-clock.now.json": ["deny"],
                                "3-veto-1ms-before-asked_at.json": ["deny"]}),
    # Two without a say: no item that waits has a seat for a boss, and a service is not a person.
    ("veto-of-the-requester", {"1-by-requester.json": ["deny"], "2-by-on_behalf_of.json": ["deny"],
                               "3-by-a-boss-who-is-no-party.json": ["permit"], "4-by-a-service.json": ["permit"]}),
    ("one-person-two-spellings", {"1-self-approval.json": ["queue"], "2-self-approval-other-case.json": ["queue"],
                                  "3-two-of-boss-same-person.json": ["escalate"],
                                  "4-two-of-boss-other-case.json": ["escalate"]}),
    # A line feed anywhere in a command.
    ("blocklist-guards-without-w1307", {"requests.jsonl": ["deny", "deny", "deny", "deny"]}),
    ("fractions-of-a-cent", {"r.json": ["engine.invalid_request at args.c"]}),
    ("minus-zero", {"r.jsonl": ["engine.invalid_request at args.c"] * 5}),
]

# A row a bundle of a case: its folder, and how often each code is reported.
CHECKS = [
    ("invisible-characters/b", {"E0102": 27}),
    # Beside what a case is about, tools that its rules leave out.
    ("blocklist-guards-without-w1307/b", {"W1307": 5, "W1316": 7}),
    ("override-that-lifts-nothing/b", {"W1318": 1, "W1316": 8}),
    ("limits-that-mean-nothing/b", {"W1317": 4, "W1316": 9}),
    ("ordered-enum-growth/v1", {"E1301": 1}),
    ("ordered-enum-growth/v2", {"E1301": 1}),
    ("one-typo-three-errors/x", {"E0201": 1}),
    ("one-typo-three-errors/y", {"E0201": 1}),
]

# A row a manifest of a case: its folder and file, the kind, and what import says or writes.
SEARCH = ["    opts: search_opts\n", "    kind: search_kind\n", "enum search_kind { web, news }\n", "  deep: bool\n"]
IMPORTS = [
    ("import-ref", "pydantic.json", "mcp", SEARCH),
    ("import-ref", "defs-at-the-manifest-root.json", "mcp", SEARCH),
    ("import-ref", "openai.json", "openai", SEARCH),
    ("import-manifest-forms", "duplicate-keys.json", "mcp", ["a key stands twice in one object"]),
    ("import-manifest-forms", "jsonrpc.json", "mcp", ['tool ns.a named "a" {\n']),
    ("import-manifest-forms", "more-pages.json", "mcp", ["nextCursor: the list goes on"]),
]


class Failed(Exception):
    pass


def decided(remit, bundle, text):
    done = subprocess.run([str(remit), "decide", str(bundle), "-", "--format", "json"], input=text,
                          capture_output=True, text=True, timeout=60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Failed(f"`remit decide` exits {done.returncode}: {(done.stdout + done.stderr)[-1000:]}") from None


def answered(remit, bundle, text):
    """The request with its approvals given anew: their hashes are those of the Remit that the case was found with. One
    without any stays as it is written."""
    request = json.loads(text)
    records = request.get("approvals", [])
    if not records:
        return text
    asked = decided(remit, bundle, json.dumps({**request, "approvals": []}))
    meant = {party["role"]: item["requirement"] for item in asked["awaiting"] for party in item["parties"]}
    said = [{**record, "digest": asked["digest"], "requirement": meant.get(record["role"], record["requirement"])}
            for record in records]
    return json.dumps({**request, "approvals": said})


def answer_of(record):
    return record["verdict"] if record["fault"] is None else f"{record['fault']} at {record['at']}"


def run_check(remit, folder, expected):
    done = subprocess.run([str(remit), "check", str(folder), "--format", "json"], capture_output=True, text=True,
                          timeout=60)
    found = collections.Counter(one["code"] for one in json.loads(done.stdout)["diagnostics"])
    if found != expected:
        raise Failed(f"{dict(found)} is reported, expected {expected}")


def run_import(remit, folder, name, kind, expected):
    done = subprocess.run([str(remit), "import", kind, str(folder / name), "--namespace", "ns"], capture_output=True,
                          text=True, timeout=60)
    missing = [text for text in expected if text not in done.stdout + done.stderr]
    if missing:
        raise Failed(f"{name}: `remit import` does not say {missing}: {(done.stdout + done.stderr)[-1000:]}")


def run_case(remit, folder, expected):
    bundle = folder / "b"
    for name, answers in expected.items():
        requests = [line for line in (folder / name).read_text(encoding="utf-8").splitlines() if line]
        for number, (request, answer) in enumerate(zip(requests, answers), 1):
            found = answer_of(decided(remit, bundle, answered(remit, bundle, request)))
            if found != answer:
                raise Failed(f"{name} line {number}: {found}, expected {answer}")
        if len(requests) < len(answers):
            raise Failed(f"{name} has {len(requests)} requests")


def main():
    remit, passed, failed = pathlib.Path(sys.argv[1]).resolve(), 0, 0
    rows = [*((run_case, *row) for row in ROWS), *((run_check, *row) for row in CHECKS),
            *((run_import, *row) for row in IMPORTS)]
    for run, name, *expected in rows:
        folder = CASES / name
        if not folder.is_dir():
            print(f"SKIP case {name}: {folder} is not there")
            continue
        try:
            run(remit, folder, *expected)
            passed += 1
        except (Failed, OSError, ValueError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print(f"FAIL case {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
