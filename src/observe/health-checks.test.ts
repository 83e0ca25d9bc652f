import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  eventLoopCheck,
  type HealthCheck,
  kubernetesCheck,
  runChecks,
  shutdownCheck,
  socketCheck,
} from './health-checks.ts'

const good: HealthCheck = { name: 'good', run: () => undefined }
const bad: HealthCheck = { name: 'bad', run: async () => 'it is bad' }
const broken: HealthCheck = {
  name: 'broken',
  run: () => {
    throw new Error('secret-in-an-error')
  },
}

test('checks are told one by one, as Kubernetes tells its own', async () => {
  assert.deepEqual(await runChecks('readyz', [good, bad]), {
    ok: false,
    verbose: '[+]good ok\n[-]bad failed: it is bad\nreadyz check failed\n',
  })
  assert.deepEqual(await runChecks('livez', [good]), {
    ok: true,
    verbose: '[+]good ok\nlivez check passed\n',
  })
})

test('a check that throws has failed, and its words stay inside', async () => {
  const { ok, verbose } = await runChecks('readyz', [broken])
  assert.equal(ok, false)
  assert.doesNotMatch(verbose, /secret-in-an-error/)
})

for (const [sustained, ok] of [
  [0, true],
  [5, true],
  [29, true],
  [31, false],
] as const) {
  test(`an event loop that is late by ${sustained} s is ${ok ? 'alive' : 'stuck'}`, async () => {
    assert.equal((await runChecks('livez', [eventLoopCheck({ sustained })])).ok, ok)
  })
}

test('a socket that leads elsewhere is not ready', async () => {
  assert.equal((await runChecks('readyz', [socketCheck(async () => true)])).ok, true)
  assert.equal((await runChecks('readyz', [socketCheck(async () => false)])).ok, false)
})

test('a process that stops is not ready', async () => {
  assert.equal((await runChecks('readyz', [shutdownCheck(() => false)])).ok, true)
  assert.equal((await runChecks('readyz', [shutdownCheck(() => true)])).ok, false)
})

test('the Kubernetes API must have answered once, and is asked every five seconds until it has', async () => {
  const answers = ['no answer', undefined, 'no answer']
  let asked = 0
  let now = 0
  const check = kubernetesCheck(
    async () => answers[asked++],
    () => now,
  )
  const isOk = async () => (await runChecks('readyz', [check])).ok
  assert.equal(await isOk(), false)
  assert.equal(await isOk(), false)
  assert.equal(asked, 1)
  now = 5_001
  assert.equal(await isOk(), true)
  now = 60_000
  assert.equal(await isOk(), true)
  assert.equal(asked, 2)
})
