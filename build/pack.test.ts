import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Architecture, hostArchitecture } from './node-runtime.ts'
import { pack } from './pack.ts'
import { stripElf } from './strip-elf.ts'

const root = mkdtempSync(join(tmpdir(), 'pack-'))
after(() => rmSync(root, { recursive: true }))
const host = hostArchitecture()
const foreign: Architecture = host === 'amd64' ? 'arm64' : 'amd64'
const node = join(root, 'node')
writeFileSync(node, stripElf(readFileSync(process.execPath)), { mode: 0o755 })

const main = `const { getAsset, getAssetKeys } = require('node:sea')
console.log(JSON.stringify({
  args: process.argv.slice(2), execArgv: process.execArgv, keys: getAssetKeys(), text: getAsset('text.txt', 'utf8'),
  frame: new Error().stack.split('\\n')[1],
}))`

/** Packs `main` with one asset, and gives the path of the executable. */
async function packHere(name: string, architecture: Architecture): Promise<string> {
  const folder = join(root, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'main.cjs'), main)
  writeFileSync(join(folder, 'text.txt'), 'an asset')
  const output = join(root, `${name}.out`)
  const settings = {
    main: 'main.cjs',
    assets: ['text.txt'],
    execArgv: ['--max-old-space-size=64'],
    execArgvExtension: 'none',
  }
  await pack({ node, architecture, settings, folder, output })
  return output
}

test('pkg takes our Node, our settings and our assets, and keeps the place of the build out', async () => {
  const executable = await packHere('one', host)
  const text = execFileSync(executable, ['word'], {
    encoding: 'utf8',
    env: { NODE_OPTIONS: '--require /does/not/exist' },
  })
  const { frame, ...said } = JSON.parse(text)
  assert.deepEqual(said, {
    args: ['word'],
    execArgv: ['--max-old-space-size=64'],
    keys: ['text.txt'],
    text: 'an asset',
  })
  assert.match(frame, /^ *at \.\.\/main\.cjs:4:/)
  assert.ok(!readFileSync(executable).includes(root))

  const again = await packHere('two words', host)
  assert.ok(readFileSync(again).equals(readFileSync(executable)), 'the same bytes in another folder')
})

test('the Node of another architecture is packed without being started', async () => {
  chmodSync(node, 0o644)
  const executable = await packHere('foreign', foreign)
  assert.match(execFileSync(executable, { encoding: 'utf8' }), /an asset/)
})
