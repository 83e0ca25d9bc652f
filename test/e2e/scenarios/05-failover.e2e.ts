import assert from 'node:assert/strict'
import type { FaultEffect } from '../../emulator/faults.ts'
import { changeWorld, dropConnections, withFault } from '../cluster/aws.ts'
import { canary, providerLog } from '../cluster/invariants.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { scenario } from '../cluster/scene.ts'
import { shownVolume } from '../cluster/volume.ts'

const primary = 'us-east-1'
const failover = 'us-east-2'

const losses: readonly (readonly [how: string, effect: FaultEffect])[] = [
  ['black-holed', { do: 'black-hole' }],
  ['hanging', { do: 'hang' }],
  ['answering 500', { do: 'error', code: 'InternalServiceError', status: 500 }],
]

for (const [how, effect] of losses) {
  scenario(
    `with the first region ${how}, pods start with the other's values; after that with its own again`,
    async (scene, t) => {
      const { namespace } = scene
      await changeWorld({
        regions: {
          [primary]: { secrets: { [namespace]: { string: `${canary} primary` } } },
          [failover]: { secrets: { [namespace]: { string: `${canary} failover` } } },
        },
      })
      await scene.apply(
        secretProviderClass('two', {
          parameters: { region: primary, failoverRegion: failover },
          objects: [{ objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret' }],
        }),
      )
      const since = new Date()
      await withFault({ when: { region: primary }, effect }, async () => {
        await dropConnections(primary)
        const milliseconds = await scene.running(
          [1, 2, 3].map((n) => readerPod(`lost-${n}`, { class: 'two' })),
        )
        t.diagnostic(`3 pods run after ${Math.round(milliseconds)} ms`)
        assert.deepEqual(await shownVolume(namespace, 'lost-3'), { secret: `0644 ${canary} failover` })
      })
      assert.ok(
        (await providerLog(since)).some(
          (line) => line.includes('"level":"warn"') && line.includes('values of the failover region mounted'),
        ),
        'the log warns',
      )
      await dropConnections(primary)
      // A breaker that has opened closes after its next probe.
      let seen: Readonly<Record<string, string>> = {}
      for (const n of [1, 2, 3, 4, 5, 6]) {
        await scene.running([readerPod(`back-${n}`, { class: 'two' })])
        seen = await shownVolume(namespace, `back-${n}`)
        if (seen.secret === `0644 ${canary} primary`) break
        await new Promise((resolve) => setTimeout(resolve, 5_000))
      }
      assert.deepEqual(seen, { secret: `0644 ${canary} primary` })
    },
  )
}
