import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import type { VolumeFile } from '../content/volume-file.ts'
import { Sensitive } from '../process/sensitive.ts'
import { TargetLocks } from './target-lock.ts'
import { type WriteOptions, writeSet } from './write-set.ts'

const root = volumeFolder()
after(() => fs.rmSync(root, { recursive: true, force: true }))
const locks = new TargetLocks()

function volume(): string {
  return fs.mkdtempSync(join(root, 'volume-'))
}

function file(path: string, content = path, mode = 0o644): VolumeFile {
  return { path, mode, version: '1', content: new Sensitive(Buffer.from(content)) }
}

function write(target: string, files: readonly VolumeFile[], options: Partial<WriteOptions> = {}) {
  return writeSet(target, files, {
    signal: new AbortController().signal,
    locks,
    log: { warn() {} },
    ...options,
  })
}

/** Hidden entries besides `..data`, its payload and the digest that goes with it. */
function debris(target: string): string[] {
  const payload = fs.readlinkSync(join(target, '..data'))
  return fs
    .readdirSync(target)
    .filter((name) => name.startsWith('..') && ![payload, `${payload}.digest`, '..data'].includes(name))
}

function read(target: string, path: string): string {
  return fs.readFileSync(join(target, path), 'utf8')
}

test('writes contents and exact modes whatever the umask, nested directories 0755, links of Kubernetes’ form', async () => {
  const target = volume()
  const before = process.umask(0o077)
  try {
    const result = await write(target, [
      file('a', 'A', 0o777),
      file('d/e/b', 'B', 0o600),
      file('z', '', 0o000),
    ])
    assert.deepEqual(result, { changed: true, written: 3, removed: 0 })
  } finally {
    process.umask(before)
  }
  assert.equal(fs.statSync(join(target, 'a')).mode & 0o7777, 0o777)
  assert.equal(fs.statSync(join(target, 'd/e/b')).mode & 0o7777, 0o600)
  assert.equal(fs.statSync(join(target, 'z')).mode & 0o7777, 0)
  assert.equal(fs.statSync(join(target, 'd/e')).mode & 0o7777, 0o755)
  assert.equal(fs.statSync(join(target, '..data/')).mode & 0o7777, 0o755)
  assert.equal(fs.readlinkSync(join(target, 'a')), '..data/a')
  assert.equal(fs.readlinkSync(join(target, 'd')), '..data/d')
  assert.match(fs.readlinkSync(join(target, '..data')), /^\.\.\d{4}_[^/]+$/)
  assert.equal(read(target, 'd/e/b'), 'B')
  assert.deepEqual(debris(target), [])
})

test('rewrites nothing when nothing changed, and only moves the time of the directory', async () => {
  const target = volume()
  const files = [file('a'), file('d/b')]
  await write(target, files)
  const payload = fs.readlinkSync(join(target, '..data'))
  fs.utimesSync(target, 1, 1)
  assert.deepEqual(await write(target, files), { changed: false, written: 0, removed: 0 })
  assert.equal(fs.readlinkSync(join(target, '..data')), payload)
  assert.ok(Date.now() - fs.statSync(target).mtimeMs < 60_000)
})

const base = [file('a'), file('d/b')]
const rm = (path: string) => fs.rmSync(path, { recursive: true })
const relink = (path: string, to: string) => {
  rm(path)
  fs.symlinkSync(to, path)
}
const nothing = () => {}
const changes: readonly (readonly [
  name: string,
  files: readonly VolumeFile[],
  meddle: (target: string) => void,
])[] = [
  ['a content', [file('a', 'new'), file('d/b')], nothing],
  ['a content of the same length', [file('a', 'x'), file('d/b')], nothing],
  ['a mode', [file('a', 'a', 0o600), file('d/b')], nothing],
  ['a file less', [file('a')], nothing],
  ['a file more', [...base, file('c')], nothing],
  ['a file where a directory was', [file('a'), file('d')], nothing],
  ['a directory where a file was', [file('a/x'), file('d/b')], nothing],
  ['a visible name removed', base, (target) => rm(join(target, 'a'))],
  ['a visible name that is a link elsewhere', base, (target) => relink(join(target, 'a'), '/etc/passwd')],
  [
    'a visible name that is a link into the payload',
    base,
    (target) => relink(join(target, 'a'), '..data/d/b'),
  ],
  [
    'a visible name that is a file',
    base,
    (target) => {
      rm(join(target, 'a'))
      fs.writeFileSync(join(target, 'a'), 'a')
    },
  ],
  ['a payload file overwritten', base, (target) => fs.writeFileSync(join(target, 'a'), 'evil')],
  ['a payload file that is a link', base, (target) => relink(join(target, '..data/a'), '/etc/hostname')],
  ['a payload directory that is a link', base, (target) => relink(join(target, '..data/d'), '/etc')],
  ['a file too many in the payload', base, (target) => fs.writeFileSync(join(target, '..data/extra'), '')],
  ['a dangling link of ours', base, (target) => fs.symlinkSync('..data/gone', join(target, 'gone'))],
  ['..data removed', base, (target) => rm(join(target, '..data'))],
]
for (const [name, files, meddle] of changes) {
  test(`counts as a change: ${name}`, async () => {
    const target = volume()
    await write(target, base)
    fs.writeFileSync(join(target, 'unknown'), 'stays')
    meddle(target)
    assert.equal((await write(target, files)).changed, true)
    for (const { path, content, mode } of files) {
      assert.equal(read(target, path), content.reveal().toString())
      assert.equal(fs.statSync(join(target, path)).mode & 0o777, mode)
    }
    const tops = new Set(files.map(({ path }) => path.split('/')[0]))
    const visible = fs.readdirSync(target).filter((entry) => !entry.startsWith('..'))
    assert.deepEqual(visible.sort(), [...tops, 'unknown'].sort())
    assert.deepEqual(debris(target), [])
    assert.equal((await write(target, files)).changed, false)
  })
}

test('counts removed files', async () => {
  const target = volume()
  await write(target, [file('a'), file('d/b'), file('d/c')])
  assert.deepEqual(await write(target, [file('a')]), { changed: true, written: 1, removed: 2 })
  assert.equal(fs.existsSync(join(target, 'd')), false)
})

test('a file that nobody may read is known by its digest', async () => {
  const target = volume()
  const files = [file('a', 'A', 0o000)]
  await write(target, files)
  assert.equal((await write(target, files)).changed, false)
  assert.equal((await write(target, [file('a', 'B', 0o000)])).changed, true)
})

test('follows no link out of the volume, whatever lies in it', async () => {
  const outside = volume()
  fs.writeFileSync(join(outside, 'a'), 'outside')
  fs.mkdirSync(join(outside, 'd'))
  const before = fs.readdirSync(outside, { recursive: true }).sort()
  const traps: readonly ((target: string) => void)[] = [
    (target) => fs.symlinkSync(outside, join(target, '..data')),
    (target) => fs.symlinkSync(`../${outside.split('/').at(-1)}`, join(target, '..data')),
    (target) => fs.symlinkSync('..', join(target, '..data')),
    (target) => fs.symlinkSync('.', join(target, '..data')),
    (target) => fs.symlinkSync('..data', join(target, '..data')),
    (target) => {
      fs.symlinkSync(outside, join(target, '..x'))
      fs.symlinkSync('..x', join(target, '..data'))
    },
    (target) => fs.symlinkSync(join(outside, 'a'), join(target, 'a')),
    (target) => fs.symlinkSync(outside, join(target, 'd')),
    (target) => {
      fs.mkdirSync(join(target, 'd'))
      fs.symlinkSync(outside, join(target, 'd/e'))
    },
    (target) => fs.mkdirSync(join(target, '..data')),
    (target) => fs.writeFileSync(join(target, '..data'), ''),
    (target) => {
      fs.mkdirSync(join(target, '..x'))
      fs.symlinkSync(outside, join(target, '..x/d'))
      fs.symlinkSync(join(outside, 'a'), join(target, '..x/a'))
      fs.symlinkSync('..x', join(target, '..data'))
      fs.writeFileSync(join(target, 'a'), 'plain')
    },
    (target) => fs.symlinkSync(outside, join(target, `..2020_01_01_00_00_00.000-${locks.owner}-00000000`)),
  ]
  for (const trap of traps) {
    const target = volume()
    trap(target)
    const files = [file('a', 'mine'), file('d/a', 'mine'), file('d/e/a', 'mine')]
    assert.equal((await write(target, files)).changed, true)
    for (const { path } of files) assert.equal(read(target, path), 'mine', `${trap} ${path}`)
    assert.ok(fs.realpathSync(join(target, 'd/e/a')).startsWith(fs.realpathSync(target)))
    assert.equal((await write(target, files)).changed, false, String(trap))
    assert.deepEqual(fs.readdirSync(outside, { recursive: true }).sort(), before)
    assert.equal(read(outside, 'a'), 'outside')
  }
})

test('refuses a target that is a symlink, also with a slash at its end, or no directory, or relative', async () => {
  const target = volume()
  fs.symlinkSync(target, join(root, 'link'))
  for (const path of [join(root, 'link'), `${join(root, 'link')}/`, '.', process.execPath]) {
    await assert.rejects(write(path, base), { code: 'VOLUME_NOT_DIRECTORY' })
  }
  assert.deepEqual(fs.readdirSync(target), [])
})

const unsafe = [
  '',
  '.',
  '..',
  '../a',
  '..data',
  '..data/a',
  '/a',
  'a//b',
  'a/',
  './a',
  'a/../b',
  'a/.',
  'a\0b',
  `${'x'.repeat(256)}`,
]
for (const path of unsafe) {
  test(`writes nothing for the path ${JSON.stringify(path.slice(0, 20))}`, async () => {
    const target = volume()
    await assert.rejects(write(target, [file('ok'), file(path)]), { code: 'FILE_PATH_UNSAFE' })
    assert.deepEqual(fs.readdirSync(target), [])
  })
}

test('no files are a set like any other: the set before goes, what is unknown stays', async () => {
  const target = volume()
  fs.writeFileSync(join(target, 'unknown'), 'mine')
  await write(target, [])
  await write(target, [file('a'), file('b/c')])
  const { changed, removed } = await write(target, [])
  assert.deepEqual([changed, removed], [true, 2])
  assert.deepEqual(
    fs.readdirSync(target).filter((name) => !name.startsWith('..')),
    ['unknown'],
  )
  assert.equal((await write(target, [])).changed, false)
})

test('refuses one path twice, and a file under a file', async () => {
  await assert.rejects(write(volume(), [file('a'), file('a')]), { code: 'FILE_PATH_UNSAFE' })
  await assert.rejects(write(volume(), [file('a'), file('a/b')]), { code: 'FILE_PATH_UNSAFE' })
})

test('says which errno the kernel gave, and never a content', async () => {
  await assert.rejects(write(join(root, 'missing'), [file('a', 'hunter2')]), (error: Error) => {
    assert.match(error.message, /ENOENT.*gone/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
})

test('takes over plain files, nested ones too, and leaves unknown ones where they are', async () => {
  const target = volume()
  fs.writeFileSync(join(target, 'a'), 'old')
  fs.mkdirSync(join(target, 'd/e'), { recursive: true })
  fs.writeFileSync(join(target, 'd/e/b'), 'old')
  fs.writeFileSync(join(target, 'd/unknown'), 'stays')
  const warnings: unknown[] = []
  const files = [file('a', 'new'), file('d/e/b', 'new'), file('d/c', 'new'), file('f', 'new')]
  await write(target, files, { log: { warn: (details) => warnings.push(details) } })
  for (const { path } of files) assert.equal(read(target, path), 'new')
  assert.equal(read(target, 'd/unknown'), 'stays')
  assert.equal(fs.readlinkSync(join(target, 'd/e/b')), '../../..data/d/e/b')
  assert.deepEqual(warnings, [{ targetPath: target, files: 2 }])
  assert.deepEqual(debris(target), [])
  assert.equal((await write(target, files)).changed, false)
  await write(target, [file('a')])
  assert.deepEqual(fs.readdirSync(join(target, 'd')), ['unknown'])
})

test('takes over plain files that came to lie over a set of ours', async () => {
  const target = volume()
  await write(target, [file('a', '1'), file('b', '1'), file('d/c', '1')])
  fs.rmSync(join(target, 'a'))
  fs.writeFileSync(join(target, 'a'), '2')
  fs.rmSync(join(target, 'd'))
  fs.writeFileSync(join(target, 'd'), '2')
  const files = [file('a', '3'), file('b', '3'), file('d/c', '3')]
  await write(target, files)
  for (const { path } of files) assert.equal(read(target, path), '3')
  assert.deepEqual(debris(target), [])
})

test('does not remove a directory with files of others to write a file of its name', async () => {
  const target = volume()
  fs.mkdirSync(join(target, 'd'))
  fs.writeFileSync(join(target, 'd/other'), 'stays')
  await assert.rejects(write(target, [file('d')]), { code: 'FILE_BLOCKED' })
  assert.deepEqual(fs.readdirSync(target), ['d'])
  fs.rmSync(join(target, 'd/other'))
  await write(target, [file('d', 'D')])
  assert.equal(read(target, 'd'), 'D')
})

test('takes over the volume of a driver that wrote it, and removes the payload it replaced', async () => {
  const target = volume()
  fs.mkdirSync(join(target, '..2024_01_02_03_04_05.123456789'))
  fs.writeFileSync(join(target, '..2024_01_02_03_04_05.123456789/a'), 'a')
  fs.symlinkSync('..2024_01_02_03_04_05.123456789', join(target, '..data'))
  fs.symlinkSync('..data/a', join(target, 'a'))
  assert.equal((await write(target, [file('a')])).changed, false)
  assert.equal((await write(target, [file('a', 'new')])).changed, true)
  assert.deepEqual(debris(target), [])
})

test('an aborted write leaves what is there, and nothing besides', async () => {
  const target = volume()
  await write(target, base)
  const before = fs.readdirSync(target).sort()
  const reason = new Error('time is up')
  const controller = new AbortController()
  const writing = write(target, [file('a', 'new')], { signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(writing, reason)
  await assert.rejects(write(target, [file('a', 'new')], { signal: AbortSignal.abort(reason) }), reason)
  assert.deepEqual(fs.readdirSync(target).sort(), before)
  assert.equal(read(target, 'a'), 'a')
})

test('cleans up its own debris at once, that of others when it is old, and nothing else', async () => {
  const target = volume()
  await write(target, base)
  const own = `..2026_01_01_00_00_00.000-${locks.owner}-0000000`
  const other = '..2026_01_01_00_00_00.000-0a0a0a0a-0000000'
  fs.mkdirSync(join(target, `${own}1`))
  fs.symlinkSync('x', join(target, `${own}2.link`))
  for (const name of [`${other}1`, `${other}2`, '..data_tmp', '..unknown']) fs.mkdirSync(join(target, name))
  fs.utimesSync(join(target, `${other}1`), new Date(), new Date(Date.now() - 31_000))
  await write(target, base)
  assert.deepEqual(debris(target).sort(), [`${other}2`, '..data_tmp', '..unknown'].sort())
})

test('mounts of one target path take turns: the volume is one of the sets, whole', async () => {
  const target = volume()
  const sets = Array.from({ length: 20 }, (_, at) => [
    file('a', `${at}`),
    file('b', `${at}`),
    file(`only${at}`),
  ])
  await Promise.all(sets.map((set) => write(target, set)))
  assert.equal(read(target, 'a'), '19')
  assert.equal(read(target, 'b'), '19')
  assert.deepEqual(
    fs.readdirSync(target).filter((name) => !name.startsWith('..')),
    ['a', 'b', 'only19'],
  )
  assert.deepEqual(debris(target), [])
})

test('two processes that write one volume at a time leave one of the sets, whole', async () => {
  const target = volume()
  const rival = new TargetLocks()
  const big = (tag: string) => Array.from({ length: 40 }, (_, at) => file(`f${at}`, tag.repeat(30_000)))
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      write(target, [...big(`a${round}`), file('only-a')]),
      write(target, [...big(`b${round}`), file('only-b')], { locks: rival }),
    ])
    const winner = read(target, 'f0').slice(0, 1)
    for (let at = 0; at < 40; at++) assert.equal(read(target, `f${at}`), `${winner}${round}`.repeat(30_000))
    assert.equal(read(target, `only-${winner}`), `only-${winner}`)
    assert.deepEqual(debris(target), [])
  }
})
