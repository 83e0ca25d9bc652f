#!/usr/bin/env bash
# The conformance suite with the source under Deno in place of the executable, a file at a time. Deno's HTTP/2 ends the
# process by a signal some time after a garbage collection (docs/deno.md): collections are kept away, and a file that
# fails all the same is tried up to twice more, and says so. A file whose every try saw such an end counts as skipped;
# more than a few of them are a failure. Nothing is compiled: what Deno compiles with comes in no package.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# npm's own program for Deno is a shell around it that passes no signal on.
[ -x node_modules/deno/deno ] || scripts/with-node node node_modules/deno/bin.cjs --version >/dev/null || exit 75
# So much room that there is next to no collection.
export PROVIDER_COMMAND="$PWD/node_modules/deno/deno run --v8-flags=--min-semi-space-size=128,--max-semi-space-size=256,--initial-heap-size=2000 --allow-all --no-check src/main.ts"
log=$(mktemp)
PROVIDER_CRASHES=$(mktemp)
export PROVIDER_CRASHES
trap 'rm -f "$log" "$PROVIDER_CRASHES"' EXIT
failed=0
crashed=()
for file in test/conformance/*.test.ts; do
  ends=()
  for try in first second third; do
    : >"$PROVIDER_CRASHES"
    timeout -k 10 240 scripts/with-node node --test "$file" >"$log" 2>&1 </dev/null
    status=$?
    [ "$status" -ne 0 ] || break
    end=$(sort -u "$PROVIDER_CRASHES" | tr '\n' ' ')
    ends+=("${end% }")
    echo "$file under Deno: the $try try failed${end:+ (Deno ended by ${end% })}"
    # Marked otherwise than by the runner: what a later try mends must not be counted.
    grep -aE -A 2 '^ *✖ ' "$log" | tail -n 20 | sed 's,✖,x,; s,^,    ,'
  done
  if [ "$status" -ne 0 ] && [ "${#ends[*]}" -eq 3 ] && [ -n "${ends[0]}" ] && [ -n "${ends[1]}" ] && [ -n "${ends[2]}" ]; then
    crashed+=("$file")
    echo 'ℹ skipped 1'
    continue
  fi
  grep -aE '^ℹ (pass|fail|skipped) ' "$log"
  [ "$status" -eq 0 ] || failed=1
done
for file in "${crashed[@]}"; do echo "$file: skipped: Deno itself ended by a signal in each of three tries"; done
if [ "${#crashed[@]}" -gt 3 ]; then
  echo 'these are too many to be put down to Deno'
  failed=1
fi
exit "$failed"
