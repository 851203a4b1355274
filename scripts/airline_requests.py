#!/usr/bin/env python3
"""Turns the recorded tool calls of an airline agent (tau-bench) into requests for examples/airline.

The log has tool, arguments and the identified customer. The rest is what a host would add: the agent, a fixed time,
and the booking's owner, for which the customer of the conversation stands in (the log holds no bookings).

Usage: airline_requests.py calls.jsonl > requests.jsonl
"""

import json
import sys


def request(call):
    facts = {
        "tool": call["tool"],
        "args": call["args"],
        "call": {"id": f"call-{call['id']}"},
        "actor": {"id": "airline-agent", "kind": "agent", "version": "1", "requesters": []},
        "tenant": {"id": "airline"},
        "target": {"tenants": ["airline"], "class": "confidential", "owners": []},
        "spend": {"cost": "USD 0.01"},
        "context": {"environment": "production"},
        "clock": {"now": "2024-05-15T20:00:00Z"},
    }
    user = call.get("user_id")
    if user is not None:
        facts["actor"]["requesters"] = [user]
        facts["target"]["owners"] = [user]
        facts["customer"] = {"id": user}
        if "reservation_id" in call["args"]:
            facts["reservation"] = {"owner": user}
    return facts


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            print(json.dumps(request(json.loads(line)), separators=(",", ":"), ensure_ascii=False))


if __name__ == "__main__":
    main()
