import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
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

test('garbage is collected before and after a large class is read, not for one of the usual size', (context) => {
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
  assert.equal(collections, 1)
  context.mock.timers.tick(100)
  assert.equal(collections, 2)
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
