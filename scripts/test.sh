#!/usr/bin/env bash
# Builds and tests everything: `scripts/test.sh`, or some suites: `scripts/test.sh lit tidy`.
# The last line is `N passed, M failed`.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
exec python3 scripts/run_tests.py "$@"
