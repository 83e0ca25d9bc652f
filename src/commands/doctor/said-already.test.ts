import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ErrorKind } from '../../errors/kind.ts'
import { type ErrorCode, type ErrorDetails, errorKinds, fault } from '../../errors/provider-error.ts'
import { isSaidAlready } from './said-already.ts'

const codes: readonly (readonly [code: ErrorCode, isSaid: boolean])[] = [
  ['SOCKET_DIRECTORY_MISSING', true],
  ['SOCKET_DIRECTORY_NOT_WRITABLE', true],
  ['NODE_REGION_UNKNOWN', true],
  ['OBJECT_TYPE_MISSING', true],
  ['REGION_MALFORMED', true],
  ['TOKEN_MISSING', true],
  ['KMS_ACCESS_DENIED', true],
  ['KUBERNETES_UNREACHABLE', false],
  ['STS_UNREACHABLE', false],
  ['STS_ACCESS_DENIED', false],
  ['STORE_THROTTLED', false],
  ['ACCESS_DENIED_EXPLICITLY', false],
  ['POD_IDENTITY_ANSWER_INVALID', false],
]

for (const [code, isSaid] of codes) {
  test(`the sentence of ${code} ${isSaid ? 'says' : 'does not say'} what its remedy says`, () => {
    const { remedy, examples } = errorKinds[code] as ErrorKind<ErrorDetails<ErrorCode>>
    assert.equal(isSaidAlready(fault(code, examples[0]).message, remedy), isSaid)
  })
}
