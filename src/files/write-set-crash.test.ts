import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { numberedSet } from '../../test/fixtures/numbered-set.ts'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import { TargetLocks } from './target-lock.ts'
import { writeSet } from './write-set.ts'

const root = volumeFolder()
after(() => fs.rmSync(root, { recursive: true, force: true }))

const script = fileURLToPath(new URL('../../test/fixtures/write-sets.ts', import.meta.url))
const plainNames = Array.from({ length: 12 }, (_, at) => `file${at}`)

async function startWriter(...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('no stdout')
  await once(child.stdout, 'data')
  return child
}

/** Kills the writer some random moment after it got as far as it should, and reads all the while. */
async function killOnce(child: ChildProcess, farEnough: () => boolean, meanwhile: () => void): Promise<void> {
  const exited = once(child, 'exit')
  while (!farEnough() && child.exitCode === null) {
    meanwhile()
    await turn()
  }
  for (const end = performance.now() + Math.random() * 5; performance.now() < end; await turn()) meanwhile()
  child.kill('SIGKILL')
  await exited
}

/** Reads all files through one resolved `..data`; undefined when a newer set took its place meanwhile. */
function readThroughData(target: string): ReadonlyMap<string, string> | undefined {
  const payload = fs.readlinkSync(join(target, '..data'))
  try {
    const found = new Map<string, string>()
    for (const name of fs.readdirSync(join(target, payload), { recursive: true, encoding: 'utf8' })) {
      const path = join(target, payload, name)
      if (!fs.statSync(path).isDirectory()) found.set(name, fs.readFileSync(path, 'utf8'))
    }
    // A payload that is being removed is no set any more: whoever held it starts again.
    return fs.readlinkSync(join(target, '..data')) === payload ? found : undefined
  } catch (error) {
    assert.notEqual(fs.readlinkSync(join(target, '..data')), payload, String(error))
    return undefined
  }
}

/**
 * Reads a file by its name in the volume. Who has followed `..data` just before it was swapped finds its payload gone, as
 * in volumes of kubelet; who asks again finds the file.
 */
function readShown(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch {
    return fs.readFileSync(path, 'utf8')
  }
}

/** Which numbered set this is; fails for anything but one whole set. */
function numberOf(found: ReadonlyMap<string, string>, setOf: typeof numberedSet): number {
  const [first = ''] = found.values()
  const number = Number(first.slice(0, first.length / 50))
  const expected = setOf(number).map(({ path, content }) => [path, content.reveal().toString()])
  assert.deepEqual([...found].sort(), expected.sort())
  return number
}

function hiddenNames(target: string): readonly string[] {
  return fs.readdirSync(target).filter((name) => name.startsWith('..'))
}

/** The next write of the provider's next process, for which an entry is debris once it is old enough. */
function writeAfterCrash(target: string, number: number, setOf: typeof numberedSet) {
  const { signal } = new AbortController()
  const options = { signal, locks: new TargetLocks(), log: { warn() {} }, abandonedAfter: 600 }
  return writeSet(target, setOf(number), options)
}

test('a reader finds one whole set at every moment, whenever the writer is killed', async () => {
  const target = join(root, 'torn')
  fs.mkdirSync(target)
  await writeAfterCrash(target, 1, numberedSet)
  let reads = 0
  let highest = 0
  const read = () => {
    const found = readThroughData(target)
    if (found === undefined) return
    reads++
    highest = Math.max(highest, numberOf(found, numberedSet))
  }
  for (let round = 0; round < 8; round++) {
    const child = await startWriter('loop', String(highest + 1), target)
    const goal = highest + 3 + Math.floor(Math.random() * 10)
    await killOnce(child, () => highest >= goal, read)
    read()
    // The next process writes at once, over whatever the crash left.
    await writeAfterCrash(target, ++highest, numberedSet)
    read()
  }
  assert.ok(reads > 20, `${reads} reads`)
  await sleep(700)
  await writeAfterCrash(target, highest, numberedSet)
  assert.equal(hiddenNames(target).length, 2, `debris: ${hiddenNames(target)}`)
  for (const { path, content } of numberedSet(highest)) {
    assert.equal(fs.readFileSync(join(target, path), 'utf8'), content.reveal().toString())
  }
})

test('plain files are taken over without a gap, whenever the writer is killed', async () => {
  const setOf = (number: number) => numberedSet(number, plainNames)
  const [old, next] = [0, 1].map((number) => setOf(number)[0]?.content.reveal().toString())
  let left = 0
  for (let round = 0; round < 3; round++) {
    const targets = Array.from({ length: 25 }, (_, at) => join(root, `plain-${round}-${at}`))
    for (const target of targets) {
      fs.mkdirSync(target)
      for (const { path, content } of setOf(0)) fs.writeFileSync(join(target, path), content.reveal())
    }
    let at = 0
    const read = () => {
      // Follows the writer from volume to volume, since what matters is the moment of the taking over.
      const target = targets[at % targets.length] ?? ''
      const contents = plainNames.map((name) => readShown(join(target, name)))
      const changed = contents.indexOf(next ?? '')
      assert.ok(contents.every((content) => content === old || content === next))
      // One swap changes all: of names read one after the other, all after the first new one are new.
      if (changed >= 0)
        assert.ok(
          contents.slice(changed).every((content) => content === next),
          String(contents),
        )
      if (changed === 0) at++
    }
    const child = await startWriter('each', '1', ...plainNames, '--', ...targets)
    const goal = Math.floor(Math.random() * 12)
    await killOnce(child, () => at >= goal, read)
    for (const target of targets) {
      const contents = new Set(plainNames.map((name) => fs.readFileSync(join(target, name), 'utf8')))
      assert.equal(contents.size, 1, `a torn set in ${target}`)
      if (contents.has(old ?? '')) left++
      await writeAfterCrash(target, 2, setOf)
    }
    await sleep(650)
    for (const target of targets) {
      await writeAfterCrash(target, 2, setOf)
      assert.equal(hiddenNames(target).length, 2, `debris: ${hiddenNames(target)}`)
      numberOf(readThroughData(target) ?? new Map(), setOf)
    }
  }
  assert.ok(left > 0, 'no writer was killed before it was done')
})

test('a payload that another provider has taken for debris, because the clock was set, is written afresh', async (context) => {
  const target = fs.mkdtempSync(join(root, 'clock-'))
  let aheadMs = 0
  const { now } = Date
  context.mock.method(Date, 'now', () => now() + aheadMs)
  const { signal } = new AbortController()
  // Looked at when the payload is written, and before the swap.
  const throwIfAborted = () => {
    const [payload] = fs.readdirSync(target)
    if (payload === undefined || aheadMs > 0) return
    aheadMs = 3_600_000
    fs.rmSync(join(target, payload), { recursive: true })
  }
  await writeSet(target, numberedSet(1), {
    signal: Object.assign(signal, { throwIfAborted }),
    locks: new TargetLocks(),
    log: { warn() {} },
  })
  assert.equal(numberOf(readThroughData(target) ?? new Map(), numberedSet), 1)
})
