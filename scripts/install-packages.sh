#!/bin/sh
# npm ci, with a sign of life: npm shows its own on a terminal; elsewhere a line every ten seconds says how far it is.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || {
  echo 'npm is missing: install Node.js 18 or newer with npm (Debian, Ubuntu: apt-get install npm)' >&2
  exit 1
}
if ! [ -t 2 ]; then
  main=$$
  # Ends by itself when this script is gone, however it went.
  (
    seconds=0
    while sleep 2 && kill -0 "$main" 2>/dev/null; do
      seconds=$((seconds + 2))
      [ $((seconds % 10)) -ne 0 ] || echo "  $seconds s, $(du -sm node_modules 2>/dev/null | cut -f 1) MB unpacked" >&2
    done
  ) &
  ticker=$!
  trap 'kill "$ticker" 2>/dev/null || true' EXIT
fi
npm ci
# Some versions of npm end well although they gave up ("Exit handler never called!").
if ! [ -e node_modules/.package-lock.json ]; then
  echo 'npm ci gave up half-way: see what it says above, check that the registry can be reached, and try again' >&2
  exit 1
fi
