import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import { createRotatedFile } from './rotated-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rotated-file-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'token')

test('a file is read at once: names that hang in DNS may have all of libuv’s threads', () => {
  writeFileSync(path, ' one \n')
  assert.equal(createRotatedFile(path)(), 'one')
})

test('a file is read anew after five seconds, or when it is asked for afresh', () => {
  const clock = createFakeClock()
  writeFileSync(path, 'one')
  const read = createRotatedFile(path, clock)
  read()
  writeFileSync(path, 'two')
  clock.advance(4_999)
  assert.equal(read(), 'one')
  assert.equal(read(true), 'two')
  writeFileSync(path, 'three')
  clock.advance(5_000)
  assert.equal(read(), 'three')
})

for (const [sentence, name, text, reason] of [
  ['that is missing', 'missing', undefined, /cannot be read \(ENOENT\)/],
  ['that is empty', 'empty', ' \n', /is empty/],
] as const) {
  test(`a file ${sentence} is named`, () => {
    if (text !== undefined) writeFileSync(join(folder, name), text)
    assert.throws(() => createRotatedFile(join(folder, name))(), { code: 'NOT_IN_CLUSTER', message: reason })
  })
}
