import assert from 'node:assert/strict'
import type { Statement } from '../emulator/world.ts'
import { runCommand } from '../fixtures/run-command.ts'

interface Printed {
  readonly Statement: readonly { readonly Action: string; readonly Resource: readonly string[] }[]
}

/** The policies that `explain` prints for a class of account 111122223333, as the emulator has them. */
export async function explainedPolicies(
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly reader: readonly Statement[]; readonly workload: readonly Statement[] }> {
  const input = JSON.stringify({
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name },
    spec: { provider: 'aws', parameters },
  })
  const words = ['explain', '-', '--json', '--region', 'us-east-1', '--account', '111122223333']
  const { code, stdout, stderr } = await runCommand(words, { input })
  assert.equal(code, 0, stderr)
  const { policy, assumePolicy = { Statement: [] } } = JSON.parse(stdout) as Readonly<Record<string, Printed>>
  assert.ok(policy !== undefined)
  const account = parameters.assumeRoleArn?.split(':')[4] ?? '111122223333'
  return { reader: statementsOf(policy, account), workload: statementsOf(assumePolicy, account) }
}

/** One statement a resource. The emulator goes by names: the account is held against `account` here. */
function statementsOf({ Statement: statements }: Printed, account: string): readonly Statement[] {
  return statements.flatMap(({ Action: action, Resource: resources }) =>
    resources.map((resource): Statement => {
      if (resource === '*') return { actions: [action] }
      const [, , service, region = '', owner, ...rest] = resource.split(':')
      assert.equal(owner, account, resource)
      if (service === 'iam') return { actions: [action], roles: [resource] }
      const name = rest.join(':')
      const which =
        service === 'secretsmanager'
          ? { secrets: [name.replace(/^secret:/, '').replace(/-(?:\?{6}|[A-Za-z0-9]{6})$/, '')] }
          : { parameters: [name.replace(/^parameter/, ''), name.replace(/^parameter\//, '')] }
      return { actions: [action], regions: [region], ...which }
    }),
  )
}
