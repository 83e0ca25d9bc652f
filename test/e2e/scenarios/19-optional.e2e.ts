import assert from 'node:assert/strict'
import { changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectl } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { slowness } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

const region = 'us-east-1'

scenario(
  'an optional secret that is missing leaves its file out; it comes when the secret does, and goes with it',
  async ({ namespace, apply, running }) => {
    const later = `${namespace}-later`
    const set = (secrets: object) => changeWorld({ regions: { [region]: { secrets } } })
    await set({ [namespace]: { string: `${canary} there` } })
    const object = (objectName: string, objectAlias: string, more: object = {}) => ({
      objectName,
      objectType: 'secretsmanager',
      objectAlias,
      ...more,
    })
    const optional = object(later, 'later', { optional: true })
    await apply(
      secretProviderClass('some', { objects: [object(namespace, 'there'), optional] }),
      secretProviderClass('none', { objects: [optional] }),
      secretProviderClass('empty', { objects: '[]' }),
    )
    await running([readerPod('some'), readerPod('none'), readerPod('empty')])
    const there = { there: `0644 ${canary} there` }
    const shows = (expected: Readonly<Record<string, object>>) =>
      until(120 * slowness, `the volumes show ${JSON.stringify(expected)}`, async () => {
        for (const [pod, files] of Object.entries(expected))
          assert.deepEqual(await shownVolume(namespace, pod), files, pod)
      })
    await shows({ some: there, none: {}, empty: {} })
    const jsonpath = 'jsonpath={.items[*].status.objects[*].id}'
    const ids = await kubectl(['get', 'secretproviderclasspodstatuses', '-n', namespace, '-o', jsonpath])
    assert.deepEqual(ids.split(' ').toSorted(), ['..empty', '..empty', 'there'])

    await set({ [later]: { string: `${canary} later` } })
    const both = { later: `0644 ${canary} later` }
    await shows({ some: { ...both, ...there }, none: both, empty: {} })
    await set({ [later]: null })
    await shows({ some: there, none: {}, empty: {} })
  },
)
