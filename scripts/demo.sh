#!/usr/bin/env bash
# Builds Remit, decides the airline workload with the example policy, and explains one decision.
# Requests: those of tau_airline in a folder `shared` beside the checkout, or in the one that REMIT_CORPORA names; else
# the example's own.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release --target remit

remit=build/release/remit
policy=examples/airline
requests=examples/airline/requests.jsonl
corpus=${REMIT_CORPORA:-../shared/corpora}/tau_airline/calls.jsonl
if [[ -f "$corpus" ]]; then
  requests=build/airline_requests.jsonl
  python3 scripts/airline_requests.py "$corpus" > "$requests"
fi

printf '\n$ remit check %s\n' "$policy"
"$remit" check "$policy"

printf '\n$ remit decide %s %s\n' "$policy" "$requests"
"$remit" decide "$policy" "$requests" --format json > build/airline_decisions.jsonl
python3 scripts/verdict_table.py "$requests" build/airline_decisions.jsonl build/airline_request.json

printf '\n$ remit why %s build/airline_request.json\n' "$policy"
"$remit" why "$policy" build/airline_request.json
