import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MountRequest } from '../rpc/proto/provider.ts'
import { requestBytes } from './request-size.ts'

test('the size of a request is what travels', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(
      text,
      text,
      text,
      text,
      fc.nat(20_000),
      (attributes, secrets, targetPath, permission, more) => {
        const raw = { attributes: attributes + 'x'.repeat(more), secrets, targetPath, permission }
        const { length } = MountRequest.encode({ ...raw, currentObjectVersion: [] }).finish()
        assert.equal(requestBytes(raw), length)
      },
    ),
  )
})
