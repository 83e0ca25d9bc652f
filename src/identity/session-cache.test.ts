import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import type { AwsClients } from '../aws/aws-calls.ts'
import { fault } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { AwsCredentials } from './aws-credentials.ts'
import type { AssumedRole, Identity, WebIdentity } from './identity.ts'
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

const targetArn = 'arn:aws:iam::444455556666:role/target'
const chained: AssumedRole = { kind: 'assumedRole', base: identity, role: { roleArn: targetArn } }

function credentials(expiration: number): AwsCredentials {
  const secret = new Sensitive('x')
  return { accessKeyId: 'AKIA', secretAccessKey: secret, sessionToken: secret, expiration }
}

function world(lifetimeMs = 60 * minute) {
  const state = {
    now: 1_000_000,
    exchanges: 0,
    tokens: [] as string[],
    /** The base session and the role, for each time that one was assumed. */
    assumed: [] as string[],
    events: [] as SessionEvent[],
    failNext: false,
    refuseBase: (_: Session): Error | undefined => undefined,
    hang: undefined as AbortSignal | undefined,
    hangNext: false,
  }
  const cache = new SessionCache({
    now: () => state.now,
    clients: () => ({}) as AwsClients,
    onEvent: (event) => state.events.push(event),
    clock: createFakeClock(),
    source: {
      ofPod: async ({ token }, _regions, signal) => {
        state.exchanges += 1
        state.tokens.push(token.reveal())
        await new Promise(setImmediate)
        if (state.hangNext) {
          state.hang = signal
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        }
        if (state.failNext) throw new Error('STS is away')
        return credentials(state.now + lifetimeMs)
      },
      ofAssumedRole: async ({ role }, base) => {
        state.assumed.push(`${base.id} ${role.roleArn}`)
        await new Promise(setImmediate)
        const wrong = state.refuseBase(base)
        if (wrong !== undefined) throw wrong
        return credentials(state.now + (role.durationSeconds ?? 3600) * 1000)
      },
    },
  })
  const use = <T>(
    read: (session: Session, warm: boolean) => Promise<T>,
    who: Identity = identity,
    signal = new AbortController().signal,
  ) => cache.use(who, ['us-east-1'], signal, [], read)
  const idOf = (who: Identity = identity) => use(async ({ id }) => id, who)
  return { state, cache, use, idOf }
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

const stsRejected = () =>
  fault('ASSUME_ROLE_CREDENTIALS_REFUSED', {
    region: 'r',
    code: 'ExpiredToken',
    message: 'm',
    roleArn: targetArn,
    base: 'b',
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

test('credentials that have expired are not kept for pods that are gone', async () => {
  const { state, cache, idOf } = world()
  const pod = (name: string) => idOf({ ...identity, roleArn: `${identity.roleArn}-${name}` })
  await pod('gone')
  await idOf({ ...chained, role: { roleArn: targetArn, durationSeconds: 900 } })
  state.now += 30 * minute
  await pod('there')
  assert.equal(cache.size, 3, 'those of an hour are kept, the one of 15 minutes is not')
  state.now += 31 * minute
  await pod('new')
  assert.equal(cache.size, 2)
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

test('roles that one base assumes share its session, and each has its own', async () => {
  const { state, idOf } = world()
  const other = { ...chained, role: { roleArn: `${targetArn}-2` } }
  const ids = [await idOf(), await idOf(chained), await idOf(other), await idOf(chained)]
  assert.equal(new Set(ids).size, 3)
  assert.equal(state.exchanges, 1)
  assert.deepEqual(state.assumed, [`${ids[0]} ${targetArn}`, `${ids[0]} ${targetArn}-2`])
})

test('a session says whose it is, the chain included', async () => {
  const { use } = world()
  const name = await use(async (session) => session.identity, chained)
  assert.equal(name, `role ${targetArn}, assumed by role ${identity.roleArn}`)
})

test('an assumed role near its end is refreshed behind the mount, in the session of its base', async () => {
  const { state, idOf } = world(6 * 60 * minute)
  const old = await idOf(chained)
  state.now += 51 * minute
  assert.equal(await idOf(chained), old)
  await new Promise((resolve) => setTimeout(resolve, 10))
  assert.notEqual(await idOf(chained), old)
  assert.equal(state.exchanges, 1)
  assert.equal(state.assumed.length, 2)
})

test('a base session that STS rejects is dropped, and the role assumed once more in a fresh one', async () => {
  const { state, idOf } = world()
  const base = await idOf()
  state.refuseBase = ({ id }) => (id === base ? stsRejected() : undefined)
  await idOf(chained)
  assert.equal(state.exchanges, 2)
  assert.equal(state.assumed.length, 2)
})

test('a fresh base session that STS rejects fails the mount', async () => {
  const { state, idOf } = world()
  state.refuseBase = () => stsRejected()
  await assert.rejects(idOf(chained), { code: 'ASSUME_ROLE_CREDENTIALS_REFUSED' })
  assert.equal(state.exchanges, 1)
})

test('credentials of the assumed role that AWS rejects are had anew, from a fresh base if that is rejected too', async () => {
  const { state, use, idOf } = world()
  const [base, old] = [await idOf(), await idOf(chained)]
  state.refuseBase = ({ id }) => (id === base ? stsRejected() : undefined)
  const id = await use(async (session) => {
    if (session.id === old) throw rejected()
    return session.id
  }, chained)
  assert.ok(![base, old].includes(id))
  assert.equal(state.exchanges, 2)
  assert.equal(await idOf(chained), id)
})

test('a token is not held after its mount: a refresh that hangs ends with the mount that brought it', async () => {
  const { state, idOf } = world()
  const old = await idOf()
  state.now += 51 * minute
  state.hangNext = true
  assert.equal(await idOf(), old)
  await new Promise(setImmediate)
  assert.equal(state.hang?.aborted, true)
  state.hangNext = false
  assert.equal(await idOf(), old)
  await new Promise(setImmediate)
  assert.notEqual(await idOf(), old)
})

test('a mount that fails ends its refresh at once', async () => {
  const { state, use, idOf } = world()
  await idOf()
  state.now += 51 * minute
  state.hangNext = true
  const read = async () => {
    await new Promise(setImmediate)
    throw new Error('no')
  }
  await assert.rejects(use(read), /no/)
  assert.equal(state.hang?.aborted, true)
})

for (const [what, own] of [
  ['a session', (token: string): Identity => ({ ...identity, token: new Sensitive(token) })],
  [
    'an assumed role',
    (token: string): Identity => ({ ...chained, base: { ...identity, token: new Sensitive(token) } }),
  ],
] as const) {
  test(`mounts that wait for ${what} go on with a token of their own when that of another has gone`, async () => {
    const { state, use } = world()
    const id = async (session: Session) => session.id
    const first = new AbortController()
    state.hangNext = true
    const ends = [
      use(id, own('first'), first.signal),
      ...['second', 'third'].map((token) => use(id, own(token))),
    ]
    const settled = Promise.allSettled(ends)
    while (state.hang === undefined) await new Promise(setImmediate)
    // By then the others wait as well.
    await new Promise(setImmediate)
    state.hangNext = false
    first.abort(new Error('gone'))
    assert.equal(state.hang?.aborted, true)
    const [gone, second, third] = await settled
    assert.deepEqual(gone, { status: 'rejected', reason: new Error('gone') })
    assert.equal(second?.status, 'fulfilled')
    assert.deepEqual(third, second)
    assert.deepEqual(state.tokens, ['first', 'second'])
  })
}
