#!/usr/bin/env bash
# Installs the engines of the conformance tests, each in an environment of its own: .engines/NAME for every
# tests/conformance/hosts/NAME.txt. What cannot be installed is no error here: its tests say that it is missing, and
# fail in CI.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${1:-python3}

install() {
  local name=$1 wanted=tests/conformance/hosts/$1.txt folder=.engines/$1
  cmp -s "$wanted" "$folder/installed.txt" && return
  rm -rf "$folder"
  "$python" -m venv "$folder" &&
    "$folder/bin/python" -m pip --disable-pip-version-check install --quiet --only-binary :all: --requirement "$wanted" &&
    cp "$wanted" "$folder/installed.txt" ||
    { rm -rf "$folder"; echo "$name cannot be installed" >&2; }
}

for wanted in tests/conformance/hosts/*.txt; do
  install "$(basename "$wanted" .txt)" &
done
wait
exit 0
