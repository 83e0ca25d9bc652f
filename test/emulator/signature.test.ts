import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { createAwsClients, operator } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})
afterEach(() => emulator.close())

const wrong: readonly [string, typeof operator & { sessionToken?: string }, string, string][] = [
  [
    'an unknown key',
    { ...operator, accessKeyId: 'AKIANONE' },
    'UnrecognizedClientException',
    'InvalidClientTokenId',
  ],
  [
    'a wrong secret',
    { ...operator, secretAccessKey: 'wrong' },
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
  [
    'a token it has not',
    { ...operator, sessionToken: 'x' },
    'UnrecognizedClientException',
    'InvalidClientTokenId',
  ],
]
for (const [what, credentials, json, query] of wrong) {
  test(`a request signed with ${what} is refused, in the words of each protocol`, async () => {
    const clients = createAwsClients(emulator, { credentials })
    const get = new GetSecretValueCommand({ SecretId: 'app/database' })
    await assert.rejects(clients.secretsManager.send(get), { name: json })
    await assert.rejects(clients.tokenService.send(new GetCallerIdentityCommand()), { name: query })
    clients.close()
  })
}

for (const [seconds, message] of [
  [400, /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)/],
  [-400, /^Signature not yet current/],
] as const) {
  test(`a clock that is ${-seconds} s off is refused, and the Date header lets the client correct itself`, async () => {
    emulator.setClockOffset(seconds)
    const clients = createAwsClients(emulator)
    const get = new GetSecretValueCommand({ SecretId: 'app/database' })
    await assert.rejects(clients.secretsManager.send(get), { name: 'InvalidSignatureException', message })
    assert.ok((await clients.secretsManager.send(get)).SecretString)
    clients.close()
  })
}

test('a clock that is four minutes off is let pass', async () => {
  emulator.setClockOffset(240)
  const clients = createAwsClients(emulator)
  await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' }))
  clients.close()
})
