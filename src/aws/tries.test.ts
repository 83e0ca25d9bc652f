import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StaleSocketError } from '../http/http-errors.ts'
import { type AwsCall, AwsFailure, type FailureKind } from './failures/failure.ts'
import { callWithTries } from './tries.ts'

const call: AwsCall = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' }
const never = new AbortController().signal
const failure = (kind: FailureKind, rest = {}) => new AwsFailure(call, kind, 'X', 'x', rest)

/** Fails `times` times with `error`, then answers; tells how often it was called. */
async function triesOf(
  error: Error,
  times: number,
  maxTries?: number,
): Promise<{ tries: number; ended: string }> {
  let tries = 0
  const attempt = async () => {
    tries += 1
    if (tries <= times) throw error
    return 'answer'
  }
  const ended = await callWithTries(call, attempt, never, { observers: [], maxTries }).catch(
    (end: Error) => end.name,
  )
  return { tries, ended }
}

const table: readonly (readonly [
  title: string,
  error: Error,
  times: number,
  tries: number,
  ended: string,
])[] = [
  ['a client error is final', failure('client'), 9, 1, 'AwsFailure'],
  ['a server error is tried three times', failure('server'), 9, 3, 'AwsFailure'],
  ['a network error is tried three times', failure('network'), 9, 3, 'AwsFailure'],
  ['a call that succeeds at its third try succeeds', failure('server'), 2, 3, 'answer'],
  ['throttling is retried past three tries', failure('throttling'), 4, 5, 'answer'],
  ['a pooled connection that was closed costs no try', new StaleSocketError('stale'), 5, 6, 'answer'],
  ['a corrected clock gives one more try', failure('client', { clockCorrected: true }), 1, 2, 'answer'],
  ['a clock is corrected once', failure('client', { clockCorrected: true }), 9, 2, 'AwsFailure'],
]

for (const [title, error, times, tries, ended] of table) {
  test(title, async () => assert.deepEqual(await triesOf(error, times), { tries, ended }))
}

for (const kind of ['server', 'network', 'throttling'] as const) {
  test(`AWS_MAX_ATTEMPTS bounds the tries of ${kind} failures`, async () => {
    assert.deepEqual(await triesOf(failure(kind), 99, 2), { tries: 2, ended: 'AwsFailure' })
  })
}

test('an abort ends a call that never looks at its signal, with the reason of the abort', async () => {
  const abort = new AbortController()
  const reason = new Error('enough')
  const ended = callWithTries(call, () => new Promise(() => {}), abort.signal, { observers: [] })
  abort.abort(reason)
  await assert.rejects(ended, reason)
})

test('observers hear of every try', async () => {
  const heard: string[] = []
  const observer = {
    answered: () => heard.push('answered'),
    failed: (_: AwsCall, { kind }: AwsFailure) => heard.push(kind),
  }
  let tries = 0
  const attempt = async () => {
    tries += 1
    if (tries < 3) throw failure('server')
  }
  await callWithTries(call, attempt, never, { observers: [observer] })
  assert.deepEqual(heard, ['server', 'server', 'answered'])
})
