import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findMemoryUse, fittingOnceCollected, readFreeMemory } from './memory-limit.ts'

const memory = [
  [
    'version 2',
    {
      'memory.max': '1000',
      'memory.current': '900',
      'memory.stat': 'anon 1\ninactive_file 40\nactive_file 5\nshmem 7\n',
    },
    145,
  ],
  ['version 2 without a limit', { 'memory.max': 'max' }, undefined],
  [
    'version 1',
    {
      'memory/memory.limit_in_bytes': '1000',
      'memory/memory.usage_in_bytes': '990',
      'memory/memory.stat': 'inactive_file 3\ntotal_inactive_file 20\ntotal_active_file 0\n',
    },
    30,
  ],
  ['version 1 without a limit', { 'memory/memory.limit_in_bytes': '9223372036854771712' }, undefined],
  [
    'a group of our own below the root',
    {
      'memory.max': 'max',
      'ours/memory.max': '1000',
      'ours/memory.current': '900',
      'ours/memory.stat': 'active_file 5\n',
    },
    105,
  ],
  [
    'a group of our own below the root of version 1',
    {
      'memory/memory.limit_in_bytes': '9223372036854771712',
      'memory/ours/memory.limit_in_bytes': '1000',
      'memory/ours/memory.usage_in_bytes': '990',
      'memory/ours/memory.stat': 'total_active_file 1\n',
    },
    11,
  ],
  ['no control group', {}, undefined],
] as const

for (const [name, files, expected] of memory) {
  test(`memory room of ${name}`, () => {
    const root = mkdtempSync(join(tmpdir(), 'cgroup-'))
    mkdirSync(join(root, 'memory/ours'), { recursive: true })
    mkdirSync(join(root, 'ours'))
    writeFileSync(join(root, 'self'), '4:memory:/ours\n0::/ours\n')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
    assert.equal(readFreeMemory(root, join(root, 'self')), expected)
    rmSync(root, { recursive: true })
  })
}

test('a limit is seen that is set, changed or lifted later', () => {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'))
  mkdirSync(join(root, 'ours'))
  writeFileSync(join(root, 'self'), '0::/ours\n')
  const set = (path: string, text: string) => writeFileSync(join(root, path), text)
  for (const place of ['', 'ours/']) {
    set(`${place}memory.max`, 'max')
    set(`${place}memory.current`, '900')
  }
  const read = findMemoryUse(root, join(root, 'self'))
  const limits = [
    ['ours/memory.max', '1000'],
    ['ours/memory.max', '2000'],
    ['memory.max', '3000'],
    ['ours/memory.max', 'max'],
    ['memory.max', 'max'],
  ].map(([path = '', limit = '']) => {
    set(path, limit)
    return read()?.limit
  })
  assert.equal(read(), undefined)
  assert.deepEqual(limits, [1000, 2000, 2000, 3000, undefined])
  rmSync(root, { recursive: true })
})

test('something fits once garbage has gone, which is collected as often as its pace says', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  let collections = 0
  const fitsAtLast = fittingOnceCollected(
    () => {
      collections += 1
    },
    { everyMs: 10, futileMs: 100 },
  )
  /** What needs so many bytes at that time fits after so many collections. */
  const ask = (time: number, bytes: number, fitsAfter = Number.POSITIVE_INFINITY) => {
    now.mock.mockImplementation(() => time)
    return [fitsAtLast(() => collections >= fitsAfter, bytes), collections]
  }
  assert.deepEqual(ask(0, 8, 0), [true, 0])
  assert.deepEqual(ask(0, 8), [false, 1])
  assert.deepEqual(ask(99, 8), [false, 1], 'the last one did not help')
  assert.deepEqual(ask(99, 9), [false, 1], 'nor does it help who needs more')
  assert.deepEqual(ask(99, 7, 2), [true, 2], 'it may help who needs less')
  assert.deepEqual(ask(108, 7), [false, 2], 'the last one has been just now')
  assert.deepEqual(ask(109, 8), [false, 3])
  assert.deepEqual(ask(208, 8), [false, 3])
  assert.deepEqual(ask(209, 8, 4), [true, 4])
})
