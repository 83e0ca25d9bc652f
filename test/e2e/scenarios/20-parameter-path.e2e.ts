import assert from 'node:assert/strict'
import { changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { slowness } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

scenario(
  'all parameters below a path lie in the volume, more than a page of them, and a rotation adds and removes files',
  async ({ namespace, apply, running }) => {
    const path = `/${namespace}/db`
    const names = Array.from({ length: 12 }, (_, at) => `n${String(at).padStart(2, '0')}`)
    const set = (parameters: object) => changeWorld({ regions: { 'us-east-1': { parameters } } })
    await set({
      ...Object.fromEntries(names.map((name) => [`${path}/${name}`, { value: `${canary} ${name}` }])),
      [`${path}/deep/er`]: { value: `${canary} deep`, type: 'SecureString' },
    })
    const objectType = 'ssmparameterpath'
    await apply(
      secretProviderClass('flat', { objects: [{ objectName: path, objectType, recursive: false }] }),
      secretProviderClass('kept', {
        objects: [
          { objectName: path, objectType, keepPath: true, objectAlias: 'db', exclude: `${path}/n0*` },
        ],
      }),
    )
    await running([readerPod('flat'), readerPod('kept')])
    const files = (some: readonly string[], folder = '') =>
      Object.fromEntries(some.map((name) => [`${folder}${name}`, `0644 ${canary} ${name}`]))
    const deep = { 'db/deep/er': `0644 ${canary} deep` }
    assert.deepEqual(await shownVolume(namespace, 'flat'), files(names))
    assert.deepEqual(await shownVolume(namespace, 'kept'), { ...deep, ...files(names.slice(10), 'db/') })

    await set({ [`${path}/n11`]: null, [`${path}/n12`]: { value: `${canary} n12` } })
    await until(120 * slowness, 'one file has gone and one has come', async () => {
      assert.deepEqual(await shownVolume(namespace, 'flat'), files([...names.slice(0, -1), 'n12']))
      assert.deepEqual(await shownVolume(namespace, 'kept'), { ...deep, ...files(['n10', 'n12'], 'db/') })
    })
  },
)
