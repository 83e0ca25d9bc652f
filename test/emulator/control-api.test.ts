import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { createAwsClients } from './aws-clients.ts'
import { startEmulator } from './emulator.ts'

test('the control API changes the world, sets faults, rotates, mints and shows calls without values', async () => {
  const emulator = await startEmulator()
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(emulator.addresses.control + path, init)
    assert.equal(response.status, 200, path)
    return response.json()
  }
  const clients = createAwsClients(emulator)
  const get = (SecretId: string): Promise<{ SecretString?: string | undefined }> =>
    clients.secretsManager.send(new GetSecretValueCommand({ SecretId }))

  await control('PATCH', '/world', {
    regions: { 'us-east-1': { secrets: { added: { string: 'hunter2' } } } },
  })
  assert.equal((await get('added')).SecretString, 'hunter2')
  await control('POST', '/rotate', { region: 'us-east-1', secret: 'added', string: 'hunter3' })
  assert.equal((await get('added')).SecretString, 'hunter3')
  await control('POST', '/faults', { when: { name: 'added' }, effect: { do: 'error', code: 'Broken' } })
  await assert.rejects(get('added'), { name: 'Broken' })
  await control('DELETE', '/faults')
  await get('added')
  const calls = await control('GET', '/calls?service=secretsmanager')
  assert.equal((calls as unknown[]).length, 4)
  assert.doesNotMatch(JSON.stringify(calls), /hunter/)
  const counters = (await control('GET', '/counters')) as {
    calls: Record<string, number>
    errors: Record<string, number>
  }
  assert.equal(counters.calls['secretsmanager GetSecretValue'], 4)
  assert.equal(counters.errors['secretsmanager Broken'], 1)
  const minted = await control('POST', '/mint', { namespace: 'a', serviceAccount: 'b', audience: 'c' })
  assert.match((minted as { token: string }).token, /^ey/)
  await control('PUT', '/world', { regions: { 'us-east-1': {} }, accessKeys: emulator.world().accessKeys })
  await assert.rejects(get('added'), { name: 'ResourceNotFoundException' })
  clients.close()
  await emulator.close()
})

test('a key such as __proto__ is a name like any other', async () => {
  const emulator = await startEmulator()
  emulator.mergeWorld(JSON.parse('{"regions":{"us-east-1":{"secrets":{"__proto__":{"string":"x"}}}}}'))
  const clients = createAwsClients(emulator)
  const answer = await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: '__proto__' }))
  assert.equal(answer.SecretString, 'x')
  clients.close()
  await emulator.close()
})

test('the command prints its addresses when it is ready and ends at SIGTERM', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--pod-identity-address', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const addresses = JSON.parse(line.toString()) as { control: string; podIdentity: string[] }
  assert.equal(addresses.podIdentity.length, 1)
  assert.equal((await fetch(addresses.control)).status, 200)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})
