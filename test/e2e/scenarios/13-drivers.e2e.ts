import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { failedMounts, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

/**
 * The last scenarios of the suite: they put other drivers in the place of the one there is. run.ts has built those of
 * E2E_OLD_DRIVERS, and installs them from outside; here they are looked at one after the other.
 */
const { E2E_DRIVER: driver } = process.env

if (driver === undefined) {
  test('older drivers', { skip: 'skipped: run.ts runs this once for each older driver' }, () => undefined)
} else {
  scenario(
    `driver ${driver}: a pod reads its files, sees a change, and a failing mount says why`,
    async (scene) => {
      const { namespace } = scene
      await changeWorld({ regions: { 'us-east-1': { secrets: { [namespace]: { string: `${canary} 1` } } } } })
      const object = (objectName: string) => ({
        objectName,
        objectType: 'secretsmanager',
        objectAlias: 'secret',
      })
      await scene.apply(
        secretProviderClass('mounted', { objects: [object(namespace)] }),
        secretProviderClass('failing', { objects: [object(`${namespace}-gone`)] }),
      )
      await scene.running([readerPod('mounted')])
      assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0644 ${canary} 1` })
      await scene.apply(readerPod('failing'))
      await until(60, 'the event says why', async () =>
        (await failedMounts(namespace, 'failing')).some(({ message }) =>
          message.includes('ResourceNotFoundException'),
        ),
      )
      await scene.remove('pod', 'failing')
      if (driver.startsWith('1.0.')) return
      await rotate({ region: 'us-east-1', secret: namespace, string: `${canary} 2` })
      await until(180, 'the pod sees the change', async () => {
        assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0644 ${canary} 2` })
      })
    },
    { errors: /ResourceNotFoundException/ },
  )
}
