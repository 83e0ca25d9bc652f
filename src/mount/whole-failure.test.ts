import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fault, faultsOf, ProviderError } from '../errors/provider-error.ts'
import { rawMountRequest } from '../request/pod-attributes.ts'
import { withClassFaults } from './whole-failure.ts'

const pod = { name: 'shop-0', namespace: 'default', uid: '1', serviceAccount: 'shop' }
const raw = rawMountRequest([['objects', '- {objectName: s, objectType: nothing}']], pod, '/target')
const before = fault('INTERNAL_FAULT', {})

test('a mount that ended before its objects were looked at tells what is wrong with them', async () => {
  const error = await withClassFaults(before, raw, new AbortController().signal)
  assert.ok(error instanceof ProviderError)
  assert.deepEqual(
    faultsOf(error).map(({ code }) => code),
    ['INTERNAL_FAULT', 'OBJECT_TYPE_UNKNOWN'],
  )
})

test('of one that was given up nobody reads it: its objects stay unread', async () => {
  assert.equal(await withClassFaults(before, raw, AbortSignal.abort()), before)
})
