import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type SyncWish, syncAccount, syncRequest } from '../fixtures/sync-request.ts'
import { type MountEnd, mountRaw, textsOf } from '../harness/driver.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText } from '../harness/scene.ts'

let emulator: Emulator
/** As a sidecar: no NODE_NAME, and the service account of the controller's pod. */
let provider: Provider

before(async () => {
  emulator = await startEmulator({ world: examplesWorld() })
  emulator.mergeWorld({ kubernetes: { tokens: { 'provider-token': { user: syncAccount } } } })
  provider = await startProvider(emulator, {
    flags: ['--driver-writes-secrets'],
    environment: { NODE_NAME: undefined },
  })
})
after(async () => {
  await provider?.stop()
  await emulator?.close()
})

type Wish = Partial<SyncWish>

const login = { objectName: 'DatabaseLogin', objectType: 'secretsmanager', objectAlias: 'login.json' }

function sync(to: Provider, wish: Wish = {}): Promise<MountEnd> {
  const parameters = { region: 'us-east-1', objects: objectsText(login) }
  return mountRaw(to, syncRequest(emulator, { parameters, ...wish }))
}

/** The text of a sync that fails, and proves that AWS was not asked. */
async function refused(wish: Wish, to = provider): Promise<MountEnd> {
  const asked = emulator.calls().filter(({ service }) => service !== 'kubernetes').length
  const end = await sync(to, wish)
  assert.notEqual(end.status, 'OK')
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  assert.equal(emulator.calls().filter(({ service }) => service !== 'kubernetes').length, asked)
  assert.equal((await sync(to, wish)).message, end.message, 'the same words at the next try')
  return end
}

describe('the secrets-store-sync-controller', () => {
  test('gets the files in the answer, each with a version', async () => {
    const end = await sync(provider)
    assert.equal(end.status, 'OK', end.message)
    assert.deepEqual(textsOf(end.files), { 'login.json': '{"username":"till","password":"correct horse"}' })
    assert.ok(end.objectVersions['login.json'])
  })

  test('gets each file that the SecretSync of the documentation names', async () => {
    const page = readFileSync(new URL('../../docs/secret-sync.md', import.meta.url), 'utf8')
    const [, yaml = ''] = /^```yaml\n(apiVersion: secrets-store[^`]*)^```$/m.exec(page) ?? []
    const [secretClass, secretSync] = parseAllDocuments(yaml).map((document) => document.toJS())
    const end = await sync(provider, { parameters: secretClass.spec.parameters })
    assert.equal(end.status, 'OK', end.message)
    const wanted: { readonly sourcePath: string }[] = secretSync.spec.secretObject.data
    assert.equal(wanted.length, 2)
    for (const { sourcePath } of wanted) {
      assert.match(sourcePath, /^[A-Za-z0-9.]([-A-Za-z0-9]+([-._a-zA-Z0-9]?[A-Za-z0-9])*)?(\/([0-9]+))*$/)
      assert.ok(end.files.has(sourcePath), sourcePath)
    }
  })

  test('gets the new value after a rotation, and asks STS once for both', async () => {
    giveRole(emulator, 'rotating')
    const wish = {
      serviceAccount: 'rotating',
      parameters: {
        region: 'us-east-1',
        objects: objectsText({ objectName: 'MySecret', objectType: 'secretsmanager' }),
      },
    }
    const first = await sync(provider, wish)
    const version = emulator.rotate({ region: 'us-east-1', secret: 'MySecret', string: 'turned' })
    const second = await sync(provider, wish)
    assert.deepEqual(textsOf(first.files), { MySecret: 'the first secret' })
    assert.deepEqual(textsOf(second.files), { MySecret: 'turned' })
    assert.deepEqual(second.objectVersions, { MySecret: version })
    assert.equal(
      emulator.calls({ service: 'sts' }).filter(({ role }) => role?.endsWith('/rotating')).length,
      1,
    )
  })

  test('may ask for several SecretSyncs at once, each as its own service account', async () => {
    const accounts = Array.from({ length: 8 }, (_, index) => `sync-${index}`)
    for (const account of accounts) giveRole(emulator, account, { namespace: `team-${account}` })
    const parameters = { region: 'us-east-1', objects: objectsText(login) }
    const ends = await Promise.all(
      accounts.map((serviceAccount) =>
        sync(provider, { serviceAccount, namespace: `team-${serviceAccount}`, parameters }),
      ),
    )
    assert.deepEqual(
      ends.map(({ status, files }) => [status, [...files.keys()]]),
      accounts.map(() => ['OK', ['login.json']]),
    )
    const sessions = new Set(emulator.calls({ service: 'sts' }).map(({ session }) => session))
    for (const account of accounts) assert.ok(sessions.has(`team-${account}@${account}`), account)
  })

  test('is named in the log line of its mounts, whose pod is not the one that the line names', async () => {
    await sync(provider)
    const line = provider.lines().findLast(({ msg }) => msg === 'mounted')
    assert.equal(line?.caller, 'secrets-store-sync-controller')
  })

  test('is told to set a region, and nothing is said of a pod', async () => {
    const { status, message } = await refused({ parameters: { objects: objectsText(login) } })
    assert.equal(status, 'FAILED_PRECONDITION')
    assert.match(message, /set the parameter region in the SecretProviderClass/)
    assert.match(message, /secrets-store-sync-controller/)
    assert.doesNotMatch(message, /404|not found|does not know/)
    assert.deepEqual(
      emulator.calls({ service: 'kubernetes' }).filter(({ operation }) => operation === 'get pods'),
      [],
    )
  })

  test('is told at once that Pod Identity cannot work', async () => {
    const parameters = { region: 'us-east-1', usePodIdentity: 'true', objects: objectsText(login) }
    const { status, message } = await refused({ parameters, audiences: ['pods.eks.amazonaws.com'] })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, /secrets-store-sync-controller.*usePodIdentity.*eks\.amazonaws\.com\/role-arn/)
  })

  for (const audiences of [[], ['vault']]) {
    test(`is told which audience its configuration lacks when it has ${JSON.stringify(audiences)}`, async () => {
      const { status, message } = await refused({ audiences })
      assert.equal(status, 'FAILED_PRECONDITION')
      assert.match(message, /"sts\.amazonaws\.com".*tokenRequestAudience/)
      assert.doesNotMatch(message, /CSIDriver/)
    })
  }

  test('is told which account Kubernetes refuses', async () => {
    emulator.mergeWorld({
      kubernetes: { tokens: { 'provider-token': { user: syncAccount, allow: ['get secrets'] } } },
    })
    try {
      const { status, message } = await refused({})
      assert.equal(status, 'FAILED_PRECONDITION')
      assert.ok(message.includes(`"${syncAccount}"`), message)
      assert.match(message, /verb "get" on resource "serviceaccounts"/)
      assert.doesNotMatch(message, /the provider's ClusterRole/)
    } finally {
      emulator.mergeWorld({
        kubernetes: { tokens: { 'provider-token': { user: syncAccount, allow: null } } },
      })
    }
  })

  test('is told the flag that is missing where the provider would write by itself', async () => {
    const writing = await startProvider(emulator)
    try {
      const { status, message } = await refused({}, writing)
      assert.equal(status, 'FAILED_PRECONDITION')
      assert.match(message, /"\/mnt\/secrets-store".*--driver-writes-secrets/)
    } finally {
      await writing.stop()
    }
  })
})
