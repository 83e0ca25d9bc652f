import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { someGroup, someone } from '../../test/fixtures/someone.ts'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import { Sensitive } from '../process/sensitive.ts'
import { TargetLocks } from './target-lock.ts'
import { writeSet } from './write-set.ts'

interface Entry {
  readonly content: string
  readonly mode: number
  readonly owner: number
  readonly group: number
}

const [us, ours] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]

/** `d` is a file in some sets and a directory in others. */
const paths = ['a', 'b', 'with space', '__proto__', 'd', 'd/x', 'd/y', 'd/e/z', '.hidden', 'é/ü']
const entry = fc.record<Entry>(
  {
    content: fc.constantFrom('', '1', '2', 'é'),
    mode: fc.constantFrom(0o644, 0o600, 0o777, 0o440, 0o400, 0o004),
    owner: fc.constantFrom(us, someone),
    group: fc.constantFrom(ours, someGroup),
  },
  { noNullPrototype: true },
)
const fileSet = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...paths), entry), { minLength: 1, selector: ([path]) => path })
  .map(
    (entries) =>
      new Map(entries.filter(([path]) => path === entries[0]?.[0] || !clashes(path, entries[0]?.[0] ?? ''))),
  )
  .map((all) => (all.has('d') ? new Map([...all].filter(([path]) => !path.startsWith('d/'))) : all))

function clashes(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

/** What others may do to a volume between two writes; each gets a name of the set that was written last. */
const meddlings: Readonly<Record<string, (target: string, top: string) => void>> = {
  nothing: () => {},
  removeName: (target, top) => fs.rmSync(join(target, top), { recursive: true, force: true }),
  plainFile: (target, top) => {
    fs.rmSync(join(target, top), { recursive: true, force: true })
    fs.writeFileSync(join(target, top), 'theirs')
  },
  linkOut: (target, top) => {
    fs.rmSync(join(target, top), { recursive: true, force: true })
    fs.symlinkSync('../outside', join(target, top))
  },
  dataOut: (target) => {
    fs.rmSync(join(target, '..data'), { force: true })
    fs.symlinkSync('../outside', join(target, '..data'))
  },
  noData: (target) => fs.rmSync(join(target, '..data'), { force: true }),
  noPayload: (target) => fs.rmSync(fs.realpathSync(join(target, '..data')), { recursive: true, force: true }),
}
const step = fc.record({
  files: fileSet,
  again: fc.boolean(),
  meddling: fc.constantFrom(...Object.keys(meddlings)),
})

test('after any sequence of sets and meddling the volume shows exactly the last set and what is not ours', async () => {
  const root = volumeFolder()
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const home = fs.mkdtempSync(join(root, 'run-'))
        const target = join(home, 'volume')
        fs.mkdirSync(target)
        fs.mkdirSync(join(home, 'outside'))
        fs.writeFileSync(join(home, 'outside/a'), 'outside')
        fs.writeFileSync(join(target, 'unknown'), 'unknown')
        const locks = new TargetLocks()
        let last: ReadonlyMap<string, Entry> | undefined
        for (const { files, again, meddling } of steps) {
          const top = [...(last ?? files).keys()][0]?.split('/')[0] ?? 'a'
          if (last !== undefined) meddlings[meddling]?.(target, top)
          const set = again && last !== undefined ? last : files
          const { changed } = await writeSet(
            target,
            Array.from(set, ([path, { content, mode, owner, group }]) => ({
              path,
              mode,
              ...(owner === us ? {} : { owner }),
              ...(group === ours ? {} : { group }),
              version: '1',
              content: new Sensitive(Buffer.from(content)),
            })),
            { signal: new AbortController().signal, locks, log: { warn() {} } },
          )
          const same = last !== undefined && JSON.stringify(sorted(last)) === JSON.stringify(sorted(set))
          assert.equal(changed, !same || meddling !== 'nothing', `${meddling} ${same}`)
          // A plain file or a link that the set does not name is not ours to remove.
          if (!set.has(top) && ![...set.keys()].some((path) => path.startsWith(`${top}/`))) {
            if (meddling === 'plainFile' || meddling === 'linkOut') fs.rmSync(join(target, top))
          }
          assert.deepEqual(sorted(shown(target)), sorted(set))
          const payload = fs.readlinkSync(join(target, '..data'))
          const hidden = fs.readdirSync(target).filter((name) => name.startsWith('..'))
          const isAllRead = [...set.values()].every(({ mode, owner }) => owner === us && (mode & 0o400) !== 0)
          const digest = isAllRead ? [] : [`${payload}.digest`]
          assert.deepEqual(hidden.sort(), ['..data', payload, ...digest].sort())
          assert.deepEqual(fs.readdirSync(join(home, 'outside')), ['a'])
          assert.equal(fs.readFileSync(join(home, 'outside/a'), 'utf8'), 'outside')
          last = set
        }
        fs.rmSync(home, { recursive: true })
      }),
      { numRuns: 100 },
    )
  } finally {
    fs.rmSync(root, { recursive: true, force: true })
  }
})

function sorted(set: ReadonlyMap<string, Entry>): readonly unknown[] {
  return [...set].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** The files a reader finds below the visible names, besides the unknown one. */
function shown(target: string, folder = ''): Map<string, Entry> {
  const found = new Map<string, Entry>()
  for (const name of fs.readdirSync(join(target, folder))) {
    const path = join(folder, name)
    if (folder === '' && (name.startsWith('..') || name === 'unknown')) continue
    const { mode, uid: owner, gid: group } = fs.statSync(join(target, path))
    if (fs.statSync(join(target, path)).isDirectory()) {
      // Directories are never given away: who owns one can take away what lies in it.
      assert.deepEqual([owner, group, mode & 0o777], [us, ours, 0o755])
      for (const [inner, each] of shown(target, path)) found.set(inner, each)
    } else {
      found.set(path, {
        content: fs.readFileSync(join(target, path), 'utf8'),
        mode: mode & 0o777,
        owner,
        group,
      })
    }
  }
  return found
}
