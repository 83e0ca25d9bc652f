import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import type { AwsClients } from './aws-clients.ts'
import { createAwsClients } from './aws-clients.ts'
import { mergeWorld } from './edit-world.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import { exampleWorld } from './world.ts'

const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app/database-AbCdEf'
const previous = '11111111-1111-4111-8111-111111111111'
const current = '22222222-2222-4222-8222-222222222222'
let emulator: Emulator
let clients: AwsClients

before(async () => {
  const more = {
    regions: {
      'us-east-1': {
        secrets: { gone: { string: 'x', deleted: true }, sealed: { string: 'x', keyUnusable: true } },
      },
    },
  }
  emulator = await startEmulator({ world: mergeWorld(exampleWorld(), more) })
  clients = createAwsClients(emulator)
})
after(async () => {
  clients.close()
  await emulator.close()
})

const found: readonly [string, ConstructorParameters<typeof GetSecretValueCommand>[0], string][] = [
  ['a name', { SecretId: 'app/database' }, current],
  ['a full ARN', { SecretId: arn }, current],
  ['an ARN without the six characters', { SecretId: arn.slice(0, -7) }, current],
  ['a stage', { SecretId: arn, VersionStage: 'AWSPREVIOUS' }, previous],
  ['a version', { SecretId: 'app/database', VersionId: previous }, previous],
  [
    'a version and its stage',
    { SecretId: 'app/database', VersionId: current, VersionStage: 'AWSCURRENT' },
    current,
  ],
]
for (const [what, input, version] of found) {
  test(`GetSecretValue finds a secret by ${what}`, async () => {
    const answer = await clients.secretsManager.send(new GetSecretValueCommand(input))
    assert.equal(answer.VersionId, version)
    assert.equal(answer.ARN, arn)
    assert.equal(answer.Name, 'app/database')
    assert.match(answer.SecretString ?? '', version === current ? /now/ : /before/)
  })
}

const refused: readonly [string, ConstructorParameters<typeof GetSecretValueCommand>[0], string, RegExp][] = [
  [
    'a name that is not there',
    { SecretId: 'x' },
    'ResourceNotFoundException',
    /^Secrets Manager can't find the specified secret\.$/,
  ],
  [
    'a stage that is not there',
    { SecretId: arn, VersionStage: 'AWSPENDING' },
    'ResourceNotFoundException',
    /secret value for staging label: AWSPENDING$/,
  ],
  [
    'a version that is not there',
    { SecretId: arn, VersionId: '0'.repeat(32) },
    'ResourceNotFoundException',
    /secret value for VersionId: 0{32}$/,
  ],
  [
    'a version id that is too short',
    { SecretId: arn, VersionId: '1' },
    'ValidationException',
    /greater than or equal to 32/,
  ],
  [
    'a version with the stage of another',
    { SecretId: arn, VersionId: previous, VersionStage: 'AWSCURRENT' },
    'InvalidRequestException',
    /not associated/,
  ],
  ['a secret marked for deletion', { SecretId: 'gone' }, 'InvalidRequestException', /marked for deletion/],
  ['a secret whose key is unusable', { SecretId: 'sealed' }, 'DecryptionFailure', /can't decrypt/],
]
for (const [what, input, name, message] of refused) {
  test(`GetSecretValue refuses ${what}`, async () => {
    await assert.rejects(clients.secretsManager.send(new GetSecretValueCommand(input)), { name, message })
  })
}

test('a binary secret arrives as its bytes', async () => {
  const answer = await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/keystore' }))
  assert.deepEqual(Buffer.from(answer.SecretBinary ?? []), Buffer.from([0, 1, 2, 3, 255]))
})

test('a replica has the ARN of its own region and the same version', async () => {
  const west = createAwsClients(emulator, { region: 'us-west-2' })
  const answer = await west.secretsManager.send(
    new GetSecretValueCommand({ SecretId: arn.replace('us-east-1', 'us-west-2') }),
  )
  assert.equal(answer.VersionId, current)
  assert.equal(answer.ARN, arn.replace('us-east-1', 'us-west-2'))
  west.close()
})

test('a rotation makes the current version the previous one', async () => {
  const { secretsManager } = clients
  await secretsManager.send(new CreateSecretCommand({ Name: 'made', SecretString: 'one' }))
  await secretsManager.send(new PutSecretValueCommand({ SecretId: 'made', SecretString: 'two' }))
  const version = emulator.rotate({ region: 'us-east-1', secret: 'made', string: 'three' })
  const now = await secretsManager.send(new GetSecretValueCommand({ SecretId: 'made' }))
  assert.deepEqual([now.SecretString, now.VersionId], ['three', version])
  const before = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: 'made', VersionStage: 'AWSPREVIOUS' }),
  )
  assert.equal(before.SecretString, 'two')
  await secretsManager.send(new DeleteSecretCommand({ SecretId: 'made', ForceDeleteWithoutRecovery: true }))
  await assert.rejects(secretsManager.send(new GetSecretValueCommand({ SecretId: 'made' })), {
    name: 'ResourceNotFoundException',
  })
})
