#!/usr/bin/env bash
# Builds and tests Remit: `scripts/test.sh` runs the core suites, `scripts/test.sh --complete` all of them, and
# `scripts/test.sh lit tidy` some. The last line is `N passed, M failed`.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
exec python3 scripts/run_tests.py "$@"
