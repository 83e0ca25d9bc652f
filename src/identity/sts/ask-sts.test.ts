import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createFakeClock } from '../../../test/fixtures/fake-clock.ts'
import { AwsFailure } from '../../aws/failures/failure.ts'
import { createRegionGates } from '../../aws/region-gates.ts'
import { RegionHealth } from '../../aws/region-health.ts'
import { askSts, type StsQuestion } from './ask-sts.ts'

const answer = { AccessKeyId: 'AKIA', SecretAccessKey: 's', SessionToken: 't', expiration: 1, requestId: 'r' }
const regions = ['us-east-1', 'us-west-2'] as const

/** A gate for one exchange a region; us-east-1 is silent, us-west-2 answers. */
function world() {
  const clock = createFakeClock()
  const health = new RegionHealth(() => {}, clock)
  const gates = createRegionGates(1)
  const asked: string[] = []
  const question: StsQuestion = {
    operation: 'AssumeRole',
    ask(region, _, begun) {
      asked.push(region)
      begun()
      return region === 'us-east-1' ? new Promise(() => {}) : Promise.resolve(answer)
    },
    faultOf: (failure) => {
      throw failure
    },
  }
  const patience = { calls: { reach: async () => {} }, health, gates, clock }
  const ask = () => askSts(question, regions, new AbortController().signal, [], patience)
  return { clock, gates, asked, ask }
}

test('our own gate is no silence of STS: the second region is asked 1 s after the first has been', async () => {
  const { clock, gates, asked, ask } = world()
  const leave = Promise.withResolvers<void>()
  const inside = gates('sts', 'us-east-1')(new AbortController().signal, () => leave.promise)
  const credentials = ask()
  clock.advance(60_000)
  await turn()
  assert.deepEqual(asked, [])
  leave.resolve()
  await inside
  await turn()
  clock.advance(999)
  await turn()
  assert.deepEqual(asked, ['us-east-1'])
  clock.advance(1)
  await credentials
  assert.deepEqual(asked, ['us-east-1', 'us-west-2'])
})

test('who waits at the gate of a region asks the second one as soon as the first is found silent', async () => {
  const { clock, asked, ask } = world()
  const both = Promise.all([ask(), ask()])
  clock.advance(999)
  await turn()
  assert.deepEqual(asked, ['us-east-1'])
  clock.advance(1)
  await both
  assert.equal(asked.filter((region) => region === 'us-west-2').length, 2)
})

test('what STS quotes of a secret that it was sent is in no error', async () => {
  const secret = 'canary-of-sts'
  const refusal = Object.assign(new Error(`${secret} is malformed, ${secret}!`), {
    name: 'ValidationError',
    $metadata: { httpStatusCode: 400 },
  })
  const question: StsQuestion = {
    operation: 'AssumeRole',
    secret,
    ask: () => Promise.reject(refusal),
    faultOf: (failure) => {
      throw failure
    },
  }
  const patience = { calls: { reach: async () => {} }, health: new RegionHealth() }
  const asked = askSts(question, ['us-east-1'], new AbortController().signal, [], patience)
  const error = await asked.catch((caught: unknown) => caught)
  assert.ok(error instanceof AwsFailure)
  assert.match(error.message, /<redacted> is malformed, <redacted>!/)
  assert.doesNotMatch(String(error.cause), /canary-of-sts/)
})
