import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  ListSecretsCommand,
} from '@aws-sdk/client-secrets-manager'
import type { AwsClients } from './aws-clients.ts'
import { createAwsClients } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'

const reader = 'arn:aws:iam::111122223333:role/reader'
let emulator: Emulator
let clients: AwsClients

before(async () => {
  emulator = await startEmulator({
    world: {
      regions: {
        'us-east-1': {
          secrets: {
            'app/a': { string: 'a', tags: { team: 'Shop' }, description: 'First one' },
            'app/b': { string: 'b', tags: { team: 'mail', tier: '1' } },
            other: { binary: 'AAEC', owningService: 'rds' },
            gone: { string: 'g', deleted: true },
            ...Object.fromEntries(
              Array.from({ length: 18 }, (_, index) => [`large/${index}`, { string: 'x'.repeat(65_536) }]),
            ),
          },
        },
      },
      accessKeys: {
        AKIAEXAMPLEEXAMPLE00: {
          secretAccessKey: 'example-secret-access-key-of-the-emulator',
          principal: 'arn:aws:iam::111122223333:user/operator',
          role: reader,
        },
      },
      roles: { [reader]: {} },
    },
  })
  clients = createAwsClients(emulator)
})
after(async () => {
  clients.close()
  await emulator.close()
})

const ask = (input: BatchGetSecretValueCommandInput) =>
  clients.secretsManager.send(new BatchGetSecretValueCommand(input))

test('names and ARNs are answered with values, and what cannot be read with errors', async () => {
  const { SecretValues = [], Errors } = await ask({ SecretIdList: ['app/a', 'nothing', 'other', 'gone'] })
  assert.deepEqual(
    SecretValues.map(({ Name, VersionStages, SecretString }) => [Name, VersionStages, SecretString]),
    [
      ['app/a', ['AWSCURRENT'], 'a'],
      ['other', ['AWSCURRENT'], undefined],
    ],
  )
  assert.deepEqual(
    Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]),
    [
      ['nothing', 'ResourceNotFoundException'],
      ['gone', 'InvalidRequestException'],
    ],
  )
})

const filters: readonly (readonly [Key: string, Values: string[], found: readonly string[]])[] = [
  ['name', ['app/'], ['app/a', 'app/b']],
  ['name', ['App/'], []],
  ['name', ['app/a', 'other'], ['app/a', 'other']],
  ['tag-key', ['te'], ['app/a', 'app/b']],
  ['tag-value', ['Sh', '1'], ['app/a', 'app/b']],
  ['tag-value', ['shop'], []],
  ['description', ['first'], ['app/a']],
  ['owning-service', ['rds'], ['other']],
  ['all', ['FIRST'], ['app/a']],
  ['primary-region', ['us-west'], []],
]
for (const [Key, Values, found] of filters) {
  test(`the filter ${Key} ${Values.join(' or ')} finds ${found.join(', ') || 'nothing'}`, async () => {
    const Filters = [{ Key, Values }] as NonNullable<BatchGetSecretValueCommandInput['Filters']>
    const { SecretValues = [] } = await ask({ Filters })
    assert.deepEqual(SecretValues.map(({ Name }) => Name).toSorted(), found)
    const { SecretList = [] } = await clients.secretsManager.send(new ListSecretsCommand({ Filters }))
    assert.deepEqual(SecretList.map(({ Name }) => Name).toSorted(), found)
  })
}

test('a secret must pass every filter, and ! turns a value around', async () => {
  const { SecretValues = [] } = await ask({
    Filters: [
      { Key: 'name', Values: ['app/'] },
      { Key: 'tag-key', Values: ['!tier'] },
    ],
  })
  assert.deepEqual(
    SecretValues.map(({ Name }) => Name),
    ['app/a'],
  )
})

test('pages end at MaxResults, and where values are large before that', async () => {
  const first = await ask({ Filters: [{ Key: 'name', Values: ['app/', 'other'] }], MaxResults: 2 })
  assert.equal(first.SecretValues?.length, 2)
  const large = await ask({ Filters: [{ Key: 'name', Values: ['large/'] }] })
  assert.ok((large.SecretValues?.length ?? 18) < 18)
  const rest = await ask({
    Filters: [{ Key: 'name', Values: ['large/'] }],
    NextToken: large.NextToken ?? 'none',
  })
  assert.equal((large.SecretValues?.length ?? 0) + (rest.SecretValues?.length ?? 0), 18)
  assert.equal(rest.NextToken, undefined)
})

const refused: readonly (readonly [what: string, input: object, name: string])[] = [
  ['neither names nor filters', {}, 'InvalidParameterException'],
  [
    'names and filters',
    { SecretIdList: ['app/a'], Filters: [{ Key: 'name', Values: ['a'] }] },
    'InvalidParameterException',
  ],
  [
    'more than twenty names',
    { SecretIdList: Array.from({ length: 21 }, (_, at) => `${at}`) },
    'ValidationException',
  ],
  [
    'a page of more than twenty',
    { Filters: [{ Key: 'name', Values: ['a'] }], MaxResults: 21 },
    'ValidationException',
  ],
  ['a key that is none', { Filters: [{ Key: 'tag', Values: ['a'] }] }, 'InvalidParameterException'],
  ['a filter without values', { Filters: [{ Key: 'name', Values: [] }] }, 'ValidationException'],
]
for (const [what, input, name] of refused) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(ask(input), { name })
  })
}

const policies: readonly (readonly [deny: string, asksBy: 'names' | 'filters', isRefused: boolean])[] = [
  ['secretsmanager:BatchGetSecretValue', 'names', true],
  ['secretsmanager:BatchGetSecretValue', 'filters', true],
  ['secretsmanager:ListSecrets', 'names', false],
  ['secretsmanager:ListSecrets', 'filters', true],
]
for (const [action, asksBy, isRefused] of policies) {
  test(`a denial of ${action} ${isRefused ? 'refuses' : 'lets through'} a call by ${asksBy}`, async () => {
    emulator.mergeWorld({ roles: { [reader]: { deny: [{ actions: [action] }] } } })
    const call = ask(
      asksBy === 'names' ? { SecretIdList: ['app/a'] } : { Filters: [{ Key: 'name', Values: ['app/'] }] },
    )
    if (isRefused)
      await assert.rejects(call, { name: 'AccessDeniedException', message: new RegExp(`${action} on`) })
    else assert.equal((await call).Errors?.length, 0)
    emulator.mergeWorld({ roles: { [reader]: { deny: null } } })
  })
}

test('a policy for some secrets does not cover the call itself, and one for the call gives no value away', async () => {
  emulator.mergeWorld({ roles: { [reader]: { allow: [{ secrets: ['app/*'] }] } } })
  await assert.rejects(ask({ SecretIdList: ['app/a'] }), { name: 'AccessDeniedException' })
  const allow = [{ secrets: ['app/a'] }, { actions: ['secretsmanager:BatchGetSecretValue'] }]
  emulator.mergeWorld({ roles: { [reader]: { allow } } })
  const { SecretValues = [], Errors } = await ask({ SecretIdList: ['app/a', 'app/b'] })
  assert.deepEqual(
    SecretValues.map(({ Name }) => Name),
    ['app/a'],
  )
  assert.deepEqual(
    Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]),
    [['app/b', 'AccessDeniedException']],
  )
  emulator.mergeWorld({ roles: { [reader]: { allow: null } } })
})

test('a fault of GetSecretValue on one name is an entry of Errors', async () => {
  emulator.addFault({
    when: { operation: 'GetSecretValue', name: 'app/b' },
    effect: { do: 'error', code: 'InternalServiceError', message: 'An error occurred on the server side.' },
  })
  const { SecretValues = [], Errors } = await ask({ SecretIdList: ['app/a', 'app/b'] })
  emulator.clearFaults()
  assert.equal(SecretValues.length, 1)
  assert.deepEqual(Errors, [
    {
      SecretId: 'app/b',
      ErrorCode: 'InternalServiceError',
      Message: 'An error occurred on the server side.',
    },
  ])
})
