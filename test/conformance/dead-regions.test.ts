import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEmulator } from '../emulator/emulator.ts'
import { isUntouched, mountAs } from '../harness/driver.ts'
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
