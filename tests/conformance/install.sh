#!/usr/bin/env bash
# Installs the engines of the conformance tests, each in an environment of its own: .engines/NAME for every
# tests/conformance/hosts/NAME.txt, and NAME_install.py is run there if there is one; and MariaDB. What cannot be installed
# is no error here: its tests say that it is missing, and fail in CI. Names after the Python are those of hosts/on_demand.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${1:-python3}
[ $# -gt 0 ] && shift

install() {
  local wanted=$1 name folder
  name=$(basename "$wanted" .txt) folder=.engines/$name
  cmp -s "$wanted" "$folder/installed.txt" && return
  rm -rf "$folder"
  "$python" -m venv "$folder" &&
    "$folder/bin/python" -m pip --disable-pip-version-check install --quiet --only-binary :all: --requirement "$wanted" &&
    { [ ! -f "${wanted%.txt}_install.py" ] || "$folder/bin/python" "${wanted%.txt}_install.py"; } &&
    cp "$wanted" "$folder/installed.txt" ||
    { rm -rf "$folder"; echo "$name cannot be installed" >&2; }
}

unpack() {
  local script=tests/conformance/$1.sh folder=.engines/$1
  cmp -s "$script" "$folder/installed.txt" && return
  rm -rf "$folder"
  "$script" "$folder" && cp "$script" "$folder/installed.txt" || { rm -rf "$folder"; echo "$1 cannot be installed" >&2; }
}

if [ $# -gt 0 ]; then
  for name in "$@"; do install "tests/conformance/hosts/on_demand/$name.txt"; done
else
  for wanted in tests/conformance/hosts/*.txt; do install "$wanted" & done
  unpack mariadb &
  wait
fi
exit 0
