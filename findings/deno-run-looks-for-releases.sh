#!/usr/bin/env bash
# Deno 2.9.6 from npm, Linux x64, run by whatever Node there is.
#
# Expected: `deno run` of a script that opens no connection opens none, at least where nobody sits at a terminal: standard
# input is closed and both outputs are files. What else than a person would be told of a newer release?
#
# Seen: a process that runs for a moment asks for the newest release all the same, through the proxy that HTTPS_PROXY names,
# where its folder holds no answer of the last day. A refusal is kept nowhere, so that each start asks again. With
# DENO_NO_UPDATE_CHECK set it asks for nothing.
#
# It matters to daemons under Deno, whose proxy is for something else, and to tests that count what comes to a proxy.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . deno@2.9.6 >/dev/null
echo 'await new Promise((resume) => setTimeout(resume, 2000))' >wait.ts
cat >look.cjs <<'JS'
const { spawn } = require('node:child_process')
const { createServer } = require('node:http')
const { openSync } = require('node:fs')
let asked = 0
// A proxy that refuses all that is asked of it.
const proxy = createServer().on('connect', (_, socket) => {
  asked += 1
  socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
})
const run = (name, more) =>
  new Promise((resolve) => {
    asked = 0
    const out = openSync(`${name}.out`, 'w')
    const env = { PATH: process.env.PATH, DENO_DIR: `${process.cwd()}/${name}`, ...more }
    env.HTTPS_PROXY = `http://127.0.0.1:${proxy.address().port}`
    const child = spawn(process.argv[2], ['run', '--no-check', 'wait.ts'], { env, stdio: ['ignore', out, out] })
    child.once('close', () => resolve(asked))
  })
proxy.listen(0, '127.0.0.1', async () => {
  const usual = [await run('usual', {}), await run('usual', {})]
  const told = await run('told', { DENO_NO_UPDATE_CHECK: '1' })
  console.log(`connections asked of the proxy: ${usual.join(', then ')}; with DENO_NO_UPDATE_CHECK ${told}`)
  proxy.close()
  process.exitCode = usual.every((count) => count > 0) && told === 0 ? 0 : 1
})
JS
node_modules/.bin/deno --version >/dev/null
node look.cjs "$PWD/node_modules/deno/deno" && echo 'as described' || { echo 'this has changed'; exit 1; }
