import assert from 'node:assert/strict'
import { awsCalls, changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, roleArn, secretProviderClass } from '../cluster/manifests.ts'
import { slowness, withoutAgent } from '../cluster/node.ts'
import { failedMounts, type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

const otherAccount = '444455556666'
const region = 'us-east-1'

/** A role of the other account, and what that account has under the name of the namespace. */
async function giveTarget({ namespace, role }: Scene, tagSession: boolean): Promise<string> {
  const arn = `arn:aws:iam::${otherAccount}:role/${namespace}-target`
  const secrets = (whose: string) => ({ [namespace]: { string: `${canary} of the ${whose}` } })
  await changeWorld({
    regions: { [region]: { secrets: secrets('own account') } },
    accounts: { [otherAccount]: { regions: { [region]: { secrets: secrets('other account') } } } },
    roles: {
      [arn]: {
        trust: [],
        assumableBy: [{ principals: [roleArn(role)], externalId: 'shop-production', tagSession }],
      },
    },
  })
  return arn
}

async function readsAsTheOther(scene: Scene, more: Readonly<Record<string, string>>): Promise<void> {
  const { namespace } = scene
  const arn = await giveTarget(scene, more.usePodIdentity !== undefined)
  const objects = [{ objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret' }]
  const chained = { assumeRoleArn: arn, assumeRoleExternalId: 'shop-production', ...more }
  await scene.apply(
    secretProviderClass('own', { objects, parameters: more }),
    secretProviderClass('chained', { objects, parameters: chained }),
    secretProviderClass('stranger', { objects, parameters: { ...chained, assumeRoleExternalId: 'shop' } }),
  )
  await scene.running([readerPod('own'), readerPod('chained')])
  assert.deepEqual(await shownVolume(namespace, 'own'), { secret: `0644 ${canary} of the own account` })
  assert.deepEqual(await shownVolume(namespace, 'chained'), { secret: `0644 ${canary} of the other account` })
  const read = await awsCalls({ service: 'secretsmanager' })
  assert.ok(read.some(({ role, names }) => role === arn && names.includes(namespace)))

  await scene.apply(readerPod('stranger'))
  const expected = new RegExp(`ASSUME_ROLE_DENIED: .*${arn}`)
  await until(60 * slowness, 'the event names the role and the external id', async () =>
    (await failedMounts(namespace, 'stranger')).some(({ message }) => expected.test(message)),
  )
}

scenario(
  'a class with assumeRoleArn reads in another account by IRSA, and not with another external id',
  (scene) => readsAsTheOther(scene, {}),
  { errors: /ASSUME_ROLE_DENIED/ },
)

scenario(
  'a class with assumeRoleArn reads in another account by Pod Identity, whose sessions have tags',
  async (scene) => {
    const { namespace, role } = scene
    await changeWorld({
      podIdentityAssociations: [{ namespace, serviceAccount: 'reader', role: roleArn(role) }],
    })
    await readsAsTheOther(scene, { usePodIdentity: 'true' })
  },
  { errors: /ASSUME_ROLE_DENIED/, skip: withoutAgent('ipv4') },
)
