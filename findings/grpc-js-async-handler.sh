#!/usr/bin/env bash
# @grpc/grpc-js 1.14.7: an async handler that rejects never answers its caller.
# Expected: as with HTTP frameworks of the last ten years, and with grpc-js itself when a handler throws: the call ends with
# an error (UNKNOWN).
# Happens: what a handler returns is not looked at. The rejection is the process's unhandledRejection, which ends the
# process unless somebody listens, and the caller waits until its own deadline.
# Matters: handlers are written async today. A provider that forgets one catch makes kubelet wait two minutes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-save --prefix "$folder" @grpc/grpc-js@1.14.7 >/dev/null
cat >"$folder/try.cjs" <<'JAVASCRIPT'
const grpc = require('@grpc/grpc-js')
const text = { serialize: (value) => Buffer.from(value), deserialize: (bytes) => bytes.toString() }
const method = (path) => ({
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: text.serialize,
  requestDeserialize: text.deserialize,
  responseSerialize: text.serialize,
  responseDeserialize: text.deserialize,
})
let rejections = 0
process.on('unhandledRejection', () => (rejections += 1))
const server = new grpc.Server()
server.addService(
  { rejects: method('/Try/rejects'), throws: method('/Try/throws') },
  {
    rejects: async () => {
      throw new Error('no')
    },
    throws: () => {
      throw new Error('no')
    },
  },
)
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (_error, port) => {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  const call = (name) =>
    new Promise((resolve) =>
      client.makeUnaryRequest(
        `/Try/${name}`,
        text.serialize,
        text.deserialize,
        'hello',
        { deadline: Date.now() + 2000 },
        (error) => resolve(grpc.status[error?.code ?? 0]),
      ),
    )
  Promise.all([call('throws'), call('rejects')]).then(([throws, rejects]) => {
    console.log(`throws: ${throws}; rejects: ${rejects}, ${rejections} unhandled`)
    process.exit()
  })
})
JAVASCRIPT
found=$(node "$folder/try.cjs")
echo "$found"
[ "$found" = 'throws: UNKNOWN; rejects: DEADLINE_EXCEEDED, 1 unhandled' ]
