import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status } from '@grpc/grpc-js'
import fc from 'fast-check'
import type { FinalStatus } from '../errors/kind.ts'
import { errorKinds, fault, ProviderError } from '../errors/provider-error.ts'
import { boundText, toFinalStatus } from './final-status.ts'

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
  assert.equal(boundText('one\nzwei ü\n三'), 'one\nzwei ü\n三')
})

test('of many errors as many lines as fit are kept, and the rest is counted', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `object "secret-${index}" is missing`)
  const kept = boundText(lines.join('\n')).split('\n')
  const last = kept.pop()
  assert.deepEqual(kept, lines.slice(0, kept.length))
  assert.ok(kept.length > 100)
  assert.equal(last, `… and ${200 - kept.length} more errors`)
})

test('one endless line is cut, and the next is counted', () => {
  assert.match(boundText('x'.repeat(9000)), /^x{6000,}…$/)
  assert.match(boundText(`${'x'.repeat(9000)}\nsecond`), /^x{6000,}…\n… and 1 more error$/)
})

test('any text fits into its room as it travels, and can be encoded', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc
          .tuple(fc.string({ unit: 'binary', maxLength: 10 }), fc.nat(300))
          .map(([unit, times]) => unit.repeat(times)),
        { maxLength: 10 },
      ),
      fc.boolean(),
      (lines, broken) => {
        const text = [...lines, broken ? '\ud800' : ''].join('\n')
        assert.ok(encodeURI(boundText(text)).length <= 8 * 1024)
      },
    ),
  )
})
