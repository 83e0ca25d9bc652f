import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exampleClasses, givesFilesAway } from '../fixtures/example-classes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { explainedPolicies } from '../harness/explained-policies.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Scene, startScene } from '../harness/scene.ts'

/** The policies that explain prints are enough for a mount, and each statement of them is needed. */
let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() }, { flags: ['--allow-file-owner'] })
})
after(() => scene.stop())

// Pod Identity has an address of its own: pod-identity-examples.inside.ts has the same of its examples.
const classes = exampleClasses().filter(
  (example) =>
    example.parameters.usePodIdentity === undefined &&
    (process.geteuid?.() === 0 || !givesFilesAway(example)),
)
const own = classes.filter(({ parameters }) => parameters.assumeRoleArn === undefined)
for (const [at, { name, parameters }] of own.entries()) {
  test(`the policy for the example ${name} is enough, and nothing of it too much`, async () => {
    const { reader: allow, workload } = await explainedPolicies(name, parameters)
    assert.deepEqual(workload, [])
    const serviceAccount = `explain-${at}`
    giveRole(scene.emulator, serviceAccount, { allow })
    const { status, message } = await scene.mount('provider-written', { parameters, serviceAccount })
    assert.equal(status, 'OK', message)
    const [, ...rest] = allow
    giveRole(scene.emulator, `${serviceAccount}-less`, { allow: rest })
    const less = await scene.mount('provider-written', {
      parameters,
      serviceAccount: `${serviceAccount}-less`,
    })
    assert.equal(less.status, 'PERMISSION_DENIED', less.message)
  })
}

const assuming = classes.filter(({ parameters }) => parameters.assumeRoleArn !== undefined)
for (const { name, parameters } of assuming) {
  test(`both policies for the example ${name} are enough, and nothing of them too much`, async () => {
    const { assumeRoleArn: target = '', assumeRoleExternalId: externalId = '' } = parameters
    const { reader, workload } = await explainedPolicies(name, parameters)
    const mount = async (
      serviceAccount: string,
      allow: { readonly reader: typeof reader; readonly workload: typeof workload },
    ) => {
      const arn = giveRole(scene.emulator, serviceAccount, { allow: allow.workload })
      const trust = [{ principals: [arn], externalId }]
      scene.emulator.mergeWorld({ roles: { [target]: { allow: allow.reader, assumableBy: trust } } })
      return scene.mount('provider-written', { parameters, serviceAccount })
    }
    const { status, message } = await mount('assuming', { reader, workload })
    assert.equal(status, 'OK', message)
    assert.ok(reader.length > 1)
    for (const at of reader.keys()) {
      const less = await mount(`assuming-read-${at}`, { reader: reader.toSpliced(at, 1), workload })
      assert.equal(less.status, 'PERMISSION_DENIED', less.message)
    }
    assert.equal(workload.length, 1)
    const less = await mount('assuming-less', { reader, workload: [] })
    assert.equal(less.status, 'PERMISSION_DENIED', less.message)
  })
}

test('there are examples', () => {
  assert.ok(own.length > 10)
  assert.ok(assuming.length > 0)
})
