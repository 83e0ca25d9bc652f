import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmulator } from '../emulator/emulator.ts'
import { isUntouched, mountAs } from '../harness/driver.ts'
import { freePort } from '../harness/free-port.ts'
import { startProvider } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText } from '../harness/scene.ts'
import { wishOf, workload, worldOf } from '../harness/two-regions.ts'

const dead = Array.from({ length: 99 }, (_, number) => workload('dead', number))
const well = workload('well', 0)

const objects = objectsText(
  ...['one', 'two', 'three'].map((objectName) => ({
    objectName,
    objectType: 'secretsmanager',
    objectAlias: objectName,
    failoverObject: { objectName: `${objectName}-there` },
  })),
)

/**
 * The most connections and callers in waiting that pods can bring about: each has identity and regions of its own,
 * and nobody answers. The daemon must live, and serve others.
 */
test('a node full of pods whose regions are all dead fails each of them, and serves the next', async () => {
  const emulator = await startEmulator({ world: worldOf([...dead, well]), verifySignatures: false })
  for (const { primary, failover } of dead) {
    for (const region of [primary, failover]) {
      emulator.addFault({ when: { service: 'secretsmanager', region }, effect: { do: 'hang-after-tls' } })
    }
  }
  const provider = await startProvider(emulator, { environment: { AWS_MAX_ATTEMPTS: '1' } })
  try {
    for (let round = 0; round < 2; round += 1) {
      const ends = await Promise.all(
        dead.map(({ serviceAccount, primary, failover }) =>
          mountAs(emulator, provider, {
            serviceAccount,
            parameters: { region: primary, failoverRegion: failover, objects },
          }),
        ),
      )
      for (const [at, { status, message, targetPath }] of ends.entries()) {
        assert.ok(!forbiddenStatuses.includes(status) && status !== 'OK', `${status}: ${message}`)
        assert.ok(message.includes(dead[at]?.primary ?? '?'), message)
        assert.ok(isUntouched(targetPath))
      }
    }
    const { status, message } = await mountAs(emulator, provider, wishOf(well, 2))
    assert.equal(status, 'OK', message)
  } finally {
    await provider.stop()
    await emulator.close()
  }
  assert.equal(await provider.ended, 0)
})

test('large classes of dead regions leave room for one of the node’s own region, although all name theirs', async () => {
  const some = dead.slice(0, 8)
  const region = well.primary
  const secrets = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`s${at}`, { string: `${at}` }]))
  const emulator = await startEmulator({ world: worldOf([...some, well]), verifySignatures: false })
  emulator.mergeWorld({
    kubernetes: { nodes: { 'node-1': { labels: { 'topology.kubernetes.io/region': region } } } },
    regions: { [region]: { secrets } },
  })
  const large = (count: number) =>
    objectsText(
      ...Array.from({ length: count }, (_, at) => ({ objectName: `s${at}`, objectType: 'secretsmanager' })),
    )
  const { serviceAccount } = well
  const healthPort = await freePort()
  const provider = await startProvider(emulator, { flags: [`--health-port=${healthPort}`] })
  try {
    const first = await mountAs(emulator, provider, {
      serviceAccount,
      parameters: { region, objects: large(1) },
    })
    assert.equal(first.status, 'OK', first.message)
    for (const { primary } of some) {
      emulator.addFault({
        when: { service: 'secretsmanager', region: primary },
        effect: { do: 'hang-after-tls' },
      })
    }
    let ended = 0
    for (const { serviceAccount: own, primary } of some) {
      void mountAs(emulator, provider, {
        serviceAccount: own,
        parameters: { region: primary, objects: large(170) },
      }).then(() => {
        ended += 1
      })
    }
    // Each is let in, and assumes its role, or is in the queue.
    const letIn = () => emulator.calls({ service: 'sts' }).length - 1
    while (letIn() + (await queued(healthPort)) < some.length) await sleep(20)
    const end = await mountAs(emulator, provider, {
      serviceAccount,
      parameters: { region, objects: large(100) },
    })
    assert.equal(end.status, 'OK', end.message)
    assert.equal(ended, 0, 'none of the others has been given up by then')
    assert.ok(letIn() < some.length)
    emulator.clearFaults()
    for (const { primary } of some) emulator.resetConnections(primary)
  } finally {
    await provider.stop()
    await emulator.close()
  }
})

async function queued(healthPort: number): Promise<number> {
  const page = await fetch(`http://127.0.0.1:${healthPort}/metrics`)
  return Number(/^ascp_mounts_queued (\d+)$/m.exec(await page.text())?.[1])
}
