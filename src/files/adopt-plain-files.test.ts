import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import { adoptPlainFiles } from './adopt-plain-files.ts'
import { visiblePaths } from './current-set.ts'

const root = volumeFolder()
after(() => fs.rmSync(root, { recursive: true, force: true }))

/** Elsewhere a module's functions cannot be replaced for those who have imported them. */
const skip = 'Deno' in globalThis && 'skipped: needs module.syncBuiltinESMExports of Node'

/** Takes over the file `key` of a volume in which nothing may be linked; `spoil` runs when that has been tried. */
async function adoptByCopy(spoil: (key: string) => void) {
  const target = fs.mkdtempSync(join(root, 'volume-'))
  const key = join(target, 'key')
  fs.writeFileSync(key, 'the key', { mode: 0o640 })
  const { linkSync } = fs
  const refuse = () => {
    spoil(key)
    throw Object.assign(new Error(), { code: 'EPERM' })
  }
  Object.assign(fs, { linkSync: refuse })
  syncBuiltinESMExports()
  try {
    const { adopted } = await adoptPlainFiles(
      target,
      visiblePaths(target, ['key']),
      '..payload',
      async () => {},
    )
    return { adopted, target }
  } finally {
    Object.assign(fs, { linkSync })
    syncBuiltinESMExports()
  }
}

test('a file that cannot be linked is copied, with its mode', { skip }, async () => {
  const { adopted, target } = await adoptByCopy(() => {})
  assert.equal(adopted, 1)
  assert.equal(fs.readlinkSync(join(target, 'key')), '..data/key')
  assert.equal(fs.readFileSync(join(target, 'key'), 'utf8'), 'the key')
  assert.equal(fs.statSync(join(target, 'key')).mode & 0o7777, 0o640)
})

const spoils: readonly (readonly [what: string, spoil: (key: string) => void])[] = [
  ['a link', (key) => replace(key, () => fs.symlinkSync('/etc/hostname', key))],
  ['a FIFO', (key) => replace(key, () => execFileSync('mkfifo', [key]))],
  ['a file without measure', (key) => fs.truncateSync(key, 2 ** 33)],
]
for (const [what, spoil] of spoils) {
  test(`nothing is copied of what has become ${what} meanwhile`, { skip }, async () => {
    const { adopted, target } = await adoptByCopy(spoil)
    assert.equal(adopted, 0)
    assert.deepEqual(fs.readdirSync(target), ['key'])
  })
}

function replace(path: string, make: () => void): void {
  fs.rmSync(path)
  make()
}
