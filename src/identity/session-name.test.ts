import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionName } from './session-name.ts'

const long = 'n'.repeat(63)

test('a session name tells namespace and service account', () => {
  assert.equal(sessionName('shop', 'till'), 'shop@till')
})

test('a long session name is cut to 64 characters and still differs from its neighbour', () => {
  const [one, other] = [sessionName(long, 'account-one'), sessionName(long, 'account-two')]
  assert.equal(one.length, 64)
  assert.notEqual(one, other)
})

test('a session name has only characters that STS allows', () => {
  assert.match(sessionName('shöp/..', 'till account:x'), /^[\w+=,.@-]{2,64}$/)
})
