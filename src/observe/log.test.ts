import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plain, toText } from './log.ts'

/** What ends a line, moves the cursor, changes colours, or turns the writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const dangerous = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

const spiced = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\n', '\r', '\u001b[2K', '\u009b', '\u2028', '\u202e', '"', '\\', ' level='),
  ),
})

test('whatever a stranger is called, a line stays one line, in both formats', () => {
  fc.assert(
    fc.property(spiced, spiced, (name, message) => {
      const line = JSON.stringify({
        level: 'info',
        time: 'now',
        pod: name,
        nested: { [name]: [name] },
        msg: message,
      })
      const asJson = plain(line)
      assert.doesNotMatch(asJson, dangerous)
      assert.deepEqual(JSON.parse(asJson), JSON.parse(line))
      const asText = plain(toText(line))
      assert.ok(asText.endsWith('\n'))
      assert.doesNotMatch(asText.slice(0, -1), dangerous)
    }),
  )
})

test('text has the code and the error of a failed mount before all other fields', () => {
  assert.equal(
    toText(
      '{"level":"error","time":"now","outcome":"error","code":"A_CODE","pod":"p","error":"why","ms":3,"msg":"mount failed"}',
    ),
    'now ERROR mount failed  code="A_CODE" error="why" outcome="error" pod="p" ms=3\n',
  )
})

test('text has time, level and message before the fields', () => {
  assert.equal(
    toText('{"level":"warn","time":"2026-11-22T00:00:00.000Z","pod":"a b","ms":3,"msg":"mounted"}'),
    '2026-11-22T00:00:00.000Z WARN  mounted  pod="a b" ms=3\n',
  )
})
