import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import { StaleSocketError } from '../http/transport-errors.ts'
import { type AwsCall, AwsFailure, type FailureKind } from './failures/failure.ts'
import { callWithTries, GraceOver } from './tries.ts'

const call: AwsCall = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' }
const never = new AbortController().signal
const failure = (kind: FailureKind, rest = {}) => new AwsFailure(call, kind, 'X', 'x', rest)

/** Fails `times` times with `error`, then answers; tells how often it was called. */
async function triesOf(
  error: Error,
  times: number,
  maxTries?: number,
): Promise<{ tries: number; ended: string; pauses: readonly number[] }> {
  let tries = 0
  const clock = createFakeClock()
  const attempt = async () => {
    tries += 1
    if (tries <= times) throw error
    return 'answer'
  }
  const ended = await callWithTries(call, attempt, never, { observers: [], maxTries, clock }).catch(
    (end: Error) => end.name,
  )
  return { tries, ended, pauses: clock.pauses }
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
  ['a pooled connection that was closed costs no try', new StaleSocketError(), 5, 6, 'answer'],
  ['a corrected clock gives one more try', failure('client', { clockCorrected: true }), 1, 2, 'answer'],
  ['a clock is corrected once', failure('client', { clockCorrected: true }), 9, 2, 'AwsFailure'],
]

for (const [title, error, times, tries, ended] of table) {
  test(title, async () => {
    const outcome = await triesOf(error, times)
    assert.deepEqual([outcome.tries, outcome.ended], [tries, ended])
  })
}

for (const kind of ['server', 'network', 'throttling'] as const) {
  test(`AWS_MAX_ATTEMPTS bounds the tries of ${kind} failures`, async () => {
    const { tries, ended } = await triesOf(failure(kind), 99, 2)
    assert.deepEqual([tries, ended], [2, 'AwsFailure'])
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

/** Each pause is half of its most at least: what is left is chance. */
function assertGrows(pauses: readonly number[], most: readonly number[]): void {
  assert.equal(pauses.length, most.length)
  for (const [at, pause] of pauses.entries()) {
    const limit = most[at] ?? 0
    assert.ok(pause >= limit / 2 && pause <= limit, `pause ${at} of ${pauses.join(', ')} ms`)
  }
}

test('pauses between tries of network and server errors double', async () => {
  for (const kind of ['server', 'network'] as const)
    assertGrows((await triesOf(failure(kind), 9)).pauses, [200, 400])
})

test('pauses of throttling double up to 5 s, and end before 30 s are over', async () => {
  const { pauses, ended } = await triesOf(failure('throttling'), 999)
  assert.equal(ended, 'AwsFailure')
  const growing = [200, 400, 800, 1600, 3200]
  assertGrows(pauses, [...growing, ...Array.from({ length: pauses.length - growing.length }, () => 5_000)])
  const sum = pauses.reduce((total, pause) => total + pause, 0)
  assert.ok(sum <= 30_000 && sum > 25_000, `${sum} ms`)
})

test('a pooled connection that was closed is replaced without a pause', async () => {
  assert.deepEqual((await triesOf(new StaleSocketError(), 5)).pauses, [0, 0, 0, 0, 0])
})

test('a defect of ours is no failure of AWS: it is thrown as it is, and not tried again', async () => {
  const defect = new TypeError('x is not a function')
  let tries = 0
  const attempt = async () => {
    tries += 1
    throw defect
  }
  await assert.rejects(callWithTries(call, attempt, never, { observers: [] }), defect)
  assert.equal(tries, 1)
})

const waits: readonly [sentence: string, queuedMs: number, waitedMs: number, silent: boolean][] = [
  ['AWS was waited for', 0, 901, true],
  ['AWS was waited for shortly', 0, 899, false],
  ['our own queue took most of it', 5_000, 899, false],
]
for (const [sentence, queuedMs, waitedMs, silent] of waits) {
  test(`a try that another region has beaten tells of silence: ${silent}, when ${sentence}`, async () => {
    const clock = createFakeClock()
    const abort = new AbortController()
    const heard: boolean[] = []
    const observer = { answered() {}, failed: (_: AwsCall, told: AwsFailure) => heard.push(told.silent) }
    const ended = callWithTries(
      call,
      (_, { begun }) => {
        clock.advance(queuedMs)
        begun()
        clock.advance(waitedMs)
        return new Promise(() => {})
      },
      abort.signal,
      { observers: [observer], clock },
    )
    abort.abort(new GraceOver())
    await assert.rejects(ended, GraceOver)
    assert.deepEqual(heard, silent ? [true] : [])
  })
}
