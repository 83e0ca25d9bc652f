#!/usr/bin/env bash
# The conformance suite with the source under Deno in place of the executable, a file at a time. Deno's HTTP/2 ends the
# process by a signal some time after a garbage collection (docs/deno.md): collections are kept away, and a file that
# fails all the same is tried up to twice more, and says so. Nothing is compiled: what Deno compiles with comes in no package.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# npm's own program for Deno is a shell around it that passes no signal on.
[ -x node_modules/deno/deno ] || scripts/with-node node node_modules/deno/bin.cjs --version >/dev/null || exit 75
# So much room that there is next to no collection.
export PROVIDER_COMMAND="$PWD/node_modules/deno/deno run --v8-flags=--min-semi-space-size=128,--max-semi-space-size=256,--initial-heap-size=2000 --allow-all --no-check src/main.ts"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for file in test/conformance/*.test.ts; do
  for try in first second third; do
    timeout -k 10 240 scripts/with-node node --test "$file" >"$log" 2>&1 </dev/null
    status=$?
    [ "$status" -ne 0 ] || break
    echo "$file under Deno: the $try try failed"
    # Indented: what a later try mends must not be counted.
    grep -aE -A 6 '^ *✖ ' "$log" | tail -n 40 | sed 's,^,    ,'
  done
  grep -aE '^ℹ (pass|fail|skipped) ' "$log"
  [ "$status" -eq 0 ] || failed=1
done
exit "$failed"
