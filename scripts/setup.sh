#!/usr/bin/env bash
# Installs from Debian 12 what is missing: `setup.sh` to build and run, `setup.sh test` for the tests too.
# Does nothing when all is there.
set -euo pipefail

packages=(
  g++-12 cmake ninja-build pkg-config ccache python3
  libre2-dev libsodium-dev libssl-dev libfmt-dev libsimdjson-dev libutf8proc-dev libtomlplusplus-dev
  nlohmann-json3-dev libcli11-dev libgtest-dev libgmock-dev libbenchmark-dev libpq-dev
)
if [[ "${1:-}" == test ]]; then
  packages+=(clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19-tools python3-clang-19 openssl postgresql valgrind)
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ "$status" == "install ok installed" ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
[[ $EUID -eq 0 ]] || as_root=(sudo)
if ! command -v apt-get >/dev/null || { [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; }; then
  printf 'Remit needs these Debian 12 packages, and cannot install them here: %s\n' "${missing[*]}" >&2
  exit 2
fi
printf 'installing %s\n' "${missing[*]}" >&2
install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends
         "${missing[@]}")
if ! "${as_root[@]}" "${install[@]}" >&2; then
  "${as_root[@]}" apt-get update -q >&2 && "${as_root[@]}" "${install[@]}" >&2 || {
    printf 'apt-get could not install: %s\n' "${missing[*]}" >&2
    exit 2
  }
fi
