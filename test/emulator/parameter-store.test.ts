import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import type { AwsClients } from './aws-clients.ts'
import { createAwsClients } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'

const arn = 'arn:aws:ssm:us-east-1:111122223333:parameter/app/license'
let emulator: Emulator
let clients: AwsClients

before(async () => {
  emulator = await startEmulator()
  clients = createAwsClients(emulator)
})
after(async () => {
  clients.close()
  await emulator.close()
})

const found: readonly [string, string, { Version: number; Value: string; Selector?: string }][] = [
  ['a name', '/app/license', { Version: 2, Value: 'second' }],
  ['a name and version', '/app/license:1', { Version: 1, Value: 'first', Selector: ':1' }],
  ['a name and label', '/app/license:production', { Version: 2, Value: 'second', Selector: ':production' }],
  ['an ARN', arn, { Version: 2, Value: 'second' }],
  ['an ARN and version', `${arn}:1`, { Version: 1, Value: 'first', Selector: ':1' }],
]
for (const [what, name, expected] of found) {
  test(`GetParameters finds a parameter by ${what}, and answers its name without selector`, async () => {
    const { Parameters: [got] = [] } = await clients.parameterStore.send(
      new GetParametersCommand({ Names: [name], WithDecryption: true }),
    )
    assert.deepEqual(
      {
        Version: got?.Version,
        Value: got?.Value,
        ...(got?.Selector === undefined ? {} : { Selector: got.Selector }),
      },
      expected,
    )
    assert.deepEqual([got?.Name, got?.ARN], ['/app/license', arn])
  })
}

test('names that are not there, and versions, are listed as invalid', async () => {
  const answer = await clients.parameterStore.send(
    new GetParametersCommand({ Names: ['/none', '/app/license:7', '/app/license:none', '/app/log-level'] }),
  )
  assert.deepEqual(answer.InvalidParameters, ['/none', '/app/license:7', '/app/license:none'])
  assert.equal(answer.Parameters?.length, 1)
})

test('a name asked for twice, or beside its ARN, is answered once', async () => {
  const Names = ['/app/license', '/app/license', arn, '/app/license:1']
  const answer = await clients.parameterStore.send(new GetParametersCommand({ Names }))
  assert.equal(answer.Parameters?.length, 2)
})

test('the order of the answer is not that of the question', async () => {
  const ask = async (Names: string[]): Promise<unknown> =>
    (await clients.parameterStore.send(new GetParametersCommand({ Names }))).Parameters?.map(
      ({ Name }) => Name,
    )
  assert.deepEqual(
    await ask(['/app/license', '/app/log-level']),
    await ask(['/app/log-level', '/app/license']),
  )
})

test('without decryption the value of a SecureString stays cipher text', async () => {
  const answer = await clients.parameterStore.send(new GetParametersCommand({ Names: ['/app/license'] }))
  assert.match(answer.Parameters?.[0]?.Value ?? '', /^AQICAH/)
})

test('more than ten names are refused', async () => {
  const Names = Array.from({ length: 11 }, (_, index) => `/p${index}`)
  await assert.rejects(clients.parameterStore.send(new GetParametersCommand({ Names })), {
    name: 'ValidationException',
    message: /less than or equal to 10/,
  })
})

test('PutParameter makes the next version', async () => {
  const put = (Overwrite: boolean): Promise<{ Version?: number | undefined }> =>
    clients.parameterStore.send(
      new PutParameterCommand({ Name: '/new', Value: 'v', Type: 'String', Overwrite }),
    )
  assert.equal((await put(false)).Version, 1)
  await assert.rejects(put(false), { name: 'ParameterAlreadyExists' })
  assert.equal((await put(true)).Version, 2)
})
