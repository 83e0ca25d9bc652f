import assert from 'node:assert/strict'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { slowness } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'

scenario('a Kubernetes Secret made of the volume follows its files', async (scene) => {
  const { namespace } = scene
  await changeWorld({
    regions: {
      'us-east-1': {
        secrets: {
          [`${namespace}/db`]: { string: JSON.stringify({ user: 'till', password: `${canary} 1` }) },
        },
      },
    },
  })
  const keys = [
    { objectName: 'user', key: 'username' },
    { objectName: 'password', key: 'password' },
  ]
  await scene.apply(
    secretProviderClass('synced', {
      objects: [
        {
          objectName: `${namespace}/db`,
          objectType: 'secretsmanager',
          jmesPath: [
            { path: 'user', objectAlias: 'user' },
            { path: 'password', objectAlias: 'password' },
          ],
        },
      ],
      secretObjects: [{ secretName: 'db', type: 'Opaque', data: keys }],
    }),
  )
  await scene.running([readerPod('synced')])
  const holds = (password: string) =>
    until(120 * slowness, 'the Secret holds the value', async () => {
      const { data } = await kubectlJson<{ readonly data: Readonly<Record<string, string>> }>([
        'get',
        'secret',
        'db',
        '-n',
        namespace,
      ])
      const text = Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
      )
      assert.deepEqual(text, { username: 'till', password })
    })
  await holds(`${canary} 1`)
  await rotate({
    region: 'us-east-1',
    secret: `${namespace}/db`,
    string: JSON.stringify({ user: 'till', password: `${canary} 2` }),
  })
  await holds(`${canary} 2`)
})
