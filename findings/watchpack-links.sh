#!/usr/bin/env bash
# watchpack 2.6.4 (npm, under webpack and its dev servers): a watched file that is a link never changes, unless
# followSymlinks is set.
# Expected: watch({ files: [path] }) tells of a change of what the path leads to, as reading it does.
# Happens: nothing is told when the link's target is swapped. With followSymlinks: true every swap is told.
# Matters: configuration and certificates in volumes of Kubernetes are links; a dev server never picks up a new one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-save --prefix "$folder" watchpack@2.6.4 >/dev/null
cat >"$folder/try.cjs" <<'JAVASCRIPT'
const fs = require('node:fs')
const { setTimeout: sleep } = require('node:timers/promises')
const Watchpack = require('watchpack')

async function noticed(volume, followSymlinks) {
  let set = 0
  function swap() {
    const old = `${volume}/..set-${set}`
    set += 1
    fs.mkdirSync(`${volume}/..set-${set}`, { recursive: true })
    fs.writeFileSync(`${volume}/..set-${set}/password`, `${set}`)
    fs.symlinkSync(`..set-${set}`, `${volume}/..data_tmp`)
    fs.renameSync(`${volume}/..data_tmp`, `${volume}/..data`)
    fs.rmSync(old, { recursive: true, force: true })
  }
  swap()
  fs.symlinkSync('..data/password', `${volume}/password`)
  const watchpack = new Watchpack({ aggregateTimeout: 50, followSymlinks })
  let events = 0
  watchpack.on('change', () => (events += 1))
  watchpack.watch({ files: [`${volume}/password`], startTime: Date.now() })
  await sleep(1500)
  const seen = []
  for (let time = 0; time < 3; time += 1) {
    events = 0
    swap()
    await sleep(1500)
    seen.push(events > 0)
  }
  watchpack.close()
  return seen.join(' ')
}

async function main() {
  console.log(`default: ${await noticed(`${__dirname}/one`, false)}; followSymlinks: ${await noticed(`${__dirname}/two`, true)}`)
  process.exit()
}
main()
JAVASCRIPT
found=$(node "$folder/try.cjs")
echo "three changes, noticed: $found"
[ "$found" = 'default: false false false; followSymlinks: true true true' ]
