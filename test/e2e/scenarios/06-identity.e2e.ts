import assert from 'node:assert/strict'
import { awsCalls, changeWorld, forgetCalls } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, roleArn, secretProviderClass, serviceAccount } from '../cluster/manifests.ts'
import { withoutAgent } from '../cluster/node.ts'
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

interface Way {
  readonly way: string
  readonly parameters: Readonly<Record<string, string>>
  /** By which of its addresses the agent of Pod Identity is asked. */
  readonly agent?: 'ipv4' | 'ipv6'
}

const ways: readonly Way[] = [
  { way: 'IRSA', parameters: {} },
  { way: 'Pod Identity', parameters: { usePodIdentity: 'true' }, agent: 'ipv4' },
  {
    way: 'Pod Identity by IPv4',
    parameters: { usePodIdentity: 'true', preferredAddressType: 'ipv4' },
    agent: 'ipv4',
  },
  {
    way: 'Pod Identity by IPv6',
    parameters: { usePodIdentity: 'true', preferredAddressType: 'ipv6' },
    agent: 'ipv6',
  },
]

for (const { way, parameters, agent } of ways) {
  scenario(
    `${way}: two service accounts read their own secrets, and not each other's`,
    async (scene) => {
      const { namespace } = scene
      await twoRoles(scene)
      await forgetCalls()
      for (const side of ['red', 'blue']) {
        await scene.apply(
          serviceAccount(side, agent !== undefined ? undefined : `${namespace}-${side}`),
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
      const asked = (await awsCalls({ service: 'pod-identity' })).map(({ region }) => region)
      assert.deepEqual([...new Set(asked)], agent === undefined ? [] : [agent], 'the agent is asked by')
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
    { errors: /AccessDeniedException/, skip: agent !== undefined && withoutAgent(agent) },
  )
}
