#!/usr/bin/env bash
# Packs the VS Code extension, and opens it in a real VS Code: in a headless Chromium, with pictures for docs/editors.
set -euo pipefail
bin=$(cd "${1:-.venv/bin}" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
export PATH="$bin:$PATH"
quiet=(--no-audit --no-fund --loglevel error)

extension=../../../lsp/editors/vscode
(cd "$extension" && npm ci "${quiet[@]}" && npm run --silent package)

# VS Code in a browser. What its install scripts would compile is not needed: no terminal is opened.
npm ci --ignore-scripts "${quiet[@]}"
(cd node_modules/code-server/lib/vscode && { [ -d node_modules ] || npm install --omit=dev --ignore-scripts "${quiet[@]}"; })
if ! browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
  [ "$(id -u)" = 0 ] || { echo "Chromium is missing: install it, and run this again" >&2; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
  browser=$(command -v chromium)
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node session.mjs "$browser" "$(dirname "$bin")" "$extension/segql.vsix" "$work" "${PICTURES:-../../../docs/editors}"
