import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Statement } from '../emulator/world.ts'
import { exampleClasses, givesFilesAway } from '../fixtures/example-classes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { runCommand } from '../fixtures/run-command.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Scene, startScene } from '../harness/scene.ts'

/** The policy that explain prints is enough for a mount, and each resource of it is needed. */
let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() }, { flags: ['--allow-file-owner'] })
})
after(() => scene.stop())

interface Printed {
  readonly Statement: readonly { readonly Action: string; readonly Resource: readonly string[] }[]
}

/** One statement a resource, as the emulator has them. */
function statementsOf({ Statement: statements }: Printed): readonly Statement[] {
  return statements.flatMap(({ Action: action, Resource: resources }) =>
    resources.map((resource): Statement => {
      if (resource === '*') return { actions: [action] }
      const [, , service, region = '', , ...rest] = resource.split(':')
      const name = rest.join(':')
      const which =
        service === 'secretsmanager'
          ? { secrets: [name.replace(/^secret:/, '').replace(/-(?:\?{6}|[A-Za-z0-9]{6})$/, '')] }
          : { parameters: [name.replace(/^parameter/, ''), name.replace(/^parameter\//, '')] }
      return { actions: [action], regions: [region], ...which }
    }),
  )
}

// An assumed role has a policy of its own, and a denial of what is optional is an error as any other.
const classes = exampleClasses().filter(
  (example) =>
    example.parameters.usePodIdentity === undefined &&
    example.parameters.assumeRoleArn === undefined &&
    (process.geteuid?.() === 0 || !givesFilesAway(example)),
)
for (const [at, { name, parameters }] of classes.entries()) {
  test(`the policy for the example ${name} is enough, and nothing of it too much`, async () => {
    const input = JSON.stringify({
      apiVersion: 'secrets-store.csi.x-k8s.io/v1',
      kind: 'SecretProviderClass',
      metadata: { name },
      spec: { provider: 'aws', parameters },
    })
    const words = ['explain', '-', '--policy', '--region', 'us-east-1', '--account', '111122223333']
    const { code, stdout, stderr } = await runCommand(words, { input })
    assert.equal(code, 0, stderr)
    const allow = statementsOf(JSON.parse(stdout))
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

test('there are examples', () => {
  assert.ok(classes.length > 10)
  assert.ok(readFileSync(new URL('../../deployment/examples/irsa-composed.yaml', import.meta.url)).length > 0)
})
