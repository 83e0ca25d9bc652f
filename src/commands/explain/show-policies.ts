import type { Screen } from '../screen.ts'
import type { Policy } from './needed-policy.ts'

/** The policy of a role that reads: one that is assumed, by its ARN, or the workload's own. */
export interface ReaderPolicy {
  readonly role: string | undefined
  readonly policy: Policy
}

/** Prints a policy for each role that reads, and `assuming`, with which the workload's own role becomes the others. */
export function showPolicies(
  policies: readonly ReaderPolicy[],
  assuming: Policy | undefined,
  screen: Screen,
): void {
  for (const { role = "the workload's own role", policy } of policies) {
    screen.print(`policy of ${policies.length === 1 ? 'the role that reads' : role}:`)
    screen.print(JSON.stringify(policy, null, 2))
  }
  if (assuming === undefined) return
  const { actions, roles } = inWords(assuming)
  screen.print(`policy with which the workload's own role assumes ${roles}:`)
  screen.print(JSON.stringify(assuming, null, 2))
  screen.print(`the trust policy of ${roles} must allow the workload's own role ${actions} too`)
}

/** What a policy that is printed alone leaves out. */
export function assumedNote(assuming: Policy): string {
  const { actions, roles } = inWords(assuming)
  return `the policy is for ${roles}; the workload's own role needs ${actions} on it, in its own policy and in the trust policy of that role`
}

function inWords({ Statement }: Policy): { readonly actions: string; readonly roles: string } {
  return {
    actions: Statement.map(({ Action }) => Action).join(' and '),
    roles: Array.from(new Set(Statement.flatMap(({ Resource }) => Resource))).join(', '),
  }
}
