#!/usr/bin/env bash
# The conformance suite with the source under Deno in place of the executable, a file at a time. Deno's HTTP/2 ends the
# process by a signal now and then (docs/deno.md): a file that fails is tried once more, and says so. Nothing is compiled:
# the base that Deno compiles with comes in no package.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# npm's own program for Deno is a shell around it that passes no signal on.
node_modules/.bin/deno --version >/dev/null || exit 75
export PROVIDER_COMMAND="$PWD/node_modules/deno/deno run --allow-all --no-check src/main.ts"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for file in test/conformance/*.test.ts; do
  for try in first second; do
    timeout -k 10 600 scripts/with-node node --test "$file" >"$log" 2>&1 </dev/null
    status=$?
    [ "$status" -ne 0 ] || break
    echo "$file under Deno: the $try try failed"
    grep -aE -A 6 '^ *✖ ' "$log" | tail -n 40
  done
  grep -aE '^ℹ (pass|fail|skipped) ' "$log"
  [ "$status" -eq 0 ] || failed=1
done
exit "$failed"
