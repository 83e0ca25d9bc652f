import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import { agentMessage } from './agent-message.ts'

const token = 'eyJhbGciOiJSUzI1NiJ9.c29tZSBjbGFpbXMgaGVyZQ.c2lnbmF0dXJlLW9mLWl0'
const id = '0f8fad5b-d9cb-469f-a165-70867728950e'

const cases: readonly [title: string, body: string, text: string][] = [
  [
    "the agent's own form, without its request id",
    `[${id}]: (ResourceNotFoundException): no association, fault: client\n`,
    '"(ResourceNotFoundException): no association, fault: client"',
  ],
  ['JSON', '{"Code":"Denied","Message":"not you"}', '"Denied: not you"'],
  ['JSON in small letters', '{"message":"not you"}', '"not you"'],
  ['JSON of something else', '[1]', '"[1]"'],
  ['nothing', ' \n', ''],
  ['line breaks', 'a\nb', '"a\\nb"'],
  ['the token', `bad token ${token}!`, '"bad token [redacted]!"'],
  ['a part of the token', 'bad c29tZSBjbGFpbXMgaGVyZQ', '"bad [redacted]"'],
  ['a token of somebody else', 'bad eyJhbGciOiJI.eyJzdWIi.sig', '"bad [redacted]"'],
  ['a token cut short', `bad ${token.slice(0, 15)}`, '"bad [redacted]"'],
  ['a long story', 'x'.repeat(5_000), `"${'x'.repeat(200)}…"`],
]

for (const [title, body, text] of cases) {
  test(`${title} becomes ${text.slice(0, 60) || 'no words'}`, () => {
    assert.equal(agentMessage(body, new Sensitive(token)).text, text)
  })
}

test('the request id stays in the words for the log, the token does not', () => {
  const { whole } = agentMessage(`[${id}]: bad ${token}`, new Sensitive(token))
  assert.equal(whole, `[${id}]: bad [redacted]`)
})
