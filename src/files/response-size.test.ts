import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { Sensitive } from '../process/sensitive.ts'
import { checkResponseSize, responseSize, type SizedAnswer } from './response-size.ts'

/** The message written field by field, with proto3's rule that defaults are left out. */
function encode({ objectVersions, files }: SizedAnswer): Uint8Array {
  const writer = new BinaryWriter()
  for (const { id, version } of objectVersions) {
    writer.uint32((1 << 3) | 2).fork()
    if (id !== '') writer.uint32((1 << 3) | 2).string(id)
    if (version !== '') writer.uint32((2 << 3) | 2).string(version)
    writer.join()
  }
  for (const { path, mode, content } of files) {
    const contents = content.reveal()
    writer.uint32((3 << 3) | 2).fork()
    if (path !== '') writer.uint32((1 << 3) | 2).string(path)
    if (mode !== 0) writer.uint32(2 << 3).int32(mode)
    if (contents.length !== 0) writer.uint32((3 << 3) | 2).bytes(contents)
    writer.join()
  }
  return writer.finish()
}

test('is exactly the size of the encoded message', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 })
  const answer = fc.record({
    objectVersions: fc.array(fc.record({ id: text, version: text })),
    files: fc.array(
      fc.record({
        path: text,
        mode: fc.constantFrom(0, 0o1, 0o177, 0o200, 0o644, 0o777),
        content: fc.integer({ min: 0, max: 40_000 }).map((size) => new Sensitive(new Uint8Array(size))),
      }),
    ),
  })
  fc.assert(fc.property(answer, (each) => assert.equal(responseSize(each), encode(each).length)))
})

test('an answer of exactly the limit passes, one byte more gives size, limit and both remedies', () => {
  const answer = {
    objectVersions: [{ id: 'a', version: '1' }],
    files: [{ path: 'a', mode: 0o644, content: new Sensitive(new Uint8Array(5000)) }],
  }
  const size = responseSize(answer)
  checkResponseSize(answer, size)
  assert.throws(() => checkResponseSize(answer, size - 1), {
    code: 'RESPONSE_TOO_LARGE',
    status: 'FAILED_PRECONDITION',
    message: new RegExp(
      `${size} bytes.*${size - 1}.*--max-call-recv-msg-size.*--max-response-bytes.*--driver-writes-secrets`,
    ),
  })
})
