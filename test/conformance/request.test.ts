import assert from 'node:assert/strict'
import { statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { version } from '../../src/process/version.ts'
import type { RawMountRequest } from '../../src/request/mount-request.ts'
import { callVersion } from '../../src/rpc/driver-client.ts'
import { secretVersion } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { driverTexts, isUntouched, mountRaw, newTarget } from '../harness/driver.ts'
import { giveRole } from '../harness/give-role.ts'
import { objectsText, type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() })
})
after(() => scene.stop())
beforeEach(() => scene.emulator.clearCalls())

/** Calls made for mounts: the region of the node a provider may look for at any time after its start. */
const asked = () =>
  Object.keys(scene.emulator.counters().calls).filter((call) => !call.endsWith(' get nodes'))

const parameters = {
  region: 'us-east-1',
  objects: objectsText({ objectName: 'MySecret', objectType: 'secretsmanager' }),
}

test('Version answers with the interface, our name and our version', async () => {
  for (const { socket } of Object.values(scene.providers)) {
    assert.deepEqual(await callVersion(socket, 2_000), {
      version: 'v1alpha1',
      runtimeName: 'secrets-store-csi-driver-provider-aws',
      runtimeVersion: version,
    })
  }
})

test('the socket is open to its owner alone', () => {
  for (const { socket } of Object.values(scene.providers)) {
    assert.equal((statSync(socket).mode & 0o777).toString(8), '600')
  }
})

for (const tokensIn of ['attributes', 'secrets', 'both'] as const) {
  test(`tokens in ${tokensIn} open a session`, async () => {
    const serviceAccount = `by-${tokensIn}`
    giveRole(scene.emulator, serviceAccount)
    for (const mode of writeModes) {
      const { status, message } = await scene.mount(mode, { parameters, serviceAccount, tokensIn })
      assert.equal(status, 'OK', message)
    }
  })
}

test('where attributes and secrets both have tokens, those in the secrets count', async () => {
  giveRole(scene.emulator, 'two-tokens')
  const wish = { parameters, serviceAccount: 'two-tokens' }
  const good = driverTexts(scene.emulator, { ...wish, tokensIn: 'both' })
  const bad = JSON.stringify({ 'sts.amazonaws.com': { token: 'not-a-token' } })
  const attributes = { ...JSON.parse(good.attributes), 'csi.storage.k8s.io/serviceAccount.tokens': bad }
  const secretsWin = await send({ ...good, attributes: JSON.stringify(attributes) })
  assert.equal(secretsWin.status, 'OK', secretsWin.message)

  giveRole(scene.emulator, 'two-bad-tokens')
  const other = driverTexts(scene.emulator, {
    parameters,
    serviceAccount: 'two-bad-tokens',
    tokensIn: 'both',
  })
  const secrets = JSON.stringify({ 'csi.storage.k8s.io/serviceAccount.tokens': bad })
  const refused = await send({ ...other, secrets })
  assert.equal(refused.status, 'PERMISSION_DENIED')
  assert.match(refused.message, /InvalidIdentityToken/)
})

for (const secrets of ['', 'null', '{}', ' null\n']) {
  test(`secrets may be ${JSON.stringify(secrets)}`, async () => {
    const end = await send({ ...driverTexts(scene.emulator, { parameters }), secrets })
    assert.equal(end.status, 'OK', end.message)
  })
}

test('attributes that nobody knows are ignored', async () => {
  const texts = driverTexts(scene.emulator, {
    parameters: { ...parameters, 'csi.example/odd': 'x', odd: '' },
  })
  const end = await send(texts)
  assert.equal(end.status, 'OK', end.message)
})

interface BadRequest {
  readonly name: string
  readonly change: (good: RawMountRequest) => Partial<RawMountRequest>
  readonly says: RegExp
}

const attribute = (key: string, value: unknown) => (good: RawMountRequest) => ({
  attributes: JSON.stringify({ ...JSON.parse(good.attributes), [key]: value }),
})
const tokens = 'csi.storage.k8s.io/serviceAccount.tokens'

const badRequests: readonly BadRequest[] = [
  { name: 'attributes empty', change: () => ({ attributes: '' }), says: /attributes.*not JSON/ },
  { name: 'attributes not JSON', change: () => ({ attributes: '{"a":' }), says: /attributes.*not JSON/ },
  { name: 'attributes a list', change: () => ({ attributes: '["a"]' }), says: /attributes.*a list/ },
  { name: 'attributes null', change: () => ({ attributes: 'null' }), says: /attributes.*null/ },
  { name: 'an attribute a number', change: attribute('region', 1), says: /"region" is a number/ },
  { name: 'an attribute a map', change: attribute('objects', {}), says: /"objects" is an object/ },
  { name: 'secrets not JSON', change: () => ({ secrets: 'x' }), says: /secrets.*not JSON/ },
  { name: 'a secret a number', change: () => ({ secrets: '{"key":1}' }), says: /secrets.*"key" is a number/ },
  { name: 'tokens not JSON', change: attribute(tokens, 'x{'), says: /serviceAccount\.tokens.*not JSON/ },
  {
    name: 'a token a number',
    change: attribute(tokens, '{"sts.amazonaws.com":{"token":1}}'),
    says: /sts\.amazonaws\.com.*a number/,
  },
  { name: 'permission a name', change: () => ({ permission: 'rw-r--r--' }), says: /permission.*"rw-r--r--"/ },
  { name: 'permission empty', change: () => ({ permission: '' }), says: /permission/ },
  { name: 'permission negative', change: () => ({ permission: '-1' }), says: /permission.*"-1"/ },
  { name: 'target_path empty', change: () => ({ targetPath: '' }), says: /target_path/ },
  { name: 'target_path relative', change: () => ({ targetPath: 'a/b' }), says: /target_path.*"a\/b"/ },
  {
    name: 'no pod name',
    change: attribute('csi.storage.k8s.io/pod.name', ''),
    says: /"csi\.storage\.k8s\.io\/pod\.name".*podInfoOnMount/,
  },
  {
    name: 'no service account',
    change: attribute('csi.storage.k8s.io/serviceAccount.name', ''),
    says: /serviceAccount\.name/,
  },
  {
    name: 'a namespace that leads elsewhere',
    change: attribute('csi.storage.k8s.io/pod.namespace', '../kube-system'),
    says: /pod\.namespace.*"\.\.\/kube-system"/,
  },
  {
    name: 'a region that is none',
    change: attribute('region', 'evil.example/'),
    says: /region.*"evil\.example\/"/,
  },
  {
    name: 'a failover region that is none',
    change: attribute('failoverRegion', 'x@y'),
    says: /failoverRegion.*"x@y"/,
  },
  {
    name: 'usePodIdentity no boolean',
    change: attribute('usePodIdentity', 'yes'),
    says: /usePodIdentity.*"yes"/,
  },
]

for (const { name, change, says } of badRequests) {
  test(`${name}: refused before anybody is asked`, async () => {
    for (const mode of writeModes) {
      const provider = scene.providers[mode]
      const targetPath = newTarget(provider)
      const good = { ...driverTexts(scene.emulator, { parameters }), targetPath, permission: '420' }
      const { status, message } = await mountRaw(provider, { ...good, ...change(good) })
      assert.equal(status, 'INVALID_ARGUMENT', message)
      assert.match(message, says)
      assert.deepEqual(asked(), [])
      assert.ok(isUntouched(targetPath))
    }
  })
}

test('no error of a malformed request quotes a token', async () => {
  const texts = driverTexts(scene.emulator, { parameters })
  const { token } = JSON.parse(JSON.parse(texts.attributes)[tokens])['sts.amazonaws.com']
  const spoilt = [
    { ...texts, attributes: texts.attributes.slice(0, -1) },
    {
      ...texts,
      attributes: JSON.stringify({ ...JSON.parse(texts.attributes), [tokens]: `{"a":"${token}"` }),
    },
    { ...texts, secrets: `{"${tokens}":{"sts.amazonaws.com":{"token":"${token}"}}}` },
  ]
  for (const raw of spoilt) {
    const { status, message } = await send(raw)
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.ok(!message.includes(token), message)
  }
  const logs = Object.values(scene.providers).map((provider) => provider.log())
  for (const log of logs) assert.ok(!log.includes(token))
})

for (const [permission, shownMode] of [
  ['420', '0644'],
  ['384', '0600'],
  ['0', '0000'],
  ['511', '0777'],
  ['2468', '0644'],
] as const) {
  test(`permission ${permission} is the mode ${shownMode} where nothing else is asked for`, async () => {
    for (const mode of writeModes) {
      const { status, message, volume } = await scene.mount(mode, { parameters, permission })
      assert.equal(status, 'OK', message)
      assert.deepEqual(shown(volume), { MySecret: `${shownMode} the first secret` })
    }
  })
}

test('every answer says the version of every file, also when nothing has changed', async () => {
  const version = secretVersion('MySecret', 'the first secret')
  for (const mode of writeModes) {
    const first = await scene.mount(mode, { parameters })
    const again = await scene.mount(mode, { parameters, targetPath: first.targetPath })
    assert.deepEqual(first.objectVersions, { MySecret: version })
    assert.deepEqual(again.objectVersions, { MySecret: version })
  }
})

test('a driver of old that sends the versions it knows gets the same answer', async () => {
  const texts = driverTexts(scene.emulator, { parameters })
  const current = { currentObjectVersion: [{ id: 'MySecret', version: 'an-older-one' }] }
  const { status, objectVersions } = await send({ ...texts, ...current } as typeof texts)
  assert.equal(status, 'OK')
  assert.deepEqual(objectVersions, { MySecret: secretVersion('MySecret', 'the first secret') })
})

test('an unchanged volume that we wrote gets a new time and no new file', async () => {
  const { targetPath } = await scene.mount('provider-written', { parameters })
  const file = join(targetPath, 'MySecret')
  const before = statSync(file)
  makeOld(targetPath)
  const again = await scene.mount('provider-written', { parameters, targetPath })
  assert.equal(again.status, 'OK', again.message)
  assert.ok(isFresh(targetPath))
  const now = statSync(file)
  assert.deepEqual([now.ino, now.mtimeMs, now.ctimeMs], [before.ino, before.mtimeMs, before.ctimeMs])
})

test('the volume of a mount that failed keeps its old time, so that the driver asks again', async () => {
  for (const mode of writeModes) {
    const { targetPath } = await scene.mount(mode, { parameters })
    makeOld(targetPath)
    const missing = {
      ...parameters,
      objects: objectsText({ objectName: 'gone', objectType: 'secretsmanager' }),
    }
    const { status } = await scene.mount(mode, { parameters: missing, targetPath })
    assert.equal(status, 'NOT_FOUND')
    assert.ok(!isFresh(targetPath), mode)
  }
})

for (const [timeoutMs, says] of [
  [7_500, /given up/],
  [3_000, /given up/],
] as const) {
  test(`a caller that waits ${timeoutMs} ms gets an error of ours before it gives up`, async () => {
    const serviceAccount = `waits-${timeoutMs}`
    const role = giveRole(scene.emulator, serviceAccount)
    const effect = { do: 'error', code: 'Throttling', message: 'Rate exceeded' } as const
    scene.emulator.addFault({ when: { service: 'sts', role }, effect })
    const { status, message } = await scene.mount('provider-written', {
      parameters,
      serviceAccount,
      timeoutMs,
    })
    assert.equal(status, 'INTERNAL')
    assert.match(message, says)
  })
}

test('a request beyond what gRPC takes by default is read, and refused by us', async () => {
  const objects = `${parameters.objects.slice(0, -1)}${', {}'.repeat(2_000_000)}]`
  const { status, message } = await send(
    driverTexts(scene.emulator, { parameters: { ...parameters, objects } }),
  )
  assert.equal(status, 'INVALID_ARGUMENT')
  assert.match(message, /objects/)
})

function send(texts: { attributes: string; secrets: string }) {
  const provider = scene.providers['provider-written']
  return mountRaw(provider, { targetPath: newTarget(provider), permission: '420', ...texts })
}

function makeOld(folder: string): void {
  const hourAgo = Date.now() / 1000 - 3_600
  utimesSync(folder, hourAgo, hourAgo)
}

function isFresh(folder: string): boolean {
  return Date.now() - statSync(folder).mtimeMs < 60_000
}
