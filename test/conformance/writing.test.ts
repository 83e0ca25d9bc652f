import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import {
  isUntouched,
  type MountEnd,
  type MountWish,
  mountAs,
  newTarget,
  readVolume,
  textsOf,
} from '../harness/driver.ts'
import { type Provider, providerCommand, startProvider } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText, shown } from '../harness/scene.ts'

const limit = 20_000
const letters = ['a', 'b', 'c'] as const

let emulator: Emulator
let written: Provider
let driven: Provider

before(async () => {
  const secrets = {
    ...Object.fromEntries(letters.map((name) => [name, { string: `${name} 0` }])),
    'dir/one': { string: '1' },
    'dir/deep/two': { string: '2' },
    big: { string: 'x'.repeat(limit) },
  }
  emulator = await startEmulator({ world: { ...examplesWorld(), regions: { 'us-east-1': { secrets } } } })
  // A umask that would spoil every mode that is not set on purpose.
  const command = ['sh', '-c', 'umask 077; exec "$@"', 'sh', ...providerCommand()]
  written = await startProvider(emulator, { command })
  driven = await startProvider(emulator, {
    flags: ['--driver-writes-secrets', `--max-response-bytes=${limit}`],
  })
})
after(async () => {
  await written.stop()
  await driven.stop()
  await emulator.close()
})

const secret = (objectName: string, rest: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...rest,
})
const nested = { pathTranslation: 'False' }

describe('files that we write', () => {
  test('have exactly the modes asked for, and directories 0755, whatever the umask', async () => {
    const modes = ['0400', '0600', '0640', '0644', '0777', '0000', '0222']
    const objects = modes.map((filePermission) =>
      secret('a', { objectAlias: `d/e/${filePermission}`, filePermission }),
    )
    const { targetPath } = await mounted(written, objects, { parameters: nested })
    for (const mode of modes) assert.equal(modeOf(join(targetPath, 'd/e', mode)), mode)
    for (const folder of ['d', 'd/e']) assert.equal(modeOf(join(targetPath, folder)), '0755')
  })

  test('lie in directories where names have slashes that stay', async () => {
    const objects = [secret('dir/one'), secret('dir/deep/two'), secret('a')]
    const { targetPath } = await mounted(written, objects, { parameters: nested })
    assert.deepEqual(shown(readVolume(targetPath)), {
      a: '0644 a 0',
      'dir/deep/two': '0644 2',
      'dir/one': '0644 1',
    })
  })

  test('are one set: every name leads through one link that is swapped', async () => {
    const { targetPath } = await mounted(written, [secret('a'), secret('b')])
    const payload = realpathSync(join(targetPath, '..data'))
    assert.equal(dirname(payload), realpathSync(targetPath))
    for (const name of ['a', 'b']) assert.equal(realpathSync(join(targetPath, name)), join(payload, name))
  })

  test('that an earlier set had and this one has not are removed, and what others put there stays', async () => {
    const { targetPath } = await mounted(written, [secret('a'), secret('dir/one'), secret('dir/deep/two')], {
      parameters: nested,
    })
    writeFileSync(join(targetPath, 'theirs'), 'keep')
    mkdirSync(join(targetPath, 'their-folder'))
    writeFileSync(join(targetPath, 'their-folder/file'), 'keep')
    await mounted(written, [secret('b'), secret('dir/one')], { targetPath, parameters: nested })
    assert.deepEqual(textsOf(readVolume(targetPath)), {
      b: 'b 0',
      'dir/one': '1',
      'their-folder/file': 'keep',
      theirs: 'keep',
    })
    assert.ok(!readdirSync(join(targetPath, 'dir')).includes('deep'))
  })

  test('leave one payload and no debris, however often they change', async () => {
    const { targetPath } = await mounted(written, [secret('a')])
    for (let time = 1; time <= 3; time += 1) {
      emulator.rotate({ region: 'us-east-1', secret: 'c', string: `c ${time}` })
      await mounted(written, [secret('a'), secret('c')], { targetPath })
    }
    const payload = readlinkSync(join(targetPath, '..data'))
    assert.deepEqual(readdirSync(targetPath).toSorted(), ['..data', payload, 'a', 'c'].toSorted())
  })

  test('change when a mode alone changes', async () => {
    const { targetPath } = await mounted(written, [secret('a', { filePermission: '0644' })])
    await mounted(written, [secret('a', { filePermission: '0600' })], { targetPath })
    assert.equal(modeOf(join(targetPath, 'a')), '0600')
  })

  test('are made good where somebody has changed bytes, mode or name', async () => {
    for (const spoil of [
      (file: string) => writeFileSync(realpathSync(file), 'spoilt'),
      (file: string) => chmodSync(realpathSync(file), 0o777),
      (file: string) => rmSync(file),
      (file: string) => {
        rmSync(file)
        writeFileSync(file, 'plain')
      },
      (file: string) => rmSync(realpathSync(file)),
    ]) {
      const { targetPath } = await mounted(written, [secret('a'), secret('b')])
      spoil(join(targetPath, 'a'))
      await mounted(written, [secret('a'), secret('b')], { targetPath })
      assert.deepEqual(shown(readVolume(targetPath)), { a: '0644 a 0', b: '0644 b 0' })
    }
  })

  test('take over what a provider of plain files wrote', async () => {
    const targetPath = newTarget(written)
    writeFileSync(join(targetPath, 'a'), 'old a', { mode: 0o600 })
    mkdirSync(join(targetPath, 'dir'))
    writeFileSync(join(targetPath, 'dir/one'), 'old 1')
    writeFileSync(join(targetPath, 'unknown'), 'stays')
    await mounted(written, [secret('a'), secret('dir/one')], { targetPath, parameters: nested })
    assert.deepEqual(shown(readVolume(targetPath)), {
      a: '0644 a 0',
      'dir/one': '0644 1',
      unknown: '0644 stays',
    })
    assert.ok(lstatSync(join(targetPath, 'a')).isSymbolicLink())
  })

  test('go nowhere but into the volume, whatever links lie in it', async () => {
    const outside = newTarget(written)
    writeFileSync(join(outside, 'one'), 'outside')
    writeFileSync(join(outside, 'a'), 'outside')
    for (const lay of [
      (target: string) => symlinkSync(outside, join(target, 'dir')),
      (target: string) => symlinkSync(join(outside, 'a'), join(target, 'a')),
      (target: string) => symlinkSync(outside, join(target, '..data')),
      (target: string) => symlinkSync('../..', join(target, '..data')),
      (target: string) => symlinkSync(join(outside, 'nowhere'), join(target, 'a')),
    ]) {
      const targetPath = newTarget(written)
      lay(targetPath)
      const end = await mount(written, [secret('a'), secret('dir/one')], { targetPath, parameters: nested })
      assert.deepEqual(textsOf(readVolume(outside)), { a: 'outside', one: 'outside' })
      if (end.status === 'OK') {
        assert.deepEqual(textsOf(readVolume(targetPath)), { a: 'a 0', 'dir/one': '1' })
        assert.ok(realpathSync(join(targetPath, 'dir/one')).startsWith(`${realpathSync(targetPath)}/`))
      }
    }
  })

  test('are not written into a target that is missing, a file, or a link', async () => {
    const real = newTarget(written)
    const link = `${newTarget(written)}/link`
    symlinkSync(real, link)
    const file = `${newTarget(written)}/file`
    writeFileSync(file, 'x')
    for (const targetPath of ['/nonexistent/volume', file, link]) {
      const { status, message } = await mount(written, [secret('a')], { targetPath })
      assert.ok(['FAILED_PRECONDITION', 'INTERNAL'].includes(status), `${targetPath}: ${status}`)
      assert.ok(message.includes(targetPath), message)
    }
    assert.ok(isUntouched(real))
    assert.equal(readFileSync(file, 'utf8'), 'x')
  })

  test('are one set or the other when two mounts of one volume meet', async () => {
    const { targetPath } = await mounted(written, [secret('a')])
    for (let time = 0; time < 10; time += 1) {
      await Promise.all([
        mounted(written, [secret('a'), secret('b', { objectAlias: 'other' })], { targetPath }),
        mounted(written, [secret('a', { objectAlias: 'third' }), secret('b')], { targetPath }),
        mounted(written, [secret('c')], { targetPath }),
      ])
      const names = Object.keys(textsOf(readVolume(targetPath))).join(' ')
      assert.ok(['a other', 'b third', 'c'].includes(names), names)
    }
  })

  test('are never torn to a reader, who sees all of one rotation or all of another', async () => {
    const objects = letters.map((name) => secret(name))
    for (const name of letters) emulator.rotate({ region: 'us-east-1', secret: name, string: 'set 0' })
    const { targetPath } = await mounted(written, objects)
    let isOver = false
    const seen = new Set<string>()
    const reader = (async () => {
      while (!isOver) {
        // One call, which a swap cannot cut in two: realpath looks at what the link led to once more.
        const set = join(targetPath, readlinkSync(join(targetPath, '..data')))
        try {
          seen.add(letters.map((name) => readFileSync(join(set, name), 'utf8')).join('|'))
          for (const name of letters) readFileSync(join(targetPath, name))
        } catch (error) {
          // A payload may go while it is read; a visible name never.
          assert.ok(`${(error as NodeJS.ErrnoException).path}`.startsWith(set), `${error}`)
        }
        await new Promise(setImmediate)
      }
    })()
    for (let time = 1; time <= 15; time += 1) {
      for (const name of letters)
        emulator.rotate({ region: 'us-east-1', secret: name, string: `set ${time}` })
      await mounted(written, objects, { targetPath })
    }
    isOver = true
    await reader
    for (const set of seen) assert.equal(new Set(set.split('|')).size, 1, set)
    assert.ok(seen.size > 1)
  })
})

describe('files that the driver writes', () => {
  test('come with the paths, modes and contents asked for', async () => {
    const objects = [secret('dir/one', { filePermission: '0400' }), secret('dir/deep/two')]
    const { files, targetPath } = await mounted(driven, objects, { parameters: nested })
    assert.deepEqual(shown(files), { 'dir/deep/two': '0644 2', 'dir/one': '0400 1' })
    assert.ok(isUntouched(targetPath))
  })

  for (const [how, lay] of [
    ['as links', layAsLinks],
    ['as plain files', layPlain],
  ] as const) {
    test(`lie there ${how}, unchanged: the volume’s time alone is set`, async () => {
      const objects = [secret('dir/one'), secret('dir/deep/two', { filePermission: '0600' })]
      const { files, targetPath } = await mounted(driven, objects, { parameters: nested })
      lay(targetPath, files)
      makeOld(targetPath)
      const before = inodes(targetPath)
      await mounted(driven, objects, { targetPath, parameters: nested })
      assert.ok(isFresh(targetPath))
      assert.deepEqual(inodes(targetPath), before)
    })

    test(`lie there ${how}, with another mode: the time is set, since the driver would write nothing`, async () => {
      const objects = [secret('dir/one'), secret('dir/deep/two')]
      const { files, targetPath } = await mounted(driven, objects, { parameters: nested })
      lay(targetPath, files)
      chmodSync(realpathSync(join(targetPath, 'dir/deep/two')), 0o640)
      makeOld(targetPath)
      const before = inodes(targetPath)
      await mounted(driven, objects, { targetPath, parameters: nested })
      assert.ok(isFresh(targetPath))
      assert.deepEqual(inodes(targetPath), before)
    })

    for (const [what, change] of [
      ['another content', (file: string) => writeFileSync(realpathSync(file), 'other')],
      ['a file missing', (file: string) => rmSync(file)],
    ] as const) {
      test(`lie there ${how}, with ${what}: nothing is touched, so that the driver writes`, async () => {
        const objects = [secret('dir/one'), secret('dir/deep/two')]
        const { files, targetPath } = await mounted(driven, objects, { parameters: nested })
        lay(targetPath, files)
        change(join(targetPath, 'dir/deep/two'))
        makeOld(targetPath)
        const before = inodes(targetPath)
        await mounted(driven, objects, { targetPath, parameters: nested })
        assert.ok(!isFresh(targetPath))
        assert.deepEqual(inodes(targetPath), before)
      })
    }
  }

  test('over the driver’s limit are an error with size, limit and both remedies', async () => {
    const { status, message, targetPath } = await mount(driven, [secret('big'), secret('a')])
    assert.equal(status, 'FAILED_PRECONDITION')
    const [, size = '0'] = /(\d+) bytes/.exec(message) ?? []
    assert.ok(Number(size) > limit, message)
    for (const word of [
      `${limit}`,
      '--max-call-recv-msg-size',
      '--max-response-bytes',
      '--driver-writes-secrets',
    ]) {
      assert.ok(message.includes(word), message)
    }
    assert.ok(isUntouched(targetPath))
    await mounted(written, [secret('big'), secret('a')])
  })

  test('need no target that we can see', async () => {
    const { files } = await mounted(driven, [secret('dir/one')], { targetPath: '/nonexistent/volume' })
    assert.deepEqual(shown(files), { dir_one: '0644 1' })
  })
})

/** As the driver's writer lays files: `..data` to a payload, each first name a link through it. */
function layAsLinks(targetPath: string, files: MountEnd['files']): void {
  const payload = '..2026_01_01_00_00_00.1'
  for (const [path, { mode, content }] of files) put(join(targetPath, payload, path), mode, content)
  symlinkSync(payload, join(targetPath, '..data'))
  for (const name of new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))) {
    symlinkSync(join('..data', name), join(targetPath, name))
  }
}

function layPlain(targetPath: string, files: MountEnd['files']): void {
  for (const [path, { mode, content }] of files) put(join(targetPath, path), mode, content)
}

function put(file: string, mode: number, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

function inodes(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${lstatSync(path).ino} ${lstatSync(path).mtimeMs}`)
    .toSorted()
}

function makeOld(folder: string): void {
  const hourAgo = Date.now() / 1000 - 3_600
  utimesSync(folder, hourAgo, hourAgo)
}

function isFresh(folder: string): boolean {
  return Date.now() - statSync(folder).mtimeMs < 60_000
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
}

type More = Omit<MountWish, 'parameters'> & { readonly parameters?: Readonly<Record<string, string>> }

async function mount(provider: Provider, objects: readonly unknown[], more: More = {}): Promise<MountEnd> {
  const parameters = { region: 'us-east-1', ...more.parameters, objects: objectsText(...objects) }
  const end = await mountAs(emulator, provider, { ...more, parameters })
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  return end
}

async function mounted(provider: Provider, objects: readonly unknown[], more: More = {}): Promise<MountEnd> {
  const end = await mount(provider, objects, more)
  assert.equal(end.status, 'OK', end.message)
  return end
}
