import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveBack, ReplyBody } from './reply-body.ts'

const part = (bytes: number, value: number) => Buffer.alloc(bytes, value)

test('a body is its parts in their order, announced or not', () => {
  for (const announced of [0, 5_000, 10 ** 9]) {
    const body = new ReplyBody()
    for (let at = 0; at < 50; at += 1) body.append(part(9_000, at), announced)
    assert.equal(body.length, 450_000)
    for (let at = 0; at < 50; at += 1)
      assert.deepEqual(body.bytes.subarray(at * 9_000, (at + 1) * 9_000), part(9_000, at))
  }
})

test('an announced length is believed up to 256 KiB', () => {
  const body = new ReplyBody()
  body.append(part(1, 1), 10 ** 9)
  assert.equal(body.bytes.buffer.byteLength, 256 * 1024)
})

test('a body that grows, and one that is released, gives its memory back', () => {
  const body = new ReplyBody()
  body.append(part(1_000, 1), 0)
  const first = body.bytes
  body.append(part(1_000, 2), 0)
  assert.equal(first.length, 0)
  const second = body.bytes
  assert.equal(second.length, 2_000)
  body.release()
  assert.equal(second.length, 0)
  assert.equal(body.bytes.length, 0)
  body.release()
  assert.equal(body.length, 0)
})

test('what shares its memory with others keeps it', () => {
  const own = Buffer.allocUnsafeSlow(10).fill(7)
  const view = own.subarray(0, 5)
  giveBack(view)
  assert.deepEqual([...view], [7, 7, 7, 7, 7])
  giveBack(own)
  assert.equal(own.length, 0)
  assert.equal(view.length, 0)
  const shared = Buffer.from(new SharedArrayBuffer(4))
  giveBack(shared)
  assert.equal(shared.length, 4)
})
