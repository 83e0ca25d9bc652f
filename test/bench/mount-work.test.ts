import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '../emulator/emulator.ts'
import { mountAs } from '../harness/driver.ts'
import { startProvider } from '../harness/provider.ts'
import { benchWorld } from './bench-world.ts'

/*
 * The work of a mount, counted and not timed: a change that doubles it fails here, on any machine. Bounds lie a quarter
 * above what was counted; whoever makes mounts dearer on purpose raises them, and says why.
 */

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const warmUp = 20
const mounts = 60
const objects = 10
/** 785 were counted, three times. */
const mostKilobytes = 1_000

/** Interpreted code allocates the same each time; compilers start when they like. */
const interpreted = ['--no-opt', '--no-maglev', '--no-sparkplug', '--max-semi-space-size=1', '--trace-gc']

/** Bytes that the heap took between the collections of such a text of `--trace-gc`, with their number. */
function allocated(trace: string): { readonly megabytes: number; readonly collections: number } {
  let [left, megabytes, collections] = [0, 0, 0]
  for (const [, before = '', after = ''] of trace.matchAll(
    /(?:Scavenge|Mark-Compact)[^\d\n]*(?:\([^)]*\) )?([\d.]+) \([\d.]+\) -> ([\d.]+)/g,
  )) {
    if (collections > 0) megabytes += Number(before) - left
    left = Number(after)
    collections += 1
  }
  return { megabytes, collections }
}

/** A class that differs from all others, so that nothing of its plan is known. */
function classOf(nth: number): string {
  return Array.from(
    { length: objects },
    (_, at) =>
      `- objectName: secret-${at}\n  objectType: secretsmanager\n  objectAlias: file-${nth}-${at}\n  filePermission: "0440"\n`,
  ).join('')
}

test('a mount of ten secrets allocates no more than it did, and asks AWS as often as it must', async () => {
  const emulator = await startEmulator({ world: benchWorld() })
  const scratch = mkdtempSync(join(tmpdir(), 'work-'))
  const trace = join(scratch, 'gc')
  const provider = await startProvider(emulator, {
    command: ['sh', '-c', 'exec "$0" "$@" >"$TRACE"', process.execPath, ...interpreted, main],
    environment: { TRACE: trace },
  })
  try {
    const mount = async (nth: number) => {
      const end = await mountAs(emulator, provider, {
        ...{ pod: 'shop-0', serviceAccount: 'shop' },
        parameters: { objects: classOf(nth) },
      })
      assert.equal(end.status, 'OK', end.message)
    }
    for (let nth = 0; nth < warmUp; nth += 1) await mount(nth)
    const before = allocated(readFileSync(trace, 'utf8'))
    const callsBefore = emulator.calls({}).length
    for (let nth = warmUp; nth < warmUp + mounts; nth += 1) await mount(nth)
    const after = allocated(readFileSync(trace, 'utf8'))
    const kilobytes = ((after.megabytes - before.megabytes) * 1024) / mounts
    const calls = (emulator.calls({}).length - callsBefore) / mounts
    const { tlsHandshakes } = emulator.counters()
    assert.ok(after.collections - before.collections > 5, `${after.collections} collections`)
    assert.ok(kilobytes > 400 && kilobytes < mostKilobytes, `${Math.round(kilobytes)} KB a mount`)
    assert.equal(calls, objects + 1, 'one a secret, and one for the service account')
    assert.ok(tlsHandshakes <= objects + 2, `${tlsHandshakes} handshakes`)
  } finally {
    await provider.stop()
    await emulator.close()
    rmSync(scratch, { recursive: true })
  }
})
