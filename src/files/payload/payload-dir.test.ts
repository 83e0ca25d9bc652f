import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { volumeFolder } from '../../../test/fixtures/volume-folder.ts'
import { makeDirectory, removeTree } from './payload-dir.ts'

const root = volumeFolder()
after(() => fs.rmSync(root, { recursive: true, force: true }))

/** Elsewhere a module's functions cannot be replaced for those who have imported them. */
const skip = 'Deno' in globalThis && 'skipped: needs module.syncBuiltinESMExports of Node'

/** Runs an action during which `then` happens as soon as a function of node:fs has returned. */
function meanwhile<Name extends 'lstatSync' | 'mkdirSync'>(
  name: Name,
  then: () => void,
  action: () => void,
): void {
  const original = fs[name]
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      const result = Reflect.apply(original, fs, args)
      Object.assign(fs, { [name]: original })
      syncBuiltinESMExports()
      then()
      return result
    },
  })
  syncBuiltinESMExports()
  action()
}

const kinds: readonly (readonly [what: string, make: (path: string) => void])[] = [
  ['a file', (path) => fs.writeFileSync(path, '')],
  ['a link that leads nowhere', (path) => fs.symlinkSync('gone', path)],
  ['a link to a directory', (path) => fs.symlinkSync('/etc', path)],
  ['a directory', (path) => fs.mkdirSync(join(path, 'in/it'), { recursive: true })],
]
for (const [what, make] of kinds) {
  const path = join(root, what)
  test(`${what} is removed`, () => {
    make(path)
    removeTree(path)
    assert.equal(fs.lstatSync(path, { throwIfNoEntry: false }), undefined)
  })

  test(`${what} that another provider removes at the same time is no failure`, { skip }, () => {
    make(path)
    meanwhile(
      'lstatSync',
      () => fs.rmSync(path, { recursive: true }),
      () => removeTree(path),
    )
  })
}

test('the mode of a new directory is never that of what a link in its place leads to', { skip }, () => {
  const [path, other] = [join(root, 'new'), join(root, 'other')]
  fs.mkdirSync(other, 0o700)
  const swap = () => {
    fs.rmdirSync(path)
    fs.symlinkSync(other, path)
  }
  assert.throws(() => meanwhile('mkdirSync', swap, () => makeDirectory(path)), { code: 'ENOTDIR' })
  assert.equal(fs.statSync(other).mode & 0o777, 0o700)
})
