/**
 * Run by pod-identity.test.ts in a network of its own, where the agent's link-local addresses can be had.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { exampleClasses } from '../fixtures/example-classes.ts'
import { exampleVolumes } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { mountAs, readVolume } from '../harness/driver.ts'
import { explainedPolicies } from '../harness/explained-policies.ts'
import { agentRole, type PodIdentityScene, startPodIdentityScene } from '../harness/pod-identity-scene.ts'
import { shown } from '../harness/scene.ts'

const examples = exampleClasses().filter(({ parameters }) => parameters.usePodIdentity === 'true')

let scene: PodIdentityScene

before(async () => {
  scene = await startPodIdentityScene()
})
after(() => scene.stop())

test('there are examples', () => assert.notEqual(examples.length, 0))

for (const { name, parameters } of examples) {
  test(`the example ${name} mounts as printed, in both write modes`, async () => {
    const { emulator, written, driven } = scene
    for (const provider of [written, driven]) {
      const end = await mountAs(emulator, provider, { parameters, serviceAccount: 'shop-agent' })
      assert.equal(end.status, 'OK', end.message)
      const expected = Object.entries(exampleVolumes[name] ?? {})
      const texts = expected.map(([path, [mode, text]]) => [path, `${mode} ${text}`])
      assert.deepEqual(
        shown(provider === driven ? end.files : readVolume(end.targetPath)),
        Object.fromEntries(texts),
      )
      assert.deepEqual(
        end.objectVersions,
        Object.fromEntries(expected.map(([path, [, , version]]) => [path, version])),
      )
    }
  })
}

for (const { name, parameters } of examples) {
  test(`the policies that explain prints for ${name} are enough, and nothing of them too much`, async () => {
    const { emulator, written } = scene
    const { reader, workload } = await explainedPolicies(name, parameters)
    const { assumeRoleArn, assumeRoleExternalId } = parameters
    const explained = 'arn:aws:iam::111122223333:role/explained'
    const reads = assumeRoleArn ?? explained
    const end = (allow: { readonly reader: typeof reader; readonly workload: typeof workload }) => {
      const trust = { principals: [explained], externalId: assumeRoleExternalId, tagSession: true }
      emulator.mergeWorld({
        podIdentityAssociations: [
          { namespace: 'default', serviceAccount: 'shop-agent', role: agentRole },
          { namespace: 'default', serviceAccount: 'explained', role: explained },
        ],
        kubernetes: { serviceAccounts: { 'default/explained': {} } },
        roles: {
          [explained]: { allow: allow.workload },
          [reads]: { allow: allow.reader, assumableBy: [trust] },
        },
      })
      return mountAs(emulator, written, {
        parameters,
        serviceAccount: 'explained',
        podUid: randomUUID(),
      })
    }
    try {
      const { status, message } = await end({ reader, workload })
      assert.equal(status, 'OK', message)
      assert.equal(workload.length, assumeRoleArn === undefined ? 0 : 2)
      for (const at of reader.keys()) {
        const less = await end({ reader: reader.toSpliced(at, 1), workload })
        assert.equal(less.status, 'PERMISSION_DENIED', less.message)
      }
      for (const at of workload.keys()) {
        const less = await end({ reader, workload: workload.toSpliced(at, 1) })
        assert.equal(less.status, 'PERMISSION_DENIED', less.message)
      }
    } finally {
      const target = examplesWorld().roles?.[reads] ?? {}
      emulator.mergeWorld({ roles: { [reads]: { allow: null, ...target } } })
    }
  })
}

test('the token is in no log', () => {
  for (const provider of [scene.written, scene.driven]) assert.doesNotMatch(provider.log(), /eyJ[\w-]{20}/)
})
