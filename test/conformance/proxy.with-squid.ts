import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { mountAs, readVolume, textsOf } from '../harness/driver.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { type Squid, startSquid } from '../harness/squid.ts'
import { wishOf, workload, worldOf } from '../harness/two-regions.ts'

const own = workload('squid', 0)

let emulator: Emulator
const started: { stop(): Promise<void> }[] = []

before(async () => {
  emulator = await startEmulator({ world: worldOf([own]) })
})
after(async () => {
  for (const each of started.reverse()) await each.stop()
  await emulator.close()
})

async function squid(options: Omit<Parameters<typeof startSquid>[0], 'parent'> = {}): Promise<Squid> {
  const made = await startSquid({ parent: new URL(emulator.addresses.proxy), ...options })
  started.push(made)
  return made
}

async function providerBy(proxy: string): Promise<Provider> {
  const made = await startProvider(emulator, { environment: { HTTPS_PROXY: proxy } })
  started.push(made)
  return made
}

test('secrets and parameters come through squid, over connections that are kept', async () => {
  const proxy = await squid()
  const provider = await providerBy(proxy.host)
  for (let round = 0; round < 3; round += 1) {
    const { status, message, targetPath } = await mountAs(emulator, provider, wishOf(own, 1))
    assert.equal(status, 'OK', message)
    assert.deepEqual(textsOf(readVolume(targetPath)), {
      secret: `secret of ${own.primary}`,
      parameter: `parameter of ${own.primary}`,
    })
  }
  assert.equal(emulator.calls({ service: 'secretsmanager' }).length, 3)
  assert.equal(emulator.calls({ service: 'proxy' }).filter(({ host }) => /^secretsm/.test(host)).length, 1)
})

test('a squid that wants a password takes the right one, and the error says so without it', async () => {
  const proxy = await squid({ credentials: { user: 'node', password: 'p@ss:word' } })
  const right = await providerBy(`http://node:p%40ss%3Aword@${proxy.host}`)
  const { status, message } = await mountAs(emulator, right, wishOf(own, 1))
  assert.equal(status, 'OK', message)
  for (const [url, says] of [
    [`http://${proxy.host}`, /the proxy asks for a user and password \(407\)/],
    [`http://node:wrong@${proxy.host}`, /the proxy does not accept the user and password .*\(407\)/],
  ] as const) {
    const provider = await providerBy(url)
    const end = await mountAs(emulator, provider, wishOf(own, 1))
    assert.equal(end.status, 'INTERNAL')
    assert.match(end.message, says)
    assert.doesNotMatch(provider.log(), /wrong@|bm9kZTp3cm9uZw/)
  }
})

test('a squid that refuses the host is told from one that cannot reach it', async () => {
  const refusing = await squid({ refuses: ['amazonaws.com'] })
  const refused = await mountAs(emulator, await providerBy(refusing.host), wishOf(own, 1))
  assert.equal(refused.status, 'INTERNAL')
  assert.match(refused.message, /the proxy does not let connections to this host through \(403\)/)
  assert.match(refusing.accessLog(), /TCP_DENIED\/403 .*CONNECT sts\./)
  const closed = await startSquid({ parent: new URL('http://127.0.0.1:9') })
  started.push(closed)
  const lost = await mountAs(emulator, await providerBy(closed.host), wishOf(own, 1))
  assert.equal(lost.status, 'INTERNAL')
  assert.match(lost.message, /the proxy opened no connection to the host \(50\d\)/)
})
