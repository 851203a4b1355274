#!/usr/bin/env bash
# Fuzzes source text, requests and images under the sanitizers: `scripts/fuzz.sh [SECONDS [NAME…]]`, each of
# source, request, image for a minute. What is found is left in build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=(source request image)

scripts/setup.sh test
cmake --preset release >/dev/null
cmake --build --preset release --target remit >/dev/null
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz >/dev/null

seeds=build/fuzz/seeds
mkdir -p "$seeds"/{source,request,image} build/fuzz/found
find examples tests docs -name '*.rule' | while read -r file; do
  cp "$file" "$seeds/source/$(tr / _ <<< "$file")"
done
split -l 1 -d examples/quickstart/requests.jsonl "$seeds/request/quickstart_"
cp tests/fuzz/requests/*.json "$seeds/request/"
for bundle in examples/quickstart examples/airline examples/acme docs/reference/vectors; do
  build/release/remit build "$bundle" -o "$seeds/image/$(basename "$bundle").remit" 2>/dev/null
done

for name in "${names[@]}"; do
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  "build/fuzz/tests/fuzz/${name}_fuzz" -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 -seed=20261124 \
    -artifact_prefix="build/fuzz/found/$name-" "$corpus" "$seeds/$name" 2>&1 | grep -E 'stat::number_of|SUMMARY|ERROR|Test unit' \
    | sed "s/^/$name: /"
done
