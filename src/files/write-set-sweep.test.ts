import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { someone } from '../../test/fixtures/someone.ts'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import { Sensitive } from '../process/sensitive.ts'
import { TargetLocks } from './target-lock.ts'
import { writeSet } from './write-set.ts'

const root = volumeFolder()
after(() => fs.rmSync(root, { recursive: true, force: true }))
const locks = new TargetLocks()

type Contents = Readonly<Record<string, string>>

function write(target: string, files: Contents) {
  return writeSet(
    target,
    Object.entries(files).map(([path, content]) => ({
      path,
      ...(path === 'b' ? { mode: 0o400, owner: someone } : { mode: 0o644 }),
      version: '1',
      content: new Sensitive(Buffer.from(content)),
    })),
    { signal: new AbortController().signal, locks, log: { warn() {} } },
  )
}

function writePlain(target: string, files: Contents): void {
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(join(target, path, '..'), { recursive: true })
    fs.writeFileSync(join(target, path), content)
  }
}

const changing = [
  'mkdirSync',
  'openSync',
  'writeSync',
  'fchmodSync',
  'fchownSync',
  'fsyncSync',
  'symlinkSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'utimesSync',
] as const

/** Runs an action whose nth call that could change the disk is never made, nor any after it, like a crash there. */
async function crashAt(nth: number, action: () => Promise<unknown>): Promise<'crashed' | 'done'> {
  const originals = changing.map((name) => [name, fs[name]] as const)
  let calls = 0
  for (const [name, original] of originals) {
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (++calls >= nth) throw new Error('crash')
        return Reflect.apply(original, fs, args)
      },
    })
  }
  syncBuiltinESMExports()
  try {
    await action()
    return calls >= nth ? 'crashed' : 'done'
  } catch (error) {
    assert.equal((error as Error).message, 'crash')
    return 'crashed'
  } finally {
    Object.assign(fs, Object.fromEntries(originals))
    syncBuiltinESMExports()
  }
}

/** The set as a reader with one resolved `..data` finds it; undefined when there is no `..data` yet. */
function readThroughData(target: string): Contents | undefined {
  if (!fs.existsSync(join(target, '..data'))) return undefined
  const payload = fs.realpathSync(join(target, '..data'))
  const names = fs.readdirSync(payload, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => !fs.statSync(join(payload, name)).isDirectory())
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(join(payload, name), 'utf8')]))
}

const before = { a: 'old', b: 'old', 'd/x': 'old', gone: 'old' }
const next = { a: 'new', b: 'new', 'd/x': 'new', fresh: 'new' }

const scenarios: readonly (readonly [name: string, prepare: (target: string) => unknown])[] = [
  ['a set of ours', (target) => write(target, before)],
  ['plain files', (target) => writePlain(target, before)],
  [
    'plain files over a set of ours',
    async (target) => {
      await write(target, before)
      fs.rmSync(join(target, 'a'))
      writePlain(target, { a: 'old' })
    },
  ],
]
/** Elsewhere a module's functions cannot be replaced for those who have imported them. */
const skip = 'Deno' in globalThis && 'skipped: needs module.syncBuiltinESMExports of Node'

for (const [name, prepare] of scenarios) {
  test(`a crash before any call leaves the old set or the new one, and no debris after the next write: ${name}`, {
    skip,
  }, async () => {
    let nth = 0
    for (let outcome = 'crashed'; outcome === 'crashed'; ) {
      const target = join(root, `${name}-${++nth}`)
      fs.mkdirSync(target)
      await prepare(target)
      outcome = await crashAt(nth, () => write(target, next))
      const found = readThroughData(target)
      const shared = ['a', 'b', 'd/x'].map((path) => fs.readFileSync(join(target, path), 'utf8'))
      assert.equal(new Set(shared).size, 1, `call ${nth}: ${shared}`)
      if (found !== undefined) {
        const taken = Object.fromEntries(['a', 'b', 'd/x'].map((path) => [path, 'old']))
        const wholes = [before, taken, next].map((set) => JSON.stringify(Object.entries(set).sort()))
        assert.ok(
          wholes.includes(JSON.stringify(Object.entries(found).sort())),
          `call ${nth}: ${JSON.stringify(found)}`,
        )
      }
      await write(target, next)
      assert.deepEqual(readThroughData(target), Object.fromEntries(Object.entries(next).sort()))
      for (const [path, content] of Object.entries(next)) {
        assert.equal(fs.readFileSync(join(target, path), 'utf8'), content)
      }
      assert.equal(fs.existsSync(join(target, 'gone')), name === 'plain files')
      const hidden = fs.readdirSync(target).filter((entry) => entry.startsWith('..'))
      // `..data`, its payload, and the digest of the file that is another user's.
      assert.equal(hidden.length, 3, `call ${nth}: ${hidden}`)
    }
    assert.ok(nth > 25, `${nth} calls`)
  })
}

test('a write that the kernel refuses at any call leaves no debris and the old set or the new one', async () => {
  for (let nth = 1; ; nth++) {
    const target = join(root, `refused-${nth}`)
    fs.mkdirSync(target)
    await write(target, before)
    const outcome = await refuseAt(nth, () => write(target, next))
    const found = JSON.stringify(Object.entries(readThroughData(target) ?? {}).sort())
    assert.ok(
      [before, next].some((set) => JSON.stringify(Object.entries(set).sort()) === found),
      `call ${nth}`,
    )
    if (outcome === 'done') break
    const hidden = fs.readdirSync(target).filter((entry) => entry.startsWith('..'))
    // A removal that is refused leaves its directory to the next write.
    if (outcome !== 'removal') assert.equal(hidden.length, 3, `call ${nth}: ${hidden}`)
  }
})

/** Like crashAt, but only the nth call fails, with ENOSPC, and what comes after it works. */
async function refuseAt(
  nth: number,
  action: () => Promise<unknown>,
): Promise<'refused' | 'removal' | 'done'> {
  const originals = changing.map((name) => [name, fs[name]] as const)
  let calls = 0
  let outcome: 'refused' | 'removal' | 'done' = 'done'
  for (const [name, original] of originals) {
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (++calls !== nth) return Reflect.apply(original, fs, args)
        outcome = name === 'rmSync' || name === 'unlinkSync' ? 'removal' : 'refused'
        throw Object.assign(new Error('hunter2'), { errno: -28, code: 'ENOSPC', syscall: name.slice(0, -4) })
      },
    })
  }
  syncBuiltinESMExports()
  try {
    await action()
  } catch (error) {
    assert.equal((error as { code: string }).code, 'VOLUME_WRITE_FAILED')
    assert.match((error as Error).message, /ENOSPC.*no space/)
    assert.doesNotMatch((error as Error).message, /hunter2/)
  } finally {
    Object.assign(fs, Object.fromEntries(originals))
    syncBuiltinESMExports()
  }
  return outcome
}
