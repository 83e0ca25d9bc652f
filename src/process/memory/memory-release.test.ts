import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { MemoryUse } from './memory-limit.ts'
import { createMemoryRelease, startInMounts } from './memory-release.ts'

function burst(context: TestContext, mounts: number): { collections: number } {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  const counted = { collections: 0 }
  const { ended } = createMemoryRelease(() => {
    counted.collections += 1
  })
  for (let mount = 0; mount < mounts; mount += 1) ended()
  return counted
}

test('a burst of mounts is followed by one collection', (context) => {
  const counted = burst(context, 30)
  assert.equal(counted.collections, 0)
  context.mock.timers.tick(60_000)
  assert.equal(counted.collections, 1)
})

test('a single mount is not worth a collection', (context) => {
  const counted = burst(context, 1)
  context.mock.timers.tick(60_000)
  assert.equal(counted.collections, 0)
})

test('a start is followed by one collection', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  let collections = 0
  createMemoryRelease(() => {
    collections += 1
  }).ended(startInMounts)
  context.mock.timers.tick(60_000)
  assert.equal(collections, 1)
})

test('a few MiB of values are collected at once, small ones after a thousand of mounts', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  let collections = 0
  const { delivered } = createMemoryRelease(({ flavor }) => {
    assert.equal(flavor, 'regular')
    collections += 1
  })
  for (let mount = 0; mount < 3; mount += 1) {
    delivered(3 * 2 ** 20)
    assert.equal(collections, mount)
    context.mock.timers.tick(100)
  }
  for (let mount = 0; mount < 1_000; mount += 1) delivered(2_000)
  context.mock.timers.tick(100)
  assert.equal(collections, 3)
})

test('what reading a large class leaves behind is collected after it, not for one of the usual size', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  let collections = 0
  const { planned } = createMemoryRelease(() => {
    collections += 1
  })
  for (let mount = 0; mount < 1_000; mount += 1) planned(2_000)
  context.mock.timers.tick(100)
  assert.equal(collections, 0)
  planned(200_000)
  assert.equal(collections, 0)
  context.mock.timers.tick(100)
  assert.equal(collections, 1)
})

test('the parts of large requests are collected after some MiB of them where memory is short; small ones are not counted', () => {
  for (const [used, expected] of [
    [85, 2],
    [84, 0],
  ] as const) {
    let collections = 0
    const { received, largeRequests } = createMemoryRelease(
      () => {
        collections += 1
      },
      () => usedOf(used),
    )
    for (let request = 0; request < 1_000; request += 1) received(32_000)
    assert.equal(collections, 0)
    assert.equal(largeRequests(), 0)
    for (let request = 0; request < 22; request += 1) received(200_000)
    assert.equal(collections, expected)
    assert.equal(largeRequests(), 22)
  }
})

/** Of 100 MiB. */
function usedOf(used: number, files = 0): MemoryUse {
  const mebibyte = 2 ** 20
  const parts = () => ({ processes: 0, files: files * mebibyte })
  return { limit: 100 * mebibyte, used: used * mebibyte, parts }
}

test('in a control group that is nearly full, garbage goes as mounts end, and memory is given back at times', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const flavors: string[] = []
  const { ended } = createMemoryRelease(
    ({ flavor }) => {
      flavors.push(flavor)
    },
    () => usedOf(90),
  )
  for (let ms = 0; ms <= 30_000; ms += 500) {
    now.mock.mockImplementation(() => ms)
    ended()
  }
  assert.deepEqual(flavors, ['last-resort', ...Array.from({ length: 29 }, () => 'regular'), 'last-resort'])
})

test('in one with room, pages of files left out, nothing is collected as mounts end', () => {
  for (const use of [undefined, usedOf(89), usedOf(95, 20)]) {
    createMemoryRelease(
      () => assert.fail('collected'),
      () => use,
    ).ended()
  }
})

test('who insists on a collection gets one, but not right after another', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const flavors: string[] = []
  const { collect } = createMemoryRelease(({ flavor }) => {
    flavors.push(flavor)
  })
  collect()
  collect()
  assert.deepEqual(flavors, ['last-resort'])
  now.mock.mockImplementation(() => 100)
  collect()
  assert.deepEqual(flavors, ['last-resort', 'regular'])
  now.mock.mockImplementation(() => 30_000)
  collect()
  assert.equal(flavors.at(-1), 'last-resort', 'every half minute, pages are given back')
})

const skip = 'Deno' in globalThis && 'skipped: needs HTTP/2 that lives through collections'

test('V8 does collect when it is asked to', { skip }, async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  const garbage = new WeakRef({ held: 'by nobody' })
  createMemoryRelease().delivered(1e9)
  // What a WeakRef leads to is kept until the job that made it has ended.
  await new Promise((resume) => setImmediate(resume))
  context.mock.timers.tick(100)
  assert.equal(garbage.deref(), undefined)
})
