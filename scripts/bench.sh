#!/usr/bin/env bash
# Builds the benchmarks and runs them: `scripts/bench.sh [FILTER]`.
# Verdicts are compared before anything is timed.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release --target decide_bench compile_bench reload_bench >/dev/null
for bench in decide_bench compile_bench; do
  "build/release/bench/$bench" --benchmark_filter="${1:-.}"
done
build/release/bench/reload_bench
