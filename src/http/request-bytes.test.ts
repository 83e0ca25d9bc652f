import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestBytes } from './request-bytes.ts'

test('requestBytes() gives head and body in one piece, with the length in bytes', () => {
  const bytes = requestBytes({ method: 'POST', path: '/a?b=c', headers: { host: 'h' }, body: 'é' })
  assert.equal(bytes.toString(), 'POST /a?b=c HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\né')
})

test('requestBytes() has the length of the body alone, whatever the headers say', () => {
  const bytes = requestBytes({ method: 'POST', path: '/', headers: { 'Content-Length': '9' }, body: 'ab' })
  assert.equal(bytes.toString(), 'POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab')
})

const refused: readonly [sentence: string, path: string, headers: Readonly<Record<string, string>>][] = [
  ['a line end in a header', '/', { token: 'a\r\nhost: evil' }],
  ['a line feed in a header', '/', { token: 'a\nb' }],
  ['a header that is no Latin', '/', { token: 'é' }],
  ['a line end in the name of a header', '/', { 'a\r\nb': 'c' }],
  ['a name that is empty', '/', { '': 'c' }],
  ['a path with a space', '/ HTTP/1.1\r\n', {}],
  ['an empty path', '', {}],
]
for (const [sentence, path, headers] of refused) {
  test(`requestBytes() refuses ${sentence}, without quoting its value`, () => {
    assert.throws(
      () => requestBytes({ method: 'GET', path, headers }),
      (error: Error) => {
        return error instanceof TypeError && !error.message.includes('evil')
      },
    )
  })
}
