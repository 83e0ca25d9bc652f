import assert from 'node:assert/strict'
import { awsCalls, changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, roleArn, secretProviderClass, serviceAccount } from '../cluster/manifests.ts'
import { failedMounts, type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

/** Two roles, each of which may read its own secret alone. */
async function twoRoles({ namespace }: Scene): Promise<void> {
  const sides = ['red', 'blue'] as const
  await changeWorld({
    roles: Object.fromEntries(
      sides.map((side) => [
        roleArn(`${namespace}-${side}`),
        { trust: [`${namespace}:${side}`], allow: [{ secrets: [`${namespace}-${side}`] }] },
      ]),
    ),
    regions: {
      'us-east-1': {
        secrets: Object.fromEntries(
          sides.map((side) => [`${namespace}-${side}`, { string: `${canary} ${side}` }]),
        ),
      },
    },
    podIdentityAssociations: sides.map((side) => ({
      namespace,
      serviceAccount: side,
      role: roleArn(`${namespace}-${side}`),
    })),
  })
}

function classFor(namespace: string, side: string, parameters: Readonly<Record<string, string>>) {
  return secretProviderClass(side, {
    parameters,
    objects: [{ objectName: `${namespace}-${side}`, objectType: 'secretsmanager', objectAlias: 'secret' }],
  })
}

const ways: readonly (readonly [sentence: string, parameters: Readonly<Record<string, string>>])[] = [
  ['IRSA', {}],
  ['Pod Identity', { usePodIdentity: 'true' }],
  ['Pod Identity by IPv4', { usePodIdentity: 'true', preferredAddressType: 'ipv4' }],
]

for (const [way, parameters] of ways) {
  const byPodIdentity = parameters.usePodIdentity === 'true'
  scenario(
    `${way}: two service accounts read their own secrets, and not each other's`,
    async (scene) => {
      const { namespace } = scene
      await twoRoles(scene)
      for (const side of ['red', 'blue']) {
        await scene.apply(
          serviceAccount(side, byPodIdentity ? undefined : `${namespace}-${side}`),
          classFor(namespace, side, parameters),
        )
      }
      await scene.running([
        readerPod('red', { serviceAccount: 'red' }),
        readerPod('blue', { serviceAccount: 'blue' }),
      ])
      assert.deepEqual(await shownVolume(namespace, 'red'), { secret: `0644 ${canary} red` })
      assert.deepEqual(await shownVolume(namespace, 'blue'), { secret: `0644 ${canary} blue` })

      await scene.apply(readerPod('thief', { serviceAccount: 'red', class: 'blue' }))
      const refused = await until(
        30,
        'the refusal is an event',
        async () =>
          (await failedMounts(namespace, 'thief')).find(({ message }) =>
            message.includes('AccessDeniedException'),
          ) ?? false,
      )
      assert.match(refused.message, new RegExp(`${namespace}-blue`))
      const roles = (await awsCalls({ operation: 'GetSecretValue' }))
        .filter(({ names, status }) => names.includes(`${namespace}-blue`) && status === 200)
        .map(({ role }) => role)
      assert.deepEqual(
        [...new Set(roles)],
        [roleArn(`${namespace}-blue`)],
        'the secret left AWS as its own role alone',
      )
    },
    { errors: /AccessDeniedException/ },
  )
}
