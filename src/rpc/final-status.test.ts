import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status } from '@grpc/grpc-js'
import type { FinalStatus } from '../errors/kind.ts'
import { errorKinds, fault, ProviderError } from '../errors/provider-error.ts'
import { toFinalStatus } from './final-status.ts'

/** kubelet takes these for "maybe mounted": the pod would start with an empty volume. */
const forbidden = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.UNAVAILABLE,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
])

test('no kind of error ends a mount with a status that leaves an empty volume', () => {
  for (const [code, kind] of Object.entries(errorKinds)) {
    const { code: sent } = toFinalStatus(new ProviderError('INTERNAL_FAULT', code, kind.status))
    assert.equal(sent, status[kind.status], code)
    assert.ok(!forbidden.has(sent), code)
  }
  const bogus = new ProviderError('INTERNAL_FAULT', '', 'UNAVAILABLE' as FinalStatus)
  assert.equal(toFinalStatus(bogus).code, status.INTERNAL)
})

test('a short text travels as it is', () => {
  const { details } = toFinalStatus(fault('SHUTTING_DOWN', {}))
  assert.equal(details, 'SHUTTING_DOWN: the provider is shutting down; kubelet will try this mount again')
})
