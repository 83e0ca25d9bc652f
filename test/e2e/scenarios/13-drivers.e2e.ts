import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { canary, providerLog } from '../cluster/invariants.ts'
import { apply, kubectl } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { failedMounts, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

/** run.ts plays this once for each older driver, which it has put in the place of the one that was there. */
const { E2E_DRIVER: driver } = process.env
const tokenRequest = readFileSync(
  new URL('../../../deployment/optional/token-request.yaml', import.meta.url),
  'utf8',
)

if (driver === undefined) {
  test('older drivers', { skip: 'skipped: run.ts runs this once for each older driver' }, () => undefined)
} else {
  scenario(
    `driver ${driver}: a pod reads its files, sees a change, and a failing mount says why`,
    async (scene) => {
      const first = driver.startsWith('1.0.')
      const { namespace } = scene
      const secrets = { [namespace]: { string: `${canary} 1` } }
      const parameters = { [`/${namespace}/below`]: { value: `${canary} below` } }
      await changeWorld({ regions: { 'us-east-1': { secrets, parameters } } })
      const object = (objectName: string) => ({
        objectName,
        objectType: 'secretsmanager',
        objectAlias: 'secret',
      })
      await scene.apply(
        secretProviderClass('mounted', { objects: [object(namespace)] }),
        secretProviderClass('sets', {
          parameters: { batchReads: 'true' },
          objects: [
            { objectName: `/${namespace}`, objectType: 'ssmparameterpath' },
            {
              objectType: 'secretsmanagerquery',
              objectAlias: 'found',
              filters: [{ key: 'name', values: [namespace] }],
            },
            { ...object(`${namespace}-gone`), optional: true },
          ],
        }),
        secretProviderClass('empty', { objects: '[]' }),
        secretProviderClass('failing', { objects: [object(`${namespace}-gone`)] }),
      )
      await scene.running([readerPod('mounted'), readerPod('sets'), readerPod('empty')])
      assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0644 ${canary} 1` })
      assert.deepEqual(await shownVolume(namespace, 'sets'), {
        below: `0644 ${canary} below`,
        [`found/${namespace}`]: `0644 ${canary} 1`,
      })
      assert.deepEqual(await shownVolume(namespace, 'empty'), {})
      await scene.apply(readerPod('failing'))
      await until(60, 'somebody says why', async () =>
        (await reasonsOf(namespace, first)).some((text) => text.includes('ResourceNotFoundException')),
      )
      await scene.remove('pod', 'failing')
      // This driver hands no token on when it rotates: the provider asks for one, which it may after this.
      if (first) await apply(tokenRequest)
      await rotate({ region: 'us-east-1', secret: namespace, string: `${canary} 2` })
      await until(180, 'the pod sees the change', async () => {
        assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0644 ${canary} 2` })
      })
      if (first) await kubectl(['delete', '-f', '-'], tokenRequest)
    },
    { errors: /ResourceNotFoundException|TOKEN_MISSING/ },
  )
}

/** Driver 1.0.0 loses the error of a mount while it tidies up after it: then only the provider's log has it. */
async function reasonsOf(namespace: string, first: boolean): Promise<readonly string[]> {
  if (!first) return (await failedMounts(namespace, 'failing')).map(({ message }) => message)
  return (await providerLog(new Date(Date.now() - 60_000))).filter((line) => line.includes(namespace))
}
