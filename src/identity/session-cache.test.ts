import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsClients } from '../aws/aws-calls.ts'
import { fault } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { WebIdentity } from './identity.ts'
import type { Session } from './session.ts'
import { SessionCache, type SessionEvent } from './session-cache.ts'

const identity: WebIdentity = {
  kind: 'irsa',
  namespace: 'shop',
  serviceAccount: 'till',
  partition: 'aws',
  roleArn: 'arn:aws:iam::111122223333:role/till',
  token: new Sensitive('token'),
}
const minute = 60_000

function world(lifetimeMs = 60 * minute) {
  const state = { now: 1_000_000, exchanges: 0, events: [] as SessionEvent[], failNext: false }
  const cache = new SessionCache({
    now: () => state.now,
    clients: () => ({}) as AwsClients,
    onEvent: (event) => state.events.push(event),
    exchange: async () => {
      state.exchanges += 1
      await new Promise(setImmediate)
      if (state.failNext) throw new Error('STS is away')
      const secret = new Sensitive('x')
      const expiration = state.now + lifetimeMs
      return { accessKeyId: 'AKIA', secretAccessKey: secret, sessionToken: secret, expiration }
    },
  })
  const use = <T>(read: (session: Session, warm: boolean) => Promise<T>, who = identity) =>
    cache.use(who, ['us-east-1'], new AbortController().signal, [], read)
  const idOf = () => use(async ({ id }) => id)
  return { state, use, idOf }
}

const rejected = () =>
  fault('CREDENTIALS_REFUSED', {
    store: 's',
    region: 'r',
    object: 'o',
    code: 'ExpiredTokenException',
    message: 'm',
    identity: 'i',
  })

test('mounts of one identity at the same moment share one exchange', async () => {
  const { state, idOf } = world()
  const ids = await Promise.all([idOf(), idOf(), idOf()])
  assert.equal(new Set(ids).size, 1)
  assert.equal(state.exchanges, 1)
})

test('a second mount of an identity needs no exchange and knows that it is warm', async () => {
  const { state, use } = world()
  assert.equal(await use(async (_, warm) => warm), false)
  assert.equal(await use(async (_, warm) => warm), true)
  assert.equal(state.exchanges, 1)
})

test('another role means another session', async () => {
  const { state, use } = world()
  const one = await use(async ({ id }) => id)
  const other = await use(async ({ id }) => id, {
    ...identity,
    roleArn: 'arn:aws:iam::111122223333:role/other',
  })
  assert.notEqual(one, other)
  assert.equal(state.exchanges, 2)
})

test('a session in its last ten minutes serves the mount and is refreshed once behind it', async () => {
  const { state, idOf } = world()
  const old = await idOf()
  state.now += 51 * minute
  assert.deepEqual(await Promise.all([idOf(), idOf()]), [old, old])
  await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(state.exchanges, 2)
  assert.notEqual(await idOf(), old)
})

test('a failed refresh leaves the session in use while it is good', async () => {
  const { state, idOf } = world()
  const old = await idOf()
  state.now += 51 * minute
  state.failNext = true
  assert.equal(await idOf(), old)
  await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(await idOf(), old)
  assert.ok(state.events.includes('refresh_failed'))
})

test('an expired session is not used', async () => {
  const { state, idOf } = world()
  const old = await idOf()
  state.now += 59.5 * minute
  assert.notEqual(await idOf(), old)
})

test('credentials that AWS rejects are dropped and the read is tried once more in a fresh session', async () => {
  const { state, use, idOf } = world()
  const old = await idOf()
  const seen: string[] = []
  const id = await use(async (session) => {
    seen.push(session.id)
    if (session.id === old) throw rejected()
    return session.id
  })
  assert.deepEqual(seen, [old, id])
  assert.equal(state.exchanges, 2)
})

test('fresh credentials that AWS rejects fail the mount', async () => {
  const { state, use } = world()
  await assert.rejects(
    use(async () => Promise.reject(rejected())),
    { code: 'CREDENTIALS_REFUSED' },
  )
  assert.equal(state.exchanges, 1)
})

test('a read that fails for another reason is not repeated', async () => {
  const { use, idOf } = world()
  await idOf()
  let reads = 0
  await assert.rejects(
    use(async () => {
      reads += 1
      throw new Error('no')
    }),
  )
  assert.equal(reads, 1)
})

test('a failed exchange is not kept', async () => {
  const { state, idOf } = world()
  state.failNext = true
  await assert.rejects(idOf(), /STS is away/)
  state.failNext = false
  await idOf()
  assert.equal(state.exchanges, 2)
})
