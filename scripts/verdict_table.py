#!/usr/bin/env python3
"""Counts verdicts by tool, and writes out the first request of the strictest verdict.

Usage: verdict_table.py requests.jsonl decisions.jsonl request.json
"""

import collections
import json
import sys

VERDICTS = ("permit", "queue", "escalate", "deny")


def tool_of(request):
    try:
        return json.loads(request)["tool"]
    except (ValueError, KeyError, TypeError):
        return "(unreadable)"


def main():
    requests_path, decisions_path, one_path = sys.argv[1:]
    with open(requests_path, encoding="utf-8") as file:
        requests = file.read().splitlines()
    with open(decisions_path, encoding="utf-8") as file:
        decisions = [json.loads(line) for line in file]
    if len(requests) != len(decisions):
        sys.exit(f"{len(requests)} requests, but {len(decisions)} decisions")

    counts = collections.Counter()
    for request, decision in zip(requests, decisions):
        counts[tool_of(request), decision["verdict"]] += 1
    tools = sorted({tool for tool, _ in counts})
    print(f"{'tool':34}" + "".join(f"{verdict:>10}" for verdict in VERDICTS))
    for tool in tools:
        print(f"{tool:34}" + "".join(f"{counts[tool, verdict] or '-':>10}" for verdict in VERDICTS))
    totals = [sum(counts[tool, verdict] for tool in tools) for verdict in VERDICTS]
    print(f"{len(decisions):<4} {'requests':29}" + "".join(f"{total:>10}" for total in totals))

    # A decided denial or wait says more than a request that did not decode.
    decided = [i for i, decision in enumerate(decisions) if decision["fault"] is None]
    one = max(decided, key=lambda i: VERDICTS.index(decisions[i]["verdict"]), default=0)
    with open(one_path, "w", encoding="utf-8") as file:
        file.write(requests[one] + "\n")


if __name__ == "__main__":
    main()
