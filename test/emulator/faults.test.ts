import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts'
import { createAwsClients } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import type { FaultEffect } from './faults.ts'
import { exampleRole } from './world.ts'

let emulator: Emulator

before(async () => {
  emulator = await startEmulator()
})
afterEach(() => {
  emulator.clearFaults()
  emulator.clearCalls()
})
after(() => emulator.close())

/** Fails after `patienceMs`: what a client sees of a fault that never ends. */
async function get(region = 'us-east-1', patienceMs = 20_000): Promise<GetSecretValueCommandOutput> {
  const clients = createAwsClients(emulator, { region })
  try {
    return await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' }), {
      abortSignal: AbortSignal.timeout(patienceMs),
    })
  } finally {
    clients.close()
  }
}

const effects: readonly [FaultEffect, { name?: string; code?: string; status?: number }][] = [
  [
    { do: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    { name: 'ThrottlingException', status: 400 },
  ],
  [
    { do: 'error', code: 'InternalServiceError', status: 500 },
    { name: 'InternalServiceError', status: 500 },
  ],
  [
    { do: 'answer', status: 503, body: '<html>busy</html>' },
    { name: 'SyntaxError', status: 503 },
  ],
  [{ do: 'malformed' }, { name: 'SyntaxError', status: 200 }],
  [{ do: 'cut' }, { code: 'ECONNRESET' }],
  [{ do: 'reset' }, { code: 'ECONNRESET' }],
  [{ do: 'reset-body' }, { code: 'ECONNRESET' }],
  [{ do: 'hang' }, { name: 'TimeoutError' }],
  [{ do: 'drip', milliseconds: 100 }, { name: 'AbortError' }],
  [{ do: 'delay', milliseconds: 600 }, { name: 'TimeoutError' }],
  [{ do: 'refuse' }, { code: 'ERR_PROXY_TUNNEL' }],
  [{ do: 'refuse', status: 0 }, {}],
  [{ do: 'black-hole' }, { name: 'TimeoutError' }],
  [{ do: 'hang-tls' }, { name: 'TimeoutError' }],
  [{ do: 'hang-after-tls' }, { name: 'TimeoutError' }],
]
for (const [effect, expected] of effects) {
  test(`the fault ${JSON.stringify(effect)} reaches the client, its region alone`, async () => {
    const isSilence = ['AbortError', 'TimeoutError'].includes(expected.name ?? '')
    const id = emulator.addFault({ when: { service: 'secretsmanager', region: 'us-east-1' }, effect })
    await assert.rejects(
      get('us-east-1', isSilence ? 500 : undefined),
      (error: Error & { code?: string; $metadata?: { httpStatusCode?: number } }) => {
        const { name, code, $metadata } = error
        // Which of two timers ends the wait, the client's or the SDK's, is chance on a busy machine.
        const isGivenUp = isSilence && ['AbortError', 'TimeoutError'].includes(name)
        const received = { name: isGivenUp ? expected.name : name, code, status: $metadata?.httpStatusCode }
        assert.deepEqual({ ...received, ...expected }, received)
        return true
      },
    )
    assert.equal(
      emulator.calls().some(({ fault }) => fault === id),
      true,
    )
    assert.ok((await get('us-west-2')).SecretString)
  })
}

test('an empty 200 gives an output without fields', async () => {
  emulator.addFault({ effect: { do: 'answer', status: 200 } })
  assert.equal((await get()).SecretString, undefined)
})

test('the second of two, and a fault that is spent, leave the others alone', async () => {
  emulator.addFault({ when: { nth: 2 }, effect: { do: 'error', code: 'Second' } })
  emulator.addFault({ when: { name: 'app/*', remaining: 1 }, effect: { do: 'error', code: 'First' } })
  await assert.rejects(get(), { name: 'First' })
  await assert.rejects(get(), { name: 'Second' })
  assert.ok((await get()).SecretString)
})

test('an error of STS has the form of STS', async () => {
  emulator.addFault({
    when: { service: 'sts' },
    effect: { do: 'error', code: 'IDPCommunicationError', message: 'a & b' },
  })
  const clients = createAwsClients(emulator)
  const input = { RoleArn: exampleRole, RoleSessionName: 'ab', WebIdentityToken: 'abcd' }
  await assert.rejects(clients.tokenService.send(new AssumeRoleWithWebIdentityCommand(input)), {
    name: 'IDPCommunicationErrorException',
    message: 'a & b',
  })
  clients.close()
})

test('a probability is asked of the given random numbers', async () => {
  const numbers = [0.9, 0.1]
  const other = await startEmulator({ random: () => numbers.shift() ?? 1 })
  other.addFault({ when: { probability: 0.5 }, effect: { do: 'error', code: 'Chance' } })
  const clients = createAwsClients(other)
  const send = (): Promise<unknown> =>
    clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' }))
  await send()
  await assert.rejects(send(), { name: 'Chance' })
  clients.close()
  await other.close()
})
