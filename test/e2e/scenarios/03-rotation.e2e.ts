import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { awsCalls, changeWorld, forgetCalls, rotate } from '../cluster/aws.ts'
import { canary, counted, providerLog } from '../cluster/invariants.ts'
import { kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, roleArn, secretProviderClass } from '../cluster/manifests.ts'
import { slowness } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

const region = 'us-east-1'

/** Versions by file, as the driver writes them into the status of the namespace's one pod. */
async function versionsOf(namespace: string): Promise<Readonly<Record<string, string>>> {
  const words = ['get', 'secretproviderclasspodstatuses', '-n', namespace]
  const { items } = await kubectlJson<{
    readonly items: readonly {
      readonly status: { readonly objects?: readonly { readonly id: string; readonly version: string }[] }
    }[]
  }>(words)
  return Object.fromEntries(
    items.flatMap(({ status }) => status.objects ?? []).map(({ id, version }) => [id, version]),
  )
}

scenario(
  'a running pod sees changed values, new and removed files, keeps its files when permission or secret are gone, and costs few calls',
  async (scene, t) => {
    const { namespace } = scene
    const [first, second] = [`${namespace}-first`, `${namespace}-second`]
    await changeWorld({
      regions: {
        [region]: { secrets: { [first]: { string: `${canary} 1` }, [second]: { string: `${canary} 2` } } },
      },
    })
    const object = (name: string, alias: string) => ({
      objectName: name,
      objectType: 'secretsmanager',
      objectAlias: alias,
    })
    await scene.apply(secretProviderClass('rotated', { objects: [object(first, 'first')] }))
    await scene.running([readerPod('rotated')])
    const shows = (expected: Readonly<Record<string, string>>, what: string) =>
      until(90 * slowness, what, async () => {
        assert.deepEqual(await shownVolume(namespace, 'rotated'), expected)
      })

    await t.test(
      'changed value: the status of the pod has another version, for who watches that',
      async () => {
        const before = await versionsOf(namespace)
        await rotate({ region, secret: first, string: `${canary} new` })
        await shows({ first: `0644 ${canary} new` }, 'the new value is there')
        await until(60 * slowness, 'the version is another', async () => {
          const versions = await versionsOf(namespace)
          return versions.first !== undefined && versions.first !== before.first
        })
      },
    )
    await t.test('key added by the SecretProviderClass', async () => {
      await scene.apply(
        secretProviderClass('rotated', { objects: [object(first, 'first'), object(second, 'second')] }),
      )
      await shows({ first: `0644 ${canary} new`, second: `0644 ${canary} 2` }, 'both files are there')
    })
    await t.test('file removed by the SecretProviderClass', async () => {
      await scene.apply(secretProviderClass('rotated', { objects: [object(second, 'second')] }))
      await shows({ second: `0644 ${canary} 2` }, 'the first file is gone')
    })
    await t.test('unchanged: one read an interval at most', async () => {
      await forgetCalls()
      const versions = await versionsOf(namespace)
      const period = 60 * slowness
      await sleep(period * 1000)
      assert.deepEqual(await versionsOf(namespace), versions, 'versions change with values alone')
      const calls = (await awsCalls()).filter(
        ({ names, role }) => role === roleArn(scene.role) || names.includes(second),
      )
      const reads = calls.filter(({ operation }) => operation === 'GetSecretValue').length
      t.diagnostic(`${reads} reads and ${calls.length - reads} other calls in ${period} s`)
      assert.ok(reads >= 1 && reads <= 5 * slowness, `${reads} reads in ${period} s`)
      assert.ok(calls.length - reads <= 1, 'its session lasts')
    })
    await t.test('permission revoked: the files stay, log and metric say so', async () => {
      const since = new Date()
      const failedBefore = await counted('ascp_mounts_total', 'outcome="error"')
      await scene.allow([])
      await until(60 * slowness, 'the refusal is logged', async () => {
        const lines = (await providerLog(since)).filter((line) => line.includes(namespace))
        return lines.some(
          (line) => line.includes('"msg":"mount failed"') && line.includes('AccessDeniedException'),
        )
      })
      assert.deepEqual(await shownVolume(namespace, 'rotated'), { second: `0644 ${canary} 2` })
      assert.ok(
        (await counted('ascp_mounts_total', 'outcome="error"')) > failedBefore,
        'failed mounts are counted',
      )
      await scene.allow(null)
    })
    await t.test('secret deleted: the files stay, and the log says why', async () => {
      const since = new Date()
      await changeWorld({ regions: { [region]: { secrets: { [second]: null } } } })
      await until(60 * slowness, 'the missing secret is logged', async () => {
        const lines = (await providerLog(since)).filter((line) => line.includes(namespace))
        return lines.some(
          (line) => line.includes('"msg":"mount failed"') && line.includes('ResourceNotFoundException'),
        )
      })
      assert.deepEqual(await shownVolume(namespace, 'rotated'), { second: `0644 ${canary} 2` })
    })
  },
  { errors: /AccessDeniedException|ResourceNotFoundException/ },
)
