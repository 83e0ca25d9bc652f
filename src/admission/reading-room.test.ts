import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReadingRoom } from './reading-room.ts'

const mib = 2 ** 20

/** A container of 100 MiB, where a collection frees so much. */
function container({ used, files = 0, garbage = 0 }: { used: number; files?: number; garbage?: number }) {
  const state = { used, collections: 0 }
  const insist = createReadingRoom({
    read: () => ({
      limit: 100 * mib,
      used: state.used * mib,
      parts: () => ({ processes: 0, files: files * mib }),
    }),
    collect() {
      state.collections += 1
      state.used -= garbage
    },
  })
  return { state, insist }
}

test('a large class is read where there is room for it, pages of files left out', () => {
  const { state, insist } = container({ used: 95, files: 30 })
  insist(100_000)
  assert.equal(state.collections, 0)
})

test('garbage goes first where there is none', () => {
  const { state, insist } = container({ used: 85, garbage: 20 })
  insist(100_000)
  assert.equal(state.collections, 1)
})

test('else it is refused, while one of the usual size is read', () => {
  const { insist } = container({ used: 85 })
  assert.throws(() => insist(100_000), { code: 'OBJECTS_EXCEED_MEMORY' })
  assert.throws(() => insist(262_144), { code: 'OBJECTS_EXCEED_MEMORY' })
  insist(20_000)
})

test('without a limit all are read', () => {
  createReadingRoom({ read: () => undefined, collect: assert.fail })(262_144)
})
